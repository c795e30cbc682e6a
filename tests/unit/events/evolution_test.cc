// Records of a newer program, written with a pretended version 4 of the catalogue: facts this
// program knows are read as if the news were not there, others are refused in words.
#include <capnp/message.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "events/codec.h"
#include "tests/unit/events/evolution.capnp.h"
#include "tests/unit/events/samples.h"

namespace iuran::events {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Event SamplePayment() {
  for (auto& [name, event] : SampleEvents()) {
    if (name == "payment_received") return event;
  }
  return {};
}

// A record of the newer program that starts from the sample payment and goes on with `change`.
template <typename Change>
std::string NewerRecord(Change change) {
  const std::string sample = Encode(SamplePayment());
  const Aligned aligned(sample);
  const kj::ArrayPtr<const capnp::word> segment(
      reinterpret_cast<const capnp::word*>(aligned.bytes().data()), sample.size() / 8);
  capnp::SegmentArrayMessageReader old(kj::arrayPtr(&segment, 1));
  capnp::MallocMessageBuilder message;
  message.setRoot(old.getRoot<newer::Event>());
  auto record = message.getRoot<newer::Event>();
  record.setSchemaVersion(kSchemaVersion + 1);
  change(record);
  const kj::Array<capnp::word> words = capnp::canonicalize(record.asReader());
  return {words.asChars().begin(), words.asChars().size()};
}

void AddNewFields(newer::Event::Builder record) {
  record.setDevice("counter-7");
  auto payment = record.getPaymentReceived();
  payment.setFee(2500);
  auto receipts = payment.initReceipts(2);
  receipts[0].setNumber(1);
  receipts[1].setBook("B");
}

TEST(Evolution, UnknownFieldsOfAKnownFactAreReadPast) {
  const Event event = SamplePayment();
  const std::string record = NewerRecord(AddNewFields);
  ASSERT_GT(record.size(), Encode(event).size());
  const Aligned aligned(record);
  const auto decoded = Decode(aligned.bytes());
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(*decoded, event);
  const auto payment = DecodePayment(aligned.bytes());
  ASSERT_TRUE(payment) << payment.error().message;
  EXPECT_EQ((*payment)->amount_sen, std::get<PaymentReceived>(event.body).amount.Sen64());
}

TEST(Evolution, ANewerProgramReadsOldRecordsWithTheDefaultsOfItsNewFields) {
  NewerRecord([](newer::Event::Builder record) {
    EXPECT_FALSE(record.hasDevice());
    EXPECT_EQ(record.getCorrects(), ~uint64_t{0});
    EXPECT_EQ(record.getPaymentReceived().getFee(), 0);
    EXPECT_EQ(record.getPaymentReceived().getPurpose(), newer::Purpose::CONTRIBUTION);
    EXPECT_STREQ(record.getPaymentReceived().getPayment().cStr(), "P-1");
  });
}

TEST(Evolution, UnknownFactsAreRefusedWithWhereAndWhy) {
  const std::string record =
      NewerRecord([](newer::Event::Builder event) { event.initPeriodClosed().setMonth(24'000); });
  const Aligned aligned(record);
  const auto decoded = Decode(aligned.bytes());
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kUnknownEvent);
  const std::string position = std::to_string(SamplePayment().envelope.position.value);
  EXPECT_THAT(decoded.error().message,
              AllOf(HasSubstr("position " + position), HasSubstr("version 4"),
                    HasSubstr("knows version 3"), HasSubstr("newer iuran")));
  EXPECT_EQ(DecodePayment(aligned.bytes()).error().message, decoded.error().message);
}

TEST(Evolution, AnUnknownWordIsNewsInANewerRecordAndDamageInOneOfThisVersion) {
  const auto donate = [](newer::Event::Builder record) {
    record.getPaymentReceived().setPurpose(newer::Purpose::DONATION);
  };
  const Aligned news(NewerRecord(donate));
  EXPECT_EQ(Decode(news.bytes()).error().code, ErrorCode::kUnknownEvent);
  EXPECT_EQ(DecodePayment(news.bytes()).error().code, ErrorCode::kUnknownEvent);
  const Aligned damage(NewerRecord([&](newer::Event::Builder record) {
    donate(record);
    record.setSchemaVersion(kSchemaVersion);
  }));
  EXPECT_EQ(Decode(damage.bytes()).error().code, ErrorCode::kLedgerDamaged);
  EXPECT_EQ(DecodePayment(damage.bytes()).error().code, ErrorCode::kLedgerDamaged);
}

TEST(Evolution, NothingCanHideInARecordOfAKnownVersion) {
  const Aligned hidden(NewerRecord([](newer::Event::Builder record) {
    AddNewFields(record);
    record.setSchemaVersion(kSchemaVersion);
  }));
  EXPECT_THAT(Decode(hidden.bytes()).error().message, HasSubstr("canonical"));
}

TEST(Evolution, NewerRecordsMustBeCanonicalToo) {
  const std::string record = NewerRecord(AddNewFields);
  EXPECT_THAT(Decode(Aligned(record + std::string(8, '\0')).bytes()).error().message,
              HasSubstr("canonical"));
  const Aligned none(NewerRecord([](newer::Event::Builder event) { event.setSchemaVersion(0); }));
  EXPECT_THAT(Decode(none.bytes()).error().message, HasSubstr("no version"));
}

}  // namespace
}  // namespace iuran::events
