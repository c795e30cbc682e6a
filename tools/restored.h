// What iuran restore and the drill of iuran backup share: the accounts of a ledger that was
// restored.
#pragma once

#include <atomic>
#include <filesystem>

#include "events/error.h"
#include "ledger/backup.h"

namespace iuran::tools {

class Progress;

// Rebuilds the accounts of the ledger in `folder`, so that figures are there at once.
Result<void> RebuildAccounts(const std::filesystem::path& folder, const std::atomic<bool>* stop);

// Shows how many bytes are done, and stops when a signal asked for it.
ledger::Watch WatchWith(Progress& progress, const std::atomic<bool>* stop);

}  // namespace iuran::tools
