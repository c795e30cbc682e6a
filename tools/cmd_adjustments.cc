// iuran adjustments: what became known of closed months since, to be booked in the open one.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "events/month_totals.h"
#include "tools/adjustments.h"
#include "tools/commands.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

using events::Money;

struct AdjustmentsOptions {
  std::string month;
  Asked asked;
  bool totals = false;
  Format format = Format::kTable;
};

void PrintEvents(const Adjustments& adjustments, Format format, Output& out) {
  Report report(out, format,
                {{"position", ColumnKind::kCount}, {"type"}, {"day"}, {"member"}, {"event"}});
  for (const Adjustment& event : adjustments.events) {
    report.Count(static_cast<int64_t>(event.position.value));
    report.Text(event.type);
    report.Text(event.day.ToString());
    report.Text(event.member);
    report.Text(event.words);
    report.EndRow();
  }
  report.Finish(fmt::format("Nothing is an adjustment of {}.", adjustments.month.ToString()));
}

// The sums that differ; in how many members is told of those that are sums over members.
void PrintTotals(const Adjustments& adjustments, Format format, Output& out) {
  const std::string closed_month = adjustments.closed.fact.month.ToString();
  Report report(out, format,
                {{"figure"},
                 {"members", ColumnKind::kCount},
                 {"closed", ColumnKind::kAmount},
                 {"now", ColumnKind::kAmount},
                 {"difference", ColumnKind::kAmount}});
  for (size_t i = 0; i < events::kTotalNames.size(); ++i) {
    const Money closed = adjustments.closed.fact.totals.*events::kTotalNames[i].value;
    const Money now = adjustments.now.*events::kTotalNames[i].value;
    const bool of_members = i < adjustments.members.size();
    if (closed == now && (!of_members || adjustments.members[i] == 0)) continue;
    report.Text(events::kTotalNames[i].name);
    of_members ? report.Count(adjustments.members[i]) : report.Nothing();
    report.Amount(closed);
    report.Amount(now);
    report.Amount(now - closed);
    report.EndRow();
  }
  report.Finish(fmt::format("The sums of {} are as they were closed.", closed_month));
}

Result<int> PrintAdjustments(Program& program, const AdjustmentsOptions& options) {
  IURAN_ASSIGN(const std::optional<events::Month> month, ReadMonth("MONTH", options.month));
  IURAN_ASSIGN(const auto reading, Reading::Open(program, "adjustments", options.asked));
  IURAN_ASSIGN(const Adjustments adjustments, FindAdjustments(*reading, month));
  if (!options.totals) PrintEvents(adjustments, options.format, program.out());
  if (options.format == Format::kTable && !options.totals) {
    program.out().Write(fmt::format(
        "\nTo be booked in {}: sums of {} on {} as closed, and as known up to position {}.\n\n",
        adjustments.month.ToString(), adjustments.closed.fact.month.ToString(),
        adjustments.closed.fact.month.LastDay().ToString(), adjustments.known_at.value));
  }
  if (options.totals || options.format == Format::kTable) {
    PrintTotals(adjustments, options.format, program.out());
  }
  return kDone;
}

}  // namespace

void RegisterAdjustments(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "adjustments", "What became known of closed months since, to be booked in the open one");
  auto options = std::make_shared<AdjustmentsOptions>();
  command
      ->add_option("month", options->month,
                   "Whose adjustments, such as 2026-09 (default: the open month, the one after the "
                   "month closed last)")
      ->type_name("MONTH");
  AddKnownAtOption(*command, options->asked);
  command->add_flag("--totals", options->totals,
                    "Only the sums of the closed month that differ, and by how much");
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran adjustments", "iuran adjustments 2026-09 --format csv",
                         "iuran adjustments --totals --format csv"});
  command->callback([&program, options] { program.Finish(PrintAdjustments(program, *options)); });
}

}  // namespace iuran::tools
