// The fold: what one event does to one timeline. Pure; touches nothing else.
#include "projections/accounts.h"

#include <fmt/format.h>

#include <algorithm>

namespace iuran::projections {
namespace {

using rules::Timeline;
using rules::TimelinePayment;

tl::unexpected<Error> DoesNotFit(Position position, std::string_view what) {
  return Fail(ErrorCode::kLedgerDamaged,
              fmt::format("The event at position {} {}.", position.value, what));
}

Result<void> NotEnrolled(Position position) {
  return DoesNotFit(position, "is of a member who was not enrolled before it");
}

Result<void> Fold(const Envelope& envelope, const MemberEnrolled& fact, Timeline& timeline) {
  if (!timeline.member.empty()) {
    return DoesNotFit(envelope.position, "enrols under a member number that is taken");
  }
  if (fact.member.empty()) return DoesNotFit(envelope.position, "enrols a member without an id");
  timeline.member = fact.member;
  timeline.number = fact.number;
  timeline.scheme = fact.scheme;
  timeline.enrolled_at = envelope.position;
  timeline.from = fact.from;
  timeline.attributes = fact.attributes;
  return {};
}

Result<void> Fold(const Envelope& envelope, const AttributeChanged& fact, Timeline& timeline) {
  if (fact.value.index() != static_cast<size_t>(fact.attribute)) {
    return DoesNotFit(envelope.position, "changes an attribute to a value of another one");
  }
  timeline.changes.push_back({envelope.position, fact.attribute, fact.from, fact.value});
  return {};
}

Result<void> Fold(const Envelope& envelope, const MemberExited& fact, Timeline& timeline) {
  timeline.exits.push_back({envelope.position, fact.last_day});
  return {};
}

Result<void> Fold(const Envelope& envelope, const PaymentReversed&, Timeline& timeline) {
  const auto paid =
      std::find_if(timeline.payments.begin(), timeline.payments.end(), [&](const auto& payment) {
        return envelope.corrects && payment.position == *envelope.corrects;
      });
  if (paid == timeline.payments.end()) {
    return DoesNotFit(envelope.position, "reverses a payment that the member did not make");
  }
  if (paid->void_from.value != rules::kNever) {
    return DoesNotFit(envelope.position, "reverses a payment that was reversed before");
  }
  paid->void_from = envelope.position;
  return {};
}

Result<void> Fold(const Envelope& envelope, const PaymentReceived& fact, Timeline& timeline) {
  return FoldPayment(
      {envelope.position, fact.number, fact.paid_on, fact.amount.Sen64(), fact.purpose}, timeline);
}

// Personal data lie in the vault; a timeline has none of them to forget.
Result<void> Fold(const Envelope&, const PersonForgotten&, Timeline&) { return {}; }

// The facts of a member carry the member's number.
template <typename Fact>
concept OfMember = requires(const Fact& fact) {
  fact.number;
};

}  // namespace

std::string MemberStream(const MemberId& member) { return "member/" + member.text(); }

std::optional<MemberNumber> MemberOf(const Event& event) {
  return std::visit(
      [](const auto& fact) -> std::optional<MemberNumber> {
        if constexpr (OfMember<std::decay_t<decltype(fact)>>) return fact.number;
        return std::nullopt;
      },
      event.body);
}

Result<void> FoldMember(const Event& event, Timeline& timeline) {
  return std::visit(
      [&](const auto& fact) -> Result<void> {
        using Fact = std::decay_t<decltype(fact)>;
        if constexpr (OfMember<Fact>) {
          if (!std::is_same_v<Fact, MemberEnrolled> && timeline.member.empty()) {
            return NotEnrolled(event.envelope.position);
          }
          return Fold(event.envelope, fact, timeline);
        } else {
          CheckFailed(__FILE__, __LINE__, "OfMember<Fact>", "only events of a member are folded");
        }
      },
      event.body);
}

Result<void> FoldPayment(const PaymentFact& payment, Timeline& timeline) {
  if (timeline.member.empty()) return NotEnrolled(payment.position);
  TimelinePayment paid;
  paid.position = payment.position;
  paid.paid_on = payment.paid_on;
  paid.amount_sen = payment.amount_sen;
  paid.purpose = payment.purpose;
  auto& all = timeline.payments;
  if (all.size() == all.capacity()) all.reserve(std::max<size_t>(8, 2 * all.size()));
  all.push_back(paid);
  return {};
}

// Most payments are recorded in the order they were made, so most are in their place.
void OrderPayments(Timeline& timeline) {
  const auto before = [](const TimelinePayment& a, const TimelinePayment& b) {
    return a.paid_on != b.paid_on ? a.paid_on < b.paid_on : a.position < b.position;
  };
  auto& all = timeline.payments;
  const auto out_of_place = std::is_sorted_until(all.begin(), all.end(), before);
  std::sort(out_of_place, all.end(), before);
  std::inplace_merge(all.begin(), out_of_place, all.end(), before);
}

}  // namespace iuran::projections
