// A reader beside a writer: what it sees, and when. (tests/crash has them in two processes.)
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "ledger/log/event_log.h"
#include "tests/support/log_model.h"
#include "tests/support/scratch_folder.h"

namespace iuran::log {
namespace {

namespace fs = std::filesystem;
using tests::LogModel;
using tests::OwnedBatch;
using tests::ScratchFolder;

std::map<std::string, uintmax_t> FilesIn(const fs::path& folder) {
  std::map<std::string, uintmax_t> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename()] = entry.file_size();
  }
  return files;
}

TEST(Reader, SeesWhatWasThereWhenItOpenedOrLastCaughtUp) {
  ScratchFolder scratch;
  const fs::path folder = scratch / "log";
  ASSERT_TRUE(EventLog::Create(folder));
  auto writer = *EventLog::Open(folder, Access::kWrite, "writer");
  LogModel model;
  std::mt19937_64 random(7);
  const auto grow = [&](size_t most) {
    const OwnedBatch batch = model.NextBatch(random, most);
    ASSERT_TRUE(writer->Append(batch.View()));
    model.Apply(batch);
  };
  grow(300);
  const auto before = FilesIn(folder);
  auto reader = *EventLog::Open(folder, Access::kRead, "reader");
  model.ExpectSameAs(*reader);
  EXPECT_EQ(FilesIn(folder), before) << "a reader writes nothing into the folder";

  const uint64_t opened_at = reader->size();
  for (int round = 0; round < 12; ++round) {
    grow(400);
    if (round % 3 == 1) {
      ASSERT_TRUE(writer->Flush());
    }
    if (round % 5 == 4) {
      ASSERT_TRUE(writer->Purge(Table::kVault));
    }
    if (round == 0) {
      EXPECT_EQ(reader->size(), opened_at);
    }
    ASSERT_TRUE(reader->CatchUp());
    model.ExpectSameAs(*reader);
    ASSERT_FALSE(::testing::Test::HasFatalFailure()) << "round " << round;
  }
  writer.reset();
  writer = *EventLog::Open(folder, Access::kWrite, "writer again");
  grow(10);
  ASSERT_TRUE(reader->CatchUp());
  model.ExpectSameAs(*reader);
}

}  // namespace
}  // namespace iuran::log
