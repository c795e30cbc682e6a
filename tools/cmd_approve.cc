// iuran approve, iuran decline, iuran proposals: what two people must agree on.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <utility>

#include "tools/adjustments.h"
#include "tools/asked.h"
#include "tools/closing.h"
#include "tools/commands.h"
#include "tools/program.h"
#include "tools/proposals.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

struct DecisionOptions {
  std::string id;
  std::string reason;
  std::string author;
};

struct ListOptions {
  Asked asked;
  bool all = false;
  Format format = Format::kTable;
};

// Submits one request of one person; the error says why it was not recorded.
Result<ledger::Receipt> SubmitOne(ledger::Ledger& ledger, rules::Request request,
                                  const std::string& author) {
  rules::Command command;
  command.request = std::move(request);
  command.source.channel = "cli";
  command.author = author;
  IURAN_ASSIGN(std::vector<ledger::Receipt> receipts, ledger.Submit(std::span(&command, 1)));
  if (const auto* rejected = std::get_if<rules::Rejected>(&receipts.front())) {
    const bool unknown = rejected->code == rules::Rejection::kUnknownReference;
    return Fail(unknown ? ErrorCode::kNotFound : ErrorCode::kConflict, rejected->message);
  }
  return std::move(receipts.front());
}

Result<int> Approve(Program& program, const DecisionOptions& options) {
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("approve", log::Access::kWrite));
  IURAN_TRY(CheckProposedClosing(program, *ledger, options.id));
  IURAN_ASSIGN(const ledger::Receipt receipt,
               SubmitOne(*ledger, rules::ApproveProposal{options.id}, options.author));
  if (const auto* repeated = std::get_if<rules::Repeated>(&receipt)) {
    program.out().Write(fmt::format("{} was approved before; position {} records it.\n", options.id,
                                    repeated->position.value));
    return kDone;
  }
  const auto& recorded = std::get<ledger::Recorded>(receipt);
  IURAN_ASSIGN(const events::Event event, ledger->ReadEvent(recorded.position));
  const events::Envelope& envelope = event.envelope;
  program.out().Write(fmt::format(
      "{} asked for it and {} approved it; position {} records it.\n{}\n{}", envelope.author,
      envelope.approver, recorded.position.value, events::InWords(event.body),
      AdjustmentsInWords(recorded.adjusts ? 1 : 0, "event", recorded.adjusts)));
  if (std::holds_alternative<events::MonthClosed>(event.body)) SignWhereKeyIs(program, *ledger);
  return kDone;
}

Result<int> Decline(Program& program, const DecisionOptions& options) {
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("decline", log::Access::kWrite));
  IURAN_ASSIGN(
      const ledger::Receipt receipt,
      SubmitOne(*ledger, rules::DeclineProposal{options.id, options.reason}, options.author));
  if (const auto* repeated = std::get_if<rules::Repeated>(&receipt)) {
    program.out().Write(fmt::format("{} was declined before, at position {}.\n", options.id,
                                    repeated->position.value));
  } else {
    program.out().Write(fmt::format("{} is declined; position {} records it.\n", options.id,
                                    std::get<ledger::Recorded>(receipt).position.value));
  }
  return kDone;
}

Result<int> List(Program& program, const ListOptions& options) {
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("proposals", log::Access::kRead));
  IURAN_ASSIGN(const events::Position known_at, options.asked.KnownAt(*ledger));
  IURAN_ASSIGN(const std::vector<Proposal> proposals, ProposalsKnownAt(*ledger, known_at));
  Report report(program.out(), options.format,
                {{"proposal"},
                 {"position", ColumnKind::kCount},
                 {"asked_on"},
                 {"asked_by"},
                 {"state"},
                 {"ended_at", ColumnKind::kCount},
                 {"ended_by"},
                 {"what"}});
  for (const Proposal& proposal : proposals) {
    if (!options.all && proposal.state != Proposal::State::kOpen) continue;
    const events::Envelope& envelope = proposal.event.envelope;
    report.Text(proposal.fact().id);
    report.Count(static_cast<int64_t>(envelope.position.value));
    report.Text(envelope.day.ToString());
    report.Text(envelope.author);
    report.Text(Name(proposal.state));
    proposal.ended_at ? report.Count(static_cast<int64_t>(proposal.ended_at->value))
                      : report.Nothing();
    report.Text(proposal.ended_by);
    report.Text(
        std::visit([](const auto& fact) { return events::InWords(fact); }, proposal.fact().fact));
    report.EndRow();
  }
  report.Finish(options.all ? "Nothing was ever proposed." : "No proposal is open.");
  return kDone;
}

CLI::App* AddDecision(CLI::App& app, const char* name, const char* help,
                      const std::shared_ptr<DecisionOptions>& options) {
  CLI::App* command = app.add_subcommand(name, help);
  command->add_option("proposal", options->id, "Which one, as 'iuran proposals' lists it")
      ->type_name("ID")
      ->required();
  AddAuthorOption(*command, options->author);
  return command;
}

void RegisterList(CLI::App& app, Program& program) {
  CLI::App* command =
      app.add_subcommand("proposals", "Lists what waits for another person to approve it");
  auto options = std::make_shared<ListOptions>();
  AddKnownAtOption(*command, options->asked);
  command->add_flag("--all", options->all, "Those approved and declined as well");
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran proposals", "iuran proposals --all --format csv"});
  command->callback([&program, options] { program.Finish(List(program, *options)); });
}

}  // namespace

void RegisterApprove(CLI::App& app, Program& program) {
  auto approved = std::make_shared<DecisionOptions>();
  CLI::App* approve = AddDecision(
      app, "approve", "Agrees, as a second person, to what somebody proposed", approved);
  AddExamples(*approve, {"iuran approve reversal/P-00017 --author \"Yosef Dhae\""});
  approve->callback([&program, approved] { program.Finish(Approve(program, *approved)); });

  auto declined = std::make_shared<DecisionOptions>();
  CLI::App* decline = AddDecision(app, "decline", "Ends a proposal without doing it", declined);
  decline->add_option("--reason", declined->reason, "Why; it is recorded")
      ->type_name("TEXT")
      ->required();
  AddExamples(*decline,
              {"iuran decline reversal/P-00017 --reason \"the payment was made after all\""});
  decline->callback([&program, declined] { program.Finish(Decline(program, *declined)); });

  RegisterList(app, program);
}

}  // namespace iuran::tools
