// What a closing pins: sums by hand, a digest that anybody can form, the same by whatever way the
// accounts were built; and that a replay tells of one that does not hold.
#include "projections/closing.h"

#include "ledger/rules/shipped_schemes.h"
#include "projections/closings.h"
#include "projections/replay.h"
#include "projections/runner.h"
#include "tests/unit/projections/support.h"

namespace iuran::projections {
namespace {

ClosingAsked January(uint64_t known) { return {Month::Of(2025, 1), known}; }

class ClosingTest : public testing::Test {
 protected:
  explicit ClosingTest(size_t page_events = 7) : log_(page_events) {
    for (const rules::ShippedScheme& shipped : rules::ShippedSchemes()) {
      const std::string document(shipped.document);
      const Position position = log_.Add(SchemeEnacted{shipped.id, document});
      schemes_.Enact(position, Must(rules::Scheme::Parse(document)));
    }
  }

  // Of accounts folded in memory.
  MonthClosed Computed(const ClosingAsked& asked, unsigned threads = 1) const {
    Accounts accounts(log_, nullptr, threads);
    EXPECT_TRUE(accounts.FoldTo(log_.size()));
    return Of(*AccountsView::Over(accounts), asked, threads);
  }
  MonthClosed Of(const AccountsView& view, const ClosingAsked& asked, unsigned threads) const {
    return Must(ComputeClosings(log_, view, schemes_, std::span(&asked, 1), threads)).front();
  }

  TemporaryFolder folder_;
  MemoryLog log_;
  rules::SchemeBook schemes_;
};

// Ana has two months paid from a remittance, Bene one and fifty sen more; a month of JKK and JKM is
// 16,800. Then comes what the closing must not know: a payment recorded later, and one of later
// day.
class Sikka : public ClosingTest {
 protected:
  Sikka() {
    GroupRegistered group;
    group.group = GroupId("KOPDIT");
    log_.Add(group);
    for (const auto& [member, number] : {std::pair("ANA", 0u), std::pair("BENE", 1u)}) {
      MemberEnrolled enrolled = Enrolment(member, number, Month::Of(2025, 1));
      enrolled.attributes.group = GroupId("KOPDIT");
      enrolled.attributes.income = Money::FromRupiah(1'000'000);
      enrolled.attributes.programs = *ParseProgramSet("JKK+JKM");
      log_.Add(enrolled);
    }
    RemittanceReceived remitted;
    remitted.remittance = RemittanceId("R-1");
    remitted.received_on = Day::Of(2025, 1, 9);
    remitted.account = "BRI";
    remitted.amount = Money::FromRupiah(60'000);
    remitted.payer = "KOPDIT";
    log_.Add(remitted);
    PaymentReceived drawn = Payment("P-1", "ANA", 0, Day::Of(2025, 1, 10), 33'600);
    drawn.remittance = RemittanceId("R-1");
    log_.Add(drawn);
    PaymentReceived lone = Payment("P-2", "BENE", 1, Day::Of(2025, 1, 14), 0);
    lone.amount = Money::FromSen(16'800'50);
    log_.Add(lone);
    log_.Add(Payment("P-3", "BENE", 1, Day::Of(2025, 2, 1), 16'800));
    known_ = log_.size();
    log_.Add(Payment("P-4", "ANA", 0, Day::Of(2025, 1, 20), 99'900));
  }
  uint64_t known_ = 0;
};

TEST_F(Sikka, SumsByHand) {
  const MonthClosed closing = Computed(January(known_));
  EXPECT_EQ(closing.month, Month::Of(2025, 1));
  EXPECT_EQ(closing.known, known_);
  EXPECT_EQ(closing.root, Must(log_.RootAt(known_)));
  const MonthTotals& totals = closing.totals;
  EXPECT_EQ(totals.members, 2u);
  EXPECT_EQ(totals.assessed, Money::FromRupiah(33'600));
  EXPECT_EQ(totals.paid, Money::FromSen(50'400'50));
  EXPECT_EQ(totals.settled, Money::FromRupiah(50'400));
  EXPECT_EQ(totals.credit, Money::FromSen(50));
  EXPECT_EQ(totals.arrears, Money());
  EXPECT_EQ(totals.penalty, Money());
  EXPECT_EQ(totals.bank, Money::FromRupiah(60'000));
  EXPECT_EQ(totals.collections, Money::FromSen(16'800'50));
  EXPECT_EQ(totals.receivable, Money());
  EXPECT_EQ(totals.income, Money::FromRupiah(-33'600));
  EXPECT_EQ(totals.liabilities_to_members, Money::FromSen(-16'800'50));
  EXPECT_EQ(totals.unallocated, Money::FromRupiah(-26'400));
}

TEST_F(Sikka, TheDigestIsThatOfTheLinesOfAllMembers) {
  Sha256 expected;
  expected.Add(
      "iuran figures\n"
      "ANA\tbpu\tKOPDIT\t16800\t33600\t33600\t0\t0\t0\t\t2025-02\t0\tJKK=active+JKM=active\n"
      "BENE\tbpu\tKOPDIT\t16800\t16800.50\t16800\t0.50\t0\t0\t\t2025-01\t0\t"
      "JKK=active+JKM=active\n");
  EXPECT_EQ(Computed(January(known_)).figures, expected.Finish());
}

TEST_F(Sikka, WhatIsKnownLaterIsAnotherAnswerAndTheFirstStays) {
  const MonthClosed then = Computed(January(known_));
  const MonthClosed now = Computed(January(log_.size()));
  EXPECT_EQ(now.totals.paid, then.totals.paid + Money::FromRupiah(99'900));
  EXPECT_NE(now.figures, then.figures);
  for (const PinnedDifference& difference : Differences(then, now)) {
    EXPECT_EQ(difference.month, Month::Of(2025, 1));
  }
  EXPECT_EQ(Differences(then, now).front().figure, "paid");
  EXPECT_EQ(Words(Differences(then, now).front()),
            "The closing of 2025-01 pins paid 50,400.50; computed as known then it is 150,300.50.");
  EXPECT_TRUE(Differences(then, Computed(January(known_))).empty());
}

TEST_F(Sikka, ASumThatNoRecordCanHoldIsRefused) {
  for (uint32_t i = 0; i < 10'000; ++i) {
    log_.Add(Payment("Q-" + std::to_string(i), "ANA", 0, Day::Of(2025, 1, 20), 10'000'000'000'000));
  }
  Accounts accounts(log_, nullptr, 1);
  ASSERT_OK(accounts.FoldTo(log_.size()));
  const ClosingAsked asked = January(log_.size());
  const auto refused =
      ComputeClosings(log_, *AccountsView::Over(accounts), schemes_, std::span(&asked, 1), 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidValue);
}

TEST_F(Sikka, AReplayTellsOfAClosingThatDoesNotHold) {
  const auto store = Must(Store::OpenToRead(folder_ / "none"));
  MonthClosed closing = Computed(January(known_));
  log_.Add(closing);
  ReplayReport report = Must(Replay::Run(log_, *store, {}))->report();
  EXPECT_EQ(report.closings, 1u);
  EXPECT_TRUE(report.ClosingsHold());

  closing.month = Month::Of(2025, 2);
  log_.Add(closing);  // the figures of another month
  closing = Computed({Month::Of(2025, 3), known_});
  closing.known = log_.size() + 1;
  log_.Add(closing);  // knows of itself
  report = Must(Replay::Run(log_, *store, {}))->report();
  EXPECT_EQ(report.closings, 2u);
  EXPECT_FALSE(report.ClosingsHold());
  ASSERT_GE(report.closings_that_differ.size(), 2u);
  EXPECT_EQ(report.closings_that_differ.front().figure, "known");
  EXPECT_EQ(report.closings_that_differ.front().month, Month::Of(2025, 3));
  EXPECT_EQ(report.closings_that_differ.back().figure, "figures");
  EXPECT_EQ(report.closings_that_differ.back().month, Month::Of(2025, 2));
}

class RandomPast : public ClosingTest {
 protected:
  RandomPast() : ClosingTest(64) { AddRandomPast(log_, 77, 200, 5000); }
};

TEST_F(RandomPast, IsTheSameByWhateverWayTheAccountsWereBuilt) {
  const ClosingAsked asked = {Month::Of(2024, 6), 4000};
  const MonthClosed expected = Computed(asked);
  EXPECT_EQ(Computed(asked, 2), expected);
  EXPECT_EQ(Computed(asked, 5), expected);
  // From what is stored and what the log has beyond it, whichever part is which; also where the
  // accounts know more than was asked.
  for (const uint64_t cursor : {0u, 1234u, 4000u, 4700u}) {
    const auto store = Must(Store::OpenToWrite(folder_ / std::to_string(cursor).c_str()));
    ASSERT_OK(CatchUp(*store, log_.Cut(cursor), {}));
    const auto view = Must(AccountsView::Open(log_, *store, log_.size(), 3));
    EXPECT_EQ(Of(*view, asked, 3), expected);
  }
  // One pass or many.
  Accounts accounts(log_, nullptr, 2);
  ASSERT_OK(accounts.FoldTo(log_.size()));
  const ClosingAsked several[] = {{Month::Of(2024, 5), 4500}, asked, {Month::Of(2025, 1), 300}};
  const auto closings =
      Must(ComputeClosings(log_, *AccountsView::Over(accounts), schemes_, several, 2));
  ASSERT_EQ(closings.size(), 3u);
  EXPECT_EQ(closings[1], expected);
  EXPECT_EQ(closings[0], Computed(several[0]));
  EXPECT_EQ(closings[2], Computed(several[2]));
}

}  // namespace
}  // namespace iuran::projections
