// iuran backup: keeps a copy of the ledger up to date, and tries whether it can be restored.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "ledger/backup.h"
#include "ledger/civil_day.h"
#include "tools/commands.h"
#include "tools/drill.h"
#include "tools/event_text.h"
#include "tools/program.h"
#include "tools/progress.h"
#include "tools/restored.h"
#include "tools/sheet.h"
#include "tools/stop_on_signal.h"

namespace iuran::tools {
namespace {

using std::chrono::steady_clock;

struct BackupOptions {
  std::string folder;
  bool check = false;
  bool drill = false;
  Format format = Format::kTable;
};

std::string Seconds(std::chrono::milliseconds time) {
  return fmt::format("{}.{:03}", time.count() / 1000, time.count() % 1000);
}

void Describe(const ledger::BackupManifest& manifest, const std::string& folder, Sheet& sheet) {
  sheet.Text("backup", "Backup", folder);
  sheet.Text("made_at", "Made at", events::ToString(manifest.made_at));
  sheet.Count("events", "Events", manifest.head.size);
  sheet.Text("root", "Root", Hex(manifest.head.root));
  sheet.Count("bytes", "Bytes", manifest.Bytes());
}

Result<int> Backup(Program& program, const BackupOptions& asked) {
  const auto begun = steady_clock::now();
  const StopOnSignal stop;
  Progress progress("Backing up", "bytes");
  const ledger::Options ledger = program.LedgerOptions("backup");
  ledger::BackupOptions options;
  options.ledger = ledger.folder;
  options.backup = asked.folder;
  options.now = ledger.clock ? ledger.clock() : ledger::SystemTime();
  options.check = asked.check;
  options.watch = WatchWith(progress, stop.asked());
  IURAN_ASSIGN(const ledger::BackupReport report, ledger::MakeBackup(options));
  progress.Clear();

  Sheet sheet;
  Describe(report.manifest, asked.folder, sheet);
  sheet.Count("events_new", "Events new in it", report.manifest.head.size - report.events_before);
  sheet.Count("files_copied", "Files copied", report.files_copied);
  sheet.Count("bytes_copied", "Bytes copied", report.bytes_copied);
  sheet.Text("mended", "Copied anew", fmt::format("{}", fmt::join(report.mended, " ")));
  sheet.Text(
      "seconds", "Seconds",
      Seconds(std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begun)));
  sheet.Print(asked.format, program.out());
  program.Note(fmt::format(
      "The keys are not in it. Keep copies of {0}/keys/master.key and {0}/keys/signing.key in "
      "another place.",
      ledger.folder.string()));
  using State = log::Anchor::State;
  if (report.anchor.state != State::kHeld && report.anchor.state != State::kInDaybook) {
    program.Note(
        "iuran: The ledger is behind what was acknowledged, or its daybook is missing; it was "
        "backed up as it is. Any command that writes to it says more.");
    return kDoneWithDifferences;
  }
  return kDone;
}

Result<int> RunDrill(Program& program, const BackupOptions& asked) {
  const StopOnSignal stop;
  Progress progress("Restoring", "bytes");
  IURAN_ASSIGN(const DrillReport report,
               Drill(asked.folder, program.Folder(), WatchWith(progress, stop.asked())));
  progress.Clear();
  Sheet sheet;
  Describe(report.manifest, asked.folder, sheet);
  sheet.Text("digest", "Digest of the accounts", Hex(report.accounts));
  sheet.Text("compared", "Same as the ledger", report.compared ? "yes" : "no ledger at hand");
  sheet.Text("restoring_seconds", "Seconds to restore", Seconds(report.restoring));
  sheet.Text("verifying_seconds", "Seconds to verify", Seconds(report.verifying));
  sheet.Print(asked.format, program.out());
  return kDone;
}

}  // namespace

void RegisterBackup(CLI::App& app, Program& program) {
  CLI::App* command =
      app.add_subcommand("backup", "Keeps a copy of the ledger, also while others write to it");
  auto asked = std::make_shared<BackupOptions>();
  command
      ->add_option("folder", asked->folder,
                   "Where: an empty folder, or that of an earlier backup, which is brought up to "
                   "the ledger. Best on another disk. It holds no keys")
      ->required()
      ->type_name("DIR");
  auto* const check = command->add_flag(
      "--check", asked->check, "Read all that is there already, and copy anew what is damaged");
  command
      ->add_flag(
          "--drill", asked->drill,
          "Back nothing up; restore the backup into a scratch folder, verify it, and say how "
          "long that took")
      ->excludes(check);
  AddFormatOption(*command, asked->format);
  AddExamples(*command, {"iuran backup /mnt/usb/iuran", "iuran backup /mnt/usb/iuran --check",
                         "iuran backup /mnt/usb/iuran --drill"});
  command->callback([&program, asked] {
    program.Finish(asked->drill ? RunDrill(program, *asked) : Backup(program, *asked));
  });
}

}  // namespace iuran::tools
