// The event log's contracts (ledger/log/event_log.h), one test each, and the model test.
#include "ledger/log/event_log.h"
#include "ledger/log/writer_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/support/log_model.h"
#include "tests/support/scratch_folder.h"

namespace iuran::log {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using tests::LogModel;
using tests::OwnedBatch;
using tests::ScratchFolder;

std::unique_ptr<EventLog> MustOpen(const fs::path& folder, Access access = Access::kWrite) {
  auto log = EventLog::Open(folder, access, "iuran test");
  EXPECT_TRUE(log) << log.error().message;
  return log ? std::move(*log) : nullptr;
}

class EventLogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto made = EventLog::Create(folder_);
    ASSERT_TRUE(made) << made.error().message;
    log_ = MustOpen(folder_);
    ASSERT_NE(log_, nullptr);
  }

  void Reopen() {
    log_.reset();
    log_ = MustOpen(folder_);
    ASSERT_NE(log_, nullptr);
  }

  // Appends the next random batch to the log and the model.
  void Grow(size_t most) {
    const OwnedBatch batch = model_.NextBatch(random_, most);
    const auto done = log_->Append(batch.View());
    ASSERT_TRUE(done) << done.error().message;
    model_.Apply(batch);
  }

  static Batch One(uint64_t position, std::string_view stream, uint32_t version) {
    return {position, {{stream, version, "bytes", "", {}}}, {}};
  }

  ErrorCode CodeOf(const Batch& batch) {
    const auto done = log_->Append(batch);
    EXPECT_FALSE(done);
    return done ? ErrorCode::kUsage : done.error().code;
  }

  ScratchFolder scratch_;
  fs::path folder_ = scratch_ / "log";
  std::unique_ptr<EventLog> log_;
  LogModel model_;
  std::mt19937_64 random_{20261122};
};

TEST_F(EventLogTest, IsMadeOnceAndEmpty) {
  model_.ExpectSameAs(*log_);
  EXPECT_EQ(EventLog::Create(folder_).error().code, ErrorCode::kLedgerExists);
  std::ofstream(scratch_ / "file") << "mine";
  EXPECT_EQ(EventLog::Create(scratch_ / "file").error().code, ErrorCode::kLedgerExists);
  EXPECT_EQ(EventLog::Create(scratch_.path() / "no" / "such").error().code, ErrorCode::kIo);
  EXPECT_EQ(std::distance(fs::directory_iterator(scratch_.path()), {}), 3)
      << "the log, its daybook and the file";
  for (const Access access : {Access::kWrite, Access::kRead}) {
    EXPECT_EQ(EventLog::Open(scratch_ / "none", access, "t").error().code,
              ErrorCode::kLedgerMissing);
  }
  EXPECT_FALSE(fs::exists(scratch_ / "none"));
}

TEST_F(EventLogTest, AnswersLikeASimpleModelHoweverOftenItIsReopened) {
  for (int round = 0; round < 60; ++round) {
    Grow(round % 10 == 0 ? 700 : 9);
    switch (random_() % 6) {
      case 0:
        Reopen();
        break;
      case 1:
        ASSERT_TRUE(log_->Flush());
        break;
      case 2:
        ASSERT_TRUE(log_->Purge(Table::kBook));
        break;
      default:
        break;
    }
    if (round % 4 == 0) model_.ExpectSameAs(*log_);
    ASSERT_FALSE(HasFatalFailure());
  }
  Reopen();
  model_.ExpectSameAs(*log_);
}

TEST_F(EventLogTest, ScansAnyRangeAndReadsAnyPosition) {
  for (int i = 0; i < 5; ++i) Grow(600);
  const uint64_t size = model_.records.size();
  for (int i = 0; i < 100; ++i) {
    const uint64_t from = random_() % (size + 20);
    const uint64_t to = from + random_() % 700;
    auto cursor = log_->Scan(from, to);
    ASSERT_TRUE(cursor);
    uint64_t next = from;
    while (*(*cursor)->NextPage()) {
      EXPECT_EQ((*cursor)->first_position(), next);
      EXPECT_GT((*cursor)->count(), 0u);
      next += (*cursor)->count();
    }
    EXPECT_EQ(next, std::max(from, std::min(to, size)));
    const auto record = log_->Read(from);
    if (from >= size) {
      EXPECT_EQ(record.error().code, ErrorCode::kNotFound);
    } else {
      EXPECT_EQ(std::string(reinterpret_cast<const char*>(record->data()), record->size()),
                model_.records[from]);
    }
  }
}

TEST_F(EventLogTest, FindsAStreamFromAVersionAndTellsNeighboursApart) {
  for (uint32_t i = 0; i < 30; ++i) {
    ASSERT_TRUE(log_->Append(One(2 * i, "member/A", i)));
    ASSERT_TRUE(log_->Append(One(2 * i + 1, "member/AB", i)));
  }
  EXPECT_EQ(log_->Stream("member/A", 28), (std::vector<uint64_t>{56, 58}));
  EXPECT_EQ(log_->Stream("member/AB", 29), (std::vector<uint64_t>{59}));
  EXPECT_EQ(log_->Stream("member/A", 30), std::vector<uint64_t>{});
  EXPECT_EQ(log_->Stream("member"), std::vector<uint64_t>{});
  Reopen();
  EXPECT_EQ(log_->StreamSize("member/A"), 30u);
  EXPECT_EQ(log_->StreamSize("member/ABC"), 0u);
}

TEST_F(EventLogTest, RefusesWhatIsNotNextAndRecordsNothingOfIt) {
  Grow(20);
  const uint64_t size = log_->size();
  EXPECT_EQ(CodeOf(One(size + 1, "new", 0)), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(One(size, "new", 1)), ErrorCode::kVersionMismatch);
  Batch batch = One(size, "new", 0);
  batch.records.push_back({"other", 0, "bytes", "a key", {}});
  batch.records.push_back({"new", 0, "bytes", "", {}});  // after the first of them, 1 is next
  batch.rows.push_back({Table::kBook, "row/new", "value"});
  const auto done = log_->Append(batch);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kVersionMismatch);
  EXPECT_THAT(done.error().message, HasSubstr("version 0"));
  EXPECT_THAT(done.error().message, HasSubstr("is 1"));
  EXPECT_EQ(CodeOf(One(size, "", 0)), ErrorCode::kInvalidValue);
  EXPECT_EQ(CodeOf(One(size, std::string_view("a\0b", 3), 0)), ErrorCode::kInvalidValue);
  const std::string long_name(256, 's');
  EXPECT_EQ(CodeOf(One(size, long_name, 0)), ErrorCode::kInvalidValue);
  EXPECT_EQ(CodeOf({size, {{"new", 0, "", "", {}}}, {}}), ErrorCode::kInvalidValue);
  model_.ExpectSameAs(*log_);
  EXPECT_EQ(log_->StreamSize("new"), 0u);
  EXPECT_EQ(log_->FindKeys(std::vector<std::string>{"a key"})->front().has_value(), false);

  batch.records.back().stream_version = 1;
  ASSERT_TRUE(log_->Append(batch)) << "the log goes on after a refusal";
  EXPECT_EQ(log_->Stream("new"), (std::vector<uint64_t>{size, size + 2}));
  EXPECT_EQ(log_->FindKeys(std::vector<std::string>{"a key"})->front()->position, size + 1);
}

TEST_F(EventLogTest, ChangesRowsWithoutRecordsToo) {
  ASSERT_TRUE(log_->Append({0, {}, {{Table::kBook, "a", "1"}, {Table::kVault, "a", "2"}}}));
  ASSERT_TRUE(log_->Append({0, {}, {{Table::kBook, "a", std::nullopt}, {Table::kBook, "b", ""}}}));
  const std::vector<std::string> keys = {"a", "b", "c"};
  using Rows = std::vector<std::optional<std::string>>;
  EXPECT_EQ(log_->FindRows(Table::kBook, keys), (Rows{std::nullopt, "", std::nullopt}));
  EXPECT_EQ(log_->FindRows(Table::kVault, keys), (Rows{"2", std::nullopt, std::nullopt}));
  EXPECT_EQ(log_->size(), 0u);
}

TEST_F(EventLogTest, TellsASecondWriterWhoHoldsIt) {
  const auto second = EventLog::Open(folder_, Access::kWrite, "iuran import");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kLedgerLocked);
  EXPECT_THAT(second.error().message, HasSubstr("\"iuran test\", process"));
  EXPECT_THAT(second.error().message, HasSubstr("UTC"));
  EXPECT_THAT(WriterOf(folder_).value_or("nobody"), HasSubstr("\"iuran test\", process"));
  Reopen();  // free again once the first is closed
  const auto reader = MustOpen(folder_, Access::kRead);
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->Append(One(0, "s", 0)).error().code, ErrorCode::kUsage);
  EXPECT_EQ(reader->Flush().error().code, ErrorCode::kUsage);
  EXPECT_EQ(reader->Purge(Table::kVault).error().code, ErrorCode::kUsage);
  log_.reset();
  EXPECT_EQ(WriterOf(folder_), std::nullopt) << "nobody writes any more";
}

TEST_F(EventLogTest, PurgeRemovesEveryTraceOfADeletedRow) {
  const std::string secret = "Yohana Bria, born in Atambua";
  const auto files_with_it = [&] {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      if (bytes.find(secret) != std::string::npos) found.push_back(entry.path().filename());
    }
    return found;
  };
  ASSERT_TRUE(log_->Append({0, {}, {{Table::kVault, "person/1", secret}}}));
  ASSERT_FALSE(files_with_it().empty()) << "the test finds it where it is";
  ASSERT_TRUE(log_->Flush());
  Grow(50);
  ASSERT_TRUE(log_->Append({log_->size(), {}, {{Table::kVault, "person/1", std::nullopt}}}));
  Grow(50);
  ASSERT_TRUE(log_->Purge(Table::kVault));
  EXPECT_THAT(files_with_it(), ::testing::IsEmpty());

  // A row that never left the write-ahead files and memory goes too.
  ASSERT_TRUE(log_->Append({log_->size(), {}, {{Table::kVault, "person/2", secret}}}));
  Reopen();
  ASSERT_TRUE(log_->Append({log_->size(), {}, {{Table::kVault, "person/2", std::nullopt}}}));
  ASSERT_TRUE(log_->Purge(Table::kVault));
  EXPECT_THAT(files_with_it(), ::testing::IsEmpty());
}

TEST_F(EventLogTest, TellsWhatItTakesOnDisk) {
  Grow(700);
  ASSERT_TRUE(log_->Flush());
  const auto sizes = log_->SizesOnDisk();
  ASSERT_TRUE(sizes);
  uint64_t told = 0;
  for (const SizeOnDisk& size : *sizes) told += size.bytes;
  uint64_t there = 0;
  for (const auto& entry : fs::directory_iterator(folder_)) there += entry.file_size();
  EXPECT_EQ(sizes->front().part, "records");
  EXPECT_GT(sizes->front().bytes, 10'000u);
  EXPECT_LE(told, there);
  EXPECT_GT(told + 4096, there);
}

}  // namespace
}  // namespace iuran::log
