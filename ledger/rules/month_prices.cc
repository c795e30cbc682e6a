// See month_prices.h.
#include "ledger/rules/month_prices.h"

#include <algorithm>

namespace iuran::rules {

void MonthPrices::Load(Month month) {
  PriceRun run;
  if (timeline_.changes.empty()) {  // most members: nothing to copy
    run = scheme_.PriceFrom(month, timeline_.attributes);
  } else {
    run = scheme_.PriceFrom(month, AttributesIn(timeline_, month, known_at_));
    for (const TimelineChange& change : timeline_.changes) {
      if (change.position > known_at_) break;
      if (change.from > month) run.last = std::min(run.last, change.from - 1);
    }
  }
  first_ = month;
  last_ = run.last;
  price_ = run.price;
}

}  // namespace iuran::rules
