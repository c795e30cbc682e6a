// A closing comes to the same whatever is recorded afterwards; and one that was recorded with other
// figures than the events give is found. With the program itself, on random histories.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "ledger/ledger.h"
#include "projections/closings.h"
#include "tests/support/naive_history.h"
#include "tests/support/run_program.h"
#include "tests/support/scratch_folder.h"

namespace iuran::tests {
namespace {

using namespace events;
namespace fs = std::filesystem;

constexpr std::string_view kTwoPeople = " --author maker --approved-by checker";

class Closing : public testing::TestWithParam<uint64_t> {
 protected:
  Closing() { EXPECT_EQ(Execute("init" + ledger_).exit_code, 0); }

  ScratchFolder folder_;
  const std::string ledger_ = " --ledger " + (folder_ / "book").string();
};

// After each batch of a history the next month is closed; so most of what follows is dated into
// months that are closed.
TEST_P(Closing, ComesToTheSameWhateverIsRecordedAfterwards) {
  const naive::History history = naive::Make(GetParam());
  naive::Write(history, folder_ / "files");
  std::vector<fs::path> batches;
  for (const auto& entry : fs::directory_iterator(folder_ / "files")) {
    if (entry.is_directory()) batches.push_back(entry.path());
  }
  std::sort(batches.begin(), batches.end());
  Month month = Month::Of(2025, 1) + static_cast<int32_t>(GetParam());
  std::string pinned;
  for (const fs::path& batch : batches) {
    Execute("import " + batch.string() + std::string(kTwoPeople) + ledger_);
    const Ran closed = Execute("close " + month.ToString() + std::string(kTwoPeople) + ledger_);
    ASSERT_EQ(closed.exit_code, 0) << month.ToString();
    const Ran closings = Execute("closings --format csv" + ledger_);
    EXPECT_TRUE(closings.out.starts_with(pinned)) << "what was pinned is pinned for ever";
    pinned = closings.out;
    ++month;
  }
  const Ran replay = Execute("replay --format json" + ledger_, true);
  EXPECT_EQ(replay.exit_code, 0) << replay.out;
  const std::string count = "\"closings\":" + std::to_string(batches.size()) + ",";
  EXPECT_NE(replay.out.find(count), std::string::npos) << replay.out;
  const Ran verify = Execute("verify" + ledger_, true);
  EXPECT_EQ(verify.exit_code, 0) << verify.out;
}

INSTANTIATE_TEST_SUITE_P(Seeds, Closing, testing::Range<uint64_t>(1, 6));

// The rules cannot tell whether the figures of a closing are right, since whoever asks computes
// them.
class WrongClosing : public Closing {
 protected:
  void Record(const std::string& approver) const {
    ledger::Options options;
    options.folder = folder_ / "book";
    const auto ledger = ledger::Ledger::Open(options, log::Access::kWrite);
    ASSERT_TRUE(ledger);
    rules::Command command;
    MonthClosed closing;
    closing.month = Month::Of(2025, 1);
    closing.known = 2;
    closing.totals.arrears = Money::FromRupiah(1'000'000);
    command.request = rules::CloseMonth{closing};
    command.author = "maker";
    command.approver = approver;
    command.source.channel = "test";
    ASSERT_TRUE((*ledger)->Submit(std::span(&command, 1)));
  }
};

TEST_P(WrongClosing, IsFound) {
  Record("checker");
  const std::string sentence =
      "The closing of 2025-01 pins arrears 1,000,000; computed as known then it is 0.";
  for (const char* command : {"replay", "verify"}) {
    const Ran ran = Execute(command + ledger_, true);
    EXPECT_EQ(ran.exit_code, 1) << ran.out;
    EXPECT_NE(ran.out.find(sentence), std::string::npos) << ran.out;
  }
}

TEST_P(WrongClosing, IsNotApproved) {
  Record("");
  const Ran ran = Execute("approve closing/2025-01 --author checker" + ledger_, true);
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_NE(ran.out.find("pins arrears 1,000,000"), std::string::npos) << ran.out;
  EXPECT_EQ(Execute("closings --format json" + ledger_).out, "[]\n");
}

INSTANTIATE_TEST_SUITE_P(Once, WrongClosing, testing::Values(0));

}  // namespace
}  // namespace iuran::tests
