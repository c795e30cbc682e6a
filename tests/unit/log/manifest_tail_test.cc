// Changes of RocksDB's list of tables that a power cut tore, and those that rotted.
#include "ledger/log/manifest_tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>

#include "ledger/log/event_log.h"
#include "tests/support/scratch_folder.h"

namespace iuran::log {
namespace {

namespace fs = std::filesystem;

std::string Read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void Write(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

class ManifestTail : public ::testing::Test {
 protected:
  // Two tables of records, and 7 records that are in the write-ahead file alone.
  void SetUp() override {
    ASSERT_TRUE(EventLog::Create(folder_));
    const auto log = EventLog::Open(folder_, Access::kWrite, "test");
    ASSERT_TRUE(log);
    for (const uint32_t count : {300u, 40u}) {
      Append(**log, count);
      ASSERT_TRUE((*log)->Flush());
    }
    Append(**log, 7);
  }

  void Append(EventLog& log, uint32_t count) {
    Batch batch{log.size(), {}, {}};
    for (uint32_t i = 0; i < count; ++i) {
      batch.records.push_back(
          {"s", static_cast<uint32_t>(log.size()) + i, "the bytes of one record", {}, {}});
    }
    ASSERT_TRUE(log.Append(batch));
  }

  fs::path Manifest() const {
    std::string name = Read(folder_ / "CURRENT");
    name.pop_back();
    return folder_ / name;
  }

  tests::ScratchFolder scratch_;
  const fs::path folder_ = scratch_.path() / "log";
};

TEST_F(ManifestTail, AWholeOneIsSoundToItsEndAndACutOneToItsLastWholeChange) {
  const std::string whole = Read(Manifest());
  EXPECT_EQ(FindSoundChanges(whole).length, whole.size());
  EXPECT_EQ(FindSoundChanges("").length, 0u);
  uint64_t sound = 0;
  for (size_t length = 1; length < whole.size(); ++length) {
    const uint64_t now = FindSoundChanges(whole.substr(0, length)).length;
    EXPECT_TRUE(now == sound || now == length) << length;
    sound = now;
  }
}

// RocksDB makes the file: changes as long as the keys in them, so that they are cut into records at
// the ends of blocks, with 0 to 8 bytes left there, too few for a record or just enough for an
// empty one.
TEST_F(ManifestTail, ChangesOverManyBlocksAreSound) {
  constexpr uint64_t kBlock = 32'768;
  const fs::path folder = scratch_.path() / "long-keys";
  rocksdb::Options options;
  options.create_if_missing = true;
  options.disable_auto_compactions = true;
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, folder, &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  const auto manifest = [&folder] {
    std::string name = Read(folder / "CURRENT");
    name.pop_back();
    return Read(folder / name);
  };
  // A table of one key is listed with the key as its first and its last; or of two, as long
  // together.
  const auto add_table = [&db](uint64_t key_bytes) {
    ASSERT_TRUE(db->Put({}, std::string(key_bytes / 2, 'a'), "").ok());
    ASSERT_TRUE(db->Put({}, std::string(key_bytes - key_bytes / 2, 'b'), "").ok());
    ASSERT_TRUE(db->Flush({}).ok());
  };
  std::set<uint64_t> missing = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  uint64_t size = manifest().size();
  uint64_t beside = 100;  // what a change has beside its keys, as learned from the one before
  for (int table = 0; !missing.empty() && table < 200; ++table) {
    const uint64_t wanted = kBlock - size % kBlock - *missing.begin() - beside;
    const uint64_t keys = wanted > 2'000 && wanted < 8'000 ? wanted : 5'000;
    add_table(keys);
    const std::string now = manifest();
    beside = now.size() - size - keys;
    size = now.size();
    missing.erase((kBlock - size % kBlock) % kBlock);
    ASSERT_EQ(FindSoundChanges(now).length, size);
    ASSERT_LT(FindSoundChanges(now.substr(0, size - 1)).length, size - 1);
  }
  EXPECT_TRUE(missing.empty());
}

TEST_F(ManifestTail, AnyChangedByteEndsWhatIsSoundBeforeIt) {
  const std::string whole = Read(Manifest());
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] ^= 0x20;
    EXPECT_LE(FindSoundChanges(changed).length, at);
  }
}

TEST_F(ManifestTail, WhatAPowerCutToreIsCutOffByTheNextWriter) {
  const std::string before = Read(Manifest());
  const std::string torn = std::string("\x01\x02\x03\x04\x64\x00\x01", 7) + std::string(100, '\0');
  Write(Manifest(), before + torn);
  EXPECT_EQ(FindSoundChanges(before + torn).length, before.size());
  const auto reader = EventLog::Open(folder_, Access::kRead, "test");
  ASSERT_FALSE(reader) << "RocksDB opens over it; there is nothing to mend";
  EXPECT_EQ(reader.error().code, ErrorCode::kLedgerDamaged);
  EXPECT_THAT(reader.error().message, ::testing::HasSubstr("the next command that writes"));
  const auto writer = EventLog::Open(folder_, Access::kWrite, "test");
  ASSERT_TRUE(writer) << writer.error().message;
  EXPECT_EQ((*writer)->size(), 347u);
  Append(**writer, 1);
}

// What a change that rotted stands for is missing without it. Then nothing on the disk is touched.
TEST_F(ManifestTail, WithoutWhatIsMissedNothingIsCutOff) {
  const std::string before = Read(Manifest());
  std::string rotten = before;
  rotten[before.size() - 3] ^= 1;  // of the last change, which added tables
  ASSERT_LT(FindSoundChanges(rotten).length, before.size());
  Write(Manifest(), rotten);
  const fs::path manifest = Manifest();
  const auto files = [this] {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) names.insert(entry.path().filename());
    return names;
  };
  const auto there = files();
  const auto writer = EventLog::Open(folder_, Access::kWrite, "test");
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, ErrorCode::kLedgerDamaged);
  EXPECT_EQ(Read(manifest), rotten);
  EXPECT_EQ(files(), there);
  Write(manifest, before);
  const auto mended = EventLog::Open(folder_, Access::kWrite, "test");
  ASSERT_TRUE(mended) << mended.error().message;
  EXPECT_EQ((*mended)->size(), 347u);
}

// RocksDB stops without a word where a change claims to be longer than the file, and then does not
// know the tables that the changes behind it name.
TEST_F(ManifestTail, ARottenLengthIsNotTakenForTheFormatOfAnEarlierProgram) {
  const fs::path folder = scratch_.path() / "never-opened";
  ASSERT_TRUE(EventLog::Create(folder));
  std::string name = Read(folder / "CURRENT");
  name.pop_back();
  const std::string whole = Read(folder / name);
  size_t at = 0;
  for (size_t length = 0; at + 7 <= whole.size(); at += 7 + length) {
    length =
        static_cast<uint8_t>(whole[at + 4]) + size_t{256} * static_cast<uint8_t>(whole[at + 5]);
    std::string rotten = whole;
    rotten[at + 5] ^= 0x40;
    Write(folder / name, rotten);
    for (const Access access : {Access::kRead, Access::kWrite}) {
      const auto log = EventLog::Open(folder, access, "test");
      ASSERT_FALSE(log) << at;
      EXPECT_EQ(log.error().code, ErrorCode::kLedgerDamaged) << log.error().message;
    }
    EXPECT_EQ(Read(folder / name), rotten);
  }
  EXPECT_EQ(at, whole.size());
}

}  // namespace
}  // namespace iuran::log
