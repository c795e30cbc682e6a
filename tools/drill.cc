#include "tools/drill.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cstring>
#include <system_error>
#include <vector>

#include "ledger/checkpoints.h"
#include "ledger/ledger.h"
#include "ledger/verify_ledger.h"
#include "projections/replay.h"
#include "tools/reading.h"
#include "tools/restored.h"

namespace iuran::tools {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

class ScratchFolder {
 public:
  static Result<std::unique_ptr<ScratchFolder>> Make() {
    std::error_code failed;
    std::string pattern = (fs::temp_directory_path(failed) / "iuran-drill-XXXXXX").string();
    if (failed || ::mkdtemp(pattern.data()) == nullptr) {
      return Fail(ErrorCode::kIo,
                  fmt::format("A folder for temporary files, {}, cannot be made: {}. Set TMPDIR to "
                              "one with room for the whole ledger.",
                              pattern, std::strerror(errno)));
    }
    return std::unique_ptr<ScratchFolder>(new ScratchFolder(pattern));
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  explicit ScratchFolder(fs::path path) : path_(std::move(path)) {}
  const fs::path path_;
};

std::chrono::milliseconds Since(steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
}

tl::unexpected<Error> Differs(const fs::path& backup, std::string_view what) {
  return Fail(ErrorCode::kLedgerDamaged,
              fmt::format("The backup in {} is not good. {} Keep it as it is, and make another "
                          "backup in another folder now.",
                          backup.string(), what));
}

// The accounts of the first `size` events, folded from the ledger itself.
Result<events::Digest> AccountsOf(const log::EventLog& log, uint64_t size) {
  projections::Accounts accounts(log, nullptr, ThreadsToUse());
  IURAN_TRY(accounts.FoldTo(size));
  return projections::DigestOf(accounts, ThreadsToUse());
}

Result<void> CompareWithLedger(const fs::path& ledger, DrillReport& report,
                               const fs::path& backup) {
  auto log = log::EventLog::Open(ledger / "log", log::Access::kRead, "iuran backup");
  if (!log && log.error().code == ErrorCode::kLedgerMissing) return {};
  if (!log) return tl::unexpected<Error>(std::move(log.error()));
  const log::TreeHead& head = report.manifest.head;
  if ((*log)->size() < head.size) {
    return Fail(
        ErrorCode::kLedgerBehind,
        fmt::format("The backup in {} has {} events and is whole; the ledger in {} has only "
                    "{}. It is the ledger that lacks events. Keep this backup as it is, and "
                    "see 'iuran recover'.",
                    backup.string(), head.size, ledger.string(), (*log)->size()));
  }
  IURAN_ASSIGN(const log::Hash root, (*log)->RootAt(head.size));
  IURAN_ASSIGN(const events::Digest accounts, AccountsOf(**log, head.size));
  if (root != head.root || accounts != report.accounts) {
    return Differs(backup, fmt::format("Its events or figures are not those of the ledger in {}.",
                                       ledger.string()));
  }
  report.compared = true;
  return {};
}

// As 'iuran verify' does, and the accounts are folded a second time.
Result<void> Verify(const fs::path& restored, DrillReport& report, const fs::path& backup) {
  IURAN_ASSIGN(const auto store, projections::Store::OpenToRead(restored / "projections"));
  ledger::Options options;
  options.folder = restored;
  IURAN_ASSIGN(const auto ledger, ledger::Ledger::Open(options, log::Access::kRead));
  ledger::VerifyOptions how;
  how.threads = ThreadsToUse();
  if (const auto key = ledger::LedgerKey(ledger->opened())) how.key = *key;
  log::Faults faults(1);
  IURAN_ASSIGN(const ledger::LedgerReport verified,
               ledger::VerifyLedger(ledger->log(), how, faults));
  if (faults.count() > 0) return Differs(backup, faults.List().front().sentence);
  if (verified.log.root != report.manifest.head.root) {
    return Differs(backup, "Its records do not give the root that it names.");
  }
  projections::ReplayOptions replaying;
  replaying.threads = ThreadsToUse();
  IURAN_ASSIGN(const auto replay, projections::Replay::Run(ledger->log(), *store, replaying));
  if (!replay->report().Same()) {
    return Differs(backup, "The figures rebuilt from it are not the same twice.");
  }
  if (!replay->report().ClosingsHold()) {
    return Differs(backup, "What its closings pin is not what comes of its events.");
  }
  report.accounts = replay->report().digest;
  return {};
}

}  // namespace

Result<DrillReport> Drill(const fs::path& backup, const fs::path& ledger,
                          const ledger::Watch& watch) {
  IURAN_ASSIGN(const auto scratch, ScratchFolder::Make());
  const auto begun = steady_clock::now();
  ledger::RestoreOptions options;
  options.backup = backup;
  options.target = scratch->path() / "ledger";
  options.watch = watch;
  options.finish = [&watch](const fs::path& folder) { return RebuildAccounts(folder, watch.stop); };
  IURAN_ASSIGN(ledger::RestoreReport restored, ledger::Restore(options));
  if (restored.behind || restored.rows_lost || restored.nobody_knows) {
    return Fail(ErrorCode::kLedgerBehind,
                fmt::format("The backup in {} is of a ledger that had lost what was acknowledged, "
                            "or its daybook, and lacks it too. Keep it as it is, and see what "
                            "'iuran recover' says of the ledger. When that is settled, back it up "
                            "again.",
                            backup.string()));
  }
  DrillReport report;
  report.manifest = std::move(restored.manifest);
  report.restoring = Since(begun);
  const auto restored_at = steady_clock::now();
  IURAN_TRY(Verify(options.target, report, backup));
  IURAN_TRY(CompareWithLedger(ledger, report, backup));
  report.verifying = Since(restored_at);
  return report;
}

}  // namespace iuran::tools
