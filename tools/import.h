// Import: the rows of planned files, submitted in order, and what became of each.
//
// Importing twice changes nothing, so an import that was cut short is gone on with by running it
// again: rows already recorded are answered as repeated.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "tools/import_plan.h"
#include "tools/rejects.h"

namespace iuran::tools {

struct FileTally {
  std::string file;
  uint64_t rows = 0;
  uint64_t accepted = 0;
  uint64_t repeated = 0;
  uint64_t rejected = 0;
  uint64_t likely_doubles = 0;  // of the accepted
  uint64_t proposed = 0;        // of the accepted: another person must approve them
  uint64_t adjustments = 0;     // of the accepted: they lie in months that were closed
  uint32_t last_line = 0;       // where the last of these rows begins; 0: none yet
};

// What becomes of the payments of a file that name the same remittance (ledger/rules/README.md).
enum class ListMode {
  kTake,    // each row by itself
  kRefuse,  // whole or not at all
  kHold,    // and that one is not recorded is recorded
};

struct ImportOptions {
  std::string author;
  std::string approver;  // of what two people must agree on; may be empty
  ListMode lists = ListMode::kTake;
  bool dry_run = false;                         // ask the ledger, record nothing
  size_t rows_per_batch = 32768;                // at most; two are under way at a time
  const std::atomic<bool>* stop = nullptr;      // set from anywhere: ends after the batches at hand
  Note note;                                    // for likely doubles, lists
  std::function<void(uint64_t rows)> progress;  // after each batch: all rows so far
};

struct ImportReport {
  std::vector<FileTally> files;  // those begun, in order
  uint64_t first_position = 0;   // recorded: [first_position, next_position)
  uint64_t next_position = 0;
  uint64_t lists_held = 0;                // now or before, and still not as they should be
  std::optional<events::Month> adjusted;  // the open month that adjustments are of
  // Why it ended before the last row, if it did. The rows told of in `files` are decided and safe;
  // of up to two batches more it may not be told what became of it.
  bool interrupted = false;
  std::optional<Error> failure;

  uint64_t rejected() const;
  uint64_t proposed() const;
  uint64_t adjustments() const;
};

// Submits every row and tells `rejects` of those rejected, in order. Does not finish `rejects`.
ImportReport Import(ledger::Ledger& ledger, const ImportPlan& plan, const ImportOptions& options,
                    Rejects& rejects);

}  // namespace iuran::tools
