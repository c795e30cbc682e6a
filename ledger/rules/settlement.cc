// Settlement (rulebook 4): payments in order of (paid_on, position) against months in sequence.
//
// What follows from the page and is easy to miss:
//  - Everything known counts, whatever day it was recorded: the whole past is settled anew for each
//    question, with the attributes, the exit and the tariff as known at the position asked. A
//    change or an exit counts for every as-of day once known; a payment whose reversal is known is
//    void for every as-of day.
//  - Months are settled only when a payment comes in. Credit that stayed because of the limit ahead
//    waits for the next payment, however small, even where it would pay for a month.
//  - The limit ahead is counted from each payment's own month, so a payment made long before `from`
//    may settle nothing yet.
//  - A payment may be dated before `from`; it settles on its day, and never lapses anything.
//  - A spell lapses by the calendar alone. The next payment opens a new spell in its own month,
//  even
//    where it settles nothing, and even after an exit whose month was not settled: that spell then
//    has no month to settle. Credit goes with the member from spell to spell.
//  - Once the exit month is settled nothing lapses, no spell is opened and all else stays credit.
//    The exit month can be settled in the last spell only: nothing is settled after it.
#include "ledger/rules/settlement.h"

#include "ledger/rules/month_prices.h"

namespace iuran::rules {

namespace {

// The month whose last day is the grace end.
Month GraceMonth(const Spell& spell, const Scheme& scheme) {
  return FirstUnsettled(spell) - 1 + static_cast<int32_t>(scheme.grace_months());
}

bool ExitMonthSettled(const Spell& spell, std::optional<Month> exit_month) {
  return exit_month && !spell.months.empty() && spell.months.back().month == *exit_month;
}

bool Counts(const TimelinePayment& payment, Position known_at) {
  return payment.position <= known_at && known_at < payment.void_from;
}

// What settles nothing and opens no spell.
void TakeOther(AmountKind kind, Money amount, Settlement& out) {
  switch (kind) {
    case AmountKind::kContribution:
      break;
    case AmountKind::kPenalty:
      out.penalties_paid += amount;
      break;
    case AmountKind::kRefund:
      out.paid -= amount;
      out.refunded += amount;
      out.credit -= amount;
      break;
    case AmountKind::kWaiver:
      out.penalties_waived += amount;
      break;
  }
}

// Leaves one spell without months, keeping its memory.
void Reset(const Timeline& timeline, Settlement& out) {
  out.spells.resize(1);
  out.spells.front().begins_on = timeline.from.FirstDay();
  out.spells.front().first_month = timeline.from;
  out.spells.front().months.clear();
  out.paid = out.refunded = out.settled = out.credit = Money();
  out.penalties_paid = out.penalties_waived = Money();
}

}  // namespace

Month FirstUnsettled(const Spell& spell) {
  return spell.first_month + static_cast<int32_t>(spell.months.size());
}

Day ProtectionEnd(const Spell& spell) { return FirstUnsettled(spell).FirstDay() - 1; }

Day GraceEnd(const Spell& spell, const Scheme& scheme) {
  return GraceMonth(spell, scheme).LastDay();
}

bool HasLapsed(const Settlement& settlement, const Scheme& scheme, Day day) {
  std::optional<Month> exit_month;
  if (settlement.exit_day) exit_month = Month::Containing(*settlement.exit_day);
  const Spell& spell = settlement.spells.back();
  return scheme.lapses() && !ExitMonthSettled(spell, exit_month) && day > GraceEnd(spell, scheme);
}

void Settle(const Timeline& timeline, const Scheme& scheme, Day as_of, Position known_at,
            Settlement& out) {
  Reset(timeline, out);
  out.exit_day = ExitOf(timeline, known_at);
  std::optional<Month> exit_month;
  if (out.exit_day) exit_month = Month::Containing(*out.exit_day);

  MonthPrices prices(timeline, scheme, known_at);
  for (const TimelinePayment& payment : timeline.payments) {
    if (payment.paid_on > as_of) break;  // they are in order of paid_on
    if (!Counts(payment, known_at)) continue;
    const Money amount = Money::FromSen(payment.amount_sen);
    if (payment.kind != AmountKind::kContribution) {
      TakeOther(payment.kind, amount, out);
      continue;
    }
    out.paid += amount;
    out.credit += amount;
    const Month paid_in = Month::Containing(payment.paid_on);
    // The grace end is the end of a month, so comparing months is comparing days.
    if (scheme.lapses() && paid_in > GraceMonth(out.spells.back(), scheme) &&
        !ExitMonthSettled(out.spells.back(), exit_month)) {
      out.spells.push_back({payment.paid_on, paid_in, {}});
    }
    Spell& spell = out.spells.back();
    Month last = paid_in + static_cast<int32_t>(scheme.max_months_ahead());
    if (exit_month && *exit_month < last) last = *exit_month;
    for (Month month = FirstUnsettled(spell); month <= last; ++month) {
      const Money price = prices.Of(month);
      if (out.credit < price) break;
      out.credit -= price;
      out.settled += price;
      spell.months.push_back({month, price, payment.paid_on, payment.position});
    }
  }
}

}  // namespace iuran::rules
