// Cover on a day (rulebook 6): the table, and runs of days against counting them one by one.
#include "ledger/rules/cover.h"

#include <gtest/gtest.h>

#include <random>

#include "lives.h"

namespace iuran::rules {
namespace {

std::string Shown(std::optional<Day> day) { return day ? day->ToString() : ""; }

// "state since until", as of the day itself or of another one.
std::string On(const Life& life, std::string_view on, std::string_view as_of = "") {
  const Settlement settlement = life.Settled(as_of.empty() ? on : as_of);
  const Cover cover = CoverOf(life.timeline(), Bpu(), settlement, D(on), kNow);
  return std::string(Name(cover.state)) + " " + Shown(cover.since) + " " + Shown(cover.until);
}

std::string Reason(const Life& life, std::string_view on, std::string_view as_of = "",
                   std::string_view payment = "P-17") {
  const Settlement settlement = life.Settled(as_of.empty() ? on : as_of);
  return ReasonOf(CoverOf(life.timeline(), Bpu(), settlement, D(on), kNow), payment);
}

TEST(Cover, NeverPaidIsPendingThenLapsed) {
  const Life life("2024-01");
  EXPECT_EQ(On(life, "2023-12-31"), "not_enrolled  2023-12-31");
  EXPECT_EQ(On(life, "2024-01-01"), "pending 2024-01-01 2024-03-31");
  EXPECT_EQ(On(life, "2024-03-31"), "pending 2024-01-01 2024-03-31");
  EXPECT_EQ(On(life, "2024-04-01"), "lapsed 2024-04-01 ");
  EXPECT_EQ(Reason(life, "2023-12-31"), "Membership begins on 2024-01-01.");
  EXPECT_EQ(Reason(life, "2024-02-01"),
            "No month is settled yet; 2024-01 can still be paid until 2024-03-31.");
  EXPECT_EQ(Reason(life, "2024-04-01"), "No month was settled by the grace end 2024-03-31.");
}

TEST(Cover, PaidLateWithinGraceThenLapsedThenBack) {
  Life life("2024-01");
  life.Pay("2024-02-10", 16'800).Pay("2024-06-20", 33'600);
  // Looking back, January is settled, but nobody is covered before the first payment.
  EXPECT_EQ(On(life, "2024-01-20", "2024-02-10"), "pending 2024-01-01 2024-02-09");
  EXPECT_EQ(Reason(life, "2024-01-20", "2024-02-10"),
            "Cover begins with the first settlement: 2024-01 is settled by payment P-17 of "
            "2024-02-10.");
  EXPECT_EQ(On(life, "2024-02-10"), "grace 2024-02-10 2024-04-30");
  EXPECT_EQ(Reason(life, "2024-02-10"),
            "2024-02 is not settled; unpaid months can still be paid until 2024-04-30.");
  EXPECT_EQ(On(life, "2024-05-01"), "lapsed 2024-05-01 ");
  EXPECT_EQ(Reason(life, "2024-05-01"), "2024-02 was not settled by the grace end 2024-04-30.");
  EXPECT_EQ(On(life, "2024-06-20"), "active 2024-06-20 2024-07-31");
  EXPECT_EQ(Reason(life, "2024-06-21"), "2024-06 is settled by payment P-17 of 2024-06-20.");
  EXPECT_EQ(Reason(life, "2024-06-21", "", ""), "2024-06 is settled by a payment of 2024-06-20.");
  // The days of June before the return stay lapsed, also when looking back.
  EXPECT_EQ(On(life, "2024-06-19", "2024-12-31"), "lapsed 2024-05-01 2024-06-19");
  EXPECT_EQ(On(life, "2024-08-01"), "grace 2024-08-01 2024-10-31");
  // A forecast: what holds in August if nothing is paid after February.
  EXPECT_EQ(On(life, "2024-08-01", "2024-02-29"), "lapsed 2024-05-01 ");
}

TEST(Cover, PrepaidAndEnded) {
  Life life("2024-02");
  life.Pay("2024-01-15", 50'400);
  EXPECT_EQ(On(life, "2024-01-31"), "not_enrolled  2024-01-31");
  EXPECT_EQ(On(life, "2024-02-01"), "active 2024-02-01 2024-04-30");
  life.Change(Attribute::kPrograms, "2024-03", P("JKK+JKM+JHT")).Exit("2024-04-10");
  EXPECT_EQ(On(life, "2024-02-01"), "active 2024-02-01 2024-02-29");
  EXPECT_EQ(On(life, "2024-03-31"), "grace 2024-03-01 2024-04-10");
  EXPECT_EQ(On(life, "2024-04-10"), "grace 2024-03-01 2024-04-10");
  EXPECT_EQ(On(life, "2024-04-11"), "ended 2024-04-11 ");
  EXPECT_EQ(On(life, "2024-04-11", "2024-01-31"), "ended 2024-04-11 ");
  EXPECT_EQ(Reason(life, "2030-01-01"), "The member left; the last day was 2024-04-10.");
  // The programmes are those of the month, also after the exit.
  const Settlement settlement = life.Settled("2024-12-31");
  const auto programs = [&](std::string_view on) {
    return CoverOf(life.timeline(), Bpu(), settlement, D(on), kNow).programs;
  };
  EXPECT_EQ(programs("2024-02-29"), P("JKK+JKM"));
  EXPECT_EQ(programs("2024-03-01"), P("JKK+JKM+JHT"));
  EXPECT_EQ(programs("2024-12-31"), P("JKK+JKM+JHT"));
}

// The table of rulebook 6 for one day, word by word.
CoverState StateOn(const Timeline& timeline, const Settlement& settlement, Day on) {
  if (on < timeline.from.FirstDay()) return CoverState::kNotEnrolled;
  if (settlement.exit_day && on > *settlement.exit_day) return CoverState::kEnded;
  const Spell* spell = nullptr;
  for (const Spell& each : settlement.spells) {
    if (each.begins_on <= on) spell = &each;
  }
  std::optional<Day> first_settlement;
  bool month_settled = false;
  for (const SettledMonth& month : spell->months) {
    if (!first_settlement || month.settled_on < *first_settlement) {
      first_settlement = month.settled_on;
    }
    month_settled = month_settled || month.month == Month::Containing(on);
  }
  if (month_settled && on >= *first_settlement) return CoverState::kActive;
  const Month protection =
      spell->months.empty() ? spell->first_month - 1 : spell->months.back().month;
  if (on > (protection + 3).LastDay()) return CoverState::kLapsed;
  if (first_settlement && on >= *first_settlement) return CoverState::kGrace;
  return CoverState::kPending;
}

Life RandomLife(std::mt19937& random) {
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Life life("2024-06");
  const int payments = below(8);
  for (int i = 0; i < payments; ++i) {
    const Day day = D("2024-04-01") + below(900);
    life.Pay(day.ToString(), 1 + below(below(3) == 0 ? 200'000 : 34'000));
    if (below(10) == 0) life.Reverse(life.last().value);
  }
  if (below(3) == 0) life.Exit((D("2024-06-01") + below(900)).ToString());
  if (below(4) == 0) life.Change(Attribute::kIncome, "2025-02", Rp(2'000'000));
  return life;
}

TEST(Cover, RunsAreThoseOfCountingDayByDay) {
  std::mt19937 random(20260822);
  const Day first = D("2024-05-20");
  const Day last = D("2031-01-01");  // beyond every change of state
  size_t across = 0;                 // lives with more than one spell, to know that they occur
  for (int round = 0; round < 300; ++round) {
    const Life life = RandomLife(random);
    Settlement settlement;
    Settle(life.timeline(), Bpu(), D("2024-04-01") + static_cast<int32_t>(random() % 1000), kNow,
           settlement);
    if (settlement.spells.size() > 1) ++across;
    std::vector<CoverState> states;
    for (Day day = first; day <= last; day = day + 1) {
      states.push_back(StateOn(life.timeline(), settlement, day));
    }
    size_t run = 0;
    while (run < states.size()) {
      size_t end = run;
      while (end + 1 < states.size() && states[end + 1] == states[run]) ++end;
      for (const size_t each : {run, (run + end) / 2, end}) {
        const Day on = first + static_cast<int32_t>(each);
        const Cover cover = CoverOf(life.timeline(), Bpu(), settlement, on, kNow);
        ASSERT_EQ(Name(cover.state), Name(states[each])) << on.ToString();
        const bool begins = run > 0;
        const bool ends = end + 1 < states.size();
        ASSERT_EQ(Shown(cover.since), begins ? (first + static_cast<int32_t>(run)).ToString() : "");
        ASSERT_EQ(Shown(cover.until), ends ? (first + static_cast<int32_t>(end)).ToString() : "");
        ASSERT_FALSE(ReasonOf(cover, "P-1").empty());
      }
      run = end + 1;
    }
  }
  EXPECT_GT(across, 50u);
}

}  // namespace
}  // namespace iuran::rules
