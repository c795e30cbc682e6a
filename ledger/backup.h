// Backups of a ledger, and ledgers made from them.
//
// A backup is made by a reading process beside a writer, and holds the log as it was at one moment:
// everything acknowledged before it began. It is incremental: tables of the log never change, so
// that only new ones are copied, and those not in use any more are removed, with what was erased in
// them. It becomes the backup by one file's renaming, last (backup_manifest.h); until then the one
// before is whole, and a run that ended early is gone on with by the next.
//
// It holds no keys. The master key opens the personal data that the backup holds sealed, and
// whoever has the signing key can sign another history: they are kept apart from it. It holds no
// projections either, which are rebuilt.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/ids.h"
#include "ledger/backup_manifest.h"
#include "ledger/log/event_log.h"

namespace iuran::ledger {

// How work on many bytes is watched and ended.
struct Watch {
  std::function<void(uint64_t done, uint64_t total)> progress;  // in bytes
  const std::atomic<bool>* stop = nullptr;                      // set from anywhere
};

struct BackupOptions {
  std::filesystem::path ledger;
  std::filesystem::path backup;
  events::Time now;
  // Reads again what earlier runs copied, and copies anew what is not as it was.
  bool check = false;
  Watch watch;
};

struct BackupReport {
  BackupManifest manifest;
  uint64_t events_before = 0;  // in the backup before; 0 where there was none
  uint64_t files_copied = 0;
  uint64_t bytes_copied = 0;
  std::vector<std::string> mended;  // files that were not as they had been copied
  // Of the log in it: a ledger that is behind what was acknowledged is backed up as it is.
  log::Anchor anchor{};
};

// Brings the backup up to the ledger; makes it where the folder is empty or not there. kConflict
// where the ledger does not go on from what the backup holds: then nothing is changed, so that a
// damaged or shortened ledger takes the place of no good backup. kUsage for a folder that cannot be
// one, kLedgerLocked where another process works on it, kLedgerMissing, kLedgerDamaged, kIo.
Result<BackupReport> MakeBackup(const BackupOptions& options);

struct RestoreOptions {
  std::filesystem::path backup;
  std::filesystem::path target;  // must not be there, or be empty
  std::filesystem::path keys;    // a folder with master.key, signing.key or both; empty: none
  // The ledger as it was before this position was recorded.
  std::optional<uint64_t> to;
  // What is known of how far the ledger had come: checkpoints as files, daybooks, folders of
  // ledgers.
  std::vector<std::filesystem::path> known;
  // Called with the ledger's folder when all else is done, before it gets its name.
  std::function<Result<void>(const std::filesystem::path& ledger)> finish;
  Watch watch;
};

struct RestoreReport {
  BackupManifest manifest;
  log::TreeHead head{};  // of the ledger made
  // What the ledger made is behind: the greatest head known. It can be read, and does not open for
  // writing until the loss of positions head.size to behind->size - 1 is accepted.
  std::optional<log::TreeHead> behind;
  // What was stored beside the events, such as a checkpoint, was lost when it was backed up.
  // Writing is refused until that is accepted.
  bool rows_lost = false;
  // Nothing told how far the ledger had come when it was backed up: its daybook was missing.
  bool nobody_knows = false;
  // Members in it who were forgotten later (with options.to): their data stay destroyed.
  std::vector<events::MemberId> forgotten;
  // Whose data were corrected later (with options.to): those of before are kept nowhere.
  std::vector<events::MemberId> corrected;
  std::vector<std::string> keys;  // copied
};

// Makes a ledger from the newest whole backup. Every byte is compared with its SHA-256, and the
// ledger's root with that of the ledger backed up. kConflict where something known is not of this
// ledger. On failure nothing is left at the target.
Result<RestoreReport> Restore(const RestoreOptions& options);

// A backup's log, opened for reading where it stands. Must not outlive this object.
class BackupLog {
 public:
  static Result<std::unique_ptr<BackupLog>> Open(const std::filesystem::path& backup,
                                                 const BackupManifest& manifest);
  ~BackupLog();
  BackupLog(const BackupLog&) = delete;
  BackupLog& operator=(const BackupLog&) = delete;
  const log::EventLog& log() const { return *log_; }

 private:
  explicit BackupLog(std::filesystem::path scratch) : scratch_(std::move(scratch)) {}
  std::filesystem::path scratch_;
  std::unique_ptr<log::EventLog> log_;
};

}  // namespace iuran::ledger
