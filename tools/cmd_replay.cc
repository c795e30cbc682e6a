// iuran replay: rebuilds the accounts from the log beside the live ones and compares.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "projections/replay.h"
#include "tools/commands.h"
#include "tools/event_text.h"
#include "tools/program.h"
#include "tools/progress.h"
#include "tools/reading.h"
#include "tools/sheet.h"

namespace iuran::tools {
namespace {

using projections::ReplayReport;
using projections::Store;

struct ReplayOptions {
  bool swap = false;
  unsigned threads = ThreadsToUse();
  Format format = Format::kTable;
};

void Print(const ReplayReport& report, bool swapped, Format format, Output& out) {
  const auto microseconds = report.folding.count() / 1000;
  Sheet sheet;
  sheet.Count("events", "Events replayed", report.events);
  sheet.Text("seconds", "Seconds",
             fmt::format("{}.{:06}", microseconds / 1'000'000, microseconds % 1'000'000));
  sheet.Count("events_per_second", "Events a second", report.EventsPerSecond());
  sheet.Text("digest", "Digest of the accounts", Hex(report.digest));
  sheet.Count("live_events", "Events in the live accounts", report.live_cursor);
  sheet.Text("live_digest", "Their digest", Hex(report.live_digest));
  sheet.Text("rebuilt_digest", "Rebuilt to the same event", Hex(report.rebuilt_digest));
  sheet.Count("rows", "Rows compared", report.rows);
  sheet.Count("rows_missing", "Rows missing", report.rows_missing);
  sheet.Count("rows_extra", "Rows too many", report.rows_extra);
  sheet.Count("rows_other", "Rows that differ", report.rows_other);
  sheet.Amount("paid_live", "Paid, live accounts", report.paid_live);
  sheet.Amount("paid_rebuilt", "Paid, rebuilt accounts", report.paid_rebuilt);
  sheet.Count("closings", "Closings computed", report.closings);
  sheet.Count("closings_that_differ", "Figures that differ", report.closings_that_differ.size());
  sheet.Text("swapped", "Swapped in", swapped ? "yes" : "no");
  for (const projections::Difference& difference : report.examples) {
    sheet.Remark("Difference", Words(difference));
  }
  if (report.RowsThatDiffer() > report.examples.size()) {
    sheet.Remark("Difference", "and more");
  }
  for (const projections::PinnedDifference& difference : report.closings_that_differ) {
    sheet.Remark("Difference", Words(difference));
  }
  sheet.Print(format, out);
}

// A store that cannot be opened is made anew where it is to be replaced anyway.
Result<std::unique_ptr<Store>> OpenStore(const Program& program, bool swap) {
  const std::filesystem::path folder = ProjectionsFolder(program);
  if (!swap) return Store::OpenToRead(folder);
  auto store = Store::OpenToWrite(folder);
  if (store || store.error().code == ErrorCode::kLedgerLocked) return store;
  program.Note("iuran: " + store.error().message);
  IURAN_TRY(Store::Destroy(folder));
  return Store::OpenToWrite(folder);
}

Result<int> Replay(Program& program, const ReplayOptions& options) {
  // A reader opens the accounts before the log; a writer holds the log's lock first.
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<Store> store;
  if (options.swap) {
    IURAN_ASSIGN(ledger, program.OpenLedger("replay", log::Access::kWrite));
    IURAN_ASSIGN(store, OpenStore(program, true));
  } else {
    auto opened = OpenStore(program, false);
    IURAN_ASSIGN(ledger, program.OpenLedger("replay", log::Access::kRead));
    if (!opened) return tl::unexpected<Error>(std::move(opened.error()));
    store = *std::move(opened);
  }
  Progress progress("Replaying", "events");
  projections::ReplayOptions how;
  how.threads = options.threads;
  how.progress = [&progress](uint64_t done, uint64_t total) { progress.Update(done, total); };
  IURAN_ASSIGN(const auto replay, projections::Replay::Run(ledger->log(), *store, how));
  const ReplayReport& report = replay->report();
  if (options.swap) IURAN_TRY(replay->Swap(ProjectionsFolder(program), store));
  Print(report, options.swap, options.format, program.out());

  if (report.parked) {
    program.Note(fmt::format("iuran: the replay stops at position {}: {}", report.parked->position,
                             report.parked->reason));
  }
  if (report.unreadable) {
    program.Note("iuran: the live accounts could not be compared: " + report.unreadable->message);
  }
  if (report.live_cursor < report.events && !report.unreadable) {
    program.Note(fmt::format(
        "iuran: the live accounts hold the first {} of {} events; only those were compared. "
        "Reports fold the rest themselves; the next import brings the accounts up to date.",
        report.live_cursor, report.events));
  }
  if (report.closings_unreadable) {
    program.Note("iuran: the closings could not be computed again: " +
                 report.closings_unreadable->message);
  }
  if (!report.Same() && !options.swap && !report.AreLiveAhead()) {
    program.Note(
        "iuran: the live accounts differ. 'iuran replay --swap' puts the rebuilt ones in "
        "their place.");
  }
  return report.Same() && report.ClosingsHold() && !report.parked ? kDone : kDoneWithDifferences;
}

}  // namespace

void RegisterReplay(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "replay", "Rebuilds every figure from the events, and compares with the live ones");
  auto options = std::make_shared<ReplayOptions>();
  command->add_flag("--swap", options->swap,
                    "Put the rebuilt accounts in the place of the live ones");
  command->add_option("--threads", options->threads, "How many threads fold (default: all cores)")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran replay", "iuran replay --swap"});
  command->callback([&program, options] { program.Finish(Replay(program, *options)); });
}

}  // namespace iuran::tools
