// iuran tariff: the scheme documents of a ledger, what they say and since when.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "tools/asked.h"
#include "tools/commands.h"
#include "tools/program.h"
#include "tools/report.h"
#include "tools/tariff_enact.h"
#include "tools/tariff_page.h"
#include "tools/tariff_try.h"

namespace iuran::tools {
namespace {

struct TariffOptions {
  Asked asked;
  std::string scheme;
  bool document = false;
  Format format = Format::kTable;
};

// The enactments of a scheme known at a position, in order; empty where there is none.
Result<std::vector<events::Event>> Enactments(const ledger::Ledger& ledger,
                                              const events::SchemeId& scheme,
                                              events::Position known_at) {
  IURAN_ASSIGN(std::vector<events::Event> all, ledger.ReadStream("scheme/" + scheme.text()));
  const auto unknown = std::find_if(all.begin(), all.end(), [&](const events::Event& event) {
    return event.envelope.position > known_at;
  });
  all.erase(unknown, all.end());
  return all;
}

Result<int> List(Program& program, const TariffOptions& options) {
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("tariff", log::Access::kRead));
  IURAN_ASSIGN(const events::Position known_at, options.asked.KnownAt(*ledger));
  IURAN_ASSIGN(const rules::SchemeBook schemes, ledger->Schemes());
  Report report(program.out(), options.format,
                {{"scheme"},
                 {"version", ColumnKind::kCount},
                 {"position", ColumnKind::kCount},
                 {"recorded_at"},
                 {"author"},
                 {"approver"},
                 {"in_force"},
                 {"title"}});
  for (const events::SchemeId& scheme : schemes.Ids(known_at)) {
    IURAN_ASSIGN(const auto enactments, Enactments(*ledger, scheme, known_at));
    for (const events::Event& event : enactments) {
      const rules::Scheme* read = schemes.Find(scheme, event.envelope.position);
      report.Text(scheme.text());
      report.Count(static_cast<int64_t>(event.envelope.stream_version) + 1);
      report.Count(static_cast<int64_t>(event.envelope.position.value));
      report.Text(ToString(event.envelope.recorded_at));
      report.Text(event.envelope.author);
      report.Text(event.envelope.approver);
      report.Text(&event == &enactments.back() ? "yes" : "no");
      report.Text(read->title());
      report.EndRow();
    }
  }
  report.Finish("No scheme was enacted.");
  return kDone;
}

Result<int> Show(Program& program, const TariffOptions& options) {
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("tariff", log::Access::kRead));
  IURAN_ASSIGN(const events::Position known_at, options.asked.KnownAt(*ledger));
  auto scheme = events::ParseId<events::SchemeId>(options.scheme);
  if (!scheme) return Fail(ErrorCode::kUsage, "SCHEME: " + scheme.error().message);
  IURAN_ASSIGN(const auto enactments, Enactments(*ledger, *scheme, known_at));
  if (enactments.empty()) {
    return Fail(ErrorCode::kNotFound,
                fmt::format("Scheme {} was not enacted by position {}. Those that were: iuran "
                            "tariff list",
                            scheme->text(), known_at.value));
  }
  const events::Event& event = enactments.back();
  const std::string& document = std::get<events::SchemeEnacted>(event.body).document;
  if (options.document) {
    program.out().Write(document);
    if (document.empty() || document.back() != '\n') program.out().Write("\n");
    return kDone;
  }
  const events::Envelope& envelope = event.envelope;
  program.out().Write(
      fmt::format("Version {} of scheme {}, enacted at position {} on {} by {}{}{}.\n",
                  envelope.stream_version + 1, scheme->text(), envelope.position.value,
                  ToString(envelope.recorded_at), envelope.author,
                  envelope.approver.empty() ? "" : " and approved by ", envelope.approver));
  return WriteTariffPage(document, program.out()).map([] { return kDone; });
}

}  // namespace

void RegisterTariff(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand("tariff", "What the law asks: the schemes in force");
  command->require_subcommand(1);
  AddExamples(*command, {"iuran tariff list", "iuran tariff show bpu",
                         "iuran tariff try bpu-next.json --as-of 2026-11-22"});

  CLI::App* list = command->add_subcommand("list", "Every scheme and each of its versions");
  auto listed = std::make_shared<TariffOptions>();
  AddKnownAtOption(*list, listed->asked);
  AddFormatOption(*list, listed->format);
  AddExamples(*list, {"iuran tariff list"});
  list->callback([&program, listed] { program.Finish(List(program, *listed)); });

  CLI::App* show =
      command->add_subcommand("show", "One scheme, row by row, with its legal sources");
  auto shown = std::make_shared<TariffOptions>();
  show->add_option("scheme", shown->scheme, "The scheme, for instance bpu")
      ->type_name("SCHEME")
      ->required();
  AddKnownAtOption(*show, shown->asked);
  show->add_flag("--document", shown->document,
                 "The document itself, byte for byte as recorded: to keep, or to write the next "
                 "version from");
  AddExamples(*show, {"iuran tariff show bpu", "iuran tariff show bpu --document > bpu-next.json"});
  show->callback([&program, shown] { program.Finish(Show(program, *shown)); });
  RegisterTariffTry(*command, program);
  RegisterTariffEnact(*command, program);
}

}  // namespace iuran::tools
