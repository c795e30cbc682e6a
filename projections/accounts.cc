// What of an event concerns which account; the fold itself is rules::FoldMember.
#include "projections/accounts.h"

#include "ledger/rules/fold.h"

namespace iuran::projections {
namespace {

using rules::Timeline;

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

GroupInfo InfoOf(const Envelope& envelope, const GroupRegistered& fact) {
  return {envelope.position, fact.kind, fact.name, fact.region, fact.risk};
}

const GroupId* GroupOf(const Event& event) {
  const GroupId* group = nullptr;
  if (const auto* enrolled = std::get_if<MemberEnrolled>(&event.body)) {
    group = &enrolled->attributes.group;
  } else if (const auto* changed = std::get_if<AttributeChanged>(&event.body)) {
    group = std::get_if<GroupId>(&changed->value);
  }
  return group != nullptr && group->empty() ? nullptr : group;
}

Result<void> FoldMember(const Event& event, const Groups& groups, Timeline& timeline) {
  const auto risk_of = [&groups](const GroupId& group, Position at) -> std::optional<uint8_t> {
    const auto found = groups.find(group);
    if (found == groups.end() || found->second.registered_at >= at) return std::nullopt;
    return found->second.risk.value_or(0);
  };
  return rules::FoldMember(event, risk_of, timeline);
}

Result<void> FoldPayment(const PaymentFact& payment, Timeline& timeline) {
  IURAN_TRY(rules::CheckEnrolled(payment.position, timeline));
  rules::TimelinePayment paid;
  paid.position = payment.position;
  paid.paid_on = payment.paid_on;
  paid.amount_sen = payment.amount_sen;
  paid.kind = rules::KindOf(payment.purpose);
  rules::AddPayment(paid, timeline);
  return {};
}

}  // namespace iuran::projections
