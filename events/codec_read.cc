// Reading records: from their places in schema.capnp to the values of event.h, field by field.
#include "events/codec_read.h"

#include <cstring>
#include <string>

namespace iuran::events {
namespace {

std::string Owned(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

}  // namespace

ProgramSet FactReader::Programs(uint8_t bits) {
  ProgramSet all;
  for (Program program : kAllPrograms) all.Add(program);
  if ((bits & ~all.bits()) != 0) unknown_word = true;
  return ProgramSet::FromBits(bits);
}

std::optional<Digest> FactReader::OptionalDigest(capnp::Data::Reader data) {
  if (data.size() == 0) return std::nullopt;
  Digest digest{};
  if (data.size() != digest.size()) {
    fault = "a digest does not have 32 bytes";
    return std::nullopt;
  }
  std::memcpy(digest.data(), data.begin(), digest.size());
  return digest;
}

Digest FactReader::OneDigest(capnp::Data::Reader data) {
  const std::optional<Digest> digest = OptionalDigest(data);
  if (!digest && fault.empty()) fault = "a digest is missing";
  return digest.value_or(Digest());
}

LedgerOpened FactReader::Read(schema::LedgerOpened::Reader record) {
  return {Owned(record.getTimeZone()), Owned(record.getCurrency()), Owned(record.getVerifierKey())};
}
SchemeEnacted FactReader::Read(schema::SchemeEnacted::Reader record) {
  return {SchemeId(Owned(record.getScheme())), Owned(record.getDocument())};
}
GroupRegistered FactReader::Read(schema::GroupRegistered::Reader record) {
  GroupRegistered fact;
  fact.group = GroupId(Owned(record.getGroup()));
  fact.kind = Word(record.getKind(), GroupKind::kAgency);
  fact.name = Owned(record.getName());
  fact.region = Owned(record.getRegion());
  if (record.getRisk() != 0) fact.risk = record.getRisk();
  return fact;
}
MemberEnrolled FactReader::Read(schema::MemberEnrolled::Reader record) {
  MemberEnrolled fact;
  fact.member = MemberId(Owned(record.getMember()));
  fact.number.value = record.getNumber();
  fact.scheme = SchemeId(Owned(record.getScheme()));
  fact.from = Month::FromNumber(record.getFrom());
  fact.attributes.group = GroupId(Owned(record.getGroup()));
  fact.attributes.region = Owned(record.getRegion());
  fact.attributes.income = Money::FromSen(record.getIncome());
  fact.attributes.sector = Word(record.getSector(), Sector::kTransport);
  fact.attributes.payer = Word(record.getPayer(), Payer::kState);
  fact.attributes.programs = Programs(record.getPrograms());
  fact.personal_data_commitment = OptionalDigest(record.getPersonalDataCommitment());
  return fact;
}
AttributeChanged FactReader::Read(schema::AttributeChanged::Reader record) {
  AttributeChanged fact;
  fact.member = MemberId(Owned(record.getMember()));
  fact.number.value = record.getNumber();
  fact.from = Month::FromNumber(record.getFrom());
  fact.attribute = Word(record.which(), Attribute::kRegion);
  switch (fact.attribute) {
    case Attribute::kIncome:
      fact.value = Money::FromSen(record.getIncome());
      break;
    case Attribute::kPrograms:
      fact.value = Programs(record.getPrograms());
      break;
    case Attribute::kSector:
      fact.value = Word(record.getSector(), Sector::kTransport);
      break;
    case Attribute::kPayer:
      fact.value = Word(record.getPayer(), Payer::kState);
      break;
    case Attribute::kGroup:
      fact.value = GroupId(Owned(record.getGroup()));
      break;
    case Attribute::kRegion:
      fact.value = Owned(record.getRegion());
      break;
  }
  fact.reason = Owned(record.getReason());
  return fact;
}
MemberExited FactReader::Read(schema::MemberExited::Reader record) {
  MemberExited fact;
  fact.member = MemberId(Owned(record.getMember()));
  fact.number.value = record.getNumber();
  switch (record.which()) {
    case schema::MemberExited::LAST_DAY:
      fact.last_day = Day::FromNumber(record.getLastDay());
      break;
    case schema::MemberExited::WITHDRAWN:
      break;
    default:
      unknown_word = true;
  }
  fact.reason = Owned(record.getReason());
  return fact;
}
RemittanceReceived FactReader::Read(schema::RemittanceReceived::Reader record) {
  RemittanceReceived fact;
  fact.remittance = RemittanceId(Owned(record.getRemittance()));
  fact.received_on = Day::FromNumber(record.getReceivedOn());
  fact.account = Owned(record.getAccount());
  fact.amount = Money::FromSen(record.getAmount());
  fact.payer = Owned(record.getPayer());
  fact.channel = Owned(record.getChannel());
  fact.bank_reference = Owned(record.getBankReference());
  fact.list_count = record.getListCount();
  fact.list_total = Money::FromSen(record.getListTotal());
  return fact;
}
PaymentReceived FactReader::Read(schema::PaymentReceived::Reader record) {
  PaymentReceived fact;
  fact.payment = PaymentId(Owned(record.getPayment()));
  fact.member = MemberId(Owned(record.getMember()));
  fact.number.value = record.getNumber();
  fact.paid_on = Day::FromNumber(record.getPaidOn());
  fact.amount = Money::FromSen(record.getAmount());
  fact.remittance = RemittanceId(Owned(record.getRemittance()));
  fact.purpose = Word(record.getPurpose(), Purpose::kPenalty);
  fact.channel = Owned(record.getChannel());
  return fact;
}
PaymentReversed FactReader::Read(schema::PaymentReversed::Reader record) {
  PaymentReversed fact;
  fact.payment = PaymentId(Owned(record.getPayment()));
  fact.member = MemberId(Owned(record.getMember()));
  fact.number.value = record.getNumber();
  fact.reversed_on = Day::FromNumber(record.getReversedOn());
  fact.reason = Owned(record.getReason());
  return fact;
}
EventsLost FactReader::Read(schema::EventsLost::Reader record) {
  EventsLost fact;
  fact.acknowledged = record.getAcknowledged();
  fact.root = OptionalDigest(record.getRoot());
  fact.reason = Owned(record.getReason());
  return fact;
}
PersonForgotten FactReader::Read(schema::PersonForgotten::Reader record) {
  PersonForgotten fact;
  fact.member = MemberId(Owned(record.getMember()));
  fact.number.value = record.getNumber();
  fact.reason = Owned(record.getReason());
  return fact;
}
PersonalDataCorrected FactReader::Read(schema::PersonalDataCorrected::Reader record) {
  PersonalDataCorrected fact;
  fact.member = MemberId(Owned(record.getMember()));
  fact.number.value = record.getNumber();
  fact.commitment = OptionalDigest(record.getCommitment());
  fact.reason = Owned(record.getReason());
  return fact;
}
CreditRefunded FactReader::Read(schema::CreditRefunded::Reader record) {
  CreditRefunded fact;
  fact.refund = RefundId(Owned(record.getRefund()));
  fact.member = MemberId(Owned(record.getMember()));
  fact.number.value = record.getNumber();
  fact.refunded_on = Day::FromNumber(record.getRefundedOn());
  fact.amount = Money::FromSen(record.getAmount());
  fact.account = Owned(record.getAccount());
  fact.reason = Owned(record.getReason());
  return fact;
}
PenaltyWaived FactReader::Read(schema::PenaltyWaived::Reader record) {
  PenaltyWaived fact;
  fact.waiver = WaiverId(Owned(record.getWaiver()));
  fact.member = MemberId(Owned(record.getMember()));
  fact.number.value = record.getNumber();
  fact.waived_on = Day::FromNumber(record.getWaivedOn());
  fact.amount = Money::FromSen(record.getAmount());
  fact.reason = Owned(record.getReason());
  return fact;
}
RemittanceReturned FactReader::Read(schema::RemittanceReturned::Reader record) {
  RemittanceReturned fact;
  fact.returned = ReturnId(Owned(record.getReturned()));
  fact.remittance = RemittanceId(Owned(record.getRemittance()));
  fact.returned_on = Day::FromNumber(record.getReturnedOn());
  fact.amount = Money::FromSen(record.getAmount());
  fact.account = Owned(record.getAccount());
  fact.reason = Owned(record.getReason());
  return fact;
}
PaymentListHeld FactReader::Read(schema::PaymentListHeld::Reader record) {
  PaymentListHeld fact;
  fact.remittance = RemittanceId(Owned(record.getRemittance()));
  fact.payments = record.getPayments();
  fact.total = Money::FromSen(record.getTotal());
  fact.problem = Owned(record.getProblem());
  return fact;
}
MonthClosed FactReader::Read(schema::MonthClosed::Reader record) {
  MonthClosed fact;
  fact.month = Month::FromNumber(record.getMonth());
  fact.known = record.getKnown();
  MonthTotals& totals = fact.totals;
  totals.members = record.getMembers();
  totals.assessed = Money::FromSen(record.getAssessed());
  totals.paid = Money::FromSen(record.getPaid());
  totals.settled = Money::FromSen(record.getSettled());
  totals.credit = Money::FromSen(record.getCredit());
  totals.arrears = Money::FromSen(record.getArrears());
  totals.penalty = Money::FromSen(record.getPenalty());
  totals.bank = Money::FromSen(record.getBank());
  totals.collections = Money::FromSen(record.getCollections());
  totals.receivable = Money::FromSen(record.getReceivable());
  totals.income = Money::FromSen(record.getIncome());
  totals.liabilities_to_members = Money::FromSen(record.getLiabilitiesToMembers());
  totals.unallocated = Money::FromSen(record.getUnallocated());
  fact.root = OneDigest(record.getRoot());
  fact.figures = OneDigest(record.getFigures());
  return fact;
}
ChangeProposed FactReader::Read(schema::ChangeProposed::Reader record) {
  ChangeProposed proposed;
  proposed.id = Owned(record.getId());
  switch (record.which()) {
    case schema::ChangeProposed::PAYMENT_REVERSED:
      proposed.fact = Read(record.getPaymentReversed());
      break;
    case schema::ChangeProposed::CREDIT_REFUNDED:
      proposed.fact = Read(record.getCreditRefunded());
      break;
    case schema::ChangeProposed::PENALTY_WAIVED:
      proposed.fact = Read(record.getPenaltyWaived());
      break;
    case schema::ChangeProposed::REMITTANCE_RETURNED:
      proposed.fact = Read(record.getRemittanceReturned());
      break;
    case schema::ChangeProposed::MONTH_CLOSED:
      proposed.fact = Read(record.getMonthClosed());
      break;
    case schema::ChangeProposed::SCHEME_ENACTED:
      proposed.fact = Read(record.getSchemeEnacted());
      break;
    default:
      unknown_word = true;
  }
  return proposed;
}
ProposalDeclined FactReader::Read(schema::ProposalDeclined::Reader record) {
  return {Owned(record.getId()), Owned(record.getReason())};
}

Envelope FactReader::ReadEnvelope(schema::Event::Reader record) {
  constexpr uint64_t kNone = ~uint64_t{0};
  Envelope envelope;
  envelope.position.value = record.getPosition();
  envelope.stream_version = record.getStreamVersion();
  envelope.recorded_at.microseconds_since_1970 = record.getRecordedAt();
  envelope.day = Day::FromNumber(record.getDay());
  envelope.author = Owned(record.getAuthor());
  envelope.source.channel = Owned(record.getSourceChannel());
  envelope.source.file_digest = OptionalDigest(record.getSourceFileDigest());
  envelope.source.line = record.getSourceLine();
  envelope.idempotency_key = Owned(record.getIdempotencyKey());
  if (record.getCorrects() != kNone) envelope.corrects = Position{record.getCorrects()};
  envelope.approver = Owned(record.getApprover());
  if (record.getProposal() != kNone) envelope.proposal = Position{record.getProposal()};
  if (record.getAdjusts() != 0) envelope.adjusts = Month::FromNumber(record.getAdjusts());
  return envelope;
}

std::optional<Body> FactReader::ReadBody(schema::Event::Reader record) {
  switch (record.which()) {
    case schema::Event::LEDGER_OPENED:
      return Read(record.getLedgerOpened());
    case schema::Event::SCHEME_ENACTED:
      return Read(record.getSchemeEnacted());
    case schema::Event::GROUP_REGISTERED:
      return Read(record.getGroupRegistered());
    case schema::Event::MEMBER_ENROLLED:
      return Read(record.getMemberEnrolled());
    case schema::Event::ATTRIBUTE_CHANGED:
      return Read(record.getAttributeChanged());
    case schema::Event::MEMBER_EXITED:
      return Read(record.getMemberExited());
    case schema::Event::REMITTANCE_RECEIVED:
      return Read(record.getRemittanceReceived());
    case schema::Event::PAYMENT_RECEIVED:
      return Read(record.getPaymentReceived());
    case schema::Event::PAYMENT_REVERSED:
      return Read(record.getPaymentReversed());
    case schema::Event::PERSON_FORGOTTEN:
      return Read(record.getPersonForgotten());
    case schema::Event::EVENTS_LOST:
      return Read(record.getEventsLost());
    case schema::Event::PERSONAL_DATA_CORRECTED:
      return Read(record.getPersonalDataCorrected());
    case schema::Event::CREDIT_REFUNDED:
      return Read(record.getCreditRefunded());
    case schema::Event::PENALTY_WAIVED:
      return Read(record.getPenaltyWaived());
    case schema::Event::REMITTANCE_RETURNED:
      return Read(record.getRemittanceReturned());
    case schema::Event::PAYMENT_LIST_HELD:
      return Read(record.getPaymentListHeld());
    case schema::Event::MONTH_CLOSED:
      return Read(record.getMonthClosed());
    case schema::Event::CHANGE_PROPOSED:
      return Read(record.getChangeProposed());
    case schema::Event::PROPOSAL_DECLINED:
      return Read(record.getProposalDeclined());
  }
  return std::nullopt;
}

}  // namespace iuran::events
