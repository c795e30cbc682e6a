#include "tools/tariff_enact.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "tools/document_file.h"
#include "tools/program.h"

namespace iuran::tools {
namespace {

struct EnactOptions {
  std::string file;
  std::string author;
  std::string approver;
};

// Of what was recorded: in force, or proposed.
std::string InWords(const ledger::Recorded& recorded, const std::string& scheme,
                    const EnactOptions& asked) {
  const uint64_t position = recorded.position.value;
  if (recorded.proposed) {
    return fmt::format(
        "Scheme {} is in force with another document, so two people must agree. {} is proposed at "
        "position {} and changes nothing yet.\nAnother person brings it into force: iuran approve "
        "scheme/{} --author NAME\n",
        scheme, asked.file, position, scheme);
  }
  return fmt::format(
      "Scheme {} as in {} is in force from position {}. Answers known before it stay as they "
      "are.\n",
      scheme, asked.file, position);
}

Result<std::string> InWords(const rules::Repeated& repeated, const events::SchemeId& scheme,
                            const ledger::Ledger& ledger) {
  IURAN_ASSIGN(const rules::SchemeBook schemes, ledger.Schemes());
  const auto enacted = schemes.EnactedAt(scheme, ledger.head());
  if (enacted == repeated.position) {
    return fmt::format("Scheme {} is in force with this document already, from position {}.\n",
                       scheme.text(), repeated.position.value);
  }
  return fmt::format(
      "This document is proposed already, at position {}. Another person brings it into force: "
      "iuran approve scheme/{} --author NAME\n",
      repeated.position.value, scheme.text());
}

Result<int> Enact(Program& program, const EnactOptions& asked) {
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("tariff", log::Access::kWrite));
  IURAN_ASSIGN(DocumentFile read, ReadDocument(asked.file, *ledger, ledger->head()));
  const events::SchemeId scheme = read.scheme->id();
  rules::Command command;
  command.request = rules::EnactScheme{scheme, std::move(read.document)};
  command.source.channel = "cli";
  command.author = asked.author;
  command.approver = asked.approver;
  IURAN_ASSIGN(const std::vector<ledger::Receipt> receipts, ledger->Submit(std::span(&command, 1)));
  const ledger::Receipt& receipt = receipts.front();
  if (const auto* recorded = std::get_if<ledger::Recorded>(&receipt)) {
    program.out().Write(InWords(*recorded, scheme.text(), asked));
    return kDone;
  }
  if (const auto* repeated = std::get_if<rules::Repeated>(&receipt)) {
    IURAN_ASSIGN(const std::string words, InWords(*repeated, scheme, *ledger));
    program.out().Write(words);
    return kDone;
  }
  if (const auto* rejected = std::get_if<rules::Rejected>(&receipt)) {
    Error refused = Refused(asked.file, rejected->message);
    if (rejected->code != rules::Rejection::kInvalidValue) refused.code = ErrorCode::kConflict;
    return tl::unexpected<Error>(std::move(refused));
  }
  return Fail(ErrorCode::kVersionMismatch,
              "Somebody else recorded something of this scheme meanwhile; try again.");
}

}  // namespace

void RegisterTariffEnact(CLI::App& tariff, Program& program) {
  CLI::App* command = tariff.add_subcommand(
      "enact", "Brings a scheme document into force; where it replaces one, two people must agree");
  auto asked = std::make_shared<EnactOptions>();
  command->add_option("file", asked->file, "The scheme document, as ledger/tariffs/README.md says")
      ->type_name("FILE")
      ->required();
  AddAuthorOption(*command, asked->author);
  command
      ->add_option("--approved-by", asked->approver,
                   "Another person who has agreed to it; without one a document that replaces one "
                   "in force is proposed only")
      ->type_name("NAME");
  AddExamples(*command,
              {"iuran tariff try bpu-next.json --as-of 2026-11-22 --totals",
               "iuran tariff enact bpu-next.json --author yohana",
               "iuran tariff enact bpu-next.json --author yohana --approved-by \"Yosef Dhae\""});
  command->callback([&program, asked] { program.Finish(Enact(program, *asked)); });
}

}  // namespace iuran::tools
