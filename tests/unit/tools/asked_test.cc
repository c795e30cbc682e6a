// The two time axes of a question, as typed, against a ledger whose clock the test sets.
#include "tools/asked.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scratch_folder.h"
#include "tools/usage.h"

namespace iuran::tools {
namespace {

using events::Day;
using events::ParseTime;
using events::Position;
using events::Time;
using ::testing::HasSubstr;

class AskedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    options_.folder = scratch_.path() / "book";
    options_.clock = [this] { return now_; };
    now_ = *ParseTime("2026-11-20T08:00:00Z");
    ASSERT_TRUE(ledger::Ledger::Init(options_, {}));
    auto opened = ledger::Ledger::Open(options_, log::Access::kWrite);
    ASSERT_TRUE(opened) << opened.error().message;
    ledger_ = *std::move(opened);
    last_of_init_ = ledger_->head().value - 1;
    // 23:59:59.5 of 21 November in Makassar, and the first moment of the 22nd.
    Register("A", "2026-11-21T15:59:59.5Z");
    Register("B", "2026-11-21T16:00:00Z");
  }

  void Register(const char* group, const char* time) {
    now_ = *ParseTime(time);
    rules::RegisterGroup request{events::GroupId(group), events::GroupKind::kCooperative, "Kopdit",
                                 "Sikka", std::nullopt};
    const rules::Command command{request, {"test", std::nullopt, 0}, "test", "", std::nullopt};
    const auto receipts = ledger_->Submit({&command, 1});
    ASSERT_TRUE(receipts) << receipts.error().message;
    ASSERT_TRUE(std::holds_alternative<ledger::Recorded>(receipts->front()));
  }

  // The position that `text` stands for, or the exit code of the error as a negative number.
  int64_t KnownAt(const std::string& text) {
    Asked asked;
    asked.known_at = text;
    const Result<Position> position = asked.KnownAt(*ledger_);
    if (!position) return -ExitCode(position.error().code);
    return static_cast<int64_t>(position->value - last_of_init_);  // 1: A, 2: B
  }

  tests::ScratchFolder scratch_;
  ledger::Options options_;
  Time now_;
  std::unique_ptr<ledger::Ledger> ledger_;
  uint64_t last_of_init_ = 0;
};

TEST_F(AskedTest, KnownAtIsAPositionATimeOrTheEndOfADayOfTheLedger) {
  EXPECT_EQ(KnownAt(""), 2) << "everything";
  EXPECT_EQ(KnownAt(std::to_string(last_of_init_ + 1)), 1) << "a position is inclusive";
  EXPECT_EQ(KnownAt("2026-11-20"), 0);
  EXPECT_EQ(KnownAt("2026-11-21"), 1) << "to the end of the day in Makassar";
  EXPECT_EQ(KnownAt("2026-11-21T15:59:59.4Z"), 0);
  EXPECT_EQ(KnownAt("2026-11-21T15:59:59.5Z"), 1);
  EXPECT_EQ(KnownAt("2026-11-21T23:59:59.500+08:00"), 1);
  EXPECT_EQ(KnownAt("2026-11-19"), -4) << "the ledger began later";
  EXPECT_EQ(KnownAt(std::to_string(last_of_init_ + 3)), -4) << "not recorded yet";
  EXPECT_EQ(KnownAt("99999999999999999999999"), -2);
  EXPECT_EQ(KnownAt("2026-13-01"), -2);
  EXPECT_EQ(KnownAt("-1"), -2);
}

TEST_F(AskedTest, ATimeThatIsNotOverHasNoAnswerYet) {
  // Now is the moment B was recorded, and C may still be recorded at this very moment.
  EXPECT_EQ(KnownAt("2026-11-22T00:00:00+08:00"), -4);
  EXPECT_EQ(KnownAt("2026-11-22"), -4);
  EXPECT_EQ(KnownAt("2999-12-31"), -4);
  now_ = *ParseTime("2026-11-22T15:59:59.999999Z");
  EXPECT_EQ(KnownAt("2026-11-22T00:00:00+08:00"), 2);
  EXPECT_EQ(KnownAt("2026-11-22"), -4) << "its last microsecond";
  now_ = *ParseTime("2026-11-22T16:00:00Z");
  EXPECT_EQ(KnownAt("2026-11-22"), 2);
  // A clock that went back stamps nothing before the last event.
  now_ = *ParseTime("2026-11-19T00:00:00Z");
  EXPECT_EQ(KnownAt("2026-11-21T15:59:59.999999Z"), 1);
  EXPECT_EQ(KnownAt("2026-11-21T16:00:00Z"), -4);
}

TEST_F(AskedTest, AsOfIsTodayInTheLedgersTimeZone) {
  EXPECT_EQ(Asked().AsOf(*ledger_), Day::Of(2026, 11, 22)) << "still the 21st in UTC";
  Asked asked;
  asked.as_of = "2025-02-28";
  EXPECT_EQ(asked.AsOf(*ledger_), Day::Of(2025, 2, 28));
  asked.as_of = "2025-02-30";
  const auto wrong = asked.AsOf(*ledger_);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kUsage);
  EXPECT_THAT(wrong.error().message, HasSubstr("--as-of"));
}

TEST(EndOfDay, IsTheLastMicrosecondBeforeTheNextCivilDay) {
  const auto end = [](Day day, const char* zone) { return ToString(EndOfDay(day, zone).value()); };
  EXPECT_EQ(end(Day::Of(2026, 11, 22), "Asia/Makassar"), "2026-11-22T15:59:59.999999Z");
  EXPECT_EQ(end(Day::Of(2026, 11, 22), "Asia/Jakarta"), "2026-11-22T16:59:59.999999Z");
  // Clocks go back on this day, which has 25 hours.
  EXPECT_EQ(end(Day::Of(2025, 10, 26), "Europe/Berlin"), "2025-10-26T22:59:59.999999Z");
  EXPECT_EQ(EndOfDay(Day(), "Asia/Atlantis").error().code, ErrorCode::kInvalidValue);
}

TEST(Nearest, FindsWhatWasProbablyMeant) {
  const std::vector<std::string> words = {"balances", "arrears", "events", "status", "init"};
  EXPECT_EQ(Nearest("balnces", words), "balances");
  EXPECT_EQ(Nearest("event", words), "events");
  EXPECT_EQ(Nearest("stauts", words), "status");
  EXPECT_EQ(Nearest("reconcile", words), "");
}

}  // namespace
}  // namespace iuran::tools
