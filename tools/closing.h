// Closing a month (ledger/rules/README.md): what it pins, computed for whoever asks for it and
// again for whoever approves it, and the checkpoint that goes with it.
#pragma once

#include <cstdint>
#include <string>

#include "projections/closings.h"
#include "tools/program.h"
#include "tools/report.h"

namespace iuran::tools {

// What the closing of a month pins, as known when the log had so many events. `ledger` is open for
// writing, so that nobody else writes beside it.
Result<events::MonthClosed> ComputeClosing(const Program& program, const ledger::Ledger& ledger,
                                           const projections::ClosingAsked& asked);

// To be asked before anything is approved. Where the proposal is of a closing, computes it again as
// known then: kConflict with the differences where it would pin anything else, and then it is not
// to be approved.
Result<void> CheckProposedClosing(const Program& program, const ledger::Ledger& ledger,
                                  const std::string& proposal);

// Signs a checkpoint of all that is recorded, where the signing key is there. How many records it
// covers; 0 where none was signed. Where the key cannot be used, a note on standard error says why.
uint64_t SignWhereKeyIs(const Program& program, ledger::Ledger& ledger);

// Columns of a report for the count of members and the sums of a closing, and their cells.
void AddTotalColumns(std::vector<Column>& columns);
void PrintTotals(const events::MonthTotals& totals, Report& report);

}  // namespace iuran::tools
