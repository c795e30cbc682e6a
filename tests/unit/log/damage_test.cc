// What the event log does when the disk refuses, or gives back other bytes than it was given.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "ledger/log/bytes.h"
#include "ledger/log/event_log.h"
#include "tests/support/change_row.h"
#include "tests/support/scratch_folder.h"

namespace iuran::log {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using tests::ScratchFolder;

class DamageTest : public ::testing::Test {
 protected:
  // Three pages: positions 0 to 255, 256 to 299 and 300; stream "s" throughout, keys "k0", ...
  void SetUp() override {
    ASSERT_TRUE(EventLog::Create(folder_));
    {
      const auto log = EventLog::Open(folder_, Access::kWrite, "test");
      ASSERT_TRUE(log);
      ASSERT_TRUE((*log)->Append(Records(0, 300)));
      ASSERT_TRUE((*log)->Append(Records(300, 1)));
    }
    // The daybook holds nothing any more that an opening would bring back.
    const auto log = EventLog::Open(folder_, Access::kWrite, "test");
    ASSERT_TRUE(log);
    ASSERT_TRUE((*log)->Flush());
  }

  Batch Records(uint32_t from, uint32_t count) {
    Batch batch{from, {}, {}};
    keys_.clear();
    for (uint32_t i = from; i < from + count; ++i) keys_.push_back("k" + std::to_string(i));
    for (uint32_t i = 0; i < count; ++i) {
      batch.records.push_back({"s", from + i, "the bytes of one record", keys_[i], {}});
    }
    return batch;
  }

  // Opens the database behind the log's back, as it stands in FORMAT.md.
  void Change(const std::string& table, const std::string& key,
              const std::function<std::optional<std::string>(std::string)>& change) {
    tests::ChangeRow(folder_, table, key, [&](const std::optional<std::string>& value) {
      EXPECT_TRUE(value.has_value()) << "no such row in " << table;
      return change(value.value_or(std::string()));
    });
  }

  std::unique_ptr<EventLog> MustOpen() {
    auto log = EventLog::Open(folder_, Access::kRead, "test");
    EXPECT_TRUE(log) << log.error().message;
    return log ? std::move(*log) : nullptr;
  }

  template <typename T>
  static void ExpectDamaged(const Result<T>& result, const std::string& names) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kLedgerDamaged);
    EXPECT_THAT(result.error().message, HasSubstr(names));
    EXPECT_THAT(result.error().message, HasSubstr("restore the last good backup"));
  }

  static std::string PageKey(uint64_t position) {
    std::string key;
    AppendBigEndian(key, position);
    return key;
  }

  ScratchFolder scratch_;
  fs::path folder_ = scratch_ / "log";
  std::vector<std::string> keys_;
};

TEST_F(DamageTest, NamesThePageThatCannotBeRead) {
  for (const size_t at : {size_t{0}, size_t{1}, size_t{2}, size_t{4}}) {
    Change("records", PageKey(256), [&](std::string value) {
      value[at] = static_cast<char>(value[at] ^ 0x40);
      return value;
    });
    const auto log = MustOpen();
    ExpectDamaged(log->Read(299), "position 256");
    EXPECT_TRUE(log->Read(255)) << "the other pages are still good";
    EXPECT_TRUE(log->Read(300));
    auto cursor = log->Scan(0, 301);
    EXPECT_TRUE(*(*cursor)->NextPage());
    ExpectDamaged((*cursor)->NextPage(), "position 256");
    Change("records", PageKey(256), [&](std::string value) {
      value[at] = static_cast<char>(value[at] ^ 0x40);
      return value;
    });
    EXPECT_TRUE(MustOpen()->Read(299));
  }
}

TEST_F(DamageTest, NamesThePositionThatIsMissing) {
  Change("records", PageKey(256), [](const std::string&) { return std::nullopt; });
  const auto log = MustOpen();
  EXPECT_EQ(log->size(), 301u);
  ExpectDamaged(log->Read(256), "position 256 is missing");
  auto cursor = log->Scan(10, 301);
  EXPECT_TRUE(*(*cursor)->NextPage());
  ExpectDamaged((*cursor)->NextPage(), "position 256 is missing");
}

TEST_F(DamageTest, RefusesIndexEntriesItCannotRead) {
  std::string stream_key;
  AppendStreamKey(stream_key, "s", 7);
  const auto longer = [](const std::string& value) { return value + "x"; };
  Change("streams", stream_key, longer);
  Change("keys", "k3", longer);
  const auto log = MustOpen();
  ExpectDamaged(log->Stream("s"), "version 7");
  EXPECT_EQ(log->Stream("s", 300), std::vector<uint64_t>{300});
  ExpectDamaged(log->FindKeys(std::vector<std::string>{"k2", "k3"}), "idempotency key");
  EXPECT_TRUE(log->FindKeys(std::vector<std::string>{"k2", "k4"})->back());
}

TEST_F(DamageTest, DoesNotOpenWhatAnotherProgramWrote) {
  for (const std::string format : {"2", "4"}) {
    Change("default", "format", [&](const std::string&) { return format; });
    for (const Access access : {Access::kRead, Access::kWrite}) {
      const auto log = EventLog::Open(folder_, access, "test");
      ASSERT_FALSE(log);
      EXPECT_EQ(log.error().code, ErrorCode::kUnknownEvent);
      EXPECT_EQ(ExitCode(log.error().code), 4);
      EXPECT_THAT(log.error().message,
                  HasSubstr("was written by another program (format " + format +
                            "; this one reads 3). Use the program that made it."));
    }
  }
}

TEST_F(DamageTest, DoesNotOpenALogWithoutATree) {
  std::vector<std::string> names;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, folder_, &names).ok());
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.push_back({name, {}});
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open({}, folder_, families, &handles, &db).ok());
  for (rocksdb::ColumnFamilyHandle* const handle : handles) {
    if (handle->GetName() == "tree") {
      ASSERT_TRUE(db->DropColumnFamily(handle).ok());
    }
    db->DestroyColumnFamilyHandle(handle);
  }
  delete db;
  for (const Access access : {Access::kRead, Access::kWrite}) {
    const auto log = EventLog::Open(folder_, access, "test");
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, ErrorCode::kUnknownEvent);
    EXPECT_THAT(log.error().message, HasSubstr("no table 'tree': an earlier program made it"));
  }
}

TEST_F(DamageTest, NamesTheHashOfTheTreeThatIsMissing) {
  Change("tree", '\1' + PageKey(0), [](const std::string&) { return std::nullopt; });
  ExpectDamaged(EventLog::Open(folder_, Access::kWrite, "test"), "Hash 0 of level 1");
  const auto log = MustOpen();
  ExpectDamaged(log->Head(), "Hash 0 of level 1");
  ExpectDamaged(log->ProveInclusion(300, 301), "Hash 0 of level 1");
  EXPECT_TRUE(log->RootAt(255));
}

// RocksDB's checksums: a changed byte of any file makes an error or changes nothing that is read.
TEST_F(DamageTest, FindsChangedBytesInTheFiles) {
  size_t found = 0;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() != ".sst") continue;
    for (uintmax_t at = 3; at < entry.file_size(); at += 211) {
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(static_cast<std::streamoff>(at));
      const char good = static_cast<char>(file.get());
      const auto write = [&](char byte) {
        file.seekp(static_cast<std::streamoff>(at));
        file.put(byte).flush();
      };
      write(static_cast<char>(good ^ 0x10));
      const auto log = EventLog::Open(folder_, Access::kWrite, "test");
      bool refused = !log;
      if (log) {
        auto cursor = (*log)->Scan(0, 301);
        auto more = (*cursor)->NextPage();
        while (more && *more) {
          for (size_t i = 0; i < (*cursor)->count(); ++i) {
            EXPECT_EQ((*cursor)->record(i).size(), 23u);
            EXPECT_EQ((*cursor)->record(i)[22], std::byte{'d'});
          }
          more = (*cursor)->NextPage();
        }
        const auto stream = (*log)->Stream("s");
        refused = !more || !stream;
        if (!refused) {
          EXPECT_EQ((*log)->size(), 301u);
          EXPECT_EQ(stream->size(), 301u);
        }
      }
      found += refused ? 1 : 0;
      write(good);
    }
  }
  EXPECT_GT(found, 10u);
}

// While one of these lives no file of this process may grow, as where the disk is full.
class FullDisk {
 public:
  FullDisk() : old_handler_(signal(SIGXFSZ, SIG_IGN)) {
    EXPECT_EQ(getrlimit(RLIMIT_FSIZE, &old_limit_), 0);
    const rlimit full{0, old_limit_.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &full), 0);
  }
  ~FullDisk() {
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &old_limit_), 0);
    signal(SIGXFSZ, old_handler_);
  }

 private:
  void (*old_handler_)(int);
  rlimit old_limit_{};
};

TEST_F(DamageTest, TakesNoMoreAfterAFailedWriteUntilItIsOpenedAgain) {
  auto log = *EventLog::Open(folder_, Access::kWrite, "test");
  auto disk = std::make_unique<FullDisk>();
  const auto failed = log->Append(Records(301, 100));
  disk.reset();

  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kUnknownOutcome);
  EXPECT_EQ(log->size(), 301u);
  const auto refused = log->Append(Records(301, 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIo);
  EXPECT_TRUE(log->Read(300)) << "reading goes on";

  log.reset();
  log = *EventLog::Open(folder_, Access::kWrite, "test");
  EXPECT_EQ(log->size(), 301u);
  const auto again = log->Append(Records(301, 100));
  EXPECT_TRUE(again) << again.error().message;
  EXPECT_EQ(log->StreamSize("s"), 401u);
}

TEST_F(DamageTest, ACheckpointThatCannotBeStoredIsNotThere) {
  auto log = *EventLog::Open(folder_, Access::kWrite, "test");
  ASSERT_TRUE(log->StoreCheckpoint(300, "the first"));
  auto disk = std::make_unique<FullDisk>();
  const auto failed = log->StoreCheckpoint(301, "the second");
  disk.reset();

  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kUnknownOutcome);
  EXPECT_THAT(failed.error().message, HasSubstr("it is not known whether it is on disk"));
  EXPECT_EQ(log->Checkpoints()->size(), 1u);
  EXPECT_EQ(log->StoreCheckpoint(301, "the second").error().code, ErrorCode::kIo);
  EXPECT_EQ(log->Append(Records(301, 1)).error().code, ErrorCode::kIo);

  log.reset();
  log = *EventLog::Open(folder_, Access::kWrite, "test");
  ASSERT_EQ(log->Checkpoints()->size(), 1u);
  EXPECT_EQ(log->Checkpoints()->front().note, "the first");
  EXPECT_EQ(log->StoreCheckpoint(302, "of what is not there").error().code,
            ErrorCode::kInvalidValue);
  ASSERT_TRUE(log->StoreCheckpoint(301, "the second"));
  EXPECT_EQ(log->Checkpoints()->back().note, "the second");
}

TEST_F(DamageTest, GivesTheHashesOfTiles) {
  const auto log = MustOpen();
  std::vector<Hash> leaves(256), above(1);
  ASSERT_TRUE(log->ReadTile({0, 0, 256}, leaves));
  EXPECT_EQ(leaves[17], LeafHash(AsRecord("the bytes of one record")));
  ASSERT_TRUE(log->ReadTile({1, 0, 1}, above));
  EXPECT_EQ(above[0], FoldComplete(leaves));
  std::vector<Hash> rest(45);
  EXPECT_TRUE(log->ReadTile({0, 1, 45}, rest));
  rest.resize(46);
  const auto beyond = log->ReadTile({0, 1, 46}, rest);
  ASSERT_FALSE(beyond);
  EXPECT_THAT(beyond.error().message, HasSubstr("tile/0/001.p/46 of 46 hashes"));
}

// A reader must not answer from what is left where a table is gone.
TEST_F(DamageTest, AMissingTableIsTold) {
  std::vector<fs::path> tables;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() == ".sst") tables.push_back(entry.path());
  }
  ASSERT_GE(tables.size(), 3u);
  for (const fs::path& table : tables) {
    const fs::path away = folder_.parent_path() / "away";
    fs::rename(table, away);
    for (const Access access : {Access::kRead, Access::kWrite}) {
      const auto log = EventLog::Open(folder_, access, "test");
      ASSERT_FALSE(log) << table;
      EXPECT_EQ(ExitCode(log.error().code), 3) << log.error().message;
    }
    fs::rename(away, table);
  }
  EXPECT_EQ((*EventLog::Open(folder_, Access::kRead, "test"))->size(), 301u);
}

}  // namespace
}  // namespace iuran::log
