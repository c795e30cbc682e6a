// Changes of RocksDB's list of tables that a power cut tore, and those that rotted.
#include "ledger/log/manifest_tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
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
  EXPECT_EQ(SoundLength(whole), whole.size());
  EXPECT_EQ(SoundLength(""), 0u);
  uint64_t sound = 0;
  for (size_t length = 1; length < whole.size(); ++length) {
    const uint64_t now = SoundLength(whole.substr(0, length));
    EXPECT_TRUE(now == sound || now == length) << length;
    sound = now;
  }
}

TEST_F(ManifestTail, AnyChangedByteEndsWhatIsSoundBeforeIt) {
  const std::string whole = Read(Manifest());
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] ^= 0x20;
    EXPECT_LE(SoundLength(changed), at);
  }
}

TEST_F(ManifestTail, WhatAPowerCutToreIsCutOffByTheNextWriter) {
  const std::string before = Read(Manifest());
  const std::string torn = std::string("\x01\x02\x03\x04\x64\x00\x01", 7) + std::string(100, '\0');
  Write(Manifest(), before + torn);
  EXPECT_EQ(SoundLength(before + torn), before.size());
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
  ASSERT_LT(SoundLength(rotten), before.size());
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

}  // namespace
}  // namespace iuran::log
