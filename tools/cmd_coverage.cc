// iuran coverage: who is covered on a day, since and until when, and why (rulebook 6).
#include <CLI/CLI.hpp>
#include <memory>

#include "projections/coverage.h"
#include "projections/payment_ids.h"
#include "tools/commands.h"
#include "tools/reading.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

using projections::CoverageRow;

// Rows wait until their payments' ids are read, so many at a time.
constexpr size_t kRowsAtATime = 500'000;

struct CoverageOptions {
  std::string on;
  Asked asked;
  Format format = Format::kTable;
};

Result<void> Print(const std::vector<CoverageRow>& rows, const ledger::Ledger& ledger,
                   Report& report) {
  std::vector<events::Position> positions;
  for (const CoverageRow& row : rows) {
    if (const auto position = row.settled_by()) positions.push_back(*position);
  }
  IURAN_ASSIGN(const auto ids, projections::PaymentIds::Resolve(ledger.log(), positions));
  for (const CoverageRow& row : rows) {
    const auto position = row.settled_by();
    report.Text(row.member.text());
    report.Text(events::Name(row.program));
    report.Text(Name(row.cover.state));
    report.Date(row.cover.since);
    report.Date(row.cover.until);
    report.Text(row.Reason(position ? ids.At(*position) : std::string_view()));
    report.EndRow();
  }
  return {};
}

Result<int> Coverage(Program& program, const CoverageOptions& options) {
  IURAN_ASSIGN(const auto reading, Reading::Open(program, "coverage", options.asked, &options.on));
  Report report(program.out(), options.format,
                {{"member"}, {"program"}, {"state"}, {"since"}, {"until"}, {"reason"}});
  std::vector<CoverageRow> waiting;
  const Result<void> walked = reading->ForEach<CoverageRow>(
      [&reading](const rules::Timeline& account, rules::Settlement& scratch,
                 std::vector<CoverageRow>& rows) {
        return projections::CoverageOf(account, reading->question(), reading->on(), scratch, rows);
      },
      [&](CoverageRow& row) -> Result<void> {
        waiting.push_back(std::move(row));
        if (waiting.size() < kRowsAtATime) return {};
        IURAN_TRY(Print(waiting, reading->ledger(), report));
        waiting.clear();
        return {};
      });
  IURAN_TRY(walked);
  IURAN_TRY(Print(waiting, reading->ledger(), report));
  report.Finish("Nobody asked about was enrolled on that day.");
  return kDone;
}

}  // namespace

void RegisterCoverage(CLI::App& app, Program& program) {
  CLI::App* command =
      app.add_subcommand("coverage", "Who is covered on a day, since and until when, and why");
  auto options = std::make_shared<CoverageOptions>();
  command->add_option("--on", options->on, "The day asked about (default: today)")
      ->type_name("DAY");
  AddAsOfOption(*command, options->asked);
  command->get_option("--as-of")->description(
      "Payments dated up to this day count (default: the day asked about)");
  AddKnownAtOption(*command, options->asked);
  AddWhomOptions(*command, options->asked);
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran coverage --on 2026-11-22 --member KM-003",
                         "iuran coverage --on 2027-01-31 --as-of 2026-11-22 --group ANGKUTAN-FL"});
  command->callback([&program, options] { program.Finish(Coverage(program, *options)); });
}

}  // namespace iuran::tools
