// The fold, and rows.
#include "projections/accounts.h"

#include <algorithm>
#include <chrono>
#include <tuple>

#include "projections/view.h"
#include "tests/unit/projections/support.h"

namespace iuran::projections {
namespace {

std::vector<rules::Timeline> RandomTimelines(uint32_t seed) {
  MemoryLog log;
  AddRandomPast(log, seed, 20, 800);
  Accounts accounts(log, nullptr, 1);
  EXPECT_TRUE(accounts.FoldTo(log.size()).has_value());
  std::vector<rules::Timeline> timelines;
  for (const Account* account : accounts.Sorted()) timelines.push_back(account->timeline);
  return timelines;
}

TEST(Fold, KeepsPaymentsByDayThenPositionAndVoidsWhatIsReversed) {
  MemoryLog log;
  log.Add(Enrolment("M-1", 0, Month::Of(2024, 1)));
  const Position late = log.Add(Payment("P-1", "M-1", 0, Day::Of(2024, 3, 2), 100));
  const Position early = log.Add(Payment("P-2", "M-1", 0, Day::Of(2024, 1, 9), 200));
  const Position same_day = log.Add(Payment("P-3", "M-1", 0, Day::Of(2024, 3, 2), 300));
  const Position reversal = log.Add(
      PaymentReversed{PaymentId("P-1"), MemberId("M-1"), {}, Day::Of(2024, 4, 1), "typo"}, late);
  Accounts accounts(log, nullptr, 1);
  ASSERT_OK(accounts.FoldTo(log.size()));
  ASSERT_EQ(accounts.Sorted().size(), 1u);
  const auto& payments = accounts.Sorted()[0]->timeline.payments;
  ASSERT_EQ(payments.size(), 3u);
  EXPECT_EQ(payments[0].position, early);
  EXPECT_EQ(payments[1].position, late);
  EXPECT_EQ(payments[1].void_from, reversal);
  EXPECT_EQ(payments[2].position, same_day);
  EXPECT_EQ(payments[2].void_from.value, rules::kNever);
}

// They are no payments, but stand among them: in their place whatever comes last.
TEST(Fold, PutsRefundsAndWaiversInTheirPlace) {
  MemoryLog log;
  log.Add(Enrolment("M-1", 0, Month::Of(2024, 1)));
  log.Add(Payment("P-1", "M-1", 0, Day::Of(2024, 3, 2), 100));
  const Position refund = log.Add(CreditRefunded{RefundId("RF-1"),
                                                 MemberId("M-1"),
                                                 {},
                                                 Day::Of(2024, 2, 1),
                                                 Money::FromSen(5),
                                                 "BRI",
                                                 "moved away"});
  const Position waiver = log.Add(PenaltyWaived{
      WaiverId("W-1"), MemberId("M-1"), {}, Day::Of(2024, 1, 5), Money::FromSen(5), "closed"});
  Accounts accounts(log, nullptr, 1);
  ASSERT_OK(accounts.FoldTo(log.size()));
  ASSERT_EQ(accounts.Sorted().size(), 1u);
  const auto& payments = accounts.Sorted()[0]->timeline.payments;
  ASSERT_EQ(payments.size(), 3u);
  EXPECT_EQ(payments[0].position, waiver);
  EXPECT_EQ(payments[0].kind, rules::AmountKind::kWaiver);
  EXPECT_EQ(payments[1].position, refund);
  EXPECT_EQ(payments[1].kind, rules::AmountKind::kRefund);
}

// One member's payments, a day for every ten of them, recorded oldest or newest first.
std::chrono::steady_clock::duration TimeToFold(bool newest_first) {
  constexpr int32_t kPayments = 100'000;
  MemoryLog log;
  log.Add(Enrolment("M-1", 0, Month::Of(1980, 1)));
  for (int32_t i = 0; i < kPayments; ++i) {
    const int32_t days = (newest_first ? kPayments - i : i) / 10;
    log.Add(Payment("P-" + std::to_string(i), "M-1", 0, Day::Of(1990, 1, 1) + days, 100));
  }
  const auto begun = std::chrono::steady_clock::now();
  Accounts accounts(log, nullptr, 1);
  EXPECT_TRUE(accounts.FoldTo(log.size()));
  const auto taken = std::chrono::steady_clock::now() - begun;
  const rules::Timeline& folded = accounts.Sorted()[0]->timeline;
  EXPECT_EQ(folded.payments.size(), static_cast<size_t>(kPayments));
  const auto in_order = [](const rules::TimelinePayment& a, const rules::TimelinePayment& b) {
    return std::tie(a.paid_on, a.position) < std::tie(b.paid_on, b.position);
  };
  EXPECT_TRUE(std::is_sorted(folded.payments.begin(), folded.payments.end(), in_order));
  EXPECT_EQ(Must(FindOne(log, MemberId("M-1"), log.size())), folded);
  return taken;
}

TEST(Fold, TakesPaymentsRecordedNewestFirstAboutAsFastAsInOrder) {
  // Thirty times as long where each payment moves all that are there.
  EXPECT_LT(TimeToFold(true), 10 * TimeToFold(false));
}

TEST(Rows, BringBackEveryTimelineIntoUsedMemory) {
  rules::Timeline read;  // reused: what the one before left must not shine through
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    for (const rules::Timeline& timeline : RandomTimelines(seed)) {
      const std::string row = EncodeTimeline(timeline);
      ASSERT_OK(DecodeTimeline(timeline.member.text(), row, read));
      ASSERT_EQ(read, timeline);
      ASSERT_EQ(EncodeTimeline(read), row);
    }
  }
}

TEST(Rows, AMonthlyPaymentTakesFewBytes) {
  MemoryLog log;
  log.Add(Enrolment("M-1", 0, Month::Of(2024, 1)));
  for (uint32_t number = 1; number < 5000; ++number) {
    log.Add(Enrolment(RandomMember(number).text(), number, Month::Of(2024, 1)));
  }
  Accounts accounts(log, nullptr, 1);
  ASSERT_OK(accounts.FoldTo(log.size()));
  rules::Timeline timeline = accounts.Sorted()[0]->timeline;
  const size_t before = EncodeTimeline(timeline).size();
  for (int32_t month = 0; month < 24; ++month) {
    const Day paid_on = (timeline.from + month).FirstDay() + 10;
    ASSERT_OK(FoldPayment({Position{5000u + 100'000u * month}, timeline.number, paid_on, 1'680'000,
                           Purpose::kContribution},
                          timeline));
  }
  EXPECT_LE(EncodeTimeline(timeline).size() - before, 24u * 8);
}

TEST(Rows, CutOrChangedBytesAreToldAndNeverFollowed) {
  std::mt19937 random(7);
  rules::Timeline read;
  for (const rules::Timeline& timeline : RandomTimelines(3)) {
    const std::string row = EncodeTimeline(timeline);
    for (size_t size = 0; size < row.size(); ++size) {
      const auto cut = DecodeTimeline("M", std::string_view(row).substr(0, size), read);
      ASSERT_FALSE(cut.has_value()) << size;
      ASSERT_EQ(cut.error().code, ErrorCode::kLedgerDamaged);
    }
    ASSERT_FALSE(DecodeTimeline("M", row + '\0', read).has_value());
    for (int i = 0; i < 300; ++i) {
      std::string changed = row;
      changed[random() % row.size()] ^= static_cast<char>(1u << random() % 8);
      // Another row or an error, either without reading beyond the bytes.
      if (DecodeTimeline("M", changed, read)) {
        ASSERT_EQ(read.member.text(), "M");
      }
    }
  }
}

TEST(Rows, GroupsComeBack) {
  GroupInfo group{Position{9}, GroupKind::kCongregation, "Paroki", "Ende", 4};
  EXPECT_EQ(Must(DecodeGroup(EncodeGroup(group))), group);
  group.risk.reset();
  EXPECT_EQ(Must(DecodeGroup(EncodeGroup(group))), group);
  EXPECT_FALSE(DecodeGroup(EncodeGroup(group) + "x").has_value());
}

}  // namespace
}  // namespace iuran::projections
