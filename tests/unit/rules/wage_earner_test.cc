// Wage earners (pu): price, due day, penalty, cover and fund split of the shipped scheme, computed
// by hand from rulebook 2 to 6.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/rules/cover.h"
#include "lives.h"

namespace iuran::rules {
namespace {

std::string Shown(std::optional<Day> day) { return day ? day->ToString() : ""; }

Life Worked(std::string_view from, InForce attributes = Worker()) {
  return Life(from, std::move(attributes), Pu());
}

std::string On(const Life& life, std::string_view on, std::string_view as_of = "") {
  const Settlement settlement = life.Settled(as_of.empty() ? on : as_of);
  const Cover cover = CoverOf(life.timeline(), Pu(), settlement, D(on), kNow);
  return std::string(Name(cover.state)) + " " + Shown(cover.since) + " " + Shown(cover.until);
}

std::string Reason(const Life& life, std::string_view on) {
  return ReasonOf(CoverOf(life.timeline(), Pu(), life.Settled(on), D(on), kNow), "P-17");
}

std::vector<std::string> Lines(std::string_view month, const InForce& attributes) {
  std::vector<std::string> lines;
  for (const PriceLine& line : Pu().PriceLines(M(month), attributes)) {
    lines.push_back(std::string(Name(line.program)) + " " + std::string(Name(line.party)) + " " +
                    line.amount.ToString());
  }
  return lines;
}

std::vector<std::string> Funds(std::string_view month, const InForce& attributes) {
  std::vector<std::string> lines;
  Money billed;
  for (const FundLine& line : Pu().FundLines(M(month), attributes)) {
    lines.push_back(std::string(line.fund) + " " +
                    (line.billed_as ? std::string(Name(*line.billed_as)) : "state") + " " +
                    line.amount.ToString());
    if (line.billed_as) billed += line.amount;
  }
  EXPECT_EQ(billed, Pu().Price(M(month), attributes)) << "a split never changes the bill";
  return lines;
}

using testing::ElementsAre;

// Rulebook 2: each programme and party is one rounding; JP of the wage up to the month's ceiling.
TEST(WageEarner, PaysPercentagesOfTheWage) {
  EXPECT_THAT(Lines("2024-01", Worker()),
              ElementsAre("JKK employer 22250", "JKM employer 7500", "JHT employer 92500",
                          "JHT worker 50000", "JP employer 50000", "JP worker 25000"));
  EXPECT_EQ(Pu().Price(M("2024-01"), Worker()), Rp(247'250));
  EXPECT_THAT(Lines("2026-03", Worker(12'345'678, 5)),
              ElementsAre("JKK employer 214815", "JKM employer 37037", "JHT employer 456790",
                          "JHT worker 246914", "JP employer 221726", "JP worker 110863"));
  EXPECT_EQ(Pu().Price(M("2026-02"), Worker(12'345'678, 0, "JP")), Rp(210'948 + 105'474));
  // 37,000.925 and 20,000.50: together they would round to 57,001.
  EXPECT_EQ(Pu().Price(M("2024-01"), Worker(1'000'025, 0, "JHT")), Rp(37'001 + 20'001));
  const int64_t kByClass[] = {2'400, 5'400, 8'900, 12'700, 17'400};
  for (uint8_t risk = 1; risk <= 5; ++risk) {
    EXPECT_EQ(Pu().Price(M("2015-07"), Worker(1'000'000, risk, "JKK")), Rp(kByClass[risk - 1]));
  }
  // Domain 1.3: 3 % of each ceiling. Paying in 2020 and 2021 knows no relief that all had.
  const std::pair<const char*, int64_t> kPension[] = {
      {"2015-07", 210'000}, {"2016-02", 210'000}, {"2016-03", 220'059}, {"2017-03", 231'105},
      {"2018-03", 242'820}, {"2019-03", 255'372}, {"2020-03", 268'191}, {"2021-02", 268'191},
      {"2021-03", 262'638}, {"2022-03", 272'328}, {"2023-03", 286'788}, {"2024-03", 301'269},
      {"2025-03", 316'422}, {"2026-02", 316'422}, {"2026-03", 332'589}, {"2040-01", 332'589}};
  for (const auto& [month, amount] : kPension) {
    EXPECT_EQ(Pu().Price(M(month), Worker(20'000'000, 0, "JP")), Rp(amount)) << month;
  }
  EXPECT_EQ(Pu().PriceFrom(M("2023-03"), Worker()).last, M("2024-02"));
}

TEST(WageEarner, SaysWhatItsSchemeIs) {
  EXPECT_EQ(Pu().id(), SchemeId("pu"));
  EXPECT_EQ(Pu().programs(), P("JKK+JKM+JHT+JP"));
  EXPECT_EQ(Pu().programs_by_risk_class(), P("JKK"));
  EXPECT_TRUE(Pu().takes_penalty_payments());
  EXPECT_FALSE(Pu().lapses());
}

// Domain 1.2: the split follows the month, and needs the programmes that JKP needs.
TEST(WageEarner, JkpIsFedByTheStateAndByTheBills) {
  EXPECT_THAT(Funds("2021-01", Worker()),
              ElementsAre("JKK JKK 22250", "JKM JKM 7500", "JHT JHT 142500", "JP JP 75000"));
  EXPECT_THAT(Funds("2023-12", Worker()),
              ElementsAre("JKK JKK 18750", "JKM JKM 5000", "JHT JHT 142500", "JP JP 75000",
                          "JKP JKK 3500", "JKP JKM 2500", "JKP state 5500"));
  EXPECT_THAT(Funds("2025-02", Worker()),
              ElementsAre("JKK JKK 18750", "JKM JKM 7500", "JHT JHT 142500", "JP JP 75000",
                          "JKP JKK 3500", "JKP state 5500"));
  EXPECT_THAT(Funds("2025-02", Worker(2'500'000, 1, "JKK+JKM")),
              ElementsAre("JKK JKK 6000", "JKM JKM 7500"));
}

// Rulebook 3: the 15th of the month after, moved over weekends and holidays.
TEST(WageEarner, IsDueInTheMonthAfter) {
  const std::pair<const char*, const char*> kDueDays[] = {{"2024-01", "2024-02-15"},
                                                          {"2025-05", "2025-06-16"},
                                                          {"2026-07", "2026-08-18"},
                                                          {"2024-05", "2024-06-18"},
                                                          {"2023-12", "2024-01-15"}};
  for (const auto& [month, day] : kDueDays) EXPECT_EQ(Pu().DueDay(M(month)).ToString(), day);
}

// Rulebook 5: 2 % for each started month after the moved due day, which is not moved again.
TEST(WageEarner, PaysTwoPercentForEachStartedMonth) {
  const auto months = [](const char* month, const char* day) {
    return Pu().Penalty(M(month), Rp(247'250), D(day)).months;
  };
  EXPECT_EQ(months("2024-01", "2024-02-15"), 0);
  EXPECT_EQ(months("2024-01", "2024-02-16"), 1);
  EXPECT_EQ(months("2024-01", "2024-03-15"), 1);
  EXPECT_EQ(months("2024-01", "2024-03-16"), 2);
  EXPECT_EQ(months("2026-07", "2026-09-18"), 1);
  EXPECT_EQ(months("2026-07", "2026-09-19"), 2);
  EXPECT_EQ(months("2024-01", "2034-02-16"), 121);
  EXPECT_EQ(Pu().Penalty(M("2024-01"), Rp(247'250), D("2024-03-16")).amount, Rp(9'890));
  EXPECT_EQ(Pu().Penalty(M("2024-01"), Rp(125), D("2024-02-16")).amount, Rp(3));  // 2.50
  // A due day at the end of a month is clamped to shorter ones, each counted from the due day.
  std::string late(PuDocument());
  late.replace(late.find("\"day\": 15"), 9, "\"day\": 31");
  const auto scheme = Scheme::Parse(late).value();
  EXPECT_EQ(scheme->DueDay(M("2024-12")), D("2025-01-31"));
  EXPECT_EQ(scheme->Penalty(M("2024-12"), Rp(100), D("2025-02-28")).months, 1);
  EXPECT_EQ(scheme->Penalty(M("2024-12"), Rp(100), D("2025-03-31")).months, 2);
  EXPECT_EQ(scheme->Penalty(M("2024-12"), Rp(100), D("2025-04-01")).months, 3);
}

// Rulebook 5: late months and overdue ones, less what was paid; below zero it is held in excess.
TEST(WageEarner, OwesPenaltiesUntilTheyArePaid) {
  Life life = Worked("2024-01");
  life.Pay("2024-03-16", 247'250);                              // January a month and a day late
  EXPECT_EQ(life.At("2024-03-16").penalty, Rp(9'890 + 4'945));  // and February since the day before
  EXPECT_EQ(life.At("2024-03-16").arrears, Rp(247'250));
  EXPECT_EQ(life.At("2024-03-16").months_overdue, 1);
  EXPECT_EQ(life.At("2024-03-15").penalty, Rp(4'945));
  life.Pay("2024-04-10", 247'250).PayPenalty("2024-04-10", 20'000);
  EXPECT_EQ(life.At("2024-04-09").penalty, Rp(9'890 + 4'945));
  EXPECT_EQ(life.At("2024-04-10").penalty, Rp(14'835 - 20'000));
  EXPECT_EQ(life.At("2024-04-10").paid, Rp(494'500));
  EXPECT_EQ(life.At("2024-04-10").oldest_overdue, std::nullopt);
}

// Rulebook 4: one spell; nothing lapses and nothing is dropped.
TEST(WageEarner, NeverLapses) {
  Life life = Worked("2024-01");
  life.Pay("2024-02-10", 247'250);
  EXPECT_EQ(life.At("2025-02-10").months_overdue, 11);
  life.Pay("2025-02-10", 247'250);
  const Settlement settlement = life.Settled("2025-02-10");
  ASSERT_EQ(settlement.spells.size(), 1u);
  EXPECT_EQ(settlement.spells[0].months.back().month, M("2024-02"));
  EXPECT_EQ(life.At("2025-02-10").months_overdue, 10);
  EXPECT_EQ(life.At("2025-02-10").assessed, Rp(14 * 247'250));
  life.Exit("2024-04-20");  // who left owing still owes
  EXPECT_EQ(life.At("2025-02-10").months_overdue, 2);
  EXPECT_EQ(life.At("2025-02-10").arrears, Rp(494'500));
}

// The class of the group in force in the month, and the wage of the month, make its price.
TEST(WageEarner, FollowsWageAndGroupMonthByMonth) {
  Life life = Worked("2024-01");
  life.Change(Attribute::kIncome, "2024-02", Rp(3'000'000));     // 1
  life.Change(Attribute::kGroup, "2024-03", GroupId("G-5"), 5);  // 2
  life.Change(Attribute::kIncome, "2024-01", Rp(2'000'000));     // 3
  const Money before = Rp(247'250);
  const Money february = Rp(296'700);  // 9.89 %
  const Money march = Rp(322'200);     // 10.74 %
  EXPECT_EQ(life.At("2024-01-31", Position{0}).assessed, before);
  EXPECT_EQ(life.At("2024-02-29", Position{0}).assessed, before + before);
  EXPECT_EQ(life.At("2024-02-29", Position{1}).assessed, before + february);
  EXPECT_EQ(life.At("2024-03-31", Position{1}).assessed, before + february + february);
  EXPECT_EQ(life.At("2024-03-31", Position{2}).assessed, before + february + march);
  EXPECT_EQ(life.At("2024-03-31").assessed, Rp(197'800) + february + march);
}

// Rulebook 6, the column of pu.
TEST(WageEarner, IsCoveredUntilTheEmployerIsLiable) {
  const Life never = Worked("2024-01");
  EXPECT_EQ(On(never, "2023-12-31"), "not_enrolled  2023-12-31");
  EXPECT_EQ(On(never, "2030-01-01"), "pending 2024-01-01 ");
  EXPECT_EQ(Reason(never, "2024-01-10"),
            "No month is settled yet; the first, 2024-01, is due on 2024-02-15.");

  Life life = Worked("2024-01");
  life.Pay("2024-02-10", 247'250);
  EXPECT_EQ(On(life, "2024-01-20", "2024-02-10"), "pending 2024-01-01 2024-02-09");
  EXPECT_EQ(On(life, "2024-03-15"), "active 2024-02-10 2024-03-15");
  EXPECT_EQ(On(life, "2024-03-16"), "grace 2024-03-16 2024-06-18");
  EXPECT_EQ(On(life, "2024-06-18"), "grace 2024-03-16 2024-06-18");
  EXPECT_EQ(On(life, "2024-06-19"), "employer_liable 2024-06-19 ");
  EXPECT_EQ(Reason(life, "2024-03-01"),
            "No month is overdue: 2024-01 is settled by payment P-17 of 2024-02-10, and 2024-02 is "
            "due on 2024-03-15.");
  EXPECT_EQ(
      Reason(life, "2024-03-16"),
      "2024-02 was due on 2024-03-15 and is not settled (1 month overdue); benefits are paid, "
      "and the employer owes the contributions.");
  EXPECT_EQ(
      Reason(life, "2024-06-19"),
      "2024-02 was due on 2024-03-15 and is not settled (4 months overdue); the employer pays "
      "benefits first.");
  life.Exit("2024-07-31");
  EXPECT_EQ(On(life, "2024-07-31"), "employer_liable 2024-06-19 2024-07-31");
  EXPECT_EQ(On(life, "2024-08-01"), "ended 2024-08-01 ");
  life.Pay("2024-06-25", 4 * 247'250);  // February to May
  EXPECT_EQ(On(life, "2024-06-20", "2024-06-25"), "active 2024-02-10 2024-07-15");
}

}  // namespace
}  // namespace iuran::rules
