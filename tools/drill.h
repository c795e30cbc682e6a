// The drill of a backup: it is restored into a scratch folder, and looked at as if it were needed.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "events/event.h"
#include "ledger/backup.h"

namespace iuran::tools {

struct DrillReport {
  ledger::BackupManifest manifest;
  events::Digest accounts{};  // the digest of the figures restored
  bool compared = false;      // with the ledger that was backed up, which is at hand
  std::chrono::milliseconds restoring{0};
  std::chrono::milliseconds verifying{0};
};

// Restores the backup in `backup` into a scratch folder, which is removed again, verifies the whole
// ledger there, folds its accounts twice, and compares root and accounts with those of the ledger
// in `ledger`, where there is one. kLedgerDamaged where anything differs; kLedgerBehind where the
// ledger backed up had lost something, or has less now.
Result<DrillReport> Drill(const std::filesystem::path& backup, const std::filesystem::path& ledger,
                          const ledger::Watch& watch);

}  // namespace iuran::tools
