// The part of a member's `assessed` (rulebook 5) that is the as-of month's own.
#pragma once

#include "ledger/rules/settlement.h"

namespace iuran::rules {

// The price of the as-of month where it is settled or owed, and nothing where it lies before the
// member's months, after the exit or after membership lapsed. `settlement` must be Settle(timeline,
// scheme, as_of, known_at).
Money AssessedForMonth(const Timeline& timeline, const Scheme& scheme, const Settlement& settlement,
                       Day as_of, Position known_at);

}  // namespace iuran::rules
