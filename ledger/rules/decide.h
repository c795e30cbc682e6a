// Decide: what is recorded when somebody asks for something, given the past. Pure.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "ledger/rules/book.h"

namespace iuran::rules {

// The row becomes an event.
struct Accepted {
  Body body;
  std::string stream;
  Day day;  // the business day it holds for
  std::string idempotency_key;
  RequestDigest digest{};
  std::optional<Position> corrects;
};

// The same identifier with the same content is already there. A change equal to the one recorded
// last is repeated too, and then its key (its row of a file) is not known yet: whoever keeps the
// book lets FindKey know it from then on, so that the same file read again later changes nothing.
struct Repeated {
  Position position;  // of the event that says so
};

enum class Rejection : uint8_t {
  kInvalidValue,      // a value is not of rulebook 1
  kUnknownReference,  // unknown member, group, remittance, payment or scheme
  kConflict,          // the same identifier with other content
  kBeforeEnrolment,   // a change or exit before the member's first month
  kOverdrawn,         // the remittance holds less than its payments draw
};
std::string_view Name(Rejection code);  // "invalid_value", "unknown_reference", ...

struct Rejected {
  Rejection code;
  std::string column;   // of the input file; empty where the row as a whole is meant
  std::string message;  // a sentence with the value (never personal data) and what would be valid
};

using Decision = std::variant<Accepted, Repeated, Rejected>;

// What a request is known by: "payment/P-1", "member/M-1", "reversal/P-1", "remittance/R-1",
// "group/G", "scheme/bpu/<digest of the request>", "forgotten/M". Changes carry no identifier:
// "change/<file digest>/<line>" where they come from a file, else empty.
std::string IdempotencyKey(const Command& command, const RequestDigest& digest);

// `today` is the civil day in the ledger's time zone, for facts that carry no day of their own.
// `digest` is ledger::DigestOf(command.request).
Decision Decide(const Book& book, const Command& command, const RequestDigest& digest, Day today);

}  // namespace iuran::rules
