// Which months are settled, by which payment, in which spell (rulebook 4).
#pragma once

#include <optional>
#include <vector>

#include "ledger/rules/scheme.h"

namespace iuran::rules {

struct SettledMonth {
  Month month;
  Money price;
  Day settled_on;       // paid_on of the payment that completed it
  Position settled_by;  // that payment's event
};

// An unbroken time of membership that payments keep alive; where membership does not lapse
// (scheme.lapses()), all of it. Its settled months are consecutive from
// first_month on.
struct Spell {
  Day begins_on;
  Month first_month;
  std::vector<SettledMonth> months;
};

struct Settlement {
  std::vector<Spell> spells;  // at least one, in order of begins_on
  Money paid;                 // counted contribution payments less refunds
  Money refunded;             // of what was paid
  Money settled;              // price of all settled months
  Money credit;               // paid - settled; below 0 where a refunded payment was voided later
  Money penalties_paid;
  Money penalties_waived;
  std::optional<Day> exit_day;
};

// The first month of the spell that no payment settles.
Month FirstUnsettled(const Spell& spell);
// Last day of the spell's last settled month, or the day before its first month (rulebook 4).
Day ProtectionEnd(const Spell& spell);
// Last day of the third month (scheme.grace_months()) after the protection end's month.
Day GraceEnd(const Spell& spell, const Scheme& scheme);
// Whether the last spell has lapsed on `day`: the scheme lets membership lapse, the day is after
// the grace end and the exit month, if the member leaves, is not settled.
bool HasLapsed(const Settlement& settlement, const Scheme& scheme, Day day);

// Settles the payments dated up to `as_of` and known at `known_at`. `out` is overwritten; its
// memory is reused, since reports settle every member in turn.
void Settle(const Timeline& timeline, const Scheme& scheme, Day as_of, Position known_at,
            Settlement& out);

}  // namespace iuran::rules
