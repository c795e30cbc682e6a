// iuran balances: the figures of rulebook 5, one row a member.
#include <CLI/CLI.hpp>
#include <memory>

#include "projections/balances.h"
#include "tools/commands.h"
#include "tools/reading.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

using projections::BalanceRow;

struct BalancesOptions {
  Asked asked;
  Format format = Format::kTable;
};

Result<int> Balances(Program& program, const BalancesOptions& options) {
  IURAN_ASSIGN(const auto reading, Reading::Open(program, "balances", options.asked));
  Report report(program.out(), options.format,
                {{"member"},
                 {"scheme"},
                 {"group"},
                 {"assessed", ColumnKind::kAmount, true},
                 {"paid", ColumnKind::kAmount, true},
                 {"settled", ColumnKind::kAmount, true},
                 {"credit", ColumnKind::kAmount, true},
                 {"arrears", ColumnKind::kAmount, true},
                 {"months_overdue", ColumnKind::kCount, true},
                 {"oldest_overdue"},
                 {"paid_through"},
                 {"penalty", ColumnKind::kAmount, true}});
  IURAN_TRY(reading->ForEach<BalanceRow>(
      [&reading](const rules::Timeline& account, rules::Settlement& scratch,
                 std::vector<BalanceRow>& rows) {
        return projections::BalanceOf(account, reading->question(), scratch, rows);
      },
      [&report](BalanceRow& row) -> Result<void> {
        report.Text(row.member.text());
        report.Text(row.scheme.text());
        report.Text(row.group.text());
        report.Amount(row.figures.assessed);
        report.Amount(row.figures.paid);
        report.Amount(row.figures.settled);
        report.Amount(row.figures.credit);
        report.Amount(row.figures.arrears);
        report.Count(row.figures.months_overdue);
        report.Date(row.figures.oldest_overdue);
        report.Date(row.figures.paid_through);
        report.Amount(row.figures.penalty);
        report.EndRow();
        return {};
      }));
  report.Finish("Nobody was enrolled.");
  return kDone;
}

}  // namespace

void RegisterBalances(CLI::App& app, Program& program) {
  CLI::App* command =
      app.add_subcommand("balances", "What every member was to pay, paid, and still owes");
  auto options = std::make_shared<BalancesOptions>();
  AddAsOfOption(*command, options->asked);
  AddKnownAtOption(*command, options->asked);
  AddWhomOptions(*command, options->asked);
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran balances --as-of 2026-11-22",
                         "iuran balances --as-of 2026-09-30 --known-at 2026-09-30 --format csv",
                         "iuran balances --as-of 2026-11-22 --group KOPDIT-MS"});
  command->callback([&program, options] { program.Finish(Balances(program, *options)); });
}

}  // namespace iuran::tools
