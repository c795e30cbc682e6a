// Ledgers from backups. See backup.h.
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "ledger/backup.h"
#include "ledger/checkpoints.h"
#include "ledger/cut_back.h"
#include "ledger/ledger.h"
#include "ledger/log/anchor.h"
#include "ledger/log/log_files.h"
#include "ledger/log/proof/checkpoint.h"
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
    IURAN_TRY(FindKnown());
    if (options_.to) IURAN_TRY(CutBack());
    if (is_further_known_) IURAN_TRY(log::SetAnchor(folder_ / "log", *report_.behind));
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
      const auto digest = log::CopyFile(place, file.size, PlaceInLedger(folder_, file), going);
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
      const uintmax_t size = fs::file_size(options_.keys / name, failed);
      if (!failed) {
        IURAN_TRY(log::CopyFile(options_.keys / name, size, keys / name, {}));
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
    // Opening for writing posts what the daybook has and the database has not. One that was behind
    // already when it was backed up is so still.
    auto log = log::EventLog::Open(folder_ / "log", log::Access::kWrite, "iuran restore");
    if (!log && log.error().code == ErrorCode::kLedgerBehind) {
      log = log::EventLog::Open(folder_ / "log", log::Access::kRead, "iuran restore");
    }
    if (!log) return DamagedBackup(options_.backup, log.error().message);
    const log::Anchor anchor = (*log)->anchor();
    if (anchor.state == log::Anchor::State::kRowsLost) {
      // Posts as well what the daybook has behind rows that are lost. That they are, the daybook
      // goes on saying until it is recorded.
      log->reset();
      log = log::EventLog::Open(folder_ / "log", log::Access::kWrite, "iuran restore",
                                log::Loss::kAccept);
      if (!log) return DamagedBackup(options_.backup, log.error().message);
    }
    IURAN_ASSIGN(report_.head, (*log)->Head());
    if (anchor.state == log::Anchor::State::kLost) report_.behind = anchor.head;
    report_.rows_lost = anchor.state == log::Anchor::State::kRowsLost;
    report_.nobody_knows = anchor.state == log::Anchor::State::kMissing;
    // Earlier backups do not count what is posted behind lost rows.
    const log::TreeHead& said = report_.manifest.head;
    const bool has_more = report_.rows_lost && report_.head.size > said.size;
    log::Hash root = report_.head.root;
    if (has_more) {
      IURAN_ASSIGN(root, (*log)->RootAt(said.size));
    }
    if ((report_.head.size != said.size && !has_more) || root != said.root) {
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

  // The greatest head known is kept, that of the checkpoint signed last among them, and those that
  // the log reaches must be its own.
  Result<void> FindKnown() {
    Options options;
    options.folder = folder_;
    IURAN_ASSIGN(const auto ledger, Ledger::Open(options, log::Access::kRead));
    const auto key = LedgerKey(ledger->opened());
    std::vector<fs::path> files = options_.known;
    std::error_code ignored;
    if (fs::exists(LastSignedFile(folder_), ignored)) files.push_back(LastSignedFile(folder_));
    for (const fs::path& file : files) {
      IURAN_ASSIGN(const log::TreeHead known, ReadKnown(file, key));
      IURAN_TRY(CheckFits(known, ledger->log(), file));
      if (known.size > ledger->head().value &&
          (!report_.behind || report_.behind->size < known.size)) {
        report_.behind = known;
        is_further_known_ = true;
      }
      IURAN_TRY(CheckSameLedger(file, ledger->log()));
    }
    return {};
  }

  Result<void> CheckFits(const log::TreeHead& known, const log::EventLog& log,
                         const fs::path& file) const {
    if (known.size > log.size()) return {};
    IURAN_ASSIGN(const log::Hash root, log.RootAt(known.size));
    return root == known.root ? Result<void>() : DoesNotFit(file, known.size);
  }

  // A ledger that has more than the backup, and can be read, must have what the backup has.
  Result<void> CheckSameLedger(const fs::path& folder, const log::EventLog& log) const {
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) return {};
    const auto longer = log::EventLog::Open(folder / "log", log::Access::kRead, "iuran restore");
    if (!longer || (*longer)->size() < log.size()) return {};
    IURAN_ASSIGN(const log::TreeHead head, log.Head());
    const auto root = (*longer)->RootAt(head.size);
    return !root || *root == head.root ? Result<void>() : DoesNotFit(folder, head.size);
  }

  Result<void> DoesNotFit(const fs::path& file, uint64_t size) const {
    const bool own = file == LastSignedFile(folder_);  // copied, and gone with the copy
    const fs::path shown = own ? options_.keys / file.filename() : file;
    return Fail(ErrorCode::kConflict,
                fmt::format("What {} says of the first {} events is not true of those in the "
                            "backup: it is of another ledger or from before a loss was accepted, "
                            "or one of them was changed. Nothing was restored.",
                            shown.string(), size));
  }

  // Of a ledger, its daybook, or a checkpoint.
  Result<log::TreeHead> ReadKnown(const fs::path& file, const Result<log::VerifierKey>& key) const {
    std::error_code ignored;
    if (fs::is_directory(file, ignored)) {
      auto anchor = log::ReadAnchor(log::DaybookOf(file / "log"));
      if (anchor) return anchor;
      IURAN_ASSIGN(const auto log,
                   log::EventLog::Open(file / "log", log::Access::kRead, "iuran restore"));
      return log->Head();
    }
    if (file.extension() == ".daybook") return log::ReadAnchor(file);
    std::ifstream in(file, std::ios::binary);
    const std::string note{std::istreambuf_iterator<char>(in), {}};
    if (!in) return Fail(ErrorCode::kNotFound, fmt::format("{} cannot be read.", file.string()));
    if (!key) return tl::unexpected<Error>(key.error());
    const auto opened = log::OpenCheckpoint(note, *key);
    if (opened) return log::TreeHead{opened->checkpoint.size, opened->checkpoint.root};
    return Fail(ErrorCode::kConflict, fmt::format("{} is no checkpoint of this ledger: {}",
                                                  file.string(), opened.error().message));
  }

  Result<void> CutBack() {
    if (*options_.to == report_.head.size) return {};
    if (!report_.behind) report_.behind = report_.head;
    is_further_known_ = true;
    IURAN_ASSIGN(CutBackReport cut, CutLedgerBack(folder_ / "log", *options_.to));
    report_.head = cut.head;
    report_.forgotten = std::move(cut.forgotten);
    report_.corrected = std::move(cut.corrected);
    return {};
  }

  const RestoreOptions& options_;
  const fs::path folder_;
  RestoreReport report_;
  bool is_further_known_ = false;  // report_.behind is not what the daybook says already
};

}  // namespace

Result<RestoreReport> Restore(const RestoreOptions& options) {
  const LockedFolder lock(options.backup);
  if (lock.error() == std::errc::operation_would_block) {
    return Fail(ErrorCode::kLedgerLocked,
                fmt::format("Another program is at work on the backup in {}. Wait until it is "
                            "done.",
                            options.backup.string()));
  }
  IURAN_TRY(ReadManifest(options.backup));
  if (IsWithin(options.target, options.backup)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("The ledger in {} would stand in the backup itself. Name a folder "
                            "outside of it.",
                            options.target.string()));
  }
  IURAN_ASSIGN(const fs::path target, PlaceForLedger(options.target));
  IURAN_ASSIGN(const auto workshop, Workshop::Open(target, "restore"));
  IURAN_ASSIGN(RestoreReport report, RestoreRun(options, workshop->folder()).Run());
  IURAN_TRY(workshop->MoveTo(target));
  return report;
}

}  // namespace iuran::ledger
