// Attributes, settlement and figures of single lives (rulebook 1, 4 and 5).
#include "ledger/rules/settlement.h"

#include <gmock/gmock.h>

#include "lives.h"

namespace iuran::rules {
namespace {

using testing::ElementsAre;

std::string Through(const Figures& figures) {
  return figures.paid_through ? figures.paid_through->ToString() : "";
}

TEST(Timeline, AChangeHoldsFromItsMonthAndTheLaterRecordedWins) {
  Life life("2024-01", Someone(1'000'000));
  life.Change(Attribute::kIncome, "2024-06", Rp(2'000'000))  // position 1
      .Change(Attribute::kIncome, "2024-03", Rp(3'000'000))  // recorded later, holds earlier
      .Change(Attribute::kPrograms, "2024-03", P("JKK+JKM+JHT"))
      .Change(Attribute::kIncome, "2024-06", Rp(4'000'000))  // of two for one month this one
      .Change(Attribute::kGroup, "2024-02", GroupId("G-2"))
      .Change(Attribute::kSector, "2024-02", Sector::kTransport)
      .Change(Attribute::kPayer, "2024-02", Payer::kState)
      .Change(Attribute::kRegion, "2024-02", std::string("Flores"));
  const auto income = [&](std::string_view month, uint64_t known_at = 99) {
    return AttributesIn(life.timeline(), M(month), Position{known_at}).income;
  };
  EXPECT_EQ(income("2024-02"), Rp(1'000'000));
  EXPECT_EQ(income("2024-03"), Rp(3'000'000));
  EXPECT_EQ(income("2024-05"), Rp(3'000'000));
  EXPECT_EQ(income("2024-06"), Rp(4'000'000));
  EXPECT_EQ(income("2030-06"), Rp(4'000'000));
  EXPECT_EQ(income("2024-06", 0), Rp(1'000'000));
  EXPECT_EQ(income("2024-06", 1), Rp(2'000'000));
  EXPECT_EQ(income("2024-06", 3), Rp(2'000'000));
  EXPECT_EQ(income("2024-05", 1), Rp(1'000'000));
  EXPECT_EQ(ProgramsIn(life.timeline(), M("2024-02"), kNow), P("JKK+JKM"));
  EXPECT_EQ(ProgramsIn(life.timeline(), M("2024-03"), kNow), P("JKK+JKM+JHT"));
  EXPECT_EQ(ProgramsIn(life.timeline(), M("2024-03"), Position{2}), P("JKK+JKM"));
  const Attributes last = AttributesIn(life.timeline(), M("2024-12"), kNow);
  EXPECT_EQ(last.group, GroupId("G-2"));
  EXPECT_EQ(last.region, "Flores");
  EXPECT_EQ(last.sector, Sector::kTransport);
  EXPECT_EQ(last.payer, Payer::kState);
}

TEST(Timeline, OfTwoExitsTheLaterRecordedHolds) {
  Life life("2024-01");
  life.Exit("2024-06-30").Exit("2024-03-15").WithdrawExit();
  EXPECT_EQ(ExitOf(life.timeline(), Position{0}), std::nullopt);
  EXPECT_EQ(ExitOf(life.timeline(), Position{1}), D("2024-06-30"));
  EXPECT_EQ(ExitOf(life.timeline(), Position{2}), D("2024-03-15"));
  EXPECT_EQ(ExitOf(life.timeline(), Position{3}), std::nullopt);
}

TEST(Settlement, The201000OfANewspaperIsSixHundredShortOfTheTwelfthMonth) {
  Life life("2023-12");
  life.Pay("2023-12-05", 201'000);
  const Figures figures = life.At("2023-12-31");
  EXPECT_EQ(figures.settled, Rp(184'800));  // 11 x 16,800
  EXPECT_EQ(figures.credit, Rp(16'200));
  EXPECT_EQ(Through(figures), "2024-10");
  EXPECT_EQ(figures.assessed, Rp(16'800));
  EXPECT_EQ(figures.months_overdue, 0);
  // In November of 2024 the 600 are missing from the 16th on: the 15th is a Friday.
  EXPECT_EQ(life.At("2024-11-15").arrears, Rp(0));
  EXPECT_EQ(life.At("2024-11-16").arrears, Rp(600));
  EXPECT_EQ(life.At("2024-11-16").oldest_overdue, M("2024-11"));
  life.Pay("2024-11-20", 600);
  EXPECT_EQ(Through(life.At("2024-11-20")), "2024-11");
  EXPECT_EQ(life.At("2024-11-20").credit, Rp(0));
}

TEST(Settlement, PrepaymentsAreWorthTheirOwnMonths) {
  const struct {
    Attributes member;
    int64_t price;
  } kYears[] = {{Someone(), 151'200},
                {Someone(1'000'000, Sector::kTransport), 126'000},
                {Someone(1'000'000, Sector::kTransport, Payer::kState), 201'600}};
  for (const auto& year : kYears) {
    Life life("2026-07", year.member);
    life.Pay("2026-07-01", year.price);
    EXPECT_EQ(Through(life.At("2026-07-01")), "2027-06");
    EXPECT_EQ(life.At("2026-07-01").credit, Rp(0));
    Life short_by_a_sen("2026-07", year.member);
    short_by_a_sen.PaySen("2026-07-01", year.price * 100 - 1);
    EXPECT_EQ(Through(short_by_a_sen.At("2026-07-01")), "2027-05");
  }
}

TEST(Settlement, InstalmentsSettleOnTheDayOfTheLast) {
  Life life("2024-01");
  life.Pay("2024-01-20", 10'000).Pay("2024-01-10", 5'000).Pay("2024-02-03", 1'800);
  EXPECT_TRUE(life.Settled("2024-02-02").spells[0].months.empty());
  const Settlement settlement = life.Settled("2024-02-03");
  ASSERT_EQ(settlement.spells[0].months.size(), 1u);
  EXPECT_EQ(settlement.spells[0].months[0].settled_on, D("2024-02-03"));
  EXPECT_EQ(settlement.spells[0].months[0].settled_by, Position{3});
  EXPECT_EQ(settlement.credit, Rp(0));
}

TEST(Settlement, ThePaymentAfterTheGraceEndOpensASpell) {
  Life life("2024-01");
  life.Pay("2024-01-10", 16'800 + 300);
  EXPECT_EQ(ProtectionEnd(life.Settled("2024-04-30").spells[0]), D("2024-01-31"));
  EXPECT_EQ(GraceEnd(life.Settled("2024-04-30").spells[0], Bpu()), D("2024-04-30"));
  // The last day of grace still pays the oldest month.
  Life just_in_time = life;
  just_in_time.Pay("2024-04-30", 16'800);
  EXPECT_EQ(just_in_time.Settled("2024-04-30").spells.size(), 1u);
  EXPECT_EQ(Through(just_in_time.At("2024-04-30")), "2024-02");
  // A day later even one rupiah begins anew, in its own month; credit goes with the member.
  life.Pay("2024-05-01", 1).Pay("2024-05-20", 16'499);
  const Settlement settlement = life.Settled("2024-12-31");
  ASSERT_EQ(settlement.spells.size(), 2u);
  EXPECT_EQ(settlement.spells[1].begins_on, D("2024-05-01"));
  EXPECT_EQ(settlement.spells[1].first_month, M("2024-05"));
  ASSERT_EQ(settlement.spells[1].months.size(), 1u);
  EXPECT_EQ(settlement.spells[1].months[0].settled_on, D("2024-05-20"));
  EXPECT_EQ(settlement.credit, Rp(0));
  // The months between are dropped, not owed; assessed are January, then May and June.
  EXPECT_EQ(life.At("2024-06-30").assessed, Rp(3 * 16'800));
  EXPECT_EQ(life.At("2024-06-30").arrears, Rp(16'800));
  EXPECT_EQ(Through(life.At("2024-06-30")), "2024-05");
  // Never paid: owing until the end of March, then nothing.
  const Life never("2024-01");
  EXPECT_EQ(never.At("2024-03-31").assessed, Rp(3 * 16'800));
  EXPECT_EQ(never.At("2024-03-31").months_overdue, 3);
  EXPECT_EQ(never.At("2024-04-01").assessed, Rp(0));
  EXPECT_EQ(never.At("2024-04-01").months_overdue, 0);
  EXPECT_EQ(never.At("2023-12-31").assessed, Rp(0));
}

TEST(Settlement, ReachesNoFurtherThanItsOwnMonthAnd120More) {
  Life life("2024-01");
  life.Pay("2024-01-10", 10'000'000);
  EXPECT_EQ(Through(life.At("2024-01-31")), "2034-01");
  // January 2034 is the last; February is unsettled although there is money for it.
  EXPECT_GT(life.At("2034-02-28").credit, Rp(16'800));
  EXPECT_EQ(life.At("2034-02-28").months_overdue, 1);
  EXPECT_EQ(life.At("2034-02-28").arrears, Rp(0));
  EXPECT_EQ(life.At("2034-02-28").ageing, (std::array<Money, 4>{}));
  // The next payment, however small, takes it further.
  life.Pay("2034-03-01", 1);
  EXPECT_EQ(Through(life.At("2034-03-01")), "2044-03");
  // A payment long before the first month can settle nothing yet.
  Life early("2030-01");
  early.Pay("2019-12-31", 20'000).Pay("2020-01-01", 16'800);
  EXPECT_EQ(Through(early.At("2019-12-31")), "");
  EXPECT_EQ(Through(early.At("2020-01-01")), "2030-01");
  EXPECT_EQ(early.At("2020-01-01").settled, Rp(16'800));
  EXPECT_EQ(early.Settled("2040-01-01").spells.size(), 1u);
}

TEST(Settlement, TheLastDayThereIsCanBePaidOnToo) {
  Life life("2026-01");
  life.Pay("9999-12-31", 10'000'000'000'000);
  const Settlement settlement = life.Settled("9999-12-31");
  ASSERT_EQ(settlement.spells.size(), 2u);
  EXPECT_EQ(settlement.spells[1].months.size(), 121u);
  EXPECT_GT(GraceEnd(settlement.spells[1], Bpu()), D("9999-12-31"));
  EXPECT_EQ(life.At("9999-12-31").months_overdue, 0);
}

TEST(Settlement, NothingIsSettledAfterTheExitMonth) {
  Life life("2024-01");
  life.Pay("2024-01-05", 100'800);                       // position 1: six months
  life.Exit("2024-03-10");                               // position 2
  EXPECT_EQ(Through(life.At("2024-01-05")), "2024-03");  // whatever the as-of day
  EXPECT_EQ(life.At("2024-01-05").credit, Rp(50'400));
  EXPECT_EQ(Through(life.At("2024-01-05", Position{1})), "2024-06");
  // The exit month is settled: nothing lapses, no spell is opened, the rest stays credit.
  life.Pay("2025-01-05", 5'000);
  EXPECT_EQ(life.Settled("2025-01-05").spells.size(), 1u);
  EXPECT_EQ(life.At("2025-01-05").credit, Rp(55'400));
  EXPECT_EQ(life.At("2025-01-05").assessed, Rp(50'400));
  EXPECT_FALSE(HasLapsed(life.Settled("2030-01-01"), Bpu(), D("2030-01-01")));
  life.WithdrawExit();
  EXPECT_EQ(Through(life.At("2024-12-31")), "2024-06");
  EXPECT_EQ(life.Settled("2025-01-05").spells.size(), 2u);
}

TEST(Settlement, WhoLeftOwingOwesNothingAfterTheGraceEnd) {
  Life life("2024-01");
  life.Pay("2024-01-05", 16'800).Exit("2024-03-10");
  EXPECT_EQ(life.At("2024-04-30").arrears, Rp(33'600));  // February and March, no later month
  EXPECT_EQ(life.At("2024-04-30").assessed, Rp(50'400));
  EXPECT_EQ(life.At("2024-05-01").arrears, Rp(0));
  EXPECT_EQ(life.At("2024-05-01").assessed, Rp(16'800));
  // Paying after that begins a spell that has no month: all of it stays credit.
  life.Pay("2024-05-02", 50'000);
  const Settlement settlement = life.Settled("2024-05-02");
  ASSERT_EQ(settlement.spells.size(), 2u);
  EXPECT_TRUE(settlement.spells[1].months.empty());
  EXPECT_EQ(life.At("2024-06-30").credit, Rp(50'000));
  EXPECT_EQ(life.At("2024-06-30").months_overdue, 0);
  EXPECT_EQ(life.At("2024-06-30").assessed, Rp(16'800));
}

TEST(Settlement, AKnownReversalVoidsThePaymentForEveryDay) {
  Life life("2024-01");
  life.Pay("2024-01-05", 16'800).Pay("2024-01-06", 16'800).Reverse(1);  // at position 3
  EXPECT_EQ(life.At("2024-01-05", Position{0}).paid, Rp(0));
  EXPECT_EQ(life.At("2024-01-05", Position{1}).paid, Rp(16'800));
  EXPECT_EQ(Through(life.At("2024-01-06", Position{2})), "2024-02");
  EXPECT_EQ(life.At("2024-01-05", Position{3}).paid, Rp(0));
  EXPECT_EQ(Through(life.At("2024-01-06", Position{3})), "2024-01");
  EXPECT_EQ(life.Settled("2024-01-06").spells[0].months[0].settled_by, Position{2});
}

TEST(Settlement, AChangeOfPriceCountsForItsMonthsAsSoonAsKnown) {
  Life life("2024-01");
  life.Pay("2024-01-05", 50'400);                                  // three months at 16,800
  life.Change(Attribute::kIncome, "2024-02", Rp(2'000'000));       // position 2: 26,800
  life.Change(Attribute::kPrograms, "2024-03", P("JKK+JKM+JHT"));  // position 3: 66,800
  EXPECT_EQ(Through(life.At("2024-01-31", Position{1})), "2024-03");
  EXPECT_EQ(Through(life.At("2024-01-31")), "2024-02");
  EXPECT_EQ(life.At("2024-01-31").credit, Rp(50'400 - 16'800 - 26'800));
  EXPECT_EQ(life.At("2024-03-31").assessed, Rp(16'800 + 26'800 + 66'800));
  EXPECT_EQ(life.At("2024-03-31").arrears, Rp(66'800 - 6'800));
}

TEST(Figures, CreditIsUsedUpFromTheOldestMonth) {
  Life life("2024-01");
  life.Pay("2024-01-05", 20'000);
  const Figures figures = life.At("2024-04-20");  // due on 02-15, 03-15, 04-15
  EXPECT_EQ(figures.months_overdue, 3);
  EXPECT_EQ(figures.oldest_overdue, M("2024-02"));
  EXPECT_EQ(figures.arrears, Rp(3 * 16'800 - 3'200));
  EXPECT_THAT(figures.ageing, ElementsAre(Rp(16'800), Rp(16'800), Rp(13'600), Rp(0)));
  EXPECT_EQ(figures.assessed, Rp(4 * 16'800));
  EXPECT_EQ(figures.penalty, Rp(0));
}

TEST(Figures, AgeIsCountedFromTheMovedDueDay) {
  // The only month owed is 2023-02, due on Wednesday the 15th; its grace ends on 2023-04-30.
  Life life("2023-02");
  life.Exit("2023-02-28");
  const auto ageing = [&](std::string_view day) { return life.At(day).ageing; };
  const Money owed = Rp(16'800);
  EXPECT_THAT(ageing("2023-02-15"), ElementsAre(Rp(0), Rp(0), Rp(0), Rp(0)));
  EXPECT_THAT(ageing("2023-02-16"), ElementsAre(owed, Rp(0), Rp(0), Rp(0)));
  EXPECT_THAT(ageing("2023-03-17"), ElementsAre(owed, Rp(0), Rp(0), Rp(0)));  // 30 days
  EXPECT_THAT(ageing("2023-03-18"), ElementsAre(Rp(0), owed, Rp(0), Rp(0)));
  EXPECT_THAT(ageing("2023-04-16"), ElementsAre(Rp(0), owed, Rp(0), Rp(0)));  // 60 days
  EXPECT_THAT(ageing("2023-04-17"), ElementsAre(Rp(0), Rp(0), owed, Rp(0)));
  // Once a month is settled the grace is longer by it: 2022-11, due on the 15th, 90 and 91 days.
  Life longer("2022-10");
  longer.Pay("2022-10-01", 16'800).Exit("2022-11-30");
  EXPECT_THAT(longer.At("2023-01-31").ageing, ElementsAre(Rp(0), Rp(0), owed, Rp(0)));
  // 91 and more can only be met by who may wait longer: a scheme with more months of grace.
  std::string patient(BpuDocument());
  patient.replace(patient.find("\"grace_months\": 3"), 17, "\"grace_months\": 9");
  const auto scheme = Scheme::Parse(patient).value();
  const auto with_patience = [&](std::string_view day) {
    Settlement settlement;
    Settle(life.timeline(), *scheme, D(day), kNow, settlement);
    return FiguresOf(life.timeline(), *scheme, settlement, D(day), kNow).ageing;
  };
  EXPECT_THAT(with_patience("2023-05-16"), ElementsAre(Rp(0), Rp(0), owed, Rp(0)));  // 90 days
  EXPECT_THAT(with_patience("2023-05-17"), ElementsAre(Rp(0), Rp(0), Rp(0), owed));
  EXPECT_THAT(with_patience("2023-10-31"), ElementsAre(Rp(0), Rp(0), Rp(0), owed));
  EXPECT_THAT(with_patience("2023-11-01"), ElementsAre(Rp(0), Rp(0), Rp(0), Rp(0)));  // lapsed
}

}  // namespace
}  // namespace iuran::rules
