#include "events/words.h"

#include <fmt/format.h>

namespace iuran::events {
namespace {

// Groups the whole part of a number in threes.
std::string GroupDigits(std::string text) {
  const size_t point = std::min(text.find('.'), text.size());
  const size_t first = text.starts_with('-') ? 1 : 0;
  for (size_t at = point; at > first + 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string OfValue(const AttributeValue& value) {
  if (const Money* income = std::get_if<Money>(&value)) return Grouped(*income);
  const std::string text = ToString(value);
  return text.empty() ? "none" : text;
}

std::string Because(const std::string& reason) { return reason.empty() ? "" : ", " + reason; }

struct Teller {
  std::string operator()(const LedgerOpened& fact) const {
    return fmt::format("The ledger was opened, with the days of {}{}.", fact.time_zone,
                       fact.verifier_key.empty() ? "" : " and the key " + fact.verifier_key);
  }
  std::string operator()(const SchemeEnacted& fact) const {
    return fmt::format("A document of scheme {} came into force.", fact.scheme.text());
  }
  std::string operator()(const GroupRegistered& fact) const {
    return fmt::format("Registered as {}{}: {}.", Name(fact.kind),
                       fact.region.empty() ? "" : " in " + fact.region, fact.name);
  }
  std::string operator()(const MemberEnrolled& fact) const {
    const Attributes& is = fact.attributes;
    return fmt::format("Enrolled in {} from {}: {}, income {}, sector {}, paid by {}, {}.",
                       fact.scheme.text(), fact.from.ToString(), ToString(is.programs),
                       Grouped(is.income), Name(is.sector), Name(is.payer),
                       is.group.empty() ? "no group" : "group " + is.group.text());
  }
  std::string operator()(const AttributeChanged& fact) const {
    return fmt::format("From {}: {} {}{}.", fact.from.ToString(), Name(fact.attribute),
                       OfValue(fact.value), Because(fact.reason));
  }
  std::string operator()(const MemberExited& fact) const {
    const std::string reason = Because(fact.reason);
    return fact.last_day
               ? fmt::format("Leaves; {} is the last day{}.", fact.last_day->ToString(), reason)
               : fmt::format("The exit is withdrawn{}.", reason);
  }
  std::string operator()(const RemittanceReceived& fact) const {
    return fmt::format("{} sent {} to account {} (remittance {}).", fact.payer,
                       Grouped(fact.amount), fact.account, fact.remittance.text());
  }
  std::string operator()(const PaymentReceived& fact) const {
    return fmt::format(
        "Paid {}{} (payment {}{}).", Grouped(fact.amount),
        fact.purpose == Purpose::kPenalty ? " as penalty" : "", fact.payment.text(),
        fact.remittance.empty() ? "" : ", from remittance " + fact.remittance.text());
  }
  std::string operator()(const PaymentReversed& fact) const {
    return fmt::format("Payment {} is reversed: {}.", fact.payment.text(),
                       fact.reason.empty() ? "no reason given" : fact.reason);
  }
  std::string operator()(const PersonForgotten& fact) const {
    return fmt::format("The personal data was destroyed: {}.",
                       fact.reason.empty() ? "no reason given" : fact.reason);
  }
  std::string operator()(const EventsLost& fact) const {
    return fmt::format("Events are lost from here on; {} had been acknowledged: {}.",
                       fact.acknowledged > 0 ? Grouped(static_cast<int64_t>(fact.acknowledged))
                                             : "nobody knows how many",
                       fact.reason.empty() ? "no reason given" : fact.reason);
  }
  std::string operator()(const PersonalDataCorrected& fact) const {
    return fmt::format("The personal data was corrected: {}.", fact.reason);
  }
  std::string operator()(const CreditRefunded& fact) const {
    return fmt::format("Refunded {} of credit from account {} (refund {}): {}.",
                       Grouped(fact.amount), fact.account, fact.refund.text(), fact.reason);
  }
  std::string operator()(const PenaltyWaived& fact) const {
    return fmt::format("Waived {} of penalty (waiver {}): {}.", Grouped(fact.amount),
                       fact.waiver.text(), fact.reason);
  }
  std::string operator()(const RemittanceReturned& fact) const {
    return fmt::format("Returned {} of remittance {} from account {} (return {}): {}.",
                       Grouped(fact.amount), fact.remittance.text(), fact.account,
                       fact.returned.text(), fact.reason);
  }
  std::string operator()(const PaymentListHeld& fact) const {
    return fmt::format("A list of {} payments for {} from remittance {} is held. {}",
                       Grouped(int64_t{fact.payments}), Grouped(fact.total), fact.remittance.text(),
                       fact.problem);
  }
  std::string operator()(const MonthClosed& fact) const {
    return fmt::format("{} is closed as known from {} events: {} members, arrears {}.",
                       fact.month.ToString(), Grouped(static_cast<int64_t>(fact.known)),
                       Grouped(int64_t{fact.totals.members}), Grouped(fact.totals.arrears));
  }
  std::string operator()(const ChangeProposed& proposed) const {
    return fmt::format("Proposed ({}), for another person to approve: {}", proposed.id,
                       std::visit(*this, proposed.fact));
  }
  std::string operator()(const ProposalDeclined& fact) const {
    return fmt::format("Proposal {} is declined: {}.", fact.id, fact.reason);
  }
};

}  // namespace

std::string Grouped(Money amount) { return GroupDigits(amount.ToString()); }
std::string Grouped(int64_t count) { return GroupDigits(std::to_string(count)); }

std::string InWords(const Body& body) { return std::visit(Teller{}, body); }

}  // namespace iuran::events
