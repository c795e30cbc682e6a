// Foreign bytes through the codec: an event or an error, never a crash; one record for an event;
// and both doors of the codec say the same.
//   r BYTES          a record
//   e SEED CHANGES   the record of a random event, changed
#include <cstring>

#include "events/codec.h"
#include "tests/fuzz/input.h"
#include "tests/unit/events/samples.h"

namespace iuran::events {
namespace {

void ExpectSamePayment(const Event& event, std::span<const std::byte> bytes) {
  const auto fact = DecodePayment(bytes);
  IURAN_CHECK(fact.has_value(), "what Decode takes, DecodePayment takes");
  const auto* payment = std::get_if<PaymentReceived>(&event.body);
  IURAN_CHECK(fact->has_value() == (payment != nullptr), "both know a payment");
  if (payment == nullptr) return;
  const PaymentFact& few = **fact;
  IURAN_CHECK(few.position == event.envelope.position && few.number == payment->number &&
                  few.paid_on == payment->paid_on && few.purpose == payment->purpose &&
                  Money::FromSen(few.amount_sen) == payment->amount,
              "and read the same from it");
}

// Of the catalogue's version; a newer one may hold what this program does not know.
bool IsOfThisVersion(std::string_view record) {
  constexpr size_t kAt = 36;  // behind the root pointer and the fields before it (schema.capnp)
  uint16_t version;
  std::memcpy(&version, record.data() + kAt, sizeof(version));
  return version == kSchemaVersion;
}

void Try(std::string_view record) {
  const Aligned aligned(record);
  (void)DecodePayment(aligned.bytes());
  const auto event = Decode(aligned.bytes());
  if (!event) {
    IURAN_CHECK(event.error().code == ErrorCode::kLedgerDamaged ||
                    event.error().code == ErrorCode::kUnknownEvent,
                "a record is refused with one of two codes");
    return;
  }
  ExpectSamePayment(*event, aligned.bytes());
  const std::string again = Encode(*event);
  const auto same = Decode(Aligned(again).bytes());
  IURAN_CHECK(same && *same == *event, "an event survives its encoding");
  IURAN_CHECK(again == record || !IsOfThisVersion(record), "there is one record for an event");
}

}  // namespace
}  // namespace iuran::events

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace iuran;
  const std::string_view input = fuzz::Bytes(data, size);
  if (input.starts_with('r')) events::Try(input.substr(1));
  if (input.starts_with('e')) {
    FuzzedDataProvider in = fuzz::Provider(input.substr(1));
    std::mt19937_64 random(in.ConsumeIntegral<uint32_t>());
    const std::string record = events::Encode(events::RandomEvent(random));
    events::Try(fuzz::Changed(record, in));
  }
  return 0;
}
