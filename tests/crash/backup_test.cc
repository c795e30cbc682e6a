// Backups beside a writer, and backups killed at any time.
#include "ledger/backup.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <thread>

#include "ledger/log/log_files.h"
#include "tests/crash/log_writers.h"
#include "tests/support/child_process.h"
#include "tests/support/log_model.h"
#include "tests/support/scratch_folder.h"

namespace iuran::tests {
namespace {

namespace fs = std::filesystem;

// The history that WriteHistory writes, as far as a backup has it.
class History {
 public:
  explicit History(uint64_t seed) : random_(seed) {}
  const LogModel& UpTo(uint64_t size) {
    while (model_.records.size() < size) {
      model_.Apply(model_.NextBatch(random_, number_ % 5 == 0 ? 900 : 6));
      ++number_;
    }
    return model_;
  }

 private:
  std::mt19937_64 random_;
  LogModel model_;
  int number_ = 0;
};

// Every file is what the manifest says, and together they are the log of whole commits.
void ExpectWhole(const fs::path& backup, History& history, uint64_t acknowledged) {
  const auto manifest = ledger::ReadManifest(backup);
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_GE(manifest->head.size, acknowledged);
  for (const ledger::BackupFile& file : manifest->files) {
    const auto digest = log::DigestOfFile(ledger::PlaceOf(backup, *manifest, file), {});
    ASSERT_TRUE(digest) << digest.error().message;
    EXPECT_EQ(*digest, file.digest) << file.name;
  }
  const auto opened = ledger::BackupLog::Open(backup, *manifest);
  ASSERT_TRUE(opened) << opened.error().message;
  const log::EventLog& log = (*opened)->log();
  // A commit that the writer has noted in its daybook alone is posted when the log is restored.
  if (log.anchor().state != log::Anchor::State::kInDaybook) {
    EXPECT_EQ(log.size(), manifest->head.size);
  }
  history.UpTo(log.size()).ExpectSameAs(log);
}

uint64_t LastLine(const std::string& receipts) {
  const size_t end = receipts.find_last_of('\n');
  if (end == std::string::npos) return 0;
  const size_t begin = end == 0 ? std::string::npos : receipts.find_last_of('\n', end - 1);
  return std::stoull(receipts.substr(begin == std::string::npos ? 0 : begin + 1));
}

TEST(BackupBesideAWriter, HoldsWhatWasAcknowledgedBeforeItBegan) {
  constexpr uint64_t kSeed = 11;
  ScratchFolder scratch;
  fs::create_directory(scratch / "book");
  ASSERT_TRUE(log::EventLog::Create(scratch / "book" / "log"));
  ChildProcess writer({"write-history", scratch / "book" / "log", std::to_string(kSeed)});
  writer.AwaitOutput();
  ledger::BackupOptions options;
  options.ledger = scratch / "book";
  options.backup = scratch / "backup";
  History history(kSeed);
  uint64_t before = 0;
  int grown = 0;
  int too_fast = 0;  // on a slow machine the writer may be quicker, and then the backup says so
  for (int i = 0; i < 12; ++i) {
    const uint64_t acknowledged = LastLine(writer.OutputSoFar());
    const auto made = ledger::MakeBackup(options);
    if (!made && made.error().message.find("changes faster") != std::string::npos) {
      ASSERT_LT(++too_fast, 30);
      --i;
      continue;
    }
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->events_before, before);
    writer.Pause();  // else, where looking is slow, the ledger grows faster than it is looked at
    ExpectWhole(options.backup, history, acknowledged);
    ASSERT_FALSE(HasFatalFailure()) << i;
    writer.Resume();
    if (made->manifest.head.size > before) ++grown;
    before = made->manifest.head.size;
  }
  ASSERT_TRUE(writer.Running()) << "it ended by itself with " << writer.Wait();
  EXPECT_GT(grown, 6);
}

TEST(BackupBesideAWriter, LeavesTheOneBeforeWholeWhenKilled) {
  constexpr uint64_t kSeed = 12;
  ScratchFolder scratch;
  fs::create_directory(scratch / "book");
  ASSERT_TRUE(log::EventLog::Create(scratch / "book" / "log"));
  ChildProcess writer({"write-history", scratch / "book" / "log", std::to_string(kSeed)});
  writer.AwaitOutput();
  const fs::path backup = scratch / "backup";
  History history(kSeed);
  std::mt19937_64 random(kSeed);
  uint64_t whole = 0;
  int half_way = 0;
  auto lasts = std::chrono::milliseconds(80);  // until a backup is made, on this machine
  for (int i = 0; i < 25; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    ChildProcess child({"back-up", scratch / "book", backup});
    if (i == 0) {
      child.AwaitOutput();
      lasts = std::max(lasts, std::chrono::duration_cast<std::chrono::milliseconds>(
                                  std::chrono::steady_clock::now() - begin));
    }
    std::this_thread::sleep_for(lasts * static_cast<int64_t>(random() % 100) / 100);
    ASSERT_TRUE(child.Running()) << "it ended by itself with " << child.Wait();
    child.Kill();
    child.Wait();
    // A table or folder beside what the manifest names tells of work that was not done.
    const auto manifest = ledger::ReadManifest(backup);
    ASSERT_TRUE(manifest) << manifest.error().message;
    if (fs::exists(backup / std::to_string(manifest->number + 1))) ++half_way;
    ExpectWhole(backup, history, std::max(whole, LastLine(child.Output())));
    ASSERT_FALSE(HasFatalFailure()) << i;
    whole = manifest->head.size;
  }
  EXPECT_GT(half_way, 3);
  ledger::BackupOptions options;
  options.ledger = scratch / "book";
  options.backup = backup;
  const auto made = ledger::MakeBackup(options);
  ASSERT_TRUE(made) << made.error().message;
  ExpectWhole(backup, history, whole);
  size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(backup)) {
    files += entry.is_regular_file() ? 1 : 0;
  }
  EXPECT_EQ(files, made->manifest.files.size() + 1) << "what killed runs left is cleared away";
}

}  // namespace
}  // namespace iuran::tests
