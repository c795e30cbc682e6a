// Settlement, figures and cover of one member in the naive model. Rulebook sections 4, 5 and 6.

#include "tests/support/naive_figures.h"

#include <algorithm>
#include <utility>

namespace iuran::naive {
namespace {

__extension__ typedef __int128 Wide;

bool ExitMonthIsSettled(const Facts& facts, const Spell& spell) {
  const std::optional<Day> exit = facts.Exit();
  return exit && spell.Has(MonthOf(*exit));
}

// Section 4: only payments (and refunds and waivers) up to the as-of day count, in order of
// (paid_on, position).
std::vector<Paid> Counted(const Facts& facts, Day as_of) {
  std::vector<Paid> counted;
  for (const Paid& paid : facts.payments) {
    if (paid.on <= as_of) counted.push_back(paid);
  }
  std::sort(counted.begin(), counted.end(), [](const Paid& a, const Paid& b) {
    return std::pair(a.on, a.position) < std::pair(b.on, b.position);
  });
  return counted;
}

// The last month that figures on the as-of day look at: its own, or the exit month if earlier.
Month LastMonthAsked(const Facts& facts, Day as_of) {
  const std::optional<Day> exit = facts.Exit();
  return exit ? std::min(MonthOf(as_of), MonthOf(*exit)) : MonthOf(as_of);
}

// Section 5: 2 % of the price for each month, or part of one, after the due day.
Sen PenaltyOf(const Facts& facts, Sen price, Day due, Day day) {
  int k = 1;
  while (day > AddMonths(due, k)) ++k;
  const Wide fine =
      Wide{price} * facts.tariff.penalty * k;  // in ten thousandths of the price's sen
  return static_cast<Sen>((fine + 500'000) / 1'000'000) * 100;
}

void AddOverdueMonth(Figures& figures, Day days_late, Sen open) {
  const std::size_t column = days_late <= 30 ? 0 : days_late <= 60 ? 1 : days_late <= 90 ? 2 : 3;
  figures.ageing.at(column) += open;
  figures.arrears += open;
  ++figures.months_overdue;
}

// Section 6, the pu column: months up to that of `on` that are due before it and unsettled.
std::string_view StateOfEmployment(const Facts& facts, const Spell& spell, Day on) {
  if (!spell.first_settled_on || on < *spell.first_settled_on) return "pending";
  const int most = facts.pu ? facts.tariff.months_with_cover : facts.tariff.grace_months;
  int n = 0;
  for (Month month = spell.next; month <= MonthOf(on) && n <= most; ++month) {
    if (DueDay(facts.pu, month) < on) ++n;
  }
  if (n == 0) return "active";
  return n <= most ? "grace" : "employer_liable";
}

// A day after which no state changes any more.
Day Horizon(const Settlement& settlement, Day on) {
  Day horizon = on;
  if (settlement.exit) horizon = std::max(horizon, *settlement.exit);
  for (const Spell& spell : settlement.spells) {
    horizon = std::max({horizon, spell.begins, spell.GraceEnd(), LastDay(spell.next + 6)});
    if (!spell.first_settled_on) continue;
    horizon = std::max(horizon, LastDay(MonthOf(*spell.first_settled_on) + 6));
  }
  return horizon + 1;
}

}  // namespace

Day Spell::ProtectionEnd() const {
  const bool has_settled_month = next > first;
  return has_settled_month ? LastDay(next - 1) : FirstDay(first) - 1;
}

Day Spell::GraceEnd() const { return LastDay(MonthOf(ProtectionEnd()) + grace_months); }

bool HasLapsed(const Facts& facts, const Spell& spell, Day day) {
  if (!facts.Lapses()) return false;
  return day > spell.GraceEnd() && !ExitMonthIsSettled(facts, spell);
}

Settlement Settle(const Facts& facts, Day as_of) {
  Settlement result;
  const int grace = facts.tariff.grace_months;
  const int months_ahead = facts.pu ? 120 : facts.tariff.months_ahead;
  result.spells.push_back({FirstDay(facts.from), facts.from, facts.from, {}, grace});
  result.exit = facts.Exit();
  for (const Paid& paid : Counted(facts, as_of)) {
    if (paid.kind == Kind::kPenalty || paid.kind == Kind::kWaiver) {
      result.penalty_paid += paid.amount;
      continue;
    }
    if (paid.kind == Kind::kRefund) {  // opens no spell and settles nothing
      result.paid -= paid.amount;
      continue;
    }
    if (HasLapsed(facts, result.spells.back(), paid.on)) {
      const Month month = MonthOf(paid.on);
      result.spells.push_back({paid.on, month, month, {}, grace});
    }
    Spell& spell = result.spells.back();
    result.paid += paid.amount;
    while (true) {
      if (spell.next > MonthOf(paid.on) + months_ahead) break;
      if (result.exit && spell.next > MonthOf(*result.exit)) break;
      const Sen price = PriceOf(facts, spell.next);
      if (result.Credit() < price) break;
      result.months.push_back({spell.next, paid.on, price});
      result.settled += price;
      if (!spell.first_settled_on) spell.first_settled_on = paid.on;
      ++spell.next;
    }
  }
  return result;
}

Figures FiguresOf(const Facts& facts, Day as_of) {
  const Settlement settlement = Settle(facts, as_of);
  const Spell& spell = settlement.spells.back();
  Figures figures;
  figures.paid = settlement.paid;
  figures.settled = settlement.settled;
  figures.credit = settlement.Credit();
  for (const SettledMonth& settled : settlement.months) {
    if (settled.month <= MonthOf(as_of)) figures.assessed += settled.price;
    figures.paid_through = std::max(figures.paid_through.value_or(0), settled.month);
    const Day due = DueDay(facts.pu, settled.month);
    if (facts.pu && settled.on > due) {
      figures.penalty += PenaltyOf(facts, settled.price, due, settled.on);
    }
  }
  figures.penalty -= settlement.penalty_paid;
  if (HasLapsed(facts, spell, as_of)) return figures;

  Sen credit = figures.credit;  // used up from the oldest; below zero it is owed with it
  for (Month month = spell.next; month <= LastMonthAsked(facts, as_of); ++month) {
    const Sen price = PriceOf(facts, month);
    figures.assessed += price;
    const Day due = DueDay(facts.pu, month);
    if (as_of <= due) continue;
    if (!figures.oldest_overdue) figures.oldest_overdue = month;
    const Sen from_credit = std::min(credit, price);
    credit -= from_credit;
    AddOverdueMonth(figures, as_of - due, price - from_credit);
    if (facts.pu) figures.penalty += PenaltyOf(facts, price, due, as_of);
  }
  return figures;
}

std::string_view StateOn(const Facts& facts, const Settlement& settlement, Day day) {
  if (day < FirstDay(facts.from)) return "not_enrolled";
  if (settlement.exit && day > *settlement.exit) return "ended";
  const Spell* spell = &settlement.spells.front();
  for (const Spell& later : settlement.spells) {
    if (later.begins <= day) spell = &later;
  }
  if (!facts.Lapses()) return StateOfEmployment(facts, *spell, day);
  const bool settling = spell->first_settled_on && day >= *spell->first_settled_on;
  if (spell->Has(MonthOf(day)) && settling) return "active";
  if (day > spell->GraceEnd()) return "lapsed";
  return settling ? "grace" : "pending";
}

std::optional<Cover> CoverOn(const Facts& facts, Day on, Day as_of) {
  if (on < FirstDay(facts.from)) return std::nullopt;
  const Settlement settlement = Settle(facts, as_of);
  const std::string_view state = StateOn(facts, settlement, on);
  Cover cover{std::string(state), on, on};
  while (StateOn(facts, settlement, cover.since - 1) == state) --cover.since;
  const Day horizon = Horizon(settlement, on);
  while (cover.until && StateOn(facts, settlement, *cover.until + 1) == state) {
    ++*cover.until;
    if (*cover.until > horizon) cover.until.reset();
  }
  return cover;
}

}  // namespace iuran::naive
