// The event log with two processes: readers beside a writer, and a writer killed at any time.
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <thread>

#include "tests/crash/log_writers.h"
#include "tests/support/child_process.h"
#include "tests/support/log_model.h"
#include "tests/support/scratch_folder.h"

namespace iuran::tests {
namespace {

namespace fs = std::filesystem;
using log::Access;
using log::EventLog;

TEST(LogInTwoProcesses, AReaderSeesOneMomentWhileAnotherWrites) {
  ScratchFolder scratch;
  const fs::path folder = scratch / "log";
  ASSERT_TRUE(EventLog::Create(folder));
  ChildProcess writer({"write-evenly", folder});
  int openings = 0;
  uint64_t last = 0;
  while (writer.Running()) {
    auto reader = EventLog::Open(folder, Access::kRead, "reader");
    ASSERT_TRUE(reader) << reader.error().message;
    ++openings;
    for (int i = 0; i < 5; ++i) {
      ExpectEven(**reader);
      EXPECT_GE((*reader)->size(), last) << "a reader never goes back";
      ASSERT_FALSE(HasFailure());
      last = (*reader)->size();
      const auto caught_up = (*reader)->CatchUp();
      ASSERT_TRUE(caught_up) << caught_up.error().message;
    }
  }
  EXPECT_EQ(writer.Wait(), 0);
  EXPECT_GT(openings, 1);
  const auto reader = EventLog::Open(folder, Access::kRead, "reader");
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ((*reader)->size(), kEvenBatches * kEvenStreams);
  ExpectEven(**reader);
}

// The records of WriteEvenly, named after their positions.
class EvenReader : public log::RecordReader {
 public:
  Result<log::RecordNames> Read(uint64_t position, log::Record /*record*/) override {
    stream_ = "stream" + std::to_string(position % kEvenStreams);
    key_ = "key/" + std::to_string(position);
    return log::RecordNames{stream_, static_cast<uint32_t>(position / kEvenStreams), key_};
  }

 private:
  std::string stream_, key_;
};

TEST(LogInTwoProcesses, AVerifierFindsNoFaultsWhileAnotherWrites) {
  ScratchFolder scratch;
  const fs::path folder = scratch / "log";
  ASSERT_TRUE(EventLog::Create(folder));
  ChildProcess writer({"write-evenly", folder});
  uint64_t last = 0;
  bool written = false;
  while (!written) {
    written = !writer.Running();  // then once more, of all
    const auto log = EventLog::Open(folder, Access::kRead, "verifier");
    ASSERT_TRUE(log) << log.error().message;
    EvenReader one, other;
    log::RecordReader* const readers[] = {&one, &other};
    log::VerifyOptions options;
    options.readers = readers;
    log::Faults faults;
    const auto report = (*log)->Verify(options, faults);
    ASSERT_TRUE(report) << report.error().message;
    for (const log::Fault& fault : faults.List()) ADD_FAILURE() << fault.sentence;
    ASSERT_FALSE(HasFailure());
    EXPECT_GE(report->size, last);
    EXPECT_EQ(report->key_rows, report->size);
    last = report->size;
  }
  EXPECT_EQ(writer.Wait(), 0);
  EXPECT_EQ(last, kEvenBatches * kEvenStreams);
}

TEST(LogInTwoProcesses, AKilledWriterLosesNothingItAcknowledged) {
  constexpr uint64_t kSeed = 4;
  ScratchFolder scratch;
  const fs::path folder = scratch / "log";
  ASSERT_TRUE(EventLog::Create(folder));
  std::mt19937_64 random(kSeed);
  std::mt19937_64 history(kSeed);
  LogModel model;
  int number = 0;
  uint64_t acknowledged = 0;
  int kills_at_work = 0;
  for (int cycle = 0; cycle < 20; ++cycle) {
    ChildProcess writer({"write-history", folder, std::to_string(kSeed)});
    // Most often while it writes, now and then while it opens.
    if (cycle % 5 != 4) writer.AwaitOutput();
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 120));
    ASSERT_TRUE(writer.Running()) << "it ended by itself with " << writer.Wait();
    writer.Kill();
    EXPECT_EQ(writer.Wait(), -1);
    const std::string receipts = writer.Output();
    if (const size_t end = receipts.find_last_of('\n'); end != std::string::npos) {
      const size_t begin = end == 0 ? 0 : receipts.find_last_of('\n', end - 1) + 1;
      acknowledged = std::stoull(receipts.substr(begin, end - begin));
      ++kills_at_work;
    }

    // Every second time a writer comes next and repairs; else a reader finds it as it was left.
    const Access access = cycle % 2 == 0 ? Access::kWrite : Access::kRead;
    const auto log = EventLog::Open(folder, access, "after the kill");
    ASSERT_TRUE(log) << log.error().message;
    ASSERT_GE((*log)->size(), acknowledged) << "acknowledged and lost";
    // Whole batches: the history meets the size exactly.
    while (model.records.size() < (*log)->size()) {
      model.Apply(model.NextBatch(history, number % 5 == 0 ? 900 : 6));
      ++number;
    }
    model.ExpectSameAs(**log);
    ASSERT_FALSE(HasFatalFailure()) << "cycle " << cycle;
  }
  EXPECT_GT(kills_at_work, 10);
  EXPECT_GT(model.records.size(), 500u);
}

}  // namespace
}  // namespace iuran::tests
