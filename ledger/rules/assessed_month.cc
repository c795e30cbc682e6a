// See assessed_month.h.
#include "ledger/rules/assessed_month.h"

namespace iuran::rules {

Money AssessedForMonth(const Timeline& timeline, const Scheme& scheme, const Settlement& settlement,
                       Day as_of, Position known_at) {
  const Month month = Month::Containing(as_of);
  for (const Spell& spell : settlement.spells) {
    for (const SettledMonth& settled : spell.months) {
      if (settled.month == month) return settled.price;
    }
  }
  const bool left = settlement.exit_day && Month::Containing(*settlement.exit_day) < month;
  if (left || month < FirstUnsettled(settlement.spells.back()) ||
      HasLapsed(settlement, scheme, as_of)) {
    return Money();
  }
  return scheme.Price(month, AttributesIn(timeline, month, known_at));
}

}  // namespace iuran::rules
