// What a payment's record says, of its place among the others and of what was asked for, without
// copying it: for whoever checks all records. Most of a log is payments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "events/error.h"
#include "events/event.h"

namespace iuran::events {

// Texts stand in the record.
struct PaymentNames {
  Position position;
  uint32_t stream_version = 0;
  Time recorded_at;
  std::string_view idempotency_key;
  std::string_view payment;
  std::string_view member;  // whose stream it stands in
  Day paid_on;
  int64_t amount_sen = 0;
  std::string_view remittance;  // empty: none
  Purpose purpose = Purpose::kContribution;
  std::string_view channel;  // of the payment, not of its source
  bool corrects = false;     // whether it takes the place of an earlier one
};

// Of the payment in the record, or nothing where it is another fact (then Decode). Same errors as
// Decode, whose checks of the texts and of the canonical form are not made here.
Result<std::optional<PaymentNames>> ReadPaymentNames(std::span<const std::byte> bytes);

}  // namespace iuran::events
