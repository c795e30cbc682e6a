// The canonical serialisation of requests, and its SHA-256. The serialisation is kept for ever:
// keys in old ledgers were stored with it. A new kind of request takes the next number.
#include "ledger/digest.h"

#include <algorithm>

#include "ledger/bytes.h"
#include "ledger/log/proof/hash.h"

namespace iuran::ledger {

using namespace events;

namespace {

void Put(std::string& out, const Attributes& attributes) {
  PutText(out, attributes.group.text());
  PutText(out, attributes.region);
  PutU64(out, static_cast<uint64_t>(attributes.income.Sen64()));
  PutU8(out, static_cast<uint8_t>(attributes.sector));
  PutU8(out, static_cast<uint8_t>(attributes.payer));
  PutU8(out, attributes.programs.bits());
}

void Put(std::string& out, const AttributeValue& value) { PutText(out, ToString(value)); }
void Put(std::string& out, Money money) { PutU64(out, static_cast<uint64_t>(money.Sen64())); }
void Put(std::string& out, Day day) { PutU32(out, static_cast<uint32_t>(day.number())); }
void Put(std::string& out, Month month) { PutU32(out, static_cast<uint32_t>(month.number())); }

void Serialise(std::string& out, const rules::EnactScheme& r) {
  PutU8(out, 1);
  PutText(out, r.scheme.text());
  PutText(out, r.document);
}
void Serialise(std::string& out, const rules::RegisterGroup& r) {
  PutU8(out, 2);
  PutText(out, r.group.text());
  PutU8(out, static_cast<uint8_t>(r.kind));
  PutText(out, r.name);
  PutText(out, r.region);
  PutU8(out, r.risk.value_or(0));
}
void Serialise(std::string& out, const rules::EnrolMember& r) {
  PutU8(out, 3);
  PutText(out, r.member.text());
  PutText(out, r.scheme.text());
  Put(out, r.from);
  Put(out, r.attributes);
}
void Serialise(std::string& out, const rules::ChangeAttribute& r) {
  PutU8(out, 4);
  PutText(out, r.member.text());
  PutU8(out, static_cast<uint8_t>(r.attribute));
  Put(out, r.from);
  Put(out, r.value);
}
void Serialise(std::string& out, const rules::ChangeExit& r) {
  PutU8(out, 5);
  PutText(out, r.member.text());
  PutU8(out, r.last_day ? 1 : 0);
  Put(out, r.last_day.value_or(Day()));
}
void Serialise(std::string& out, const rules::ReceiveRemittance& r) {
  PutU8(out, 6);
  PutText(out, r.remittance.text());
  Put(out, r.received_on);
  PutText(out, r.account);
  Put(out, r.amount);
  PutText(out, r.payer);
  PutText(out, r.channel);
  PutText(out, r.bank_reference);
  // What requests may say since they were first stored with a digest stands behind the rest, and
  // only where it is said.
  if (r.list_count == 0 && r.list_total.IsZero()) return;
  PutU32(out, r.list_count);
  Put(out, r.list_total);
}
void Serialise(std::string& out, const rules::ReceivePayment& r) {
  PutU8(out, 7);
  PutText(out, r.payment.text());
  Put(out, r.paid_on);
  PutText(out, r.member.text());
  Put(out, r.amount);
  PutText(out, r.remittance.text());
  PutU8(out, static_cast<uint8_t>(r.purpose));
  PutText(out, r.channel);
}
void Serialise(std::string& out, const rules::ReceiveList& r) {
  PutU8(out, 19);
  PutText(out, r.remittance.text());
  for (const rules::ReceiveList::Row& row : r.rows) Serialise(out, row.payment);
  PutU32(out, r.unreadable);
}
void Serialise(std::string& out, const rules::ReversePayment& r) {
  PutU8(out, 8);
  PutText(out, r.payment.text());
  Put(out, r.reversed_on);
  PutText(out, r.reason);
}
void Serialise(std::string& out, const rules::ForgetPerson& r) {
  PutU8(out, 9);
  PutText(out, r.member.text());
  PutText(out, r.reason);
}
void Serialise(std::string& out, const rules::CorrectPerson& r) {
  PutU8(out, 17);
  PutText(out, r.member.text());
}
void Serialise(std::string& out, const rules::HoldList& r) {
  PutU8(out, 18);
  PutText(out, r.remittance.text());
  PutU32(out, r.payments);
  Put(out, r.total);
  PutText(out, r.problem);
}
void Serialise(std::string& out, const rules::CorrectPayment& r) {
  PutU8(out, 10);
  PutText(out, r.payment.text());
  PutU8(out, static_cast<uint8_t>(r.value.index()));
  if (const auto* day = std::get_if<Day>(&r.value)) {
    Put(out, *day);
  } else {
    PutText(out, std::get<MemberId>(r.value).text());
  }
}
void Serialise(std::string& out, const rules::RefundCredit& r) {
  PutU8(out, 11);
  PutText(out, r.refund.text());
  PutText(out, r.member.text());
  Put(out, r.refunded_on);
  Put(out, r.amount);
  PutText(out, r.account);
  PutText(out, r.reason);
}
void Serialise(std::string& out, const rules::WaivePenalty& r) {
  PutU8(out, 12);
  PutText(out, r.waiver.text());
  PutText(out, r.member.text());
  Put(out, r.waived_on);
  Put(out, r.amount);
  PutText(out, r.reason);
}
void Serialise(std::string& out, const rules::ReturnRemittance& r) {
  PutU8(out, 13);
  PutText(out, r.returned.text());
  PutText(out, r.remittance.text());
  Put(out, r.returned_on);
  Put(out, r.amount);
  PutText(out, r.account);
  PutText(out, r.reason);
}
void Put(std::string& out, const Digest& digest) {
  out.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}
void Serialise(std::string& out, const rules::CloseMonth& r) {
  const MonthClosed& closing = r.closing;
  const MonthTotals& totals = closing.totals;
  PutU8(out, 14);
  Put(out, closing.month);
  PutU64(out, closing.known);
  PutU32(out, totals.members);
  for (const Money sum :
       {totals.assessed, totals.paid, totals.settled, totals.credit, totals.arrears, totals.penalty,
        totals.bank, totals.collections, totals.receivable, totals.income,
        totals.liabilities_to_members, totals.unallocated}) {
    Put(out, sum);
  }
  Put(out, closing.root);
  Put(out, closing.figures);
}
void Serialise(std::string& out, const rules::ApproveProposal& r) {
  PutU8(out, 15);
  PutText(out, r.id);
}
void Serialise(std::string& out, const rules::DeclineProposal& r) {
  PutU8(out, 16);
  PutText(out, r.id);
  PutText(out, r.reason);
}

}  // namespace

Digest Sha256(std::string_view bytes) { return log::Sha256(bytes); }

rules::RequestDigest DigestOf(const rules::Request& request) {
  thread_local std::string content;
  content.clear();
  std::visit([](const auto& r) { Serialise(content, r); }, request);
  const Digest whole = Sha256(content);
  rules::RequestDigest half;
  std::copy_n(whole.begin(), half.size(), half.begin());
  return half;
}

}  // namespace iuran::ledger
