// iuran forget: destroys the key to a person's data and records that it was done.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "tools/commands.h"
#include "tools/program.h"

namespace iuran::tools {
namespace {

struct ForgetOptions {
  std::string member;
  std::string reason;
  std::string author;
};

Result<int> Forget(Program& program, const ForgetOptions& asked) {
  auto member = events::ParseId<events::MemberId>(asked.member);
  if (!member) return Fail(ErrorCode::kUsage, member.error().message);
  if (asked.reason.find_first_not_of(' ') == std::string::npos) {
    return Fail(ErrorCode::kUsage,
                "--reason is empty; say why the data is destroyed, such as "
                "\"request of 2026-11-02\".");
  }
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("forget", log::Access::kWrite));
  IURAN_ASSIGN(const ledger::Receipt receipt,
               ledger::Forget(*ledger, *member, asked.reason, asked.author));
  if (const auto* recorded = std::get_if<ledger::Recorded>(&receipt)) {
    program.out().Write(fmt::format(
        "The personal data of {} is destroyed; position {} records it. Figures and events stay.\n"
        "A backup loses them with the next 'iuran backup'. Other copies, such as the input files, are not "
        "the ledger's: remove them too.\n",
        member->text(), recorded->position.value));
    return kDone;
  }
  if (const auto* repeated = std::get_if<rules::Repeated>(&receipt)) {
    program.out().Write(
        fmt::format("The personal data of {} was destroyed before, at position {}.\n",
                    member->text(), repeated->position.value));
    return kDone;
  }
  if (const auto* rejected = std::get_if<rules::Rejected>(&receipt)) {
    const bool unknown = rejected->code == rules::Rejection::kUnknownReference;
    return Fail(unknown ? ErrorCode::kNotFound : ErrorCode::kConflict, rejected->message);
  }
  return Fail(ErrorCode::kVersionMismatch,
              "Somebody else recorded something of this member meanwhile; try again.");
}

}  // namespace

void RegisterForget(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "forget", "Destroys a member's personal data for good; figures and events stay");
  auto asked = std::make_shared<ForgetOptions>();
  command->add_option("member", asked->member, "Whose data to destroy")
      ->type_name("MEMBER")
      ->required();
  command->add_option("--reason", asked->reason, "Why; it is recorded, so name nobody in it")
      ->type_name("TEXT")
      ->required();
  AddAuthorOption(*command, asked->author);
  AddExamples(*command, {"iuran forget KM-003 --reason \"request of 2026-11-02\""});
  command->callback([&program, asked] { program.Finish(Forget(program, *asked)); });
}

}  // namespace iuran::tools
