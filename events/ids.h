// Identifiers that cannot be mixed up.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "events/error.h"

namespace iuran::events {

// Opaque text of 1-64 printable ASCII characters without spaces at the ends, compared byte for byte
// (rulebook 1). An empty Id stands for "none" where a field is optional, and nowhere else.
template <typename Tag>
class Id {
 public:
  Id() = default;
  // The caller answers for the form: text from outside goes through ParseId.
  explicit Id(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  std::string text_;
};

using MemberId = Id<struct MemberTag>;
using GroupId = Id<struct GroupTag>;
using PaymentId = Id<struct PaymentTag>;
using RemittanceId = Id<struct RemittanceTag>;
using SchemeId = Id<struct SchemeTag>;
using RefundId = Id<struct RefundTag>;
using WaiverId = Id<struct WaiverTag>;
using ReturnId = Id<struct ReturnTag>;

// Whether `text` has the form rulebook 1 asks of an identifier; the error says what is wrong.
Result<void> CheckIdText(std::string_view text);

template <typename IdType>
Result<IdType> ParseId(std::string_view text) {
  if (auto ok = CheckIdText(text); !ok) return tl::unexpected<Error>(std::move(ok.error()));
  return IdType(std::string(text));
}

// The number of an event in the log, from 0, without gaps.
struct Position {
  uint64_t value = 0;
  friend constexpr auto operator<=>(Position, Position) = default;
  friend constexpr Position operator+(Position p, uint64_t n) { return Position{p.value + n}; }
};

// Dense number of a member, from 0 in order of enrolment, so that folds index arrays.
struct MemberNumber {
  uint32_t value = 0;
  friend constexpr auto operator<=>(MemberNumber, MemberNumber) = default;
};

}  // namespace iuran::events

template <typename Tag>
struct std::hash<iuran::events::Id<Tag>> {
  size_t operator()(const iuran::events::Id<Tag>& id) const noexcept {
    return std::hash<std::string>()(id.text());
  }
};
