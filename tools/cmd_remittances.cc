// iuran remittances: the bank credits, and what of each is allocated, returned and unallocated.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "tools/asked.h"
#include "tools/commands.h"
#include "tools/program.h"
#include "tools/remittance_story.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

struct RemittancesOptions {
  Asked asked;
  std::string payer;
  bool unallocated = false;
  Format format = Format::kTable;
};

// By the day they were received; of one day, as they were recorded.
void Sort(std::vector<RemittanceLine>& lines) {
  std::stable_sort(lines.begin(), lines.end(),
                   [](const RemittanceLine& a, const RemittanceLine& b) {
                     return a.received_on < b.received_on;
                   });
}

Result<int> Remittances(Program& program, const RemittancesOptions& options) {
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("remittances", log::Access::kRead));
  IURAN_ASSIGN(const events::Day as_of, options.asked.AsOf(*ledger));
  IURAN_ASSIGN(const events::Position known_at, options.asked.KnownAt(*ledger));
  IURAN_ASSIGN(std::vector<RemittanceLine> lines, ListRemittances(ledger->log(), as_of, known_at));
  std::erase_if(lines, [&options](const RemittanceLine& line) {
    return (!options.payer.empty() && line.payer != options.payer) ||
           (options.unallocated && line.sums.Unallocated().IsZero());
  });
  Sort(lines);
  Report report(program.out(), options.format,
                {{"remittance"},
                 {"received_on"},
                 {"payer"},
                 {"received", ColumnKind::kAmount, true},
                 {"allocated", ColumnKind::kAmount, true},
                 {"returned", ColumnKind::kAmount, true},
                 {"unallocated", ColumnKind::kAmount, true},
                 {"held_lists", ColumnKind::kCount, true}});
  for (const RemittanceLine& line : lines) {
    report.Text(line.remittance.text());
    report.Date(line.received_on);
    report.Text(line.payer);
    report.Amount(line.sums.received);
    report.Amount(line.sums.allocated);
    report.Amount(line.sums.returned);
    report.Amount(line.sums.Unallocated());
    report.Count(line.held_lists);
    report.EndRow();
  }
  report.Finish(options.unallocated ? "No money is unallocated." : "There are no remittances.");
  return kDone;
}

}  // namespace

void RegisterRemittances(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "remittances", "Bank credits, and what of each is allocated, returned and unallocated");
  auto options = std::make_shared<RemittancesOptions>();
  AddAsOfOption(*command, options->asked);
  AddKnownAtOption(*command, options->asked);
  command->add_option("--payer", options->payer, "Only those of this group or member")
      ->type_name("PAYER");
  command->add_flag("--unallocated", options->unallocated,
                    "Only those that hold money nobody has been given");
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran remittances --unallocated --as-of 2026-11-22",
                         "iuran remittances --payer KOPDIT-MS --format csv"});
  command->callback([&program, options] { program.Finish(Remittances(program, *options)); });
}

}  // namespace iuran::tools
