// Closing: what is pinned of a month (ledger/rules/README.md, "Closing a month"): sums over all
// members and all accounts of the books on its last day, as known, and a digest of every member's
// figures.
//
// The digest `figures` is SHA-256 over "iuran figures\n", then one line for each member known, in
// bytewise order of ids. A line is these values, a tab between two, and ends in "\n":
//
//   member scheme group assessed paid settled credit arrears months_overdue oldest_overdue
//   paid_through penalty cover
//
// They are what `iuran balances --format csv` has for that day and knowledge (no value holds a
// tab, so none is quoted), and behind them what `iuran coverage` has: "JKK=active" for each
// programme, in order, joined by "+", and nothing for a member without a row there. So the digest
// follows from the answers alone, however they were come by, and anybody can form it.
#pragma once

#include <optional>
#include <string>

#include "projections/digest.h"
#include "projections/entries.h"

namespace iuran::projections {

// What one member brings to a closing.
struct ClosingRow {
  MonthTotals totals;  // of the member and its months alone
  std::string line;    // of the digest
};

// Nothing for a member not known yet. The question is as of the last day of the month, and about no
// group. `scratch` is memory to reuse.
Result<std::optional<ClosingRow>> ClosingRowOf(const rules::Timeline& timeline,
                                               const Question& question,
                                               rules::Settlement& scratch);

// Adds up one closing.
class ClosingSums {
 public:
  ClosingSums(Month month, uint64_t known);

  // The entry of an event; those of later days or not known are passed over.
  void Enter(const Entry& entry);
  // In bytewise order of members.
  void Add(const ClosingRow& row);
  // All but the root. kInvalidValue where a sum is more than a record can hold.
  Result<MonthClosed> Finish();  // once

 private:
  MonthClosed closing_;
  Sha256 figures_;
};

}  // namespace iuran::projections
