// A closing comes to the same whatever is recorded afterwards; and one that was recorded with other
// figures than the events give is found. With the program itself, on random histories; what is
// pinned is compared with the naive model.
#include <gtest/gtest.h>

#include "ledger/ledger.h"
#include "projections/closings.h"
#include "tests/support/csv_value.h"
#include "tests/support/naive_model.h"
#include "tests/support/program_on_ledger.h"

namespace iuran::tests {
namespace {

using namespace events;

constexpr std::string_view kTwoPeople = " --author maker --approved-by checker";

class Closing : public testing::TestWithParam<uint64_t> {
 protected:
  ProgramOnLedger program_;
};

// An amount as reports print it: rupiah, and two digits behind a point where sen are not zero.
Money MoneyIn(const std::string& text) {
  const size_t point = text.find('.');
  const bool negative = text.starts_with('-');
  const int64_t sen = point == std::string::npos ? 0 : std::stoll(text.substr(point + 1));
  return Money::FromSen(std::stoll(text.substr(0, point)) * 100 + (negative ? -sen : sen));
}

// What the naive model says of a month's last day: members, assessed, paid, settled, credit,
// arrears and penalty, as `closings --format csv` has them.
std::string NaiveTotals(const naive::Model& model, Month month) {
  const std::vector<std::string> lines =
      model.Balances(month.LastDay().ToString(), model.LastPosition());
  std::string totals = std::to_string(lines.size());
  for (const size_t column : {3, 4, 5, 6, 7, 11}) {
    Money sum;
    for (const std::string& line : lines) sum += MoneyIn(ValueIn(line, column));
    totals += "," + sum.ToString();
  }
  return totals;
}

// After every few folders of a history the next month is closed; so most of what follows is dated
// into months that are closed. The closings take positions of their own, so the naive model is
// asked for all it knows, of the rows so far.
TEST_P(Closing, ComesToTheSameWhateverIsRecordedAfterwards) {
  naive::Size size;
  size.desk = 6;
  const naive::History history = naive::Make(GetParam(), size);
  Month month = Month::Of(2025, 1) + static_cast<int32_t>(GetParam());
  std::string pinned;
  std::vector<naive::Row> taken;
  int folders = 0;
  int closed = 0;
  for (const std::vector<naive::Row>& folder : naive::Folders(history.rows)) {
    ASSERT_EQ(program_.Import(folder), 0);
    taken.insert(taken.end(), folder.begin(), folder.end());
    if (++folders % 4 != 0) continue;
    const Ran ran = program_.Run("close " + month.ToString() + std::string(kTwoPeople));
    ASSERT_EQ(ran.exit_code, 0) << month.ToString();
    ++closed;
    const Ran closings = program_.Run("closings --format csv");
    EXPECT_TRUE(closings.out.starts_with(pinned)) << "what was pinned is pinned for ever";
    const std::string line = closings.out.substr(closings.out.find(month.ToString()));
    EXPECT_NE(line.find(",checker," + NaiveTotals(naive::Model(taken), month) + ","),
              std::string::npos)
        << line;
    pinned = closings.out;
    ++month;
  }
  ASSERT_GE(closed, 3);
  const Ran replay = program_.RunWithErrors("replay --format json");
  EXPECT_EQ(replay.exit_code, 0) << replay.out;
  const std::string count = "\"closings\":" + std::to_string(closed) + ",";
  EXPECT_NE(replay.out.find(count), std::string::npos) << replay.out;
  const Ran verify = program_.RunWithErrors("verify");
  EXPECT_EQ(verify.exit_code, 0) << verify.out;
}

INSTANTIATE_TEST_SUITE_P(Seeds, Closing, testing::Range<uint64_t>(1, 6));

// The rules cannot tell whether the figures of a closing are right, since whoever asks computes
// them.
class WrongClosing : public Closing {
 protected:
  void Record(const std::string& approver) const {
    ledger::Options options;
    options.folder = program_.book();
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
    const Ran ran = program_.RunWithErrors(command);
    EXPECT_EQ(ran.exit_code, 1) << ran.out;
    EXPECT_NE(ran.out.find(sentence), std::string::npos) << ran.out;
  }
}

TEST_P(WrongClosing, IsNotApproved) {
  Record("");
  const Ran ran = program_.RunWithErrors("approve closing/2025-01 --author checker");
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_NE(ran.out.find("pins arrears 1,000,000"), std::string::npos) << ran.out;
  EXPECT_EQ(program_.Run("closings --format json").out, "[]\n");
}

INSTANTIATE_TEST_SUITE_P(Once, WrongClosing, testing::Values(0));

}  // namespace
}  // namespace iuran::tests
