// iuran show: everything about one member, one group or one remittance.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "tools/commands.h"
#include "tools/program.h"
#include "tools/reading.h"
#include "tools/show.h"

namespace iuran::tools {
namespace {

struct ShowOptions {
  std::string kind;
  std::string id;
  Asked asked;
  Format format = Format::kTable;
};

Result<int> ShowMember(Program& program, const ShowOptions& options) {
  auto member = events::ParseId<events::MemberId>(options.id);
  if (!member) return Fail(ErrorCode::kUsage, member.error().message);
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("show", log::Access::kRead));
  IURAN_ASSIGN(const events::Day as_of, options.asked.AsOf(*ledger));
  IURAN_ASSIGN(const events::Position known_at, options.asked.KnownAt(*ledger));
  IURAN_ASSIGN(const MemberStory story, TellMember(*ledger, *member, as_of, known_at));
  const auto show = options.format == Format::kJson ? ShowMemberAsJson : ShowMemberAsText;
  show(story, program.out());
  return kDone;
}

Result<int> ShowGroup(Program& program, const ShowOptions& options) {
  Asked asked = options.asked;
  asked.group = options.id;
  IURAN_ASSIGN(const auto reading, Reading::Open(program, "show", asked));
  IURAN_ASSIGN(const GroupStory story, TellGroup(*reading, *reading->question().group));
  const auto show = options.format == Format::kJson ? ShowGroupAsJson : ShowGroupAsText;
  show(story, program.out());
  return kDone;
}

Result<int> ShowRemittance(Program& program, const ShowOptions& options) {
  const auto remittance = events::ParseId<events::RemittanceId>(options.id);
  if (!remittance) return Fail(ErrorCode::kUsage, remittance.error().message);
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("show", log::Access::kRead));
  IURAN_ASSIGN(const events::Day as_of, options.asked.AsOf(*ledger));
  IURAN_ASSIGN(const events::Position known_at, options.asked.KnownAt(*ledger));
  IURAN_ASSIGN(const RemittanceStory story, TellRemittance(*ledger, *remittance, as_of, known_at));
  const auto show = options.format == Format::kJson ? ShowRemittanceAsJson : ShowRemittanceAsText;
  show(story, program.out());
  return kDone;
}

Result<int> Show(Program& program, const ShowOptions& options) {
  if (options.format == Format::kCsv) {
    return Fail(ErrorCode::kUsage,
                "show prints a page or JSON; balances, arrears, coverage and remittances print "
                "CSV.");
  }
  if (options.id.empty()) {
    return Fail(ErrorCode::kUsage,
                fmt::format("Which {}? Name it: iuran show {} ...", options.kind, options.kind));
  }
  if (options.kind == "member") return ShowMember(program, options);
  if (options.kind == "group") return ShowGroup(program, options);
  if (options.kind == "remittance") return ShowRemittance(program, options);
  return Fail(ErrorCode::kUsage,
              fmt::format("'{}' cannot be shown; a member, a group or a remittance can: iuran show "
                          "member {}",
                          options.kind, options.id));
}

}  // namespace

void RegisterShow(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "show",
      "Everything about one member, group or remittance: who, months, figures, cover, events");
  auto options = std::make_shared<ShowOptions>();
  command->add_option("kind", options->kind, "member, group or remittance")
      ->type_name("KIND")
      ->required();
  command->add_option("id", options->id, "Its number or name")->type_name("ID")->required();
  AddAsOfOption(*command, options->asked);
  AddKnownAtOption(*command, options->asked);
  AddFormatOption(*command, options->format);
  AddExamples(*command,
              {"iuran show member KM-003", "iuran show group PAROKI-WP --as-of 2026-11-22",
               "iuran show remittance R-KOPDIT-MS-2023-11-10 --as-of 2025-01-31 --format json"});
  command->callback([&program, options] { program.Finish(Show(program, *options)); });
}

}  // namespace iuran::tools
