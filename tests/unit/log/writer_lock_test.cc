// Who is told what while another holds the lock.
#include "ledger/log/writer_lock.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "tests/support/scratch_folder.h"

namespace iuran::log {
namespace {

TEST(WriterLock, NamesWhoHoldsIt) {
  const tests::ScratchFolder scratch;
  const auto first = WriterLock::Take(scratch.path(), "the first");
  ASSERT_TRUE(first);
  const auto second = WriterLock::Take(scratch.path(), "the second");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kLedgerLocked);
  EXPECT_THAT(second.error().message,
              testing::HasSubstr("\"the first\", process " + std::to_string(getpid())));
}

// As one that ends has taken its name away, and has not let go yet.
TEST(WriterLock, TakesWhatAWriterWithoutANameLetsGo) {
  const tests::ScratchFolder scratch;
  const int other = open((scratch / "WRITER").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  ASSERT_GE(other, 0);
  ASSERT_EQ(flock(other, LOCK_EX | LOCK_NB), 0);
  std::thread ends([other] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    close(other);
  });
  const auto taken = WriterLock::Take(scratch.path(), "the next");
  ends.join();
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_THAT(WriterOf(scratch.path()).value_or(""), testing::HasSubstr("the next"));
}

}  // namespace
}  // namespace iuran::log
