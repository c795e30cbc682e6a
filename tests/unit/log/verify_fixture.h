// A log whose rows tests change, and what verifying it says.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "ledger/log/bytes.h"
#include "ledger/log/event_log.h"
#include "ledger/log/page.h"
#include "ledger/log/proof/checkpoint.h"
#include "ledger/log/verify.h"
#include "tests/support/change_row.h"
#include "tests/support/scratch_folder.h"

namespace iuran::log {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using tests::ScratchFolder;

// Reads records of the form "stream version key".
class WordReader : public RecordReader {
 public:
  Result<RecordNames> Read(uint64_t position, Record record) override {
    ++read_;
    std::istringstream words(
        std::string(reinterpret_cast<const char*>(record.data()), record.size()));
    uint32_t version = 0;
    if (!(words >> stream_ >> version >> key_)) {
      return Fail(ErrorCode::kLedgerDamaged, fmt::format("Position {} is gibberish.", position));
    }
    return RecordNames{stream_, version, key_};
  }
  uint64_t read() const { return read_; }

 private:
  std::string stream_, key_;
  uint64_t read_ = 0;
};

constexpr uint64_t kSize = 1324;

// Three streams; pages that begin at 0, 256, 300, 556, 812, 1068 and 1324 - 1; checkpoints of 300
// and 1100 records.
class VerifyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(EventLog::Create(folder_));
    const auto log = *EventLog::Open(folder_, Access::kWrite, "test");
    Append(*log, 300);
    Sign(*log, 300);
    Append(*log, 1023);
    Sign(*log, 1100);
    Append(*log, 1);
    ASSERT_TRUE(log->Flush());
    ASSERT_EQ(log->size(), kSize);
    root_ = log->Head()->root;
  }

  static std::string Text(uint64_t position) {
    return fmt::format("s{} {} k{}", position % 3, position / 3, position);
  }
  static void Append(EventLog& log, uint64_t count) {
    std::vector<std::string> texts, streams, keys;
    Batch batch{log.size(), {}, {}};
    for (uint64_t i = log.size(); i < batch.first_position + count; ++i) {
      texts.push_back(Text(i));
      streams.push_back(fmt::format("s{}", i % 3));
      keys.push_back(fmt::format("k{}", i));
    }
    for (size_t i = 0; i < count; ++i) {
      const auto version = static_cast<uint32_t>((batch.first_position + i) / 3);
      batch.records.push_back({streams[i], version, texts[i], keys[i], {}});
    }
    ASSERT_TRUE(log.Append(batch));
  }
  void Sign(EventLog& log, uint64_t size) {
    ASSERT_TRUE(log.StoreCheckpoint(
        size, *SignCheckpoint({"test.example/log", size, *log.RootAt(size), {}}, key_)));
  }

  static std::string Number(uint64_t position) {
    std::string key;
    AppendBigEndian(key, position);
    return key;
  }
  static std::string StreamKey(const std::string& stream, uint32_t version) {
    std::string key;
    AppendStreamKey(key, stream, version);
    return key;
  }
  static std::string Leads(uint64_t position) {
    std::string value;
    AppendVarint(value, position);
    return value;
  }
  using Value = std::optional<std::string>;
  void Put(const std::string& table, const std::string& key, Value value) {
    tests::ChangeRow(folder_, table, key, [&](const Value&) { return value; });
  }
  void FlipByte(const std::string& table, const std::string& key, size_t at) {
    tests::ChangeRow(folder_, table, key, [&](Value value) {
      EXPECT_TRUE(value.has_value());
      (*value)[at] = static_cast<char>((*value)[at] ^ 0x20);
      return value;
    });
  }

  // The sentences of the faults, in order.
  std::vector<std::string> Verify(size_t threads = 2, size_t kept = 20) {
    const auto log = EventLog::Open(folder_, Access::kRead, "test", Loss::kAccept);
    EXPECT_TRUE(log) << log.error().message;
    if (!log) return {log.error().message};
    std::vector<WordReader> words(threads);
    std::vector<RecordReader*> readers;
    for (WordReader& one : words) readers.push_back(&one);
    options_.readers = readers;
    Faults faults(kept);
    const auto report = (*log)->Verify(options_, faults);
    EXPECT_TRUE(report);
    report_ = *report;
    count_ = faults.count();
    read_ = 0;
    for (const WordReader& one : words) read_ += one.read();
    std::vector<std::string> sentences;
    for (const Fault& fault : faults.List()) sentences.push_back(fault.sentence);
    return sentences;
  }

  ScratchFolder scratch_;
  fs::path folder_ = scratch_ / "log";
  SigningKey key_ = *SigningKey::Generate("test.example/log");
  VerifyOptions options_ = [this] {
    VerifyOptions options;
    options.key = key_.verifier();
    return options;
  }();
  LogReport report_;
  uint64_t count_ = 0;
  uint64_t read_ = 0;
  Hash root_{};
};

}  // namespace iuran::log
