// A log made shorter is the log it was when it was that long.
#include "ledger/log/log_cut.h"

#include <gtest/gtest.h>

#include <random>

#include "ledger/log/anchor.h"
#include "tests/support/log_model.h"
#include "tests/support/scratch_folder.h"

namespace iuran::log {
namespace {

namespace fs = std::filesystem;
using tests::LogModel;
using tests::ScratchFolder;

// What `whole` was after its first `size` records; rows as they are given.
LogModel Beginning(const LogModel& whole, uint64_t size) {
  LogModel begin;
  begin.records.assign(whole.records.begin(),
                       whole.records.begin() + static_cast<std::ptrdiff_t>(size));
  for (const auto& [stream, positions] : whole.streams) {
    for (const uint64_t position : positions) {
      if (position < size) begin.streams[stream].push_back(position);
    }
  }
  for (const auto& [key, entry] : whole.keys) {
    if (entry.position < size) begin.keys[key] = entry;
  }
  begin.rows[0] = {{"row/1", "kept"}, {"row/2", "new"}};
  return begin;
}

TEST(CutLog, LeavesExactlyTheBeginning) {
  ScratchFolder scratch;
  LogModel model;
  std::mt19937_64 random(7);
  {
    ASSERT_TRUE(EventLog::Create(scratch / "log"));
    const auto log = EventLog::Open(scratch / "log", Access::kWrite, "test");
    ASSERT_TRUE(log);
    for (int i = 0; i < 9; ++i) {
      tests::OwnedBatch batch = model.NextBatch(random, i % 3 == 0 ? 2000 : 6);
      batch.rows.push_back({Table::kBook, "row/1", "kept"});
      ASSERT_TRUE((*log)->Append(batch.View()));
      model.Apply(batch);
      ASSERT_TRUE((*log)->StoreCheckpoint(model.records.size(), "a note"));
      if (i == 4) {
        ASSERT_TRUE((*log)->Flush());
      }
    }
  }
  const uint64_t whole = model.records.size();
  ASSERT_GT(whole, 1024u);
  for (const uint64_t size : {uint64_t{1}, uint64_t{256}, uint64_t{257}, whole / 2, whole - 1}) {
    const fs::path folder = scratch.path() / std::to_string(size);
    fs::copy(scratch / "log", folder);
    Cut cut;
    cut.size = size;
    cut.row = [](Table table, std::string_view key,
                 std::string_view value) -> std::optional<std::string> {
      if (table == Table::kVault || key != "row/1") return std::nullopt;
      return std::string(value);
    };
    cut.rows = {{Table::kBook, "row/2", "new"}};
    const auto done = CutLog(folder, cut);
    ASSERT_TRUE(done) << done.error().message;

    LogModel begin = Beginning(model, size);
    auto log = EventLog::Open(folder, Access::kRead, "test");
    ASSERT_TRUE(log) << log.error().message;
    ASSERT_TRUE(SetAnchor(folder, *(*log)->Head()));
    log = EventLog::Open(folder, Access::kWrite, "test");
    ASSERT_TRUE(log) << log.error().message;
    begin.ExpectSameAs(**log);
    const auto checkpoints = (*log)->Checkpoints();
    ASSERT_TRUE(checkpoints);
    for (const StoredCheckpoint& one : *checkpoints) EXPECT_LE(one.size, size);
    // It goes on from there as if it had never been longer.
    for (int i = 0; i < 2; ++i) {
      const tests::OwnedBatch batch = begin.NextBatch(random, 600);
      ASSERT_TRUE((*log)->Append(batch.View()));
      begin.Apply(batch);
    }
    begin.ExpectSameAs(**log);
    ASSERT_FALSE(HasFatalFailure()) << size;
  }
}

}  // namespace
}  // namespace iuran::log
