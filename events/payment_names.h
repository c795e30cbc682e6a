// What a payment's record says of its place among the others, without copying it: for whoever
// checks the places of all records. Most of a log is payments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "events/calendar.h"
#include "events/error.h"
#include "events/ids.h"

namespace iuran::events {

// Texts stand in the record.
struct PaymentNames {
  Position position;
  uint32_t stream_version = 0;
  Time recorded_at;
  std::string_view idempotency_key;
  std::string_view member;      // whose stream it stands in
  std::string_view remittance;  // empty: none
  int64_t amount_sen = 0;
};

// Of the payment in the record, or nothing where it is another fact (then Decode). Same errors as
// Decode, whose checks of other values and of the canonical form are not made here.
Result<std::optional<PaymentNames>> ReadPaymentNames(std::span<const std::byte> bytes);

}  // namespace iuran::events
