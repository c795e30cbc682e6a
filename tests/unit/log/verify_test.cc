// Checking a whole log: every kind of damage is named with its position, and what is still good.
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
#include "ledger/log/row_hash.h"
#include "tests/support/change_row.h"
#include "tests/support/scratch_folder.h"

namespace iuran::log {
namespace {

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
    const auto log = EventLog::Open(folder_, Access::kRead, "test");
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

TEST_F(VerifyTest, AWholeLogHasNoFaults) {
  for (const size_t threads : {1, 2, 5}) {
    EXPECT_THAT(Verify(threads), IsEmpty());
    EXPECT_EQ(report_.size, kSize);
    EXPECT_EQ(read_, kSize) << "each record is shown once";
    EXPECT_EQ(report_.pages, 7u);
    EXPECT_EQ(report_.hashes, kSize / 256);
    EXPECT_EQ(report_.stream_rows, kSize);
    EXPECT_EQ(report_.key_rows, kSize);
    EXPECT_EQ(report_.checkpoints, 2u);
    EXPECT_EQ(report_.root, root_);
    EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, kSize}));
    EXPECT_EQ(report_.signed_to, 1100u);
  }
}

TEST_F(VerifyTest, AnEmptyLogHasNoFaults) {
  folder_ = scratch_ / "empty";
  ASSERT_TRUE(EventLog::Create(folder_));
  EXPECT_THAT(Verify(), IsEmpty());
  EXPECT_EQ(report_.root, EmptyRoot());
  EXPECT_THAT(report_.whole, IsEmpty());
}

TEST_F(VerifyTest, NamesAPageThatCannotBeRead) {
  FlipByte("records", Number(556), 0);
  EXPECT_THAT(Verify(), ElementsAre(AllOf(HasSubstr("positions 556 to 811 cannot be read"),
                                          HasSubstr("its header"))));
  EXPECT_EQ(report_.unread, 256u);
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, 512}, PositionRange{1024, kSize}));
  EXPECT_EQ(report_.signed_to, 1100u) << "the stored hashes stand in for what cannot be read";
  EXPECT_EQ(report_.root, root_);
}

TEST_F(VerifyTest, NamesRecordsThatAreMissing) {
  Put("records", Number(256), std::nullopt);
  EXPECT_THAT(Verify(), ElementsAre("The records at positions 256 to 299 are missing.",
                                    HasSubstr("The checkpoint of 300 records cannot be checked")));
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, 256}, PositionRange{512, kSize}));
  EXPECT_EQ(report_.signed_to, 1100u);
}

TEST_F(VerifyTest, NamesPagesThatOverlap) {
  std::vector<std::string> texts;
  for (uint64_t i = 290; i < 300; ++i) texts.push_back(Text(i));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  Put("records", Number(290), std::string(PageWriter().Write(views)));
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("begins at position 290 does not go on")));
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, 256}, PositionRange{512, kSize}));
}

TEST_F(VerifyTest, NamesRecordsThatWereChanged) {
  std::vector<std::string> texts;
  for (uint64_t i = 556; i < 812; ++i) texts.push_back(Text(i) + (i == 600 ? " more" : ""));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  Put("records", Number(556), std::string(PageWriter().Write(views)));
  EXPECT_THAT(Verify(), ElementsAre("The records at positions 512 to 767 are not what was signed: "
                                    "they do not give hash 2 of level 1 of the tree."));
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, 512}, PositionRange{768, kSize}));
  EXPECT_EQ(report_.signed_to, 1100u);
}

TEST_F(VerifyTest, NamesHashesOfTheTree) {
  FlipByte("tree", '\1' + Number(1), 5);
  EXPECT_THAT(Verify(), ElementsAre("The stored hash 1 of level 1 of the tree (positions 256 to "
                                    "511) was changed; the records are what was signed."));
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, kSize}));
  EXPECT_EQ(report_.root, root_);
  Put("tree", '\1' + Number(1), std::nullopt);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("hash 1 of level 1 of the tree (positions 256 "
                                              "to 511) is missing")));
  Put("tree", '\1' + Number(5), std::string(32, 'h'));
  Put("tree", "x", std::string(32, 'h'));
  EXPECT_THAT(Verify(), AllOf(Contains(HasSubstr("Hash 5 of level 1 of the tree is of records "
                                                 "that are not there")),
                              Contains(HasSubstr("is no hash of the tree"))));
}

TEST_F(VerifyTest, NamesCheckpoints) {
  FlipByte("checkpoints", Number(300), 30);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("The stored checkpoint of 300 records")));
  EXPECT_EQ(report_.signed_to, 1100u);
  const std::string other = *SignCheckpoint({"test.example/log", 1100, Hash{7}, {}}, key_);
  Put("checkpoints", Number(300), other);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("says that it is of 1100")));
  Put("checkpoints", Number(300), std::nullopt);
  Put("checkpoints", Number(1100), other);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("The checkpoint of 1100 records does not fit")));
  EXPECT_EQ(report_.signed_to, 0u);
  Put("checkpoints", Number(2000), *SignCheckpoint({"test.example/log", 2000, root_, {}}, key_));
  EXPECT_THAT(Verify(), Contains(HasSubstr("positions 1,324 to 1,999 are missing")));
}

TEST_F(VerifyTest, HoldsTheLogToACheckpointKeptElsewhere) {
  options_.last_signed = *SignCheckpoint({"test.example/log", kSize, root_, {}}, key_);
  EXPECT_THAT(Verify(), IsEmpty());
  EXPECT_EQ(report_.signed_to, kSize);
  options_.last_signed = *SignCheckpoint({"test.example/log", kSize, Hash{7}, {}}, key_);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("The checkpoint of 1324 records does not fit")));
  options_.last_signed.pop_back();
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("The checkpoint signed last, kept beside the log")));
}

TEST_F(VerifyTest, HoldsTheLogToWhatWasAcknowledged) {
  const fs::path daybook = scratch_ / "log.daybook";
  ASSERT_TRUE(fs::exists(daybook));
  fs::copy(folder_, scratch_ / "before");
  Append(**EventLog::Open(folder_, Access::kWrite, "test"), 2);
  fs::remove_all(folder_);
  fs::rename(scratch_ / "before", folder_);
  EXPECT_THAT(Verify(), ElementsAre("What was acknowledged last is of 1326 records, and the log "
                                    "ends after 1324: positions 1,324 to 1,325 are missing."));
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, kSize}));
  fs::remove(daybook);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("There is no daybook that can be read")));
}

TEST_F(VerifyTest, NamesChangedRecordsThatNoCheckpointCovers) {
  const std::string text = Text(kSize - 1) + " more";
  const std::vector<std::string_view> views = {text};
  Put("records", Number(kSize - 1), std::string(PageWriter().Write(views)));
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("What was acknowledged last does not fit: some of "
                                              "the first 1324 records")));
}

TEST_F(VerifyTest, NamesRowsOfStreams) {
  Put("streams", StreamKey("s1", 7), Leads(25));
  EXPECT_THAT(Verify(), Contains(HasSubstr("leads version 7 of stream s1 to position 25; the "
                                           "record there says otherwise")));
  Put("streams", StreamKey("s1", 7), Leads(5000));
  EXPECT_THAT(Verify(), Contains(HasSubstr("to position 5000, behind the end")));
  Put("streams", StreamKey("s1", 7), "");
  EXPECT_THAT(Verify(), Contains(HasSubstr("A row of the index of streams cannot be read")));
  Put("streams", StreamKey("s1", 7), std::nullopt);
  EXPECT_THAT(Verify(), ElementsAre("The index of streams does not lead to the record at position "
                                    "22.",
                                    HasSubstr("has version 8 of stream s1 where version 7 should "
                                              "come")));
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, kSize}));
  Put("streams", StreamKey("s1", 7), Leads(22));
  EXPECT_THAT(Verify(), IsEmpty());
  Put("streams", StreamKey("s2", 441), Leads(3));
  EXPECT_THAT(Verify(), Contains(HasSubstr("leads version 441 of stream s2 to position 3")));
}

TEST_F(VerifyTest, NamesRowsOfKeys) {
  const std::string digest(16, '\0');
  Put("keys", "k40", Leads(41) + digest);
  EXPECT_THAT(Verify(), ElementsAre("The table of keys does not lead to the record at position 40.",
                                    "The table of keys leads key k40 to position 41; the record "
                                    "there says otherwise."));
  Put("keys", "k40", Leads(40));
  EXPECT_THAT(Verify(), Contains("The row of key k40 cannot be read."));
  Put("keys", "k40", std::nullopt);
  EXPECT_THAT(Verify(),
              ElementsAre("The table of keys does not lead to the record at position 40."));
  Put("keys", "k40", Leads(40) + digest);
  Put("keys", "other", Leads(40) + digest);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("leads key other to position 40")));
}

TEST_F(VerifyTest, GoesOnAfterARecordThatSaysNothing) {
  std::vector<std::string> texts;
  for (uint64_t i = 300; i < 556; ++i) texts.push_back(i == 310 || i == 311 ? "?" : Text(i));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  Put("records", Number(300), std::string(PageWriter().Write(views)));
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("positions 256 to 511 are not what was signed"),
                                    "Position 310 is gibberish.", "Position 311 is gibberish."));
  EXPECT_EQ(report_.unread, 2u);
  EXPECT_EQ(Verify(2, 1).size(), 1u);
  EXPECT_EQ(count_, 3u) << "all are counted, however few are kept";
}

// RocksDB's checksums: a changed byte of a file is named, or nothing that is read has changed.
TEST_F(VerifyTest, FindsChangedBytesInTheFiles) {
  size_t found = 0, with_something_left = 0;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() != ".sst") continue;
    for (uintmax_t at = 5; at < entry.file_size(); at += 997) {
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(static_cast<std::streamoff>(at));
      const char good = static_cast<char>(file.get());
      const auto write = [&](char byte) {
        file.seekp(static_cast<std::streamoff>(at));
        file.put(byte).flush();
      };
      write(static_cast<char>(good ^ 0x10));
      if (EventLog::Open(folder_, Access::kRead, "test")) {
        const auto sentences = Verify();
        EXPECT_TRUE(!sentences.empty() || report_.root == root_);
        found += sentences.empty() ? 0 : 1;
        with_something_left += !sentences.empty() && !report_.whole.empty() ? 1 : 0;
      } else {
        ++found;
      }
      write(good);
    }
  }
  EXPECT_GT(found, 10u);
  EXPECT_GT(with_something_left, 5u);
  EXPECT_THAT(Verify(), IsEmpty());
}

// Of the bytes 00, 01, ... under the key 00 to 0f: the vectors of the Rust library's SipHasher13.
TEST(RowHashTest, IsSipHash13) {
  const RowHash hash(0x0706050403020100, 0x0f0e0d0c0b0a0908);
  std::string bytes;
  const uint64_t expected[] = {0xabac0158050fc4dc, 0xc9f49bf37d57ca93, 0x82cb9b024dc7d44d,
                               0x8bf80ab8e7ddf7fb, 0xcf75576088d38328, 0xdef9d52f49533b67,
                               0xc50d2b50c59f22a7, 0xd3927d989bb11140, 0x369095118d299a8e};
  for (const uint64_t value : expected) {
    EXPECT_EQ(hash(bytes), value) << bytes.size();
    bytes.push_back(static_cast<char>(bytes.size()));
  }
  EXPECT_NE(RowHash()("row"), RowHash()("row")) << "each has a key of its own";
}

}  // namespace
}  // namespace iuran::log
