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
    return fmt::format("From {}: {} {}.", fact.from.ToString(), Name(fact.attribute),
                       OfValue(fact.value));
  }
  std::string operator()(const MemberExited& fact) const {
    return fact.last_day ? fmt::format("Leaves; {} is the last day.", fact.last_day->ToString())
                         : "The exit is withdrawn.";
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
};

}  // namespace

std::string Grouped(Money amount) { return GroupDigits(amount.ToString()); }
std::string Grouped(int64_t count) { return GroupDigits(std::to_string(count)); }

std::string InWords(const Body& body) { return std::visit(Teller{}, body); }

}  // namespace iuran::events
