// iuran init: makes a ledger and enacts the shipped schemes.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "tools/commands.h"
#include "tools/program.h"

namespace iuran::tools {
namespace {

struct InitOptions {
  std::string time_zone = ledger::Settings().time_zone;
  std::string currency = ledger::Settings().currency;
  std::string author;
  std::string origin;
};

Result<int> Init(Program& program, const InitOptions& asked) {
  const ledger::Options options = program.LedgerOptions("init");
  ledger::Settings settings;
  settings.time_zone = asked.time_zone;
  settings.currency = asked.currency;
  settings.author = asked.author;
  settings.origin = asked.origin;
  IURAN_TRY(ledger::Ledger::Init(options, settings));
  IURAN_ASSIGN(const auto ledger, ledger::Ledger::Open(options, log::Access::kRead));
  IURAN_ASSIGN(const rules::SchemeBook schemes, ledger->Schemes());

  const std::string folder = options.folder.string();
  std::string text = fmt::format("A new ledger is in {}. Its days are those of {}.\n", folder,
                                 ledger->opened().time_zone);
  const events::Position head = ledger->head();
  for (const events::SchemeId& id : schemes.Ids(head)) {
    const rules::Scheme* scheme = schemes.Find(id, head);
    text += fmt::format("Scheme {} is in force: {}.\n", id.text(), scheme->title());
  }
  if (schemes.Ids(head).empty()) {
    text += fmt::format("No scheme in {} is shipped. Enact one: iuran tariff enact FILE\n",
                        ledger->opened().currency);
  }
  text += fmt::format(
      "Names, NIKs, birth dates and phones are sealed with the master key {}/keys/master.key.\n"
      "Keep a copy of that file apart from the ledger: without it nobody can read them again.\n"
      "Checkpoints are signed with {}/keys/signing.key; 'iuran key' prints what verifies them.\n"
      "Next: iuran import FOLDER\n",
      folder, folder);
  program.out().Write(text);
  return kDone;
}

}  // namespace

void RegisterInit(CLI::App& app, Program& program) {
  CLI::App* command =
      app.add_subcommand("init", "Makes a ledger and brings the shipped schemes into force");
  auto asked = std::make_shared<InitOptions>();
  command
      ->add_option("--time-zone", asked->time_zone,
                   "IANA time zone whose civil day is \"today\" (default: Asia/Makassar)")
      ->type_name("ZONE");
  command
      ->add_option(
          "--currency", asked->currency,
          "The one currency of the ledger, as ISO 4217 names it (default: IDR). The shipped "
          "schemes are in IDR; a ledger of another currency begins without a scheme")
      ->type_name("CODE");
  command
      ->add_option("--origin", asked->origin,
                   "The log's name in its checkpoints (default: iuran/ and random digits)")
      ->type_name("NAME");
  AddAuthorOption(*command, asked->author);
  AddExamples(*command, {"iuran init", "iuran --ledger /srv/ntt init --time-zone Asia/Jakarta",
                         "iuran init --origin ntt.example/iuran"});
  command->callback([&program, asked] { program.Finish(Init(program, *asked)); });
}

}  // namespace iuran::tools
