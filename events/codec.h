// Events as bytes: one canonical single-segment Cap'n Proto message a record (events/schema.capnp).
//
// What is hashed is what is stored: nobody re-encodes a record. Encode is deterministic. Decode
// checks everything it reads and limits it; it never throws and never aborts on foreign bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "events/event.h"

namespace iuran::events {

// The version this program writes. Records of a later minor change still decode where the facts in
// them are known; see the head of schema.capnp.
inline constexpr uint16_t kSchemaVersion = 3;

// Bytes of one record at most: the largest multiple of 8 that the log takes
// (ledger/log/proof/tree.h). Scheme documents are the largest.
inline constexpr size_t kMaxRecordBytes = 65'528;

// The canonical bytes; a multiple of 8. CHECKs what Decode checks (events/validity.h), that the
// stream is StreamOf(body), and that the bytes are within kMaxRecordBytes: the rules and the limits
// of input see to all of it.
std::string Encode(const Event& event);

// Decodes and checks. `bytes` must begin at an address divisible by 8 and is not kept.
// kLedgerDamaged: not a canonical record or a value out of range. kUnknownEvent: a fact of a newer
// program; the message says so.
Result<Event> Decode(std::span<const std::byte> bytes);

// The few values of a payment that a fold needs, without copying its texts.
struct PaymentFact {
  Position position;
  MemberNumber number;
  Day paid_on;
  int64_t amount_sen = 0;
  Purpose purpose = Purpose::kContribution;
};

// The payment in the record, or nothing where it is another fact (then Decode). Same checks and
// errors as Decode for the values it returns. Most of a log is payments, so folding takes this
// door.
Result<std::optional<PaymentFact>> DecodePayment(std::span<const std::byte> bytes);

}  // namespace iuran::events
