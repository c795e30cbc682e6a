// The figures of a member (rulebook 5), from its settlement.
#include "ledger/rules/figures.h"

#include <algorithm>

#include "ledger/rules/month_prices.h"

namespace iuran::rules {

namespace {

// 1-30, 31-60, 61-90, 91 and more days after the due day.
size_t AgeingBucket(int32_t days_after) {
  return static_cast<size_t>(std::min((days_after - 1) / 30, 3));
}

// Adds the unsettled months that are owed to assessed, arrears, ageing and penalty. The last spell
// has not lapsed. A payment never leaves credit that would pay the oldest month, but the limit
// ahead and a later change of price may: then the credit pays, in the figures, for the oldest
// overdue months.
void AddUnsettled(const Timeline& timeline, const Scheme& scheme, const Settlement& settlement,
                  Day as_of, Position known_at, Figures& figures) {
  MonthPrices prices(timeline, scheme, known_at);
  const bool penalised = scheme.takes_penalty_payments();
  Month last = Month::Containing(as_of);
  if (settlement.exit_day) last = std::min(last, Month::Containing(*settlement.exit_day));
  Money credit = settlement.credit;
  for (Month month = FirstUnsettled(settlement.spells.back()); month <= last; ++month) {
    const Money price = prices.Of(month);
    figures.assessed += price;
    const int32_t days_after = as_of - scheme.DueDay(month);
    if (days_after < 1) continue;
    ++figures.months_overdue;
    if (penalised) figures.penalty += scheme.Penalty(month, price, as_of).amount;
    if (!figures.oldest_overdue) figures.oldest_overdue = month;
    const Money used = std::min(credit, price);
    credit -= used;
    figures.arrears += price - used;
    figures.ageing[AgeingBucket(days_after)] += price - used;
  }
}

}  // namespace

Figures FiguresOf(const Timeline& timeline, const Scheme& scheme, const Settlement& settlement,
                  Day as_of, Position known_at) {
  Figures figures;
  figures.paid = settlement.paid;
  figures.settled = settlement.settled;
  figures.credit = settlement.credit;
  figures.penalty = -(settlement.penalties_paid + settlement.penalties_waived);
  const bool penalised = scheme.takes_penalty_payments();
  const Month as_of_month = Month::Containing(as_of);
  for (const Spell& spell : settlement.spells) {
    for (const SettledMonth& settled : spell.months) {
      if (settled.month <= as_of_month) figures.assessed += settled.price;
      if (!penalised) continue;
      figures.penalty += scheme.Penalty(settled.month, settled.price, settled.settled_on).amount;
    }
    if (!spell.months.empty()) figures.paid_through = spell.months.back().month;
  }
  if (!HasLapsed(settlement, scheme, as_of)) {
    AddUnsettled(timeline, scheme, settlement, as_of, known_at, figures);
  }
  return figures;
}

}  // namespace iuran::rules
