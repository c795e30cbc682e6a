// Requests out of facts: the reverse of what ledger/rules/decide.cc makes of them.
#include "ledger/recorded_request.h"

namespace iuran::ledger {

using namespace events;

namespace {

struct Reverse {
  using Found = std::optional<rules::Request>;

  Found operator()(const LedgerOpened& /*fact*/) const { return std::nullopt; }
  Found operator()(const EventsLost& /*fact*/) const { return std::nullopt; }
  Found operator()(const SchemeEnacted& fact) const {
    return rules::EnactScheme{fact.scheme, fact.document};
  }
  Found operator()(const GroupRegistered& fact) const {
    return rules::RegisterGroup{fact.group, fact.kind, fact.name, fact.region, fact.risk};
  }
  Found operator()(const MemberEnrolled& fact) const {
    return rules::EnrolMember{fact.member, fact.scheme, fact.from, fact.attributes, {}};
  }
  Found operator()(const AttributeChanged& fact) const {
    return rules::ChangeAttribute{fact.member, fact.attribute, fact.from, fact.value};
  }
  Found operator()(const MemberExited& fact) const {
    return rules::ChangeExit{fact.member, fact.last_day};
  }
  Found operator()(const RemittanceReceived& fact) const {
    return rules::ReceiveRemittance{fact.remittance,    fact.received_on, fact.account,
                                    fact.amount,        fact.payer,       fact.channel,
                                    fact.bank_reference};
  }
  Found operator()(const PaymentReceived& fact) const {
    return rules::ReceivePayment{fact.payment,    fact.paid_on, fact.member, fact.amount,
                                 fact.remittance, fact.purpose, fact.channel};
  }
  Found operator()(const PaymentReversed& fact) const {
    return rules::ReversePayment{fact.payment, fact.reversed_on, fact.reason};
  }
  Found operator()(const PersonForgotten& fact) const {
    return rules::ForgetPerson{fact.member, fact.reason};
  }
};

}  // namespace

std::optional<rules::Request> RecordedRequest(const Body& body) {
  return std::visit(Reverse(), body);
}

}  // namespace iuran::ledger
