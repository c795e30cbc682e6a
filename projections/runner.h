// The runner: brings the stored accounts up to the log.
#pragma once

#include <atomic>
#include <functional>

#include "projections/fold.h"

namespace iuran::projections {

struct RunOptions {
  unsigned threads = 2;
  // Set from anywhere to stop; what was saved stays, and the next run goes on there.
  const std::atomic<bool>* stop = nullptr;
  // Called now and then with (events folded, head).
  std::function<void(uint64_t, uint64_t)> progress;
  // Rows are saved after this many events, and timelines leave the memory above this many bytes.
  uint64_t save_every_events = 2'000'000;
  size_t memory_bytes = size_t{512} << 20;
};

struct RunOutcome {
  uint64_t from = 0;    // the cursor before
  uint64_t cursor = 0;  // and after
  uint64_t head = 0;
  std::optional<Parked> parked;
};

// Folds what the log has and the store has not, and saves it, rows and cursor in one batch. Where
// an event cannot be folded, everything before it is saved and the store is parked there; the next
// run tries it again, so that a program that understands the event goes on by itself. A reader's
// log is folded up to what it saw when it was opened.
Result<RunOutcome> CatchUp(Store& store, const log::EventLog& log, const RunOptions& options);

// Whether what is stored was folded from this log: kLedgerDamaged where the log is shorter, or has
// another record where the folding ended, as after a backup of the log was put back; kLedgerBehind
// where the daybook has what the log lacks.
Result<void> CheckIsOf(const log::EventLog& log, const StoreState& state);

// Puts the rows of `accounts` (all of them, or only those changed since saved) into `changes`, and
// calls `after_each` after each. Encodes on as many threads as there are partitions. Returns how
// many members were put.
Result<uint64_t> PutAccounts(Accounts& accounts, bool only_changed, Store::Changes& changes,
                             const std::function<Result<void>()>& after_each);

}  // namespace iuran::projections
