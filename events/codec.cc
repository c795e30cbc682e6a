// Events as bytes: what frames a record and which version wrote it. codec_read.* and codec_write.*
// copy between the values of event.h and their places in a record; nobody else sees the code
// generated from schema.capnp.
#include "events/codec.h"

#include <capnp/message.h>
#include <fmt/format.h>

#include <cstring>
#include <optional>
#include <utility>

#include "events/codec_read.h"
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
  if (version < FirstVersionOf(*body)) return Damaged("its fact is younger than its version");
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
  if (which > schema::Event::PROPOSAL_DECLINED) return OfNewerProgram(record, "a fact");
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
  names.corrects = record.getCorrects() != ~uint64_t{0};
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
