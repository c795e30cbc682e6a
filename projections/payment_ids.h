// The ids of payments known by their position, for reasons that name them.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "events/ids.h"
#include "ledger/log/event_log.h"

namespace iuran::projections {

class PaymentIds {
 public:
  // Reads the payments at these positions in one pass over the log. kLedgerDamaged where one is
  // something else.
  static Result<PaymentIds> Resolve(const log::EventLog& log,
                                    std::vector<events::Position> positions);

  // The id of the payment at a position that was asked for; empty for another.
  std::string_view At(events::Position position) const;

 private:
  std::vector<std::pair<events::Position, events::PaymentId>> ids_;  // sorted
};

}  // namespace iuran::projections
