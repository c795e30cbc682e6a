// Reading, printing and rounding of money.
#include "events/money.h"

#include <fmt/format.h>

#include "events/quote.h"

namespace iuran::events {
namespace {

constexpr Int128 kSenPerRupiah = 100;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

tl::unexpected<Error> BadAmount(std::string_view text, std::string_view problem) {
  return Fail(
      ErrorCode::kInvalidValue,
      fmt::format("The amount {} {}. Write rupiah as 16800 or 16800.00: more than 0, at most "
                  "two decimals, at most 10000000000000.",
                  Quoted(text), problem));
}

Int128 CheckedProduct(Int128 a, Int128 b) {
  Int128 product;
  IURAN_CHECK(!__builtin_mul_overflow(a, b, &product), "a share of money does not overflow");
  return product;
}

}  // namespace

std::string Money::ToString() const {
  // Unsigned, so that the smallest value has a magnitude too.
  using Unsigned = unsigned __int128;
  const bool negative = sen_ < 0;
  const Unsigned magnitude =
      negative ? Unsigned{0} - static_cast<Unsigned>(sen_) : static_cast<Unsigned>(sen_);
  const auto sen = static_cast<unsigned>(magnitude % 100);
  std::string text = fmt::format("{}{}", negative ? "-" : "", magnitude / 100);
  if (sen != 0) text += fmt::format(".{:02}", sen);
  return text;
}

Result<Money> ParseAmount(std::string_view text) {
  if (text.empty()) return BadAmount(text, "is empty");
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view decimals;
  if (point != std::string_view::npos) {
    decimals = text.substr(point + 1);
    if (whole.empty()) return BadAmount(text, "has no digit before the point");
    if (decimals.empty()) return BadAmount(text, "has no digit behind the point");
  }
  for (std::string_view part : {whole, decimals}) {
    for (char c : part) {
      if (!IsDigit(c)) return BadAmount(text, "has characters other than digits and one point");
    }
  }
  if (decimals.size() > 2) return BadAmount(text, "has more than two decimals");
  Int128 sen = 0;
  for (char c : whole) {
    sen = sen * 10 + (c - '0') * kSenPerRupiah;
    if (sen > kMaxAmount.sen()) return BadAmount(text, "is too large");
  }
  int unit = 10;
  for (char c : decimals) {
    sen += (c - '0') * unit;
    unit /= 10;
  }
  if (sen == 0) return BadAmount(text, "is zero");
  if (sen > kMaxAmount.sen()) return BadAmount(text, "is too large");
  return Money::FromSen(sen);
}

Money RoundedShare(Money amount, int64_t numerator, int64_t denominator) {
  IURAN_CHECK(amount.sen() >= 0 && numerator >= 0 && denominator > 0,
              "a rounded share is of an amount, not of a debt");
  // Half up to whole rupiah: floor(exact + 1/2), with the exact share as one fraction of sen.
  const Int128 whole = CheckedProduct(kSenPerRupiah, denominator);
  const Int128 exact = CheckedProduct(amount.sen(), numerator);
  Int128 rounded = exact / whole;
  if (exact % whole >= whole - whole / 2) ++rounded;
  return Money::FromSen(CheckedProduct(rounded, kSenPerRupiah));
}

}  // namespace iuran::events
