// The wall clock and civil days of a named time zone: the only place that knows either.
#pragma once

#include <string>

#include "events/calendar.h"

namespace iuran::ledger {

// The system's clock. Everybody else is told the time.
events::Time SystemTime();

// kInvalidValue where the system knows no such zone.
Result<void> CheckTimeZone(const std::string& name);
// The civil day in the zone, which CheckTimeZone found good, at `time`.
events::Day CivilDayIn(const std::string& zone, events::Time time);

}  // namespace iuran::ledger
