// Requests out of facts: the reverse of what decide*.cc makes of them.
#include "ledger/rules/recorded_request.h"

namespace iuran::rules {
namespace {

struct Reverse {
  using Found = std::optional<Request>;

  Found operator()(const LedgerOpened& /*fact*/) const { return std::nullopt; }
  Found operator()(const EventsLost& /*fact*/) const { return std::nullopt; }
  Found operator()(const SchemeEnacted& fact) const {
    return EnactScheme{fact.scheme, fact.document};
  }
  Found operator()(const GroupRegistered& fact) const {
    return RegisterGroup{fact.group, fact.kind, fact.name, fact.region, fact.risk};
  }
  Found operator()(const MemberEnrolled& fact) const {
    return EnrolMember{fact.member, fact.scheme, fact.from, fact.attributes, {}};
  }
  Found operator()(const AttributeChanged& fact) const {
    return ChangeAttribute{fact.member, fact.attribute, fact.from, fact.value, fact.reason};
  }
  Found operator()(const MemberExited& fact) const {
    return ChangeExit{fact.member, fact.last_day, fact.reason};
  }
  Found operator()(const RemittanceReceived& fact) const {
    return ReceiveRemittance{fact.remittance,     fact.received_on, fact.account,
                             fact.amount,         fact.payer,       fact.channel,
                             fact.bank_reference, fact.list_count,  fact.list_total};
  }
  Found operator()(const PaymentReceived& fact) const {
    return ReceivePayment{fact.payment,    fact.paid_on, fact.member, fact.amount,
                          fact.remittance, fact.purpose, fact.channel};
  }
  Found operator()(const PaymentReversed& fact) const {
    return ReversePayment{fact.payment, fact.reversed_on, fact.reason};
  }
  Found operator()(const PersonForgotten& fact) const {
    return ForgetPerson{fact.member, fact.reason};
  }
  // Without the data, which are sealed.
  Found operator()(const PersonalDataCorrected& fact) const {
    return CorrectPerson{fact.member, {}, fact.reason};
  }
  Found operator()(const PaymentListHeld& fact) const {
    return HoldList{fact.remittance, fact.payments, fact.total, fact.problem};
  }
  Found operator()(const CreditRefunded& fact) const {
    return RefundCredit{fact.refund, fact.member,  fact.refunded_on,
                        fact.amount, fact.account, fact.reason};
  }
  Found operator()(const PenaltyWaived& fact) const {
    return WaivePenalty{fact.waiver, fact.member, fact.waived_on, fact.amount, fact.reason};
  }
  Found operator()(const RemittanceReturned& fact) const {
    return ReturnRemittance{fact.returned, fact.remittance, fact.returned_on,
                            fact.amount,   fact.account,    fact.reason};
  }
  Found operator()(const MonthClosed& fact) const { return CloseMonth{fact}; }
  Found operator()(const ChangeProposed& proposed) const { return RecordedRequest(proposed.fact); }
  Found operator()(const ProposalDeclined& fact) const {
    return DeclineProposal{fact.id, fact.reason};
  }
};

}  // namespace

std::optional<Request> RecordedRequest(const Body& body) { return std::visit(Reverse(), body); }

Request RecordedRequest(const ProposedFact& fact) { return *std::visit(Reverse(), fact); }

}  // namespace iuran::rules
