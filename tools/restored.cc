#include "tools/restored.h"

#include "projections/runner.h"
#include "projections/store.h"
#include "tools/progress.h"
#include "tools/reading.h"

namespace iuran::tools {

Result<void> RebuildAccounts(const std::filesystem::path& folder, const std::atomic<bool>* stop) {
  IURAN_ASSIGN(const auto log,
               log::EventLog::Open(folder / "log", log::Access::kRead, "iuran restore"));
  IURAN_ASSIGN(const auto store, projections::Store::OpenToWrite(folder / "projections"));
  projections::RunOptions options;
  options.threads = ThreadsToUse();
  options.stop = stop;
  // What cannot be folded is told by every report; the events are there all the same.
  IURAN_TRY(projections::CatchUp(*store, *log, options));
  return {};
}

ledger::Watch WatchWith(Progress& progress, const std::atomic<bool>* stop) {
  return {[&progress](uint64_t done, uint64_t total) { progress.Update(done, total); }, stop};
}

}  // namespace iuran::tools
