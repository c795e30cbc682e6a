// Going on after events were lost. Nothing brings them back; what can be done is to say so, in the
// log itself, with who answers for it (events::EventsLost).
#pragma once

#include <string>

#include "ledger/ledger.h"

namespace iuran::ledger {

struct AcceptedLoss {
  Position recorded_at;   // where the loss is recorded: everything from there on was lost
  uint64_t acknowledged;  // how many events there had been; 0: nobody knows
};

// Records that what a ledger is behind its anchor is lost; afterwards it opens for writing.
// kUsage where nothing is lost; kInvalidValue where reason or author are empty or too long;
// kLedgerDamaged where not even the opening of the ledger is left.
Result<AcceptedLoss> AcceptLoss(const Options& options, const std::string& reason,
                                const std::string& author);

}  // namespace iuran::ledger
