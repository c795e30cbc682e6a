// Writing records: the values of event.h to their places in schema.capnp, field by field.
#include "events/codec_write.h"

#include <capnp/any.h>
#include <capnp/message.h>

#include <cstring>

#include "events/schema.capnp.h"

namespace iuran::events {
namespace {

using capnp::word;

// An absent text is a null pointer, never a pointer to an empty one: one event, one record.
#define IURAN_SET_TEXT(builder, Field, text)                                                       \
  do {                                                                                             \
    if (!(text).empty()) (builder).set##Field(capnp::Text::Reader((text).c_str(), (text).size())); \
  } while (false)

capnp::Data::Reader Bytes(const Digest& digest) { return {digest.data(), digest.size()}; }

struct FactWriter {
  schema::Event::Builder event;

  void operator()(const LedgerOpened& fact) {
    auto record = event.initLedgerOpened();
    IURAN_SET_TEXT(record, TimeZone, fact.time_zone);
    IURAN_SET_TEXT(record, Currency, fact.currency);
    if (event.getSchemaVersion() >= 2) IURAN_SET_TEXT(record, VerifierKey, fact.verifier_key);
  }
  void operator()(const SchemeEnacted& fact) { Write(event.initSchemeEnacted(), fact); }
  void Write(schema::SchemeEnacted::Builder record, const SchemeEnacted& fact) {
    IURAN_SET_TEXT(record, Scheme, fact.scheme.text());
    IURAN_SET_TEXT(record, Document, fact.document);
  }
  void operator()(const GroupRegistered& fact) {
    auto record = event.initGroupRegistered();
    IURAN_SET_TEXT(record, Group, fact.group.text());
    IURAN_SET_TEXT(record, Name, fact.name);
    IURAN_SET_TEXT(record, Region, fact.region);
    record.setKind(static_cast<schema::GroupKind>(fact.kind));
    record.setRisk(fact.risk.value_or(0));
  }
  void operator()(const MemberEnrolled& fact) {
    auto record = event.initMemberEnrolled();
    record.setIncome(fact.attributes.income.Sen64());
    record.setNumber(fact.number.value);
    record.setFrom(fact.from.number());
    record.setPrograms(fact.attributes.programs.bits());
    record.setSector(static_cast<schema::Sector>(fact.attributes.sector));
    record.setPayer(static_cast<schema::Payer>(fact.attributes.payer));
    IURAN_SET_TEXT(record, Member, fact.member.text());
    IURAN_SET_TEXT(record, Scheme, fact.scheme.text());
    IURAN_SET_TEXT(record, Group, fact.attributes.group.text());
    IURAN_SET_TEXT(record, Region, fact.attributes.region);
    if (fact.personal_data_commitment) {
      record.setPersonalDataCommitment(Bytes(*fact.personal_data_commitment));
    }
  }
  void operator()(const AttributeChanged& fact) {
    auto record = event.initAttributeChanged();
    record.setNumber(fact.number.value);
    record.setFrom(fact.from.number());
    IURAN_SET_TEXT(record, Member, fact.member.text());
    std::visit(ValueWriter{record}, fact.value);
    if (HasVersion3()) IURAN_SET_TEXT(record, Reason, fact.reason);
  }
  void operator()(const MemberExited& fact) {
    auto record = event.initMemberExited();
    record.setNumber(fact.number.value);
    if (fact.last_day) {
      record.setLastDay(fact.last_day->number());
    } else {
      record.setWithdrawn();
    }
    IURAN_SET_TEXT(record, Member, fact.member.text());
    if (HasVersion3()) IURAN_SET_TEXT(record, Reason, fact.reason);
  }
  void operator()(const RemittanceReceived& fact) {
    auto record = event.initRemittanceReceived();
    record.setAmount(fact.amount.Sen64());
    record.setReceivedOn(fact.received_on.number());
    IURAN_SET_TEXT(record, Remittance, fact.remittance.text());
    IURAN_SET_TEXT(record, Account, fact.account);
    IURAN_SET_TEXT(record, Payer, fact.payer);
    IURAN_SET_TEXT(record, Channel, fact.channel);
    IURAN_SET_TEXT(record, BankReference, fact.bank_reference);
    if (HasVersion3()) {
      record.setListCount(fact.list_count);
      record.setListTotal(fact.list_total.Sen64());
    }
  }
  void operator()(const PaymentReceived& fact) {
    auto record = event.initPaymentReceived();
    record.setAmount(fact.amount.Sen64());
    record.setNumber(fact.number.value);
    record.setPaidOn(fact.paid_on.number());
    IURAN_SET_TEXT(record, Payment, fact.payment.text());
    IURAN_SET_TEXT(record, Member, fact.member.text());
    IURAN_SET_TEXT(record, Channel, fact.channel);
    IURAN_SET_TEXT(record, Remittance, fact.remittance.text());
    record.setPurpose(static_cast<schema::Purpose>(fact.purpose));
  }
  void operator()(const PaymentReversed& fact) { Write(event.initPaymentReversed(), fact); }
  void Write(schema::PaymentReversed::Builder record, const PaymentReversed& fact) {
    record.setNumber(fact.number.value);
    record.setReversedOn(fact.reversed_on.number());
    IURAN_SET_TEXT(record, Payment, fact.payment.text());
    IURAN_SET_TEXT(record, Member, fact.member.text());
    IURAN_SET_TEXT(record, Reason, fact.reason);
  }
  void operator()(const EventsLost& fact) {
    auto record = event.initEventsLost();
    record.setAcknowledged(fact.acknowledged);
    if (fact.root) record.setRoot(Bytes(*fact.root));
    IURAN_SET_TEXT(record, Reason, fact.reason);
  }
  void operator()(const PersonForgotten& fact) {
    auto record = event.initPersonForgotten();
    record.setNumber(fact.number.value);
    IURAN_SET_TEXT(record, Member, fact.member.text());
    IURAN_SET_TEXT(record, Reason, fact.reason);
  }
  void operator()(const PersonalDataCorrected& fact) {
    auto record = event.initPersonalDataCorrected();
    record.setNumber(fact.number.value);
    IURAN_SET_TEXT(record, Member, fact.member.text());
    if (fact.commitment) record.setCommitment(Bytes(*fact.commitment));
    IURAN_SET_TEXT(record, Reason, fact.reason);
  }
  void operator()(const CreditRefunded& fact) { Write(event.initCreditRefunded(), fact); }
  void Write(schema::CreditRefunded::Builder record, const CreditRefunded& fact) {
    record.setAmount(fact.amount.Sen64());
    record.setNumber(fact.number.value);
    record.setRefundedOn(fact.refunded_on.number());
    IURAN_SET_TEXT(record, Refund, fact.refund.text());
    IURAN_SET_TEXT(record, Member, fact.member.text());
    IURAN_SET_TEXT(record, Account, fact.account);
    IURAN_SET_TEXT(record, Reason, fact.reason);
  }
  void operator()(const PenaltyWaived& fact) { Write(event.initPenaltyWaived(), fact); }
  void Write(schema::PenaltyWaived::Builder record, const PenaltyWaived& fact) {
    record.setAmount(fact.amount.Sen64());
    record.setNumber(fact.number.value);
    record.setWaivedOn(fact.waived_on.number());
    IURAN_SET_TEXT(record, Waiver, fact.waiver.text());
    IURAN_SET_TEXT(record, Member, fact.member.text());
    IURAN_SET_TEXT(record, Reason, fact.reason);
  }
  void operator()(const RemittanceReturned& fact) { Write(event.initRemittanceReturned(), fact); }
  void Write(schema::RemittanceReturned::Builder record, const RemittanceReturned& fact) {
    record.setAmount(fact.amount.Sen64());
    record.setReturnedOn(fact.returned_on.number());
    IURAN_SET_TEXT(record, Returned, fact.returned.text());
    IURAN_SET_TEXT(record, Remittance, fact.remittance.text());
    IURAN_SET_TEXT(record, Account, fact.account);
    IURAN_SET_TEXT(record, Reason, fact.reason);
  }
  void operator()(const PaymentListHeld& fact) {
    auto record = event.initPaymentListHeld();
    record.setTotal(fact.total.Sen64());
    record.setPayments(fact.payments);
    IURAN_SET_TEXT(record, Remittance, fact.remittance.text());
    IURAN_SET_TEXT(record, Problem, fact.problem);
  }
  void operator()(const MonthClosed& fact) { Write(event.initMonthClosed(), fact); }
  void Write(schema::MonthClosed::Builder record, const MonthClosed& fact) {
    record.setKnown(fact.known);
    record.setMonth(fact.month.number());
    const MonthTotals& totals = fact.totals;
    record.setMembers(totals.members);
    record.setAssessed(totals.assessed.Sen64());
    record.setPaid(totals.paid.Sen64());
    record.setSettled(totals.settled.Sen64());
    record.setCredit(totals.credit.Sen64());
    record.setArrears(totals.arrears.Sen64());
    record.setPenalty(totals.penalty.Sen64());
    record.setBank(totals.bank.Sen64());
    record.setCollections(totals.collections.Sen64());
    record.setReceivable(totals.receivable.Sen64());
    record.setIncome(totals.income.Sen64());
    record.setLiabilitiesToMembers(totals.liabilities_to_members.Sen64());
    record.setUnallocated(totals.unallocated.Sen64());
    record.setRoot(Bytes(fact.root));
    record.setFigures(Bytes(fact.figures));
  }
  void operator()(const ChangeProposed& proposed) {
    auto record = event.initChangeProposed();
    IURAN_SET_TEXT(record, Id, proposed.id);
    std::visit(ProposalWriter{*this, record}, proposed.fact);
  }
  void operator()(const ProposalDeclined& fact) {
    auto record = event.initProposalDeclined();
    IURAN_SET_TEXT(record, Id, fact.id);
    IURAN_SET_TEXT(record, Reason, fact.reason);
  }

  bool HasVersion3() { return event.getSchemaVersion() >= 3; }

  struct ProposalWriter {
    FactWriter& writer;
    schema::ChangeProposed::Builder record;
    void operator()(const PaymentReversed& f) { writer.Write(record.initPaymentReversed(), f); }
    void operator()(const CreditRefunded& f) { writer.Write(record.initCreditRefunded(), f); }
    void operator()(const PenaltyWaived& f) { writer.Write(record.initPenaltyWaived(), f); }
    void operator()(const RemittanceReturned& f) {
      writer.Write(record.initRemittanceReturned(), f);
    }
    void operator()(const MonthClosed& f) { writer.Write(record.initMonthClosed(), f); }
    void operator()(const SchemeEnacted& f) { writer.Write(record.initSchemeEnacted(), f); }
  };

  struct ValueWriter {
    schema::AttributeChanged::Builder record;
    void operator()(Money income) { record.setIncome(income.Sen64()); }
    void operator()(ProgramSet programs) { record.setPrograms(programs.bits()); }
    void operator()(Sector sector) { record.setSector(static_cast<schema::Sector>(sector)); }
    void operator()(Payer payer) { record.setPayer(static_cast<schema::Payer>(payer)); }
    void operator()(const GroupId& group) {
      // The union names its member even where the text is absent.
      record.adoptGroup(capnp::Orphan<capnp::Text>());
      IURAN_SET_TEXT(record, Group, group.text());
    }
    void operator()(const std::string& region) {
      record.adoptRegion(capnp::Orphan<capnp::Text>());
      IURAN_SET_TEXT(record, Region, region);
    }
  };
};

}  // namespace

// The message is built as the schema says and then copied in canonical form; both steps work in
// memory that the thread keeps.
std::string Serialize(const Event& event, uint16_t schema_version) {
  constexpr size_t kScratchWords = 1024;
  thread_local word build_scratch[kScratchWords];
  thread_local word copy_scratch[kScratchWords];

  capnp::MallocMessageBuilder built(kj::arrayPtr(build_scratch, kScratchWords));
  auto record = built.initRoot<schema::Event>();
  const Envelope& envelope = event.envelope;
  record.setPosition(envelope.position.value);
  record.setRecordedAt(envelope.recorded_at.microseconds_since_1970);
  record.setDay(envelope.day.number());
  record.setStreamVersion(envelope.stream_version);
  record.setSourceLine(envelope.source.line);
  record.setSchemaVersion(schema_version);
  IURAN_SET_TEXT(record, Author, envelope.author);
  IURAN_SET_TEXT(record, SourceChannel, envelope.source.channel);
  if (envelope.source.file_digest) record.setSourceFileDigest(Bytes(*envelope.source.file_digest));
  IURAN_SET_TEXT(record, IdempotencyKey, envelope.idempotency_key);
  if (envelope.corrects) record.setCorrects(envelope.corrects->value);
  if (schema_version >= 3) {
    IURAN_SET_TEXT(record, Approver, envelope.approver);
    if (envelope.proposal) record.setProposal(envelope.proposal->value);
    if (envelope.adjusts) record.setAdjusts(envelope.adjusts->number());
  }
  std::visit(FactWriter{record}, event.body);

  // The canonical copy must fit one segment: the words of the built message are enough for it.
  size_t words = 1;
  for (const auto& segment : built.getSegmentsForOutput()) words += segment.size();
  kj::Array<word> large;
  kj::ArrayPtr<word> target(copy_scratch, kScratchWords);
  if (words > kScratchWords) {
    large = kj::heapArray<word>(words);
    target = large;
    std::memset(target.begin(), 0, target.asBytes().size());
  }
  capnp::MallocMessageBuilder canonical(target);
  canonical.getRoot<capnp::AnyPointer>().setCanonicalAs<schema::Event>(record.asReader());
  const auto segments = canonical.getSegmentsForOutput();
  IURAN_CHECK(segments.size() == 1, "a canonical record is one segment");
  const auto bytes = segments[0].asChars();
  return {bytes.begin(), bytes.size()};
}

}  // namespace iuran::events
