// iuran diff: whose figures differ between two states of knowledge, by how much and by which
// events.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "projections/diff.h"
#include "tools/commands.h"
#include "tools/events_at.h"
#include "tools/figure_values.h"
#include "tools/reading.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

using projections::DiffQuestion;
using projections::DiffRow;
using projections::Figure;
using projections::FigureChange;
using projections::kAllFigures;

// Rows wait until their events are read, with about so many changes at a time.
constexpr size_t kChangesAtATime = 200'000;

struct DiffOptions {
  Asked asked;
  std::vector<std::string> known_at;
  bool totals = false;
  Format format = Format::kTable;
};

// What all differences of one figure come to.
struct Total {
  int64_t members = 0;              // in whom it differs
  FigureValue sum = std::string();  // of amounts and counts
};
using Totals = std::array<Total, kAllFigures.size()>;

void AddTo(Totals& totals, const DiffRow& row) {
  std::array<bool, kAllFigures.size()> seen{};
  for (const FigureChange& change : row.changes) {
    const auto i = static_cast<size_t>(change.figure);
    if (!std::exchange(seen[i], true)) ++totals[i].members;
    AddValue(totals[i].sum, Difference(change.before, change.after));
  }
}

void Print(const Totals& totals, Format format, Output& out) {
  Report report(out, format,
                {{"figure"}, {"members", ColumnKind::kCount}, {"difference", ColumnKind::kAmount}});
  for (const Figure figure : kAllFigures) {
    const Total& total = totals[static_cast<size_t>(figure)];
    if (total.members == 0) continue;
    report.Text(Name(figure));
    report.Count(total.members);
    PrintValue(total.sum, report);
    report.EndRow();
  }
  report.Finish("Nothing differs.");
}

Result<void> Print(const std::vector<DiffRow>& rows, const log::EventLog& log, Report& report) {
  std::vector<events::Position> positions;
  for (const DiffRow& row : rows) {
    for (const FigureChange& change : row.changes) positions.push_back(change.cause);
  }
  IURAN_ASSIGN(const EventsAt events, EventsAt::Read(log, std::move(positions)));
  for (const DiffRow& row : rows) {
    for (const FigureChange& change : row.changes) {
      report.Text(row.member.text());
      report.Text(row.group.text());
      report.Text(Name(change.figure));
      PrintValue(change.before, report);
      PrintValue(change.after, report);
      PrintValue(Difference(change.before, change.after), report);
      report.Count(static_cast<int64_t>(change.cause.value));
      report.Text(events.At(change.cause).type);
      report.Text(events.At(change.cause).words);
      report.EndRow();
    }
  }
  return {};
}

Result<DiffQuestion> ReadQuestion(const Reading& reading, const std::string& at) {
  const projections::Question& later = reading.question();
  projections::Question earlier = later;
  Asked asked;
  asked.known_at = at;
  IURAN_ASSIGN(earlier.known_at, asked.KnownAt(reading.ledger()));
  if (earlier.known_at > later.known_at) {
    return Fail(ErrorCode::kUsage,
                fmt::format("--known-at: the first one is position {}, after the second one, {}. "
                            "Name the earlier state first.",
                            earlier.known_at.value, later.known_at.value));
  }
  return projections::AskBetween(reading.ledger().log(), earlier, later);
}

// Prints what differs, a piece at a time, and adds it up.
class DiffPrinter {
 public:
  DiffPrinter(const DiffOptions& options, const log::EventLog& log, Output& out)
      : log_(log), totals_only_(options.totals) {
    if (totals_only_) return;
    report_.emplace(out, options.format,
                    std::vector<Column>{{"member"},
                                        {"group"},
                                        {"figure"},
                                        {"before", ColumnKind::kAmount},
                                        {"after", ColumnKind::kAmount},
                                        {"difference", ColumnKind::kAmount},
                                        {"position", ColumnKind::kCount},
                                        {"type"},
                                        {"event"}});
  }

  Result<void> Take(DiffRow& row) {
    ++members_;
    AddTo(totals_, row);
    if (totals_only_) return {};
    changes_ += row.changes.size();
    waiting_.push_back(std::move(row));
    return changes_ < kChangesAtATime ? Result<void>() : PrintWaiting();
  }

  Result<void> Finish() {
    if (totals_only_) return {};
    IURAN_TRY(PrintWaiting());
    report_->Finish("Nothing differs.");
    return {};
  }

  int64_t members() const { return members_; }
  const Totals& totals() const { return totals_; }

 private:
  Result<void> PrintWaiting() {
    IURAN_TRY(Print(waiting_, log_, *report_));
    waiting_.clear();
    changes_ = 0;
    return {};
  }

  const log::EventLog& log_;
  const bool totals_only_;
  std::optional<Report> report_;
  std::vector<DiffRow> waiting_;
  size_t changes_ = 0;
  int64_t members_ = 0;
  Totals totals_;
};

Result<int> Diff(Program& program, const DiffOptions& options) {
  if (options.known_at.size() > 2) {
    return Fail(ErrorCode::kUsage, "--known-at: two states of knowledge are compared, not more.");
  }
  Asked later = options.asked;
  later.known_at = options.known_at.size() == 2 ? options.known_at[1] : "";
  IURAN_ASSIGN(const auto reading, Reading::Open(program, "diff", later));
  IURAN_ASSIGN(const DiffQuestion question, ReadQuestion(*reading, options.known_at.front()));
  DiffPrinter printer(options, reading->ledger().log(), program.out());
  IURAN_TRY(reading->ForEach<DiffRow>(
      [&question](const rules::Timeline& account, rules::Settlement& scratch,
                  std::vector<DiffRow>& rows) {
        return projections::DiffOf(account, question, scratch, rows);
      },
      [&printer](DiffRow& row) { return printer.Take(row); }));
  IURAN_TRY(printer.Finish());
  if (options.totals) {
    Print(printer.totals(), options.format, program.out());
  } else if (options.format == Format::kTable && printer.members() > 0) {
    program.out().Write(fmt::format(
        "\n{} member{} differ{} on {} between position {} and position {}.\n"
        "An event stands beside a figure where the figure known right after it is not the one "
        "known right before.\n\n",
        events::Grouped(printer.members()), printer.members() == 1 ? "" : "s",
        printer.members() == 1 ? "s" : "", question.later.as_of.ToString(),
        question.earlier.known_at.value, question.later.known_at.value));
    Print(printer.totals(), options.format, program.out());
  }
  return kDone;
}

}  // namespace

void RegisterDiff(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "diff", "Whose figures differ between two states of knowledge, and by which events");
  auto options = std::make_shared<DiffOptions>();
  AddAsOfOption(*command, options->asked);
  command
      ->add_option("--known-at", options->known_at,
                   "Twice: the earlier state and the later one, each a log position, a time "
                   "(2026-11-22T08:15:00Z) or a day that is over. Where it stands once, the later "
                   "state is everything recorded")
      ->type_name("POSITION|TIME")
      ->expected(1)
      ->take_all()
      ->required();
  AddWhomOptions(*command, options->asked);
  command->add_flag("--totals", options->totals,
                    "Only what the differences of each figure come to");
  AddFormatOption(*command, options->format);
  AddExamples(*command,
              {"iuran diff --known-at 2026-09-30 --known-at 2026-10-31 --as-of 2026-09-30",
               "iuran diff --known-at 4000 --as-of 2024-03-31 --member PW-004",
               "iuran diff --known-at 2026-09-30 --as-of 2026-09-30 --totals --format csv"});
  command->callback([&program, options] { program.Finish(Diff(program, *options)); });
}

}  // namespace iuran::tools
