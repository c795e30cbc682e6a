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

// The risk class of a group that a member is put into, 0 for none.
Result<uint8_t> RiskOf(const Envelope& envelope, const GroupId& group, const Groups& groups) {
  if (group.empty()) return uint8_t{0};
  const auto found = groups.find(group);
  if (found == groups.end() || found->second.registered_at >= envelope.position) {
    return DoesNotFit(envelope.position, "names a group that was not registered before it");
  }
  return found->second.risk.value_or(0);
}

Result<void> Fold(const Envelope& envelope, const MemberEnrolled& fact, const Groups& groups,
                  Timeline& timeline) {
  if (!timeline.member.empty()) {
    return DoesNotFit(envelope.position, "enrols under a member number that is taken");
  }
  if (fact.member.empty()) return DoesNotFit(envelope.position, "enrols a member without an id");
  IURAN_ASSIGN(const uint8_t risk, RiskOf(envelope, fact.attributes.group, groups));
  timeline.member = fact.member;
  timeline.number = fact.number;
  timeline.scheme = fact.scheme;
  timeline.enrolled_at = envelope.position;
  timeline.from = fact.from;
  timeline.attributes = rules::InForce(fact.attributes, risk);
  return {};
}

Result<void> Fold(const Envelope& envelope, const AttributeChanged& fact, const Groups& groups,
                  Timeline& timeline) {
  if (fact.value.index() != static_cast<size_t>(fact.attribute)) {
    return DoesNotFit(envelope.position, "changes an attribute to a value of another one");
  }
  uint8_t risk = 0;
  if (const auto* group = std::get_if<GroupId>(&fact.value)) {
    IURAN_ASSIGN(risk, RiskOf(envelope, *group, groups));
  }
  timeline.changes.push_back({envelope.position, fact.attribute, fact.from, fact.value, risk});
  return {};
}

Result<void> Fold(const Envelope& envelope, const MemberExited& fact, const Groups&,
                  Timeline& timeline) {
  timeline.exits.push_back({envelope.position, fact.last_day});
  return {};
}

Result<void> Fold(const Envelope& envelope, const PaymentReversed&, const Groups&,
                  Timeline& timeline) {
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

Result<void> Fold(const Envelope& envelope, const PaymentReceived& fact, const Groups&,
                  Timeline& timeline) {
  return FoldPayment(
      {envelope.position, fact.number, fact.paid_on, fact.amount.Sen64(), fact.purpose}, timeline);
}

// Personal data lie in the vault; a timeline has none of them to forget.
Result<void> Fold(const Envelope&, const PersonForgotten&, const Groups&, Timeline&) { return {}; }

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
  return std::visit(
      [&](const auto& fact) -> Result<void> {
        using Fact = std::decay_t<decltype(fact)>;
        if constexpr (OfMember<Fact>) {
          if (!std::is_same_v<Fact, MemberEnrolled> && timeline.member.empty()) {
            return NotEnrolled(event.envelope.position);
          }
          return Fold(event.envelope, fact, groups, timeline);
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
