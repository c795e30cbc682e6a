// The codec: nothing is lost, one event has one record, and no foreign bytes do harm.
#include "events/codec.h"

#include <capnp/message.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <thread>

#include "events/payment_names.h"
#include "events/validity.h"
#include "tests/unit/events/samples.h"

namespace iuran::events {
namespace {

using ::testing::HasSubstr;

bool IsCanonical(const std::string& record) {
  const Aligned aligned(record);
  const kj::ArrayPtr<const capnp::word> segment(
      reinterpret_cast<const capnp::word*>(aligned.bytes().data()), record.size() / 8);
  capnp::SegmentArrayMessageReader reader(kj::arrayPtr(&segment, 1));
  return reader.isCanonical();
}

// What must hold for any bytes at all: an error of the two kinds, or an event in order that has
// exactly these bytes (as far as this program knows their version); and both doors agree.
void CheckAnyBytes(const std::string& record) {
  const Aligned aligned(record);
  const auto event = Decode(aligned.bytes());
  const auto payment = DecodePayment(aligned.bytes());
  for (const auto& code : {event ? std::nullopt : std::optional(event.error().code),
                           payment ? std::nullopt : std::optional(payment.error().code)}) {
    if (code) {
      ASSERT_TRUE(*code == ErrorCode::kLedgerDamaged || *code == ErrorCode::kUnknownEvent);
    }
  }
  if (!event) return;
  ASSERT_EQ(FaultOf(*event), "");
  ASSERT_TRUE(IsCanonical(record));
  // The version of the catalogue: bytes 28 and 29 of the envelope, which follows the root pointer.
  if (record[8 + 28] == kSchemaVersion && record[8 + 29] == 0) {
    ASSERT_EQ(Encode(*event), record);
  }
  ASSERT_TRUE(payment) << payment.error().message;
  const auto* fact = std::get_if<PaymentReceived>(&event->body);
  ASSERT_EQ(payment->has_value(), fact != nullptr);
  const auto names = ReadPaymentNames(aligned.bytes());
  ASSERT_TRUE(names) << names.error().message;
  ASSERT_EQ(names->has_value(), fact != nullptr);
  if (fact != nullptr) {
    ASSERT_EQ((*names)->position, event->envelope.position);
    ASSERT_EQ((*names)->stream_version, event->envelope.stream_version);
    ASSERT_EQ((*names)->recorded_at, event->envelope.recorded_at);
    ASSERT_EQ((*names)->idempotency_key, event->envelope.idempotency_key);
    ASSERT_EQ((*names)->payment, fact->payment.text());
    ASSERT_EQ((*names)->member, fact->member.text());
    ASSERT_EQ((*names)->paid_on, fact->paid_on);
    ASSERT_EQ((*names)->purpose, fact->purpose);
    ASSERT_EQ((*names)->channel, fact->channel);
    ASSERT_EQ((*names)->remittance, fact->remittance.text());
    ASSERT_EQ(Money::FromSen((*names)->amount_sen), fact->amount);
  }
  if (fact == nullptr) return;
  ASSERT_EQ((*payment)->position, event->envelope.position);
  ASSERT_EQ((*payment)->number, fact->number);
  ASSERT_EQ((*payment)->paid_on, fact->paid_on);
  ASSERT_EQ((*payment)->amount_sen, fact->amount.Sen64());
  ASSERT_EQ((*payment)->purpose, fact->purpose);
}

TEST(Codec, EverySampleAndRandomEventComesBackAsItWas) {
  std::vector<Event> events;
  for (const auto& [name, event] : SampleEvents()) events.push_back(event);
  std::mt19937_64 random(1);
  for (int i = 0; i < 5'000; ++i) events.push_back(RandomEvent(random));
  std::map<size_t, int> seen;
  for (const Event& event : events) {
    const std::string record = Encode(event);
    ++seen[event.body.index()];
    ASSERT_EQ(record.size() % 8, 0u);
    ASSERT_TRUE(IsCanonical(record));
    const auto decoded = Decode(Aligned(record).bytes());
    ASSERT_TRUE(decoded) << decoded.error().message;
    ASSERT_EQ(*decoded, event);
    CheckAnyBytes(record);
  }
  EXPECT_EQ(seen.size(), std::variant_size_v<Body>);
}

TEST(Codec, TheSameEventHasTheSameBytesWhereverItIsEncoded) {
  std::vector<Event> events;
  std::mt19937_64 random(2);
  for (int i = 0; i < 300; ++i) events.push_back(RandomEvent(random));
  std::vector<std::string> here;
  for (const Event& event : events) here.push_back(Encode(event));
  std::vector<std::string> there;
  std::thread([&] {
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      there.push_back(Encode(*event));
    }
  }).join();
  std::reverse(there.begin(), there.end());
  EXPECT_EQ(here, there);
}

// The records of a golden file by the names of their samples.
std::map<std::string, std::string> GoldenRecords(const std::string& name) {
  std::map<std::string, std::string> golden;
  std::ifstream file(IURAN_GOLDEN_FOLDER "/" + name);
  EXPECT_TRUE(file) << name;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const size_t space = line.find(' ');
    std::string& record = golden[line.substr(0, space)];
    for (size_t at = space + 1; at < line.size(); at += 2) {
      record += static_cast<char>(std::stoi(line.substr(at, 2), nullptr, 16));
    }
  }
  return golden;
}

// Bytes of a version are in ledgers and can never change: where this fails, the encoder is wrong,
// not the file.
TEST(Codec, RecordsAreThoseOfTheGoldenFile) {
  auto golden = GoldenRecords("records-v3.txt");
  const auto samples = SampleEvents();
  EXPECT_EQ(golden.size(), samples.size());
  for (const auto& [name, event] : samples) EXPECT_EQ(golden[name], Encode(event)) << name;
}

// Records of the versions before, with how many there are of each.
class OlderRecords : public testing::TestWithParam<std::pair<int, size_t>> {};

TEST_P(OlderRecords, ReadAsTheyDid) {
  const auto [version, count] = GetParam();
  auto golden = GoldenRecords("records-v" + std::to_string(version) + ".txt");
  EXPECT_EQ(golden.size(), count);
  for (auto& [name, event] : SampleEvents()) {
    const auto record = golden.find(name);
    if (record == golden.end()) continue;  // a later fact
    auto* opened = std::get_if<LedgerOpened>(&event.body);
    if (opened != nullptr && version < 2) opened->verifier_key.clear();
    const auto decoded = Decode(Aligned(record->second).bytes());
    ASSERT_TRUE(decoded) << name << ": " << decoded.error().message;
    EXPECT_EQ(*decoded, event) << name;
    golden.erase(record);
  }
  EXPECT_TRUE(golden.empty());
}

INSTANTIATE_TEST_SUITE_P(Versions, OlderRecords,
                         testing::Values(std::pair(1, size_t{20}), std::pair(2, size_t{20})));

// What a version brought has no place in a record that says it is of the version before.
TEST(Codec, NothingStandsInARecordOlderThanIt) {
  const auto golden = GoldenRecords("records-v2.txt");
  for (const auto& [name, event] : SampleEvents()) {
    std::string record = Encode(event);
    ASSERT_EQ(record[8 + 28], 3);
    record[8 + 28] = 2;
    const auto decoded = Decode(Aligned(record).bytes());
    if (golden.count(name) != 0) {
      EXPECT_EQ(record, golden.at(name)) << name;
      EXPECT_TRUE(decoded) << name;
    } else {
      ASSERT_FALSE(decoded) << name;
      EXPECT_EQ(decoded.error().code, ErrorCode::kLedgerDamaged) << name;
    }
  }
  std::string opened = Encode(SampleEvents()[0].second);
  opened[8 + 28] = 1;
  EXPECT_THAT(Decode(Aligned(opened).bytes()).error().message, HasSubstr("canonical"));
}

TEST(Codec, APaymentIsSmall) {
  for (const auto& [name, event] : SampleEvents()) {
    if (name == "payment_received") {
      EXPECT_LE(Encode(event).size(), 240u);
    }
  }
}

TEST(Codec, NoTruncatedRecordIsOne) {
  for (const auto& [name, event] : SampleEvents()) {
    const std::string record = Encode(event);
    for (size_t size = 0; size < record.size(); ++size) {
      const Aligned prefix(std::string_view(record).substr(0, size));
      const auto decoded = Decode(prefix.bytes());
      ASSERT_FALSE(decoded) << name << " cut to " << size;
      ASSERT_EQ(decoded.error().code, ErrorCode::kLedgerDamaged);
      CheckAnyBytes(record.substr(0, size));
    }
    ASSERT_FALSE(Decode(Aligned(record + std::string(8, '\0')).bytes())) << name;
    ASSERT_FALSE(Decode(Aligned(record + record).bytes())) << name;
  }
}

TEST(Codec, NoFlippedBitPassesForTheSameEventAndNoneDoesHarm) {
  std::mt19937_64 random(3);
  for (const auto& [name, event] : SampleEvents()) {
    const std::string record = Encode(event);
    for (size_t bit = 0; bit < record.size() * 8; ++bit) {
      std::string flipped = record;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      ASSERT_NO_FATAL_FAILURE(CheckAnyBytes(flipped)) << name << " bit " << bit;
      // A second flip, near by, and the front half cut off behind it.
      const size_t other = random() % record.size();
      flipped[other] = static_cast<char>(random());
      ASSERT_NO_FATAL_FAILURE(CheckAnyBytes(flipped)) << name << " bit " << bit;
      flipped.resize(random() % (flipped.size() / 8) * 8);
      ASSERT_NO_FATAL_FAILURE(CheckAnyBytes(flipped)) << name << " bit " << bit;
    }
  }
}

TEST(Codec, RandomWordsDoNoHarm) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 20'000; ++i) {
    std::string record(8 * (1 + random() % 40), '\0');
    for (char& c : record) {
      if (random() % 4 == 0) c = static_cast<char>(random() % 20);
    }
    // A root pointer to a struct that may well lie inside.
    record.replace(0, 8, std::string("\0\0\0\0\4\0\5\0", 8));
    ASSERT_NO_FATAL_FAILURE(CheckAnyBytes(record));
  }
}

TEST(Codec, RecordsBeyondTheLimitsAreRefused) {
  Event event = SampleEvents()[1].second;
  auto& document = std::get<SchemeEnacted>(event.body).document;
  document.assign(kMaxRecordBytes - 512, 'x');
  const std::string record = Encode(event);
  ASSERT_LE(record.size(), kMaxRecordBytes);
  EXPECT_EQ(Decode(Aligned(record).bytes()).value(), event);
  document.resize(kMaxRecordBytes);
  EXPECT_DEATH(Encode(event), "an event fits the largest record");
  const auto decoded = Decode(Aligned(std::string(kMaxRecordBytes + 8, '\0')).bytes());
  EXPECT_THAT(decoded.error().message, HasSubstr("longer than any record"));
}

TEST(Codec, ValuesOutOfRangeAreNeitherWrittenNorRead) {
  const Event sample = [] {
    for (auto& [name, event] : SampleEvents()) {
      if (name == "payment_received") return event;
    }
    return Event();
  }();
  const auto broken = [&](auto change) {
    Event event = sample;
    change(event.envelope, std::get<PaymentReceived>(event.body));
    event.envelope.stream = StreamOf(event.body);
    return event;
  };
  const std::pair<Event, const char*> kCases[] = {
      {broken([](auto&, auto& fact) { fact.amount = Money(); }), "amount"},
      {broken([](auto&, auto& fact) { fact.amount = kMaxAmount + Money::FromSen(1); }), "amount"},
      {broken([](auto&, auto& fact) { fact.paid_on = kLastDay + 1; }), "day"},
      {broken([](auto&, auto& fact) { fact.payment = PaymentId(" P"); }), "identifier"},
      {broken([](auto&, auto& fact) { fact.member = MemberId(); }), "identifier"},
      {broken([](auto&, auto& fact) { fact.channel.assign(kMaxTextBytes + 1, 'x'); }), "text"},
      {broken([](auto& envelope, auto&) { envelope.corrects = envelope.position; }), "before it"},
      {broken([](auto& envelope, auto&) { envelope.recorded_at = {INT64_MAX}; }), "time"},
  };
  for (const auto& [event, fault] : kCases) {
    EXPECT_THAT(FaultOf(event), HasSubstr(fault));
    EXPECT_DEATH(Encode(event), fault);
  }
  // The same in bytes from outside, by either door.
  std::string record = Encode(sample);
  const int64_t amount = std::get<PaymentReceived>(sample.body).amount.Sen64();
  const size_t at = record.find(std::string(reinterpret_cast<const char*>(&amount), 8));
  ASSERT_NE(at, std::string::npos);
  record.replace(at, 8, std::string(8, '\xff'));
  const Aligned aligned(record);
  EXPECT_THAT(Decode(aligned.bytes()).error().message, HasSubstr("its amount is not within"));
  EXPECT_EQ(Decode(aligned.bytes()).error().message,
            DecodePayment(aligned.bytes()).error().message);
}

}  // namespace
}  // namespace iuran::events
