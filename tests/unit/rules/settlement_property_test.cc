// What must hold of every life, on random ones (rulebook 4 and 5).
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "lives.h"

namespace iuran::rules {
namespace {

struct Facts {
  std::vector<std::pair<Day, int64_t>> payments;  // with sen; no two on one day
  std::optional<Day> exit;
  std::vector<std::pair<Month, Money>> incomes;  // no two for one month
};

Facts RandomFacts(std::mt19937& random) {
  const auto below = [&](int64_t n) {
    return static_cast<int32_t>(static_cast<int64_t>(random()) % n);
  };
  Facts facts;
  std::map<Day, int64_t> payments;
  for (int i = below(12); i > 0; --i) {
    payments[D("2025-03-01") + below(800)] = 1 + below(below(4) == 0 ? 60'000'000 : 4'000'000);
  }
  facts.payments.assign(payments.begin(), payments.end());
  std::map<Month, Money> incomes;
  for (int i = below(3); i > 0; --i) {
    incomes[M("2025-06") + below(24)] = Rp(1'000 + below(22'000'000));
  }
  facts.incomes.assign(incomes.begin(), incomes.end());
  if (below(3) == 0) facts.exit = D("2025-06-01") + below(700);
  return facts;
}

// Records the facts in the order of a shuffle.
Life Recorded(const Facts& facts, std::mt19937& random) {
  Life life("2025-06", Someone(1'000'000, Sector::kTransport));
  std::vector<size_t> order(facts.payments.size() + facts.incomes.size() + 1);
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), random);
  for (size_t i : order) {
    if (i < facts.payments.size()) {
      life.PaySen(facts.payments[i].first.ToString(), facts.payments[i].second);
    } else if (i - facts.payments.size() < facts.incomes.size()) {
      const auto& [from, income] = facts.incomes[i - facts.payments.size()];
      life.Change(Attribute::kIncome, from.ToString(), income);
    } else if (facts.exit) {
      life.Exit(facts.exit->ToString());
    }
  }
  return life;
}

void ExpectSame(const Settlement& a, const Settlement& b) {
  ASSERT_EQ(a.spells.size(), b.spells.size());
  EXPECT_EQ(a.paid, b.paid);
  EXPECT_EQ(a.credit, b.credit);
  for (size_t i = 0; i < a.spells.size(); ++i) {
    EXPECT_EQ(a.spells[i].begins_on, b.spells[i].begins_on);
    ASSERT_EQ(a.spells[i].months.size(), b.spells[i].months.size());
    for (size_t j = 0; j < a.spells[i].months.size(); ++j) {
      EXPECT_EQ(a.spells[i].months[j].month, b.spells[i].months[j].month);
      EXPECT_EQ(a.spells[i].months[j].price, b.spells[i].months[j].price);
      EXPECT_EQ(a.spells[i].months[j].settled_on, b.spells[i].months[j].settled_on);
    }
  }
}

void ExpectSound(const Life& life, const Settlement& settlement, Day as_of) {
  EXPECT_GE(settlement.credit, Money());
  EXPECT_EQ(settlement.paid, settlement.settled + settlement.credit);
  Money settled;
  for (const Spell& spell : settlement.spells) {
    Month month = spell.first_month;
    for (const SettledMonth& each : spell.months) {
      EXPECT_EQ(each.month, month);
      EXPECT_EQ(each.price, Bpu().Price(month, AttributesIn(life.timeline(), month, kNow)));
      EXPECT_LE(each.settled_on, as_of);
      settled += each.price;
      ++month;
    }
  }
  EXPECT_EQ(settled, settlement.settled);
  const Figures figures = FiguresOf(life.timeline(), Bpu(), settlement, as_of, kNow);
  EXPECT_EQ(figures.ageing[0] + figures.ageing[1] + figures.ageing[2] + figures.ageing[3],
            figures.arrears);
  EXPECT_EQ(figures.months_overdue > 0, figures.oldest_overdue.has_value());
  EXPECT_TRUE(figures.months_overdue > 0 || figures.arrears.IsZero());
  EXPECT_TRUE(figures.months_overdue == 0 || !HasLapsed(settlement, Bpu(), as_of));
}

TEST(SettlementProperty, TheOrderOfRecordingDoesNotMatterAndMoneyAddsUp) {
  std::mt19937 random(5);
  Settlement reused;  // one for all, as reports do
  for (int round = 0; round < 500; ++round) {
    SCOPED_TRACE(round);
    const Facts facts = RandomFacts(random);
    const Life life = Recorded(facts, random);
    const Life other = Recorded(facts, random);
    for (const int32_t days : {0, 200, 500, 1500}) {
      const Day as_of = D("2025-03-01") + days;
      Settle(life.timeline(), Bpu(), as_of, kNow, reused);
      ExpectSound(life, reused, as_of);
      ExpectSame(reused, life.Settled(as_of.ToString()));
      ExpectSame(reused, other.Settled(as_of.ToString()));
      // Knowing less is asking a ledger that ends there.
      const Position known_at{static_cast<uint64_t>(random() % 20)};
      Timeline shorter = life.timeline();
      const auto unknown = [&](const auto& fact) { return fact.position > known_at; };
      std::erase_if(shorter.payments, unknown);
      std::erase_if(shorter.changes, unknown);
      std::erase_if(shorter.exits, unknown);
      Settlement then;
      Settle(shorter, Bpu(), as_of, kNow, then);
      ExpectSame(then, life.Settled(as_of.ToString(), known_at));
    }
    if (HasFatalFailure() || HasNonfatalFailure()) break;
  }
}

}  // namespace
}  // namespace iuran::rules
