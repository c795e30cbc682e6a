// Ledgers from backups. See backup.h.
#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "ledger/backup.h"
#include "ledger/checkpoints.h"
#include "ledger/ledger.h"
#include "ledger/log/log_files.h"
#include "ledger/workshop.h"

namespace iuran::ledger {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> DamagedBackup(const fs::path& backup, std::string_view fault) {
  return Fail(ErrorCode::kLedgerDamaged,
              fmt::format("The backup in {} is damaged: {} Nothing was restored. Use another "
                          "backup; where the ledger itself is still there, 'iuran backup --check' "
                          "copies anew what is damaged.",
                          backup.string(), fault));
}

class RestoreRun {
 public:
  RestoreRun(const RestoreOptions& options, fs::path folder)
      : options_(options), folder_(std::move(folder)) {}

  Result<RestoreReport> Run() {
    IURAN_ASSIGN(report_.manifest, ReadManifest(options_.backup));
    IURAN_TRY(CopyFiles());
    IURAN_TRY(CopyKeys());
    IURAN_TRY(CheckHead());
    IURAN_TRY(CheckKeys());
    if (options_.finish) IURAN_TRY(options_.finish(folder_));
    IURAN_TRY(log::SyncFolder(folder_ / "log"));
    IURAN_TRY(log::SyncFolder(folder_ / "keys"));
    return std::move(report_);
  }

 private:
  Result<void> CopyFiles() {
    std::error_code failed;
    fs::create_directory(folder_ / "log", failed);
    if (failed) return CannotBeMade(options_.target, failed);
    const uint64_t total = report_.manifest.Bytes();
    uint64_t done = 0;
    const log::Going going = [&](uint64_t bytes) {
      done += bytes;
      if (options_.watch.progress) options_.watch.progress(done, total);
      return options_.watch.stop == nullptr || !options_.watch.stop->load();
    };
    for (const BackupFile& file : report_.manifest.files) {
      const fs::path place = PlaceOf(options_.backup, report_.manifest, file);
      const auto digest = log::CopyFile(place, file.size, folder_ / "log" / file.name, going);
      if (!digest && digest.error().code == ErrorCode::kLedgerDamaged) {
        return DamagedBackup(options_.backup, digest.error().message);
      }
      if (!digest) return tl::unexpected<Error>(digest.error());
      if (*digest != file.digest) {
        return DamagedBackup(options_.backup, fmt::format("the file {} is not what was copied "
                                                          "there.",
                                                          place.string()));
      }
    }
    return {};
  }

  Result<void> CopyKeys() {
    const fs::path keys = folder_ / "keys";
    IURAN_TRY(MakeKeysFolder(keys));
    if (options_.keys.empty()) return {};
    for (const char* name : {"master.key", "signing.key", "signed.checkpoint"}) {
      std::error_code failed;
      if (!fs::exists(options_.keys / name, failed)) continue;
      fs::copy_file(options_.keys / name, keys / name, failed);
      if (!failed) {
        fs::permissions(keys / name, fs::perms::owner_read | fs::perms::owner_write, failed);
      }
      if (failed) {
        return Fail(ErrorCode::kIo, fmt::format("The key {} cannot be copied: {}.",
                                                (options_.keys / name).string(), failed.message()));
      }
      report_.keys.push_back(name);
    }
    if (report_.keys.empty()) {
      return Fail(ErrorCode::kKeyMissing,
                  fmt::format("There is neither master.key nor signing.key in {}. Name the folder "
                              "where the ledger's keys are kept, or leave --keys out.",
                              options_.keys.string()));
    }
    return {};
  }

  Result<void> CheckHead() {
    const auto log = log::EventLog::Open(folder_ / "log", log::Access::kRead, "iuran restore");
    if (!log) return DamagedBackup(options_.backup, log.error().message);
    IURAN_ASSIGN(report_.head, (*log)->Head());
    const log::TreeHead& said = report_.manifest.head;
    if (report_.head.size != said.size || report_.head.root != said.root) {
      return DamagedBackup(options_.backup,
                           fmt::format("it should hold {} events, and its log gives {} or others.",
                                       said.size, report_.head.size));
    }
    return {};
  }

  // That the keys are this ledger's.
  Result<void> CheckKeys() {
    Options options;
    options.folder = folder_;
    IURAN_ASSIGN(const auto ledger, Ledger::Open(options, log::Access::kRead));
    const fs::path signing = SigningKeyFile(folder_);
    std::error_code ignored;
    if (!fs::exists(signing, ignored)) return {};
    IURAN_ASSIGN(const log::VerifierKey own, LedgerKey(ledger->opened()));
    if (!ReadSigningKey(signing, own)) {
      return Fail(ErrorCode::kKeyMissing,
                  fmt::format("The signing key in {} is not this ledger's. Name the folder with "
                              "the right one, or leave --keys out.",
                              options_.keys.string()));
    }
    return CheckCheckpoints(ledger->log(), own);
  }

  const RestoreOptions& options_;
  const fs::path folder_;
  RestoreReport report_;
};

}  // namespace

Result<RestoreReport> Restore(const RestoreOptions& options) {
  const LockedFolder lock(options.backup);
  std::error_code ignored;
  if (!lock.locked() && fs::is_directory(options.backup, ignored)) {
    return Fail(ErrorCode::kLedgerLocked,
                fmt::format("Another program is at work on the backup in {}. Wait until it is "
                            "done.",
                            options.backup.string()));
  }
  IURAN_TRY(ReadManifest(options.backup));
  IURAN_ASSIGN(const fs::path target, PlaceForLedger(options.target));
  IURAN_ASSIGN(const auto workshop, Workshop::Open(target, "restore"));
  IURAN_ASSIGN(RestoreReport report, RestoreRun(options, workshop->folder()).Run());
  IURAN_TRY(workshop->MoveTo(target));
  return report;
}

}  // namespace iuran::ledger
