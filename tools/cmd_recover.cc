// iuran recover: makes a ledger that was cut off whole again, or records that events are lost.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string_view>

#include "ledger/recovery.h"
#include "tools/commands.h"
#include "tools/program.h"

namespace iuran::tools {
namespace {

struct RecoverOptions {
  bool accept_loss = false;
  std::string reason;
  std::string author;
};

Result<int> AcceptLoss(Program& program, const RecoverOptions& asked) {
  if (asked.reason.find_first_not_of(' ') == std::string::npos) {
    return Fail(
        ErrorCode::kUsage,
        "--accept-loss needs a --reason that says why what is missing cannot be brought back, "
        "such as \"disk of 2026-11-02 unreadable, newest backup restored\".");
  }
  IURAN_ASSIGN(const ledger::AcceptedLoss accepted,
               ledger::AcceptLoss(program.LedgerOptions("recover"), asked.reason, asked.author));
  const uint64_t left = accepted.recorded_at.value;
  std::string_view what_it_means =
      "Receipts and proofs of lost events no longer say what this ledger says.";
  if (accepted.acknowledged == 0) {
    program.out().Write(
        fmt::format("Position {} records that events may be lost from there on.\n", left));
  } else if (accepted.acknowledged <= left) {
    program.out().Write(
        fmt::format("Position {} records that what was stored beside the events is lost; all "
                    "events are there.\n",
                    left));
    what_it_means = "Checkpoints that are lost can be signed anew, with 'iuran checkpoint'.";
  } else {
    program.out().Write(fmt::format("Position {} records that positions {} to {} are lost.\n", left,
                                    left, accepted.acknowledged - 1));
  }
  program.out().Write(
      fmt::format("{} Next:\n"
                  "  iuran verify           checks what is left\n"
                  "  iuran replay --swap    makes the figures anew from it\n"
                  "  iuran import ...       records again, from the files, what came after\n",
                  what_it_means));
  return kDone;
}

Result<int> Recover(Program& program, const RecoverOptions& asked) {
  if (asked.accept_loss) return AcceptLoss(program, asked);
  if (!asked.reason.empty()) return Fail(ErrorCode::kUsage, "--reason goes with --accept-loss.");
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("recover", log::Access::kWrite));
  const log::Anchor anchor = ledger->log().anchor();
  program.out().Write(
      anchor.state == log::Anchor::State::kInDaybook
          ? fmt::format("What was recorded last came back from the daybook. The ledger holds all "
                        "{} events that were acknowledged.\n",
                        anchor.head.size)
          : fmt::format("Nothing is missing: the ledger holds all {} events that were "
                        "acknowledged.\n",
                        anchor.head.size));
  return kDone;
}

}  // namespace

void RegisterRecover(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "recover", "Makes a ledger that was cut off whole again; records what is lost for good");
  auto asked = std::make_shared<RecoverOptions>();
  command->add_flag("--accept-loss", asked->accept_loss,
                    "What was acknowledged is missing and cannot be brought back: record that, and "
                    "go on without it");
  command->add_option("--reason", asked->reason, "Why it cannot; it is recorded")
      ->type_name("TEXT");
  AddAuthorOption(*command, asked->author);
  AddExamples(*command, {"iuran recover",
                         "iuran recover --accept-loss --reason \"disk of 2026-11-02 unreadable\""});
  command->callback([&program, asked] { program.Finish(Recover(program, *asked)); });
}

}  // namespace iuran::tools
