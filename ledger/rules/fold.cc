// The fold: what one event does to one timeline. Pure; touches nothing else.
#include "ledger/rules/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

namespace iuran::rules {
namespace {

tl::unexpected<Error> DoesNotFit(Position position, std::string_view what) {
  return Fail(ErrorCode::kLedgerDamaged,
              fmt::format("The event at position {} {}.", position.value, what));
}

Result<void> NotEnrolled(Position position) {
  return DoesNotFit(position, "is of a member who was not enrolled before it");
}

// The risk class of a group that a member is put into, 0 for none.
Result<uint8_t> RiskOf(const Envelope& envelope, const GroupId& group, const RiskOfGroup& risk_of) {
  if (group.empty()) return uint8_t{0};
  const std::optional<uint8_t> risk = risk_of(group, envelope.position);
  if (risk) return *risk;
  return DoesNotFit(envelope.position, "names a group that was not registered before it");
}

Result<void> Fold(const Envelope& envelope, const MemberEnrolled& fact, const RiskOfGroup& risk_of,
                  Timeline& timeline) {
  if (!timeline.member.empty()) {
    return DoesNotFit(envelope.position, "enrols under a member number that is taken");
  }
  if (fact.member.empty()) return DoesNotFit(envelope.position, "enrols a member without an id");
  IURAN_ASSIGN(const uint8_t risk, RiskOf(envelope, fact.attributes.group, risk_of));
  timeline.member = fact.member;
  timeline.number = fact.number;
  timeline.scheme = fact.scheme;
  timeline.enrolled_at = envelope.position;
  timeline.from = fact.from;
  timeline.attributes = InForce(fact.attributes, risk);
  return {};
}

Result<void> Fold(const Envelope& envelope, const AttributeChanged& fact,
                  const RiskOfGroup& risk_of, Timeline& timeline) {
  if (fact.value.index() != static_cast<size_t>(fact.attribute)) {
    return DoesNotFit(envelope.position, "changes an attribute to a value of another one");
  }
  uint8_t risk = 0;
  if (const auto* group = std::get_if<GroupId>(&fact.value)) {
    IURAN_ASSIGN(risk, RiskOf(envelope, *group, risk_of));
  }
  timeline.changes.push_back({envelope.position, fact.attribute, fact.from, fact.value, risk});
  return {};
}

Result<void> Fold(const Envelope& envelope, const MemberExited& fact, const RiskOfGroup&,
                  Timeline& timeline) {
  timeline.exits.push_back({envelope.position, fact.last_day});
  return {};
}

Result<void> Fold(const Envelope& envelope, const PaymentReversed&, const RiskOfGroup&,
                  Timeline& timeline) {
  const auto paid =
      std::find_if(timeline.payments.begin(), timeline.payments.end(), [&](const auto& payment) {
        return envelope.corrects && payment.position == *envelope.corrects;
      });
  if (paid == timeline.payments.end()) {
    return DoesNotFit(envelope.position, "reverses a payment that the member did not make");
  }
  if (paid->void_from.value != kNever) {
    return DoesNotFit(envelope.position, "reverses a payment that was reversed before");
  }
  paid->void_from = envelope.position;
  return {};
}

Result<void> Fold(const Envelope& envelope, const PaymentReceived& fact, const RiskOfGroup&,
                  Timeline& timeline) {
  AddPayment({envelope.position, Position{kNever}, fact.paid_on, fact.amount.Sen64(),
              KindOf(fact.purpose)},
             timeline);
  return {};
}

Result<void> Fold(const Envelope& envelope, const CreditRefunded& fact, const RiskOfGroup&,
                  Timeline& timeline) {
  AddPayment({envelope.position, Position{kNever}, fact.refunded_on, fact.amount.Sen64(),
              AmountKind::kRefund},
             timeline);
  return {};
}

Result<void> Fold(const Envelope& envelope, const PenaltyWaived& fact, const RiskOfGroup&,
                  Timeline& timeline) {
  AddPayment({envelope.position, Position{kNever}, fact.waived_on, fact.amount.Sen64(),
              AmountKind::kWaiver},
             timeline);
  return {};
}

// Personal data lie in the vault; a timeline has none of them to forget or to correct.
Result<void> Fold(const Envelope&, const PersonForgotten&, const RiskOfGroup&, Timeline&) {
  return {};
}
Result<void> Fold(const Envelope&, const PersonalDataCorrected&, const RiskOfGroup&, Timeline&) {
  return {};
}

// The facts of a member carry the member's number.
template <typename Fact>
concept OfMember = requires(const Fact& fact) {
  fact.number;
};

}  // namespace

Result<void> FoldMember(const Event& event, const RiskOfGroup& risk_of, Timeline& timeline) {
  return std::visit(
      [&](const auto& fact) -> Result<void> {
        using Fact = std::decay_t<decltype(fact)>;
        if constexpr (OfMember<Fact>) {
          if (!std::is_same_v<Fact, MemberEnrolled> && timeline.member.empty()) {
            return NotEnrolled(event.envelope.position);
          }
          return Fold(event.envelope, fact, risk_of, timeline);
        } else {
          CheckFailed(__FILE__, __LINE__, "OfMember<Fact>", "only events of a member are folded");
        }
      },
      event.body);
}

Result<void> CheckEnrolled(Position position, const Timeline& timeline) {
  return timeline.member.empty() ? NotEnrolled(position) : Result<void>();
}

void AddPayment(const TimelinePayment& payment, Timeline& timeline) {
  auto& all = timeline.payments;
  if (all.size() == all.capacity()) all.reserve(std::max<size_t>(8, 2 * all.size()));
  all.push_back(payment);
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

}  // namespace iuran::rules
