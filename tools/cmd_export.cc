// iuran export tiles: the log as files that other programs read and check.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "ledger/checkpoints.h"
#include "tools/commands.h"
#include "tools/export_tiles.h"
#include "tools/program.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

struct ExportOptions {
  std::string form;
  std::string folder;
};

Result<int> Export(Program& program, const ExportOptions& asked) {
  if (asked.form != "tiles") {
    return Fail(ErrorCode::kUsage,
                fmt::format("'{}' is no form of export; one is known: iuran export tiles {}",
                            asked.form, asked.folder));
  }
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("export", log::Access::kRead));
  IURAN_ASSIGN(const log::VerifierKey key, ledger::LedgerKey(ledger->opened()));
  IURAN_ASSIGN(const ExportedTiles exported, ExportTiles(ledger->log(), key, asked.folder));
  const auto grouped = [](uint64_t count) { return Grouped(static_cast<int64_t>(count)); };
  program.out().Write(fmt::format(
      "{} holds {} records, as the newest checkpoint has signed them; {} of them are new.\n",
      asked.folder, grouped(exported.records), grouped(exported.records - exported.before)));
  if (const uint64_t rest = ledger->log().size() - exported.records; rest > 0) {
    program.Note(fmt::format(
        "{} records behind that checkpoint are not in it. Sign one that covers them: iuran "
        "checkpoint",
        grouped(rest)));
  }
  return kDone;
}

}  // namespace

void RegisterExport(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "export",
      "Writes every record and hash as files that other programs check (C2SP tlog-tiles)");
  auto asked = std::make_shared<ExportOptions>();
  command->add_option("form", asked->form, "tiles")->type_name("FORM")->required();
  command
      ->add_option("folder", asked->folder,
                   "Where to; what is new is added to an earlier export there. What is written is "
                   "what checkpoints prove: who by number, amounts, days. Names, NIKs, birth dates "
                   "and phones are not in it, nor the keys to them")
      ->type_name("DIR")
      ->required();
  AddExamples(*command, {"iuran export tiles /srv/www/iuran"});
  command->callback([&program, asked] { program.Finish(Export(program, *asked)); });
}

}  // namespace iuran::tools
