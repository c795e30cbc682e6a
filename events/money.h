// Money: a whole number of minor units, never a floating-point number.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/check.h"
#include "events/error.h"

namespace iuran::events {

__extension__ using Int128 = __int128;

// An amount of Indonesian rupiah, held in sen (ISO 4217: IDR has two decimals). May be negative:
// books have two sides.
//
// The value has 127 bits. One recorded amount is at most 10^13 rupiah (rulebook 1) and a log at most
// 2^64 events long, so no sum of recorded amounts can overflow; the arithmetic is checked all the
// same. Stored amounts have 64 bits, see Sen64().
class Money {
 public:
  constexpr Money() = default;
  static constexpr Money FromSen(Int128 sen) { return Money(sen); }
  static constexpr Money FromRupiah(int64_t rupiah) { return Money(Int128{rupiah} * 100); }

  constexpr Int128 sen() const { return sen_; }
  constexpr bool IsZero() const { return sen_ == 0; }
  // The value as 64 bits, for storing. CHECKs that it fits: recorded amounts do.
  int64_t Sen64() const {
    IURAN_CHECK(sen_ >= INT64_MIN && sen_ <= INT64_MAX, "an amount to be stored fits 64 bits");
    return static_cast<int64_t>(sen_);
  }

  friend Money operator+(Money a, Money b) {
    Int128 sum;
    IURAN_CHECK(!__builtin_add_overflow(a.sen_, b.sen_, &sum), "money does not overflow");
    return Money(sum);
  }
  friend Money operator-(Money a, Money b) {
    Int128 difference;
    IURAN_CHECK(!__builtin_sub_overflow(a.sen_, b.sen_, &difference), "money does not overflow");
    return Money(difference);
  }
  Money operator-() const { return Money() - *this; }
  Money& operator+=(Money other) { return *this = *this + other; }
  Money& operator-=(Money other) { return *this = *this - other; }
  friend constexpr auto operator<=>(Money, Money) = default;

  // "16800", or "16800.50" where the sen are not zero; "-16800" below zero. No group separators.
  std::string ToString() const;

 private:
  explicit constexpr Money(Int128 sen) : sen_(sen) {}
  Int128 sen_ = 0;
};

// The largest amount one row may carry: 10^13 rupiah (rulebook 1).
inline constexpr Money kMaxAmount = Money::FromRupiah(10'000'000'000'000);

// Reads `16800` or `16800.00`: digits, at most two decimals behind a point, no sign, no spaces, more
// than 0 and at most kMaxAmount (rulebook 1). The error says what would be valid.
Result<Money> ParseAmount(std::string_view text);

// amount * numerator / denominator, rounded half up to whole rupiah in one step from the exact
// decimal (rulebook 2). numerator >= 0, denominator > 0, amount >= 0.
Money RoundedShare(Money amount, int64_t numerator, int64_t denominator);

}  // namespace iuran::events
