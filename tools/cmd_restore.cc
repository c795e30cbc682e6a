// iuran restore: makes a ledger from a backup.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "ledger/backup.h"
#include "tools/asked.h"
#include "tools/commands.h"
#include "tools/program.h"
#include "tools/progress.h"
#include "tools/report.h"
#include "tools/restored.h"
#include "tools/stop_on_signal.h"

namespace iuran::tools {
namespace {

struct RestoreOptions {
  std::string backup;
  std::string target;
  std::string keys;
  std::string to;
  std::vector<std::string> known;
};

// What there is to say about keys that were not put in.
std::string AboutKeys(const ledger::RestoreReport& report, const std::string& folder) {
  const auto has = [&report](const char* key) {
    return std::find(report.keys.begin(), report.keys.end(), key) != report.keys.end();
  };
  std::string text;
  if (!has("master.key")) {
    text += fmt::format(
        "Names cannot be read, and no people with names enrolled, until your copy of master.key is "
        "in {}/keys.\n",
        folder);
  }
  if (!has("signing.key")) {
    text += fmt::format(
        "No checkpoint can be signed until your copy of signing.key is in {}/keys.\n", folder);
  }
  return text;
}

std::string Members(const std::vector<events::MemberId>& members) {
  std::string text;
  for (const events::MemberId& member : members) text += " " + member.text();
  return text;
}

// Whether anything that was recorded is not in the ledger made, and what to do then.
std::string AboutLoss(const ledger::RestoreReport& report, const std::string& folder) {
  std::string text;
  if (report.behind) {
    text =
        fmt::format("It is behind: {} events were recorded, and positions {} to {} are not in it. ",
                    Grouped(static_cast<int64_t>(report.behind->size)), report.head.size,
                    report.behind->size - 1);
  }
  if (report.rows_lost) {
    text +=
        "What was stored beside the events, such as a checkpoint, was lost already when it was "
        "backed up. ";
  } else if (report.nobody_knows) {
    text +=
        "Whether it is all that was recorded is not known: the daybook was missing when it was "
        "backed up. ";
  }
  if (!text.empty()) {
    text += fmt::format(
        "It can be read. To write to it, accept that: iuran --ledger {} recover --accept-loss "
        "--reason ...\n",
        folder);
  }
  if (!report.forgotten.empty()) {
    text += fmt::format(
        "Forgotten after that, and their data are gone for good:{}. Record it again with 'iuran "
        "forget'.\n",
        Members(report.forgotten));
  }
  if (!report.corrected.empty()) {
    text += fmt::format(
        "Their personal data were corrected after that, and what was held before is kept nowhere:"
        "{}. Enter it with the last people.csv or a new one.\n",
        Members(report.corrected));
  }
  text +=
      "Whoever was forgotten after the backup was made is not forgotten here. Record it again with "
      "'iuran forget'.\n";
  return text;
}

Result<int> Restore(Program& program, const RestoreOptions& asked) {
  const StopOnSignal stop;
  Progress progress("Restoring", "bytes");
  ledger::RestoreOptions options;
  options.backup = asked.backup;
  options.target = asked.target;
  options.keys = asked.keys;
  options.known.assign(asked.known.begin(), asked.known.end());
  if (!asked.to.empty()) {
    IURAN_ASSIGN(const events::Position to, ReadPosition("--to", asked.to));
    options.to = to.value;
  }
  options.watch = WatchWith(progress, stop.asked());
  options.finish = [&stop](const std::filesystem::path& folder) {
    return RebuildAccounts(folder, stop.asked());
  };
  IURAN_ASSIGN(const ledger::RestoreReport report, ledger::Restore(options));
  progress.Clear();
  program.out().Write(fmt::format(
      "A ledger with {} events is in {}, as backed up at {}.\n{}{}Next: iuran --ledger {} replay\n",
      Grouped(static_cast<int64_t>(report.head.size)), asked.target,
      events::ToString(report.manifest.made_at), AboutLoss(report, asked.target),
      AboutKeys(report, asked.target), asked.target));
  return kDone;
}

}  // namespace

void RegisterRestore(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand("restore", "Makes a ledger from a backup");
  auto asked = std::make_shared<RestoreOptions>();
  command->add_option("backup", asked->backup, "The folder with the backup")
      ->required()
      ->type_name("DIR");
  command->add_option("new", asked->target, "The new ledger's folder, which is not there yet")
      ->required()
      ->type_name("NEW");
  command
      ->add_option("--keys", asked->keys,
                   "Copy master.key and signing.key from there; a backup holds no keys")
      ->type_name("DIR");
  command
      ->add_option(
          "--to", asked->to,
          "The ledger as it was before this position was recorded; what came later is left "
          "out")
      ->type_name("POSITION");
  command
      ->add_option("--known", asked->known,
                   "What is known of how far the ledger had come, so that a restored one that is "
                   "behind says so: a checkpoint, a daybook, or the folder of a ledger")
      ->type_name("FILE");
  AddExamples(*command, {"iuran restore /mnt/usb/iuran restored --keys /media/safe",
                         "iuran restore /mnt/usb/iuran restored --known november.checkpoint",
                         "iuran restore /mnt/usb/iuran as-it-was --to 4000"});
  command->callback([&program, asked] { program.Finish(Restore(program, *asked)); });
}

}  // namespace iuran::tools
