// The checks behind the codec; see the header.
#include "events/validity.h"

namespace iuran::events {
namespace {

constexpr ProgramSet AllPrograms() {
  ProgramSet all;
  for (Program program : kAllPrograms) all.Add(program);
  return all;
}

std::string_view FaultOfIdText(std::string_view text) {
  return CheckIdText(text) ? "" : "an identifier does not have the form of one";
}

template <typename Tag>
std::string_view FaultOfId(const Id<Tag>& id) {
  return FaultOfIdText(id.text());
}

template <typename Tag>
std::string_view FaultOfOptionalId(const Id<Tag>& id) {
  return id.empty() ? "" : FaultOfId(id);
}

std::string_view FaultOfPrograms(ProgramSet programs) {
  if (programs.empty()) return "its set of programmes is empty";
  return (programs.bits() & ~AllPrograms().bits()) == 0 ? "" : "it names an unknown programme";
}

template <typename Enum>
std::string_view FaultOfWord(Enum word, Enum last) {
  return word <= last ? "" : "a word is not one of its closed list";
}

// A sum of amounts, or none.
std::string_view FaultOfSum(Money sum) {
  return sum >= Money() && sum.sen() <= INT64_MAX ? "" : "a sum is not within what a record holds";
}

std::string_view FaultOfRisk(const std::optional<uint8_t>& risk) {
  return !risk || (*risk >= 1 && *risk <= 5) ? "" : "its risk class is not one of 1 to 5";
}

// The first fault that is one.
std::string_view FirstOf(std::initializer_list<std::string_view> faults) {
  for (std::string_view fault : faults) {
    if (!fault.empty()) return fault;
  }
  return "";
}

std::string_view FaultOfAttributeValue(const AttributeValue& value) {
  struct Fault {
    std::string_view operator()(Money income) const { return FaultOfAmount(income.sen()); }
    std::string_view operator()(ProgramSet programs) const { return FaultOfPrograms(programs); }
    std::string_view operator()(Sector sector) const {
      return FaultOfWord(sector, Sector::kTransport);
    }
    std::string_view operator()(Payer payer) const { return FaultOfWord(payer, Payer::kState); }
    std::string_view operator()(const GroupId& group) const { return FaultOfOptionalId(group); }
    std::string_view operator()(const std::string& region) const { return FaultOfText(region); }
  };
  return std::visit(Fault{}, value);
}

struct FaultOfFact {
  std::string_view operator()(const LedgerOpened& fact) const {
    return FirstOf(
        {FaultOfText(fact.time_zone), FaultOfText(fact.currency), FaultOfText(fact.verifier_key)});
  }
  std::string_view operator()(const SchemeEnacted& fact) const { return FaultOfId(fact.scheme); }
  std::string_view operator()(const GroupRegistered& fact) const {
    return FirstOf({FaultOfId(fact.group), FaultOfWord(fact.kind, GroupKind::kAgency),
                    FaultOfText(fact.name), FaultOfText(fact.region), FaultOfRisk(fact.risk)});
  }
  std::string_view operator()(const MemberEnrolled& fact) const {
    const Attributes& attributes = fact.attributes;
    return FirstOf(
        {FaultOfId(fact.member), FaultOfId(fact.scheme), FaultOfMonth(fact.from),
         FaultOfOptionalId(attributes.group), FaultOfText(attributes.region),
         FaultOfAmount(attributes.income.sen()), FaultOfWord(attributes.sector, Sector::kTransport),
         FaultOfWord(attributes.payer, Payer::kState), FaultOfPrograms(attributes.programs)});
  }
  std::string_view operator()(const AttributeChanged& fact) const {
    if (fact.value.index() != static_cast<size_t>(fact.attribute)) {
      return "its value is not of the attribute it names";
    }
    return FirstOf({FaultOfId(fact.member), FaultOfMonth(fact.from),
                    FaultOfAttributeValue(fact.value), FaultOfText(fact.reason)});
  }
  std::string_view operator()(const MemberExited& fact) const {
    return FirstOf({FaultOfId(fact.member), fact.last_day ? FaultOfDay(*fact.last_day) : "",
                    FaultOfText(fact.reason)});
  }
  std::string_view operator()(const RemittanceReceived& fact) const {
    return FirstOf({FaultOfId(fact.remittance), FaultOfDay(fact.received_on),
                    FaultOfText(fact.account), FaultOfAmount(fact.amount.sen()),
                    FaultOfIdText(fact.payer), FaultOfText(fact.channel),
                    FaultOfText(fact.bank_reference), FaultOfSum(fact.list_total)});
  }
  std::string_view operator()(const PaymentReceived& fact) const {
    return FirstOf({FaultOfId(fact.payment), FaultOfId(fact.member), FaultOfDay(fact.paid_on),
                    FaultOfAmount(fact.amount.sen()), FaultOfOptionalId(fact.remittance),
                    FaultOfWord(fact.purpose, Purpose::kPenalty), FaultOfText(fact.channel)});
  }
  std::string_view operator()(const PaymentReversed& fact) const {
    return FirstOf({FaultOfId(fact.payment), FaultOfId(fact.member), FaultOfDay(fact.reversed_on),
                    FaultOfText(fact.reason)});
  }
  std::string_view operator()(const PersonForgotten& fact) const {
    return FirstOf({FaultOfId(fact.member), FaultOfText(fact.reason)});
  }
  std::string_view operator()(const EventsLost& fact) const {
    if ((fact.acknowledged > 0) != fact.root.has_value()) {
      return "it has a number of events without their root, or a root alone";
    }
    return FaultOfText(fact.reason);
  }
  std::string_view operator()(const PersonalDataCorrected& fact) const {
    return FirstOf({FaultOfId(fact.member), FaultOfText(fact.reason)});
  }
  std::string_view operator()(const CreditRefunded& fact) const {
    return FirstOf({FaultOfId(fact.refund), FaultOfId(fact.member), FaultOfDay(fact.refunded_on),
                    FaultOfAmount(fact.amount.sen()), FaultOfText(fact.account),
                    FaultOfText(fact.reason)});
  }
  std::string_view operator()(const PenaltyWaived& fact) const {
    return FirstOf({FaultOfId(fact.waiver), FaultOfId(fact.member), FaultOfDay(fact.waived_on),
                    FaultOfAmount(fact.amount.sen()), FaultOfText(fact.reason)});
  }
  std::string_view operator()(const RemittanceReturned& fact) const {
    return FirstOf({FaultOfId(fact.returned), FaultOfId(fact.remittance),
                    FaultOfDay(fact.returned_on), FaultOfAmount(fact.amount.sen()),
                    FaultOfText(fact.account), FaultOfText(fact.reason)});
  }
  std::string_view operator()(const PaymentListHeld& fact) const {
    return FirstOf({FaultOfId(fact.remittance), FaultOfSum(fact.total), FaultOfText(fact.problem)});
  }
  std::string_view operator()(const MonthClosed& fact) const {
    const MonthTotals& t = fact.totals;
    if (fact.known == 0) return "it closes a month before anything was known";
    const Money sum =
        t.bank + t.collections + t.receivable + t.income + t.liabilities_to_members + t.unallocated;
    return sum.IsZero() ? FaultOfMonth(fact.month) : "its trial balance does not sum to zero";
  }
  std::string_view operator()(const ChangeProposed& fact) const {
    return FirstOf({FaultOfText(fact.id), std::visit(*this, fact.fact)});
  }
  std::string_view operator()(const ProposalDeclined& fact) const {
    return FirstOf({FaultOfText(fact.id), FaultOfText(fact.reason)});
  }
};

}  // namespace

std::string_view FaultOfText(std::string_view text) {
  return text.size() <= kMaxTextBytes ? "" : "one of its texts is longer than 4 KiB";
}

std::string_view FaultOfAmount(Int128 sen) {
  return sen > 0 && sen <= kMaxAmount.sen() ? "" : "its amount is not within what a row may carry";
}

std::string_view FaultOfDay(Day day) {
  return day >= kFirstDay && day <= kLastDay ? "" : "a day is not within the years 1 to 9999";
}

std::string_view FaultOfMonth(Month month) {
  return month >= kFirstMonth && month <= kLastMonth ? ""
                                                     : "a month is not within the years 1 to 9999";
}

std::string_view FaultOf(const Event& event) {
  const Envelope& envelope = event.envelope;
  if (envelope.recorded_at < kFirstTime || envelope.recorded_at > kLastTime) {
    return "the time it was recorded at is not within the years 1 to 9999";
  }
  if (envelope.corrects && *envelope.corrects >= envelope.position) {
    return "it corrects an event that does not stand before it";
  }
  if (envelope.proposal && *envelope.proposal >= envelope.position) {
    return "it carries out a proposal that does not stand before it";
  }
  if (envelope.proposal && envelope.approver.empty()) {
    return "it carries out a proposal that nobody approved";
  }
  if (envelope.approver.size() > kMaxApproverBytes) return "the approver's name is too long";
  if (envelope.adjusts) {
    if (auto fault = FaultOfMonth(*envelope.adjusts); !fault.empty()) return fault;
  }
  return FirstOf({FaultOfDay(envelope.day), FaultOfText(envelope.author),
                  FaultOfText(envelope.source.channel), FaultOfText(envelope.idempotency_key),
                  std::visit(FaultOfFact{}, event.body)});
}

}  // namespace iuran::events
