// iuran arrears: who is behind, and since when (rulebook 5).
#include <CLI/CLI.hpp>
#include <memory>

#include "projections/arrears.h"
#include "tools/commands.h"
#include "tools/reading.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

using projections::ArrearsRow;

struct ArrearsOptions {
  Asked asked;
  Format format = Format::kTable;
};

Result<int> Arrears(Program& program, const ArrearsOptions& options) {
  IURAN_ASSIGN(const auto reading, Reading::Open(program, "arrears", options.asked));
  Report report(program.out(), options.format,
                {{"member"},
                 {"group"},
                 {"months_overdue", ColumnKind::kCount, true},
                 {"arrears", ColumnKind::kAmount, true},
                 {"d1_30", ColumnKind::kAmount, true},
                 {"d31_60", ColumnKind::kAmount, true},
                 {"d61_90", ColumnKind::kAmount, true},
                 {"d91", ColumnKind::kAmount, true},
                 {"penalty", ColumnKind::kAmount, true}});
  IURAN_TRY(reading->ForEach<ArrearsRow>(
      [&reading](const rules::Timeline& account, rules::Settlement& scratch,
                 std::vector<ArrearsRow>& rows) {
        return projections::ArrearsOf(account, reading->question(), scratch, rows);
      },
      [&report](ArrearsRow& row) -> Result<void> {
        report.Text(row.member.text());
        report.Text(row.group.text());
        report.Count(row.months_overdue);
        report.Amount(row.arrears);
        for (const events::Money& bucket : row.ageing) report.Amount(bucket);
        report.Amount(row.penalty);
        report.EndRow();
        return {};
      }));
  report.Finish("Nobody is behind.");
  return kDone;
}

}  // namespace

void RegisterArrears(CLI::App& app, Program& program) {
  CLI::App* command =
      app.add_subcommand("arrears", "Who is behind, by how much and for how many days");
  auto options = std::make_shared<ArrearsOptions>();
  AddAsOfOption(*command, options->asked);
  AddKnownAtOption(*command, options->asked);
  AddWhomOptions(*command, options->asked);
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran arrears --as-of 2026-11-22",
                         "iuran arrears --as-of 2026-11-22 --group PAROKI-WP --format csv"});
  command->callback([&program, options] { program.Finish(Arrears(program, *options)); });
}

}  // namespace iuran::tools
