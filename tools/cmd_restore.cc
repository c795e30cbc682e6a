// iuran restore: makes a ledger from a backup.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "ledger/backup.h"
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

Result<int> Restore(Program& program, const RestoreOptions& asked) {
  const StopOnSignal stop;
  Progress progress("Restoring", "bytes");
  ledger::RestoreOptions options;
  options.backup = asked.backup;
  options.target = asked.target;
  options.keys = asked.keys;
  options.watch = WatchWith(progress, stop.asked());
  options.finish = [&stop](const std::filesystem::path& folder) {
    return RebuildAccounts(folder, stop.asked());
  };
  IURAN_ASSIGN(const ledger::RestoreReport report, ledger::Restore(options));
  progress.Clear();
  program.out().Write(fmt::format(
      "A ledger with {} events is in {}, as backed up at {}.\n{}Next: iuran --ledger {} replay\n",
      Grouped(static_cast<int64_t>(report.head.size)), asked.target,
      events::ToString(report.manifest.made_at), AboutKeys(report, asked.target), asked.target));
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
  AddExamples(*command, {"iuran restore /mnt/usb/iuran restored --keys /media/safe",
                         "iuran restore /mnt/usb/iuran restored"});
  command->callback([&program, asked] { program.Finish(Restore(program, *asked)); });
}

}  // namespace iuran::tools
