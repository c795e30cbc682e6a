// Decide: what is recorded when somebody asks for something, given the past. Pure.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ledger/rules/book.h"

namespace iuran::rules {

// The row becomes an event.
struct Accepted {
  Body body;
  std::string stream;
  Day day;  // the business day it holds for
  std::string idempotency_key;
  RequestDigest digest{};
  uint32_t line = 0;  // of its row, where the command has several; 0: that of the command
  std::optional<Position> corrects;
  // Where it carries out what somebody proposed: who had proposed it, and where. Else the author is
  // that of the command.
  std::string author = {};
  std::string approver = {};
  std::optional<Position> proposal = {};
  std::optional<Month> adjusts = {};  // the open month, where `day` lies in one that was closed
  // Recorded behind it in the same commit, or not at all.
  std::vector<Accepted> also = {};
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
  kOverdrawn,         // more is taken than there is: of a remittance, of credit, of a penalty
  kSamePerson,        // two people must agree, and these are one
  kListMismatch,      // the list that the row is of does not add up
};
std::string_view Name(Rejection code);  // "invalid_value", "unknown_reference", ...

struct Rejected {
  Rejection code;
  std::string column;   // of the input file; empty where the row as a whole is meant
  std::string message;  // a sentence with the value (never personal data) and what would be valid
};

// What becomes of one row of a list.
struct TakenRow {};
using RowDecision = std::variant<TakenRow, Repeated, Rejected>;

// A list has at most so many rows: it is recorded in one commit.
inline constexpr size_t kMostListed = 8192;

struct ListDecided {
  std::vector<RowDecision> rows;     // in the order of the request
  std::string problem;               // why nothing of it is recorded; empty: all of it is
  std::optional<Position> held;      // that it is held was recorded there before
  std::optional<Accepted> accepted;  // its new payments, or that it is held; none: nothing is new
};

// A list is decided as ListDecided, every other request as one of the others.
using Decision = std::variant<Accepted, Repeated, Rejected, ListDecided>;

// What a request is known by: "payment/P-1", "member/M-1", "reversal/P-1", "remittance/R-1",
// "group/G", "scheme/bpu/<digest of the request>", "forgotten/M", "refund/RF-1", "waiver/W-1",
// "return/RT-1", "closing/2026-08", "held/R-1/<file digest>". Changes and corrections have none:
// "change/<file digest>/<line>" where they come from a file, else empty. Of corrected personal data
// it is empty too, since the plain digest of a small file would let them be guessed: who holds the
// vault names such a row by SealedRowKey.
std::string IdempotencyKey(const Command& command, const RequestDigest& digest);
// "person/<Vault::FileMark>/<line>"; a row that brings back lost data adds "/<position>" they had.
std::string SealedRowKey(const Digest& file_mark, uint32_t line);
// The same for a request whose identifier says it all, as those that two people must agree on do.
std::string IdempotencyKey(const Request& request, const RequestDigest& digest);

// What a request that two people must agree on is proposed under: "reversal/P-1", "scheme/bpu",
// ...; empty for others.
std::string ProposalId(const Request& request);

// A command, which must outlive it, with the names it is known by.
struct Asked {
  const Command* command = nullptr;
  std::string key;         // IdempotencyKey or SealedRowKey
  RequestDigest digest{};  // Book::DigestOf(command->request)
};

// `today` is the civil day in the ledger's time zone, for facts that carry no day of their own.
Decision Decide(const Book& book, const Asked& asked, Day today);

}  // namespace iuran::rules
