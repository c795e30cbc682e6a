// Events as bytes. The only file that sees the code generated from schema.capnp: it copies between
// the values of event.h and their places in a record, field by field, and nothing else happens
// here.
#include "events/codec.h"

#include <capnp/message.h>
#include <fmt/format.h>

#include <cstring>
#include <optional>
#include <utility>

#include "events/codec_write.h"
#include "events/payment_names.h"
#include "events/schema.capnp.h"
#include "events/validity.h"

namespace iuran::events {
namespace {

using capnp::word;

tl::unexpected<Error> Damaged(std::string_view fault) {
  return Fail(ErrorCode::kLedgerDamaged,
              fmt::format("A record is not what was written: {}. Restore the ledger from a backup.",
                          fault));
}

tl::unexpected<Error> OfNewerProgram(schema::Event::Reader record, std::string_view what) {
  return Fail(ErrorCode::kUnknownEvent,
              fmt::format("The record at position {} holds {} that this program does not know: it "
                          "was written by version {} of the catalogue of facts, and this program "
                          "knows version {}. Use a newer iuran; figures without that event would "
                          "be wrong.",
                          record.getPosition(), what, record.getSchemaVersion(), kSchemaVersion));
}

tl::unexpected<Error> UnknownWord(schema::Event::Reader record) {
  if (record.getSchemaVersion() > kSchemaVersion) {
    return OfNewerProgram(record, "a word of a closed list");
  }
  return Damaged("a word is not one of its closed list");
}

std::string Owned(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

// Copies a fact out of its record. What no value of event.h can hold is remembered in one of the
// two members and must be asked for afterwards; ranges are FaultOf's to check.
struct FactReader {
  bool unknown_word = false;  // of a closed list
  std::string_view fault;

  template <typename Enum, typename Stored>
  Enum Word(Stored stored, Enum last) {
    if (static_cast<uint16_t>(stored) <= static_cast<uint16_t>(last)) {
      return static_cast<Enum>(stored);
    }
    unknown_word = true;
    return Enum{};
  }

  ProgramSet Programs(uint8_t bits) {
    ProgramSet all;
    for (Program program : kAllPrograms) all.Add(program);
    if ((bits & ~all.bits()) != 0) unknown_word = true;
    return ProgramSet::FromBits(bits);
  }

  std::optional<Digest> OptionalDigest(capnp::Data::Reader data) {
    if (data.size() == 0) return std::nullopt;
    Digest digest{};
    if (data.size() != digest.size()) {
      fault = "a digest does not have 32 bytes";
      return std::nullopt;
    }
    std::memcpy(digest.data(), data.begin(), digest.size());
    return digest;
  }

  LedgerOpened Read(schema::LedgerOpened::Reader record) {
    return {Owned(record.getTimeZone()), Owned(record.getCurrency()),
            Owned(record.getVerifierKey())};
  }
  SchemeEnacted Read(schema::SchemeEnacted::Reader record) {
    return {SchemeId(Owned(record.getScheme())), Owned(record.getDocument())};
  }
  GroupRegistered Read(schema::GroupRegistered::Reader record) {
    GroupRegistered fact;
    fact.group = GroupId(Owned(record.getGroup()));
    fact.kind = Word(record.getKind(), GroupKind::kAgency);
    fact.name = Owned(record.getName());
    fact.region = Owned(record.getRegion());
    if (record.getRisk() != 0) fact.risk = record.getRisk();
    return fact;
  }
  MemberEnrolled Read(schema::MemberEnrolled::Reader record) {
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
  AttributeChanged Read(schema::AttributeChanged::Reader record) {
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
    return fact;
  }
  MemberExited Read(schema::MemberExited::Reader record) {
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
    return fact;
  }
  RemittanceReceived Read(schema::RemittanceReceived::Reader record) {
    RemittanceReceived fact;
    fact.remittance = RemittanceId(Owned(record.getRemittance()));
    fact.received_on = Day::FromNumber(record.getReceivedOn());
    fact.account = Owned(record.getAccount());
    fact.amount = Money::FromSen(record.getAmount());
    fact.payer = Owned(record.getPayer());
    fact.channel = Owned(record.getChannel());
    fact.bank_reference = Owned(record.getBankReference());
    return fact;
  }
  PaymentReceived Read(schema::PaymentReceived::Reader record) {
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
  PaymentReversed Read(schema::PaymentReversed::Reader record) {
    PaymentReversed fact;
    fact.payment = PaymentId(Owned(record.getPayment()));
    fact.member = MemberId(Owned(record.getMember()));
    fact.number.value = record.getNumber();
    fact.reversed_on = Day::FromNumber(record.getReversedOn());
    fact.reason = Owned(record.getReason());
    return fact;
  }
  EventsLost Read(schema::EventsLost::Reader record) {
    EventsLost fact;
    fact.acknowledged = record.getAcknowledged();
    fact.root = OptionalDigest(record.getRoot());
    fact.reason = Owned(record.getReason());
    return fact;
  }
  PersonForgotten Read(schema::PersonForgotten::Reader record) {
    PersonForgotten fact;
    fact.member = MemberId(Owned(record.getMember()));
    fact.number.value = record.getNumber();
    fact.reason = Owned(record.getReason());
    return fact;
  }

  Envelope ReadEnvelope(schema::Event::Reader record) {
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
    return envelope;
  }

  // The fact, or nothing where the record's kind of fact is not in this catalogue.
  std::optional<Body> ReadBody(schema::Event::Reader record) {
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
    }
    return std::nullopt;
  }
};

// A record laid open. Reading is bounded by Cap'n Proto itself; the limits keep a hostile record
// from making the reader walk the same bytes again and again.
class OpenRecord {
 public:
  explicit OpenRecord(std::span<const std::byte> bytes)
      : segment_(reinterpret_cast<const word*>(bytes.data()), bytes.size() / sizeof(word)),
        reader_(kj::arrayPtr(&segment_, 1), Limits(bytes)) {}

  schema::Event::Reader root() { return reader_.getRoot<schema::Event>(); }
  bool IsCanonical() { return reader_.isCanonical(); }

  // Whether the bytes can be a record at all.
  static Result<void> CheckFrame(std::span<const std::byte> bytes) {
    IURAN_CHECK(reinterpret_cast<uintptr_t>(bytes.data()) % sizeof(word) == 0,
                "a record to be read is aligned to 8 bytes");
    if (bytes.empty()) return Damaged("it is empty");
    if (bytes.size() % sizeof(word) != 0) return Damaged("its length is not a multiple of 8");
    if (bytes.size() > kMaxRecordBytes) return Damaged("it is longer than any record may be");
    return {};
  }

 private:
  static capnp::ReaderOptions Limits(std::span<const std::byte> bytes) {
    capnp::ReaderOptions options;
    options.traversalLimitInWords = 4 * (bytes.size() / sizeof(word)) + 64;
    options.nestingLimit = 16;
    return options;
  }

  kj::ArrayPtr<const word> segment_;
  capnp::SegmentArrayMessageReader reader_;
};

constexpr std::string_view kBrokenStructure = "its structure is broken";

Result<Event> DecodeOpen(std::span<const std::byte> bytes) {
  OpenRecord open(bytes);
  const schema::Event::Reader record = open.root();
  const uint16_t version = record.getSchemaVersion();
  const bool newer = version > kSchemaVersion;
  if (version == 0) return Damaged("it names no version of the catalogue");
  FactReader reader;
  Envelope envelope = reader.ReadEnvelope(record);
  std::optional<Body> body = reader.ReadBody(record);
  if (!body) return OfNewerProgram(record, "a fact");
  if (reader.unknown_word) return UnknownWord(record);
  if (!reader.fault.empty()) return Damaged(reader.fault);
  Event event{std::move(envelope), *std::move(body)};
  event.envelope.stream = StreamOf(event.body);
  if (const std::string_view fault = FaultOf(event); !fault.empty()) return Damaged(fault);
  // Of this catalogue's versions there is one record for an event. What else a newer one may hold
  // is not known here, but it is canonical all the same.
  if (newer ? !open.IsCanonical()
            : Serialize(event, version) !=
                  std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())) {
    return Damaged("it is not in canonical form");
  }
  return event;
}

Result<std::optional<PaymentFact>> DecodeOpenPayment(std::span<const std::byte> bytes) {
  OpenRecord open(bytes);
  const schema::Event::Reader record = open.root();
  if (record.getSchemaVersion() == 0) return Damaged("it names no version of the catalogue");
  const auto which = record.which();
  if (which > schema::Event::EVENTS_LOST) return OfNewerProgram(record, "a fact");
  if (which != schema::Event::PAYMENT_RECEIVED) return std::optional<PaymentFact>();
  const auto payment = record.getPaymentReceived();
  FactReader reader;
  PaymentFact fact;
  fact.position.value = record.getPosition();
  fact.number.value = payment.getNumber();
  fact.paid_on = Day::FromNumber(payment.getPaidOn());
  fact.amount_sen = payment.getAmount();
  fact.purpose = reader.Word(payment.getPurpose(), Purpose::kPenalty);
  if (reader.unknown_word) return UnknownWord(record);
  for (std::string_view fault : {FaultOfAmount(fact.amount_sen), FaultOfDay(fact.paid_on)}) {
    if (!fault.empty()) return Damaged(fault);
  }
  return std::optional(fact);
}

std::string_view ViewOf(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

Result<std::optional<PaymentNames>> ReadOpenPaymentNames(std::span<const std::byte> bytes) {
  OpenRecord open(bytes);
  const schema::Event::Reader record = open.root();
  if (record.getSchemaVersion() == 0) return Damaged("it names no version of the catalogue");
  if (record.which() != schema::Event::PAYMENT_RECEIVED) return std::optional<PaymentNames>();
  const auto payment = record.getPaymentReceived();
  PaymentNames names;
  names.position.value = record.getPosition();
  names.stream_version = record.getStreamVersion();
  names.recorded_at.microseconds_since_1970 = record.getRecordedAt();
  names.idempotency_key = ViewOf(record.getIdempotencyKey());
  names.payment = ViewOf(payment.getPayment());
  names.member = ViewOf(payment.getMember());
  names.paid_on = Day::FromNumber(payment.getPaidOn());
  names.amount_sen = payment.getAmount();
  names.remittance = ViewOf(payment.getRemittance());
  FactReader reader;
  names.purpose = reader.Word(payment.getPurpose(), Purpose::kPenalty);
  names.channel = ViewOf(payment.getChannel());
  if (reader.unknown_word) return UnknownWord(record);
  for (std::string_view fault : {FaultOfAmount(names.amount_sen), FaultOfDay(names.paid_on)}) {
    if (!fault.empty()) return Damaged(fault);
  }
  return std::optional(names);
}

}  // namespace

std::string Encode(const Event& event) {
  IURAN_CHECK(event.envelope.stream == StreamOf(event.body), "the stream follows from the fact");
  const std::string_view fault = FaultOf(event);
  IURAN_CHECK(fault.empty(), fault.data());
  std::string record = Serialize(event, kSchemaVersion);
  IURAN_CHECK(record.size() <= kMaxRecordBytes, "an event fits the largest record");
  return record;
}

Result<Event> Decode(std::span<const std::byte> bytes) {
  if (auto ok = OpenRecord::CheckFrame(bytes); !ok) return tl::unexpected(std::move(ok.error()));
  try {
    return DecodeOpen(bytes);
  } catch (const kj::Exception&) {
    return Damaged(kBrokenStructure);
  }
}

Result<std::optional<PaymentFact>> DecodePayment(std::span<const std::byte> bytes) {
  if (auto ok = OpenRecord::CheckFrame(bytes); !ok) return tl::unexpected(std::move(ok.error()));
  try {
    return DecodeOpenPayment(bytes);
  } catch (const kj::Exception&) {
    return Damaged(kBrokenStructure);
  }
}

Result<std::optional<PaymentNames>> ReadPaymentNames(std::span<const std::byte> bytes) {
  if (auto ok = OpenRecord::CheckFrame(bytes); !ok) return tl::unexpected(std::move(ok.error()));
  try {
    return ReadOpenPaymentNames(bytes);
  } catch (const kj::Exception&) {
    return Damaged(kBrokenStructure);
  }
}

}  // namespace iuran::events
