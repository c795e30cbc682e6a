// Making backups. See backup.h.
#include "ledger/backup.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>
#include <utility>

#include "ledger/log/anchor.h"
#include "ledger/log/log_files.h"
#include "ledger/workshop.h"

namespace iuran::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kManifestPart = "backup.json.part";
constexpr int kDaybookCopies = 5;
constexpr std::string_view kPart = ".part";  // of a table that is being copied

bool IsNumber(const std::string& name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
}

// Whether nothing stands in this folder but what a backup of that number is made of. It is removed
// with all that it holds.
bool IsOfABackup(const fs::path& numbered) {
  std::error_code failed;
  if (!fs::is_directory(fs::symlink_status(numbered, failed)) || failed) return false;
  for (const auto& entry : fs::directory_iterator(numbered, failed)) {
    const std::string name = entry.path().filename();
    const bool ours = name == "CURRENT" || name.starts_with("MANIFEST-") ||
                      name.ends_with(".log") || name == kDaybookName;
    if (!ours || !entry.is_regular_file(failed)) return false;
  }
  return !failed;
}

tl::unexpected<Error> CannotBeBackup(const fs::path& folder, const std::error_code& reason) {
  return Fail(ErrorCode::kIo, fmt::format("The backup in {} cannot be made: {}.", folder.string(),
                                          reason.message()));
}

// An empty folder, or one in which a backup was begun and nothing stands but what that is made of:
// what old backups left is removed later, and it must be nobody else's.
Result<void> CheckPlace(const BackupOptions& options) {
  std::error_code failed;
  if (IsWithin(options.backup, options.ledger) || IsWithin(options.ledger, options.backup)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("The backup in {} would stand with the ledger itself. Name a folder "
                            "outside of it, best on another disk.",
                            options.backup.string()));
  }
  fs::create_directories(options.backup, failed);
  if (failed) return CannotBeBackup(options.backup, failed);
  const bool begun = fs::exists(ManifestFile(options.backup), failed) ||
                     fs::exists(options.backup / kManifestPart, failed);
  for (const auto& entry : fs::directory_iterator(options.backup, failed)) {
    const std::string name = entry.path().filename();
    if (begun && (name == "tables" || name == "backup.json" || name == kManifestPart ||
                  (IsNumber(name) && IsOfABackup(entry.path())))) {
      continue;
    }
    return Fail(ErrorCode::kUsage,
                fmt::format("{} holds other files, such as {}. Name a folder that is empty, not "
                            "there yet, or holds a backup.",
                            options.backup.string(), name));
  }
  if (failed) return CannotBeBackup(options.backup, failed);
  return {};
}

tl::unexpected<Error> DoesNotGoOn(const BackupOptions& options, const log::TreeHead& before,
                                  uint64_t now) {
  const std::string fault =
      now < before.size ? fmt::format("the ledger has {}", now)
                        : fmt::format("the ledger's first {} are not the same", before.size);
  return Fail(ErrorCode::kConflict,
              fmt::format("The ledger in {} does not go on from the backup in {}: that one holds "
                          "{} events, and {}. The backup was left as it is. Is this another "
                          "ledger, or one that was restored to an earlier state? Then name another "
                          "folder. If it should be the same, events were lost or changed: see "
                          "'iuran verify', and restore the backup to another folder.",
                          options.ledger.string(), options.backup.string(), before.size, fault));
}

Result<void> CheckGoesOn(const log::EventLog& log, const BackupOptions& options,
                         const std::optional<BackupManifest>& before) {
  if (!before) return {};
  const log::Anchor anchor = log.anchor();
  if (log.size() < before->head.size && anchor.state != log::Anchor::State::kLost &&
      before->head.size <= anchor.head.size) {
    return Fail(ErrorCode::kLedgerBehind,
                fmt::format("The last commits of the ledger in {} stand in its daybook alone. "
                            "'iuran recover' brings them back, or says what else is missing; then "
                            "back it up again.",
                            options.ledger.string()));
  }
  if (log.size() < before->head.size) return DoesNotGoOn(options, before->head, log.size());
  IURAN_ASSIGN(const log::Hash root, log.RootAt(before->head.size));
  if (root != before->head.root) return DoesNotGoOn(options, before->head, log.size());
  return {};
}

class BackupRun {
 public:
  BackupRun(const BackupOptions& options, const log::EventLog& ledger)
      : options_(options), ledger_(ledger) {}

  Result<BackupReport> Run() {
    IURAN_TRY(ReadBefore());
    report_.manifest.number = before_ ? before_->number + 1 : 1;
    report_.manifest.made_at = options_.now;
    IURAN_TRY(MakeFolders());
    IURAN_TRY(CopyDaybook());
    IURAN_ASSIGN(const log::LogFiles held, log::LogFiles::Hold(options_.ledger / "log"));
    for (const auto& file : held.files()) total_ += file.size;
    for (const auto& file : held.files()) {
      IURAN_TRY(file.table ? TakeTable(file) : Copy(file, file.name, Own() / file.name));
    }
    auto& files = report_.manifest.files;
    std::sort(files.begin(), files.end(),
              [](const BackupFile& a, const BackupFile& b) { return a.name < b.name; });
    IURAN_TRY(Describe());
    IURAN_TRY(Publish());
    RemoveOld();
    return std::move(report_);
  }

 private:
  fs::path Own() const { return options_.backup / std::to_string(report_.manifest.number); }
  fs::path Tables() const { return options_.backup / "tables"; }
  log::Going Going() {
    return [this](uint64_t bytes) {
      done_ += bytes;
      if (options_.watch.progress) options_.watch.progress(done_, std::max(done_, total_));
      return options_.watch.stop == nullptr || !options_.watch.stop->load();
    };
  }

  // A ledger that does not go on from the backup is refused before anything is copied; what was
  // copied is asked again.
  Result<void> ReadBefore() {
    auto manifest = ReadManifest(options_.backup);
    if (!manifest && manifest.error().code != ErrorCode::kNotFound) {
      return tl::unexpected<Error>(std::move(manifest.error()));
    }
    if (manifest) before_ = *std::move(manifest);
    IURAN_TRY(CheckGoesOn(ledger_, options_, before_));
    if (before_) report_.events_before = before_->head.size;
    return {};
  }

  // What an interrupted run left of this number is of another moment.
  Result<void> MakeFolders() {
    const fs::path own = Own();
    std::error_code failed;
    // Says from the first moment that this folder is a backup's.
    if (!before_) {
      IURAN_TRY(log::WriteFileSynced(options_.backup / kManifestPart, ""));
      IURAN_TRY(log::SyncFolder(options_.backup));
    }
    fs::remove_all(own, failed);
    if (!failed) fs::create_directories(own, failed);
    if (!failed) fs::create_directories(Tables(), failed);
    if (failed) return CannotBeBackup(options_.backup, failed);
    return {};
  }

  // Before the database: a writer notes its commits there first, so that what the daybook says was
  // acknowledged is in a database copied later, or can be posted to it.
  Result<void> CopyDaybook() {
    const fs::path daybook = log::DaybookOf(options_.ledger / "log");
    std::error_code failed;
    const uintmax_t size = fs::file_size(daybook, failed);
    if (failed == std::errc::no_such_file_or_directory) return {};
    if (failed) return CannotBeBackup(options_.backup, failed);
    const std::string name(kDaybookName);
    for (int attempt = 0;; ++attempt) {
      IURAN_ASSIGN(const log::Hash digest, log::CopyFile(daybook, size, Own() / name, {}));
      // A writer that erases rows may pass while it is copied, and leave neither half whole in the
      // copy. It does so once.
      const bool whole = log::ReadAnchor(Own() / name) || !log::ReadAnchor(daybook);
      if (!whole && attempt < kDaybookCopies) continue;
      report_.manifest.files.push_back({name, name, size, digest});
      return {};
    }
  }

  Result<void> TakeTable(const log::LogFiles::File& table) {
    const BackupFile* const known = before_ ? before_->Find(table.name) : nullptr;
    std::string stored = known != nullptr ? known->stored : table.name;
    if (log::IsCopyOf(table, Tables() / stored)) {
      if (known != nullptr && !options_.check) {
        report_.manifest.files.push_back(*known);
        Going()(table.size);
        return {};
      }
      IURAN_ASSIGN(const log::Hash digest, log::DigestOfFile(Tables() / stored, Going()));
      if (known == nullptr || known->digest == digest) {
        report_.manifest.files.push_back({table.name, stored, table.size, digest});
        return {};
      }
    }
    // Beside the one there, which is the backup's until this one takes its place.
    if (known != nullptr) {
      stored = fmt::format("{}-{}", report_.manifest.number, table.name);
      report_.mended.push_back(table.name);
    }
    const fs::path part = Tables() / (stored + std::string(kPart));
    IURAN_TRY(Copy(table, stored, part));
    std::error_code failed;
    fs::rename(part, Tables() / stored, failed);
    if (failed) return CannotBeBackup(options_.backup, failed);
    return {};
  }

  Result<void> Copy(const log::LogFiles::File& file, std::string stored, const fs::path& to) {
    IURAN_ASSIGN(const log::Hash digest, log::CopyBytes(file.descriptor, file.size, to, Going()));
    report_.manifest.files.push_back({file.name, std::move(stored), file.size, digest});
    ++report_.files_copied;
    report_.bytes_copied += file.size;
    return {};
  }

  // The copies are opened, and say themselves what they hold.
  Result<void> Describe() {
    BackupManifest& manifest = report_.manifest;
    IURAN_ASSIGN(const auto copy, BackupLog::Open(options_.backup, manifest));
    IURAN_TRY(CheckGoesOn(copy->log(), options_, before_));
    report_.anchor = copy->log().anchor();
    const bool rows_lost = report_.anchor.state == log::Anchor::State::kRowsLost;
    if (report_.anchor.state == log::Anchor::State::kInDaybook ||
        (rows_lost && copy->log().size() < report_.anchor.head.size)) {
      manifest.head = report_.anchor.head;
    } else {
      IURAN_ASSIGN(manifest.head, copy->log().Head());
      IURAN_TRY(CheckAcknowledged(copy->log()));
    }
    IURAN_ASSIGN(const auto checkpoints, copy->log().Checkpoints());
    for (const log::StoredCheckpoint& one : checkpoints) {
      if (one.size <= manifest.head.size) manifest.checkpoint = one.note;
    }
    return {};
  }

  // What does not open for writing here would not do so where it is restored.
  Result<void> CheckAcknowledged(const log::EventLog& copy) const {
    const log::Anchor& anchor = report_.anchor;
    if (anchor.state != log::Anchor::State::kHeld &&
        anchor.state != log::Anchor::State::kRowsLost) {
      return {};
    }
    IURAN_ASSIGN(const log::Hash root, copy.RootAt(anchor.head.size));
    if (root == anchor.head.root) return {};
    return Fail(ErrorCode::kLedgerDamaged,
                fmt::format("The first {} events in the ledger in {} are not those that were "
                            "acknowledged. The backup was left as it is. If a loss was accepted "
                            "this moment, try again; else look at the ledger with 'iuran verify'.",
                            anchor.head.size, options_.ledger.string()));
  }

  Result<void> Publish() {
    IURAN_TRY(log::SyncFolder(Tables()));
    IURAN_TRY(log::SyncFolder(Own()));
    std::error_code failed;
    const fs::path part = options_.backup / kManifestPart;
    IURAN_TRY(log::WriteFileSynced(part, Print(report_.manifest)));
    IURAN_TRY(log::SyncFolder(options_.backup));
    if (!before_) IURAN_TRY(log::SyncFolder(fs::canonical(options_.backup, failed).parent_path()));
    fs::rename(part, ManifestFile(options_.backup), failed);
    if (failed) return CannotBeBackup(options_.backup, failed);
    return log::SyncFolder(options_.backup);
  }

  // What fails to go now goes next time.
  void RemoveOld() {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(options_.backup, ignored)) {
      const std::string name = entry.path().filename();
      const std::string number = std::to_string(report_.manifest.number);
      const bool older =
          name.size() < number.size() || (name.size() == number.size() && name < number);
      if (IsNumber(name) && older) fs::remove_all(entry.path(), ignored);
    }
    std::set<std::string> named;
    for (const BackupFile& file : report_.manifest.files) named.insert(file.stored);
    for (const auto& entry : fs::directory_iterator(Tables(), ignored)) {
      const std::string name = entry.path().filename();
      const bool ours = IsTable(name) || name.ends_with(kPart);
      if (ours && !named.count(name)) fs::remove(entry.path(), ignored);
    }
  }

  const BackupOptions& options_;
  const log::EventLog& ledger_;  // as it was before anything was copied
  std::optional<BackupManifest> before_;
  BackupReport report_;
  uint64_t done_ = 0;
  uint64_t total_ = 0;
};

}  // namespace

Result<BackupReport> MakeBackup(const BackupOptions& options) {
  IURAN_ASSIGN(const auto log,
               log::EventLog::Open(options.ledger / "log", log::Access::kRead, "iuran backup"));
  IURAN_TRY(CheckPlace(options));
  const LockedFolder lock(options.backup);
  if (!lock.locked() && lock.error() != std::errc::operation_would_block) {
    return CannotBeBackup(options.backup, lock.error());
  }
  if (!lock.locked()) {
    return Fail(ErrorCode::kLedgerLocked,
                fmt::format("Another program is at work on the backup in {}. Wait until it is "
                            "done.",
                            options.backup.string()));
  }
  return BackupRun(options, *log).Run();
}

// RocksDB wants all files in one folder; links to them give it one.
Result<std::unique_ptr<BackupLog>> BackupLog::Open(const fs::path& backup,
                                                   const BackupManifest& manifest) {
  std::error_code failed;
  std::string pattern = (fs::temp_directory_path(failed) / "iuran-backup-XXXXXX").string();
  if (failed || ::mkdtemp(pattern.data()) == nullptr) {
    return Fail(ErrorCode::kIo,
                fmt::format("A folder for temporary files, {}, cannot be made: {}. Set TMPDIR to "
                            "one with room.",
                            pattern, LastError().message()));
  }
  std::unique_ptr<BackupLog> opened(new BackupLog(pattern));
  const fs::path folder = opened->scratch_ / "log";
  fs::create_directory(folder, failed);
  for (const BackupFile& file : manifest.files) {
    if (failed) break;
    fs::create_symlink(fs::absolute(PlaceOf(backup, manifest, file)),
                       PlaceInLedger(opened->scratch_, file), failed);
  }
  if (failed) return CannotBeBackup(backup, failed);
  auto log = log::EventLog::Open(folder, log::Access::kRead, "iuran backup");
  if (!log) {
    return Fail(log.error().code, fmt::format("The files copied to {} cannot be opened: {}",
                                              backup.string(), log.error().message));
  }
  opened->log_ = *std::move(log);
  return opened;
}

BackupLog::~BackupLog() {
  log_.reset();
  std::error_code ignored;
  fs::remove_all(scratch_, ignored);
}

}  // namespace iuran::ledger
