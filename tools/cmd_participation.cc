// iuran participation: how many are enrolled, covered and paid on a day, by region, group or
// programme, beside how many there could be.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>

#include "projections/participation.h"
#include "tools/commands.h"
#include "tools/denominator_file.h"
#include "tools/reading.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

using projections::CountBy;
using projections::Participant;
using projections::Participation;

struct ParticipationOptions {
  Asked asked;
  std::string by = "region";
  std::string denominator;
  Format format = Format::kTable;
};

constexpr std::string_view kNoDenominator = "none given";

Result<CountBy> ReadBy(std::string_view by) {
  if (by == "region") return CountBy::kRegion;
  if (by == "group") return CountBy::kGroup;
  if (by == "program") return CountBy::kProgram;
  return Fail(ErrorCode::kUsage, fmt::format("--by: '{}' is none of region, group, program.", by));
}

using Counts = std::map<std::string, Participation>;

// By one of its parts nobody is counted twice, unless it is by programme.
void Print(const Counts& counts, const Denominators* denominators,
           const ParticipationOptions& options, Output& out) {
  const bool total = options.by != "program";
  std::vector<Column> columns = {{options.by},
                                 {"enrolled", ColumnKind::kCount, total},
                                 {"covered", ColumnKind::kCount, total},
                                 {"active", ColumnKind::kCount, total},
                                 {"grace", ColumnKind::kCount, total},
                                 {"paid_month", ColumnKind::kCount, total}};
  if (denominators != nullptr) {
    columns.insert(columns.end(), {{"persons", ColumnKind::kCount, total},
                                   {"enrolled_percent", ColumnKind::kCount},
                                   {"covered_percent", ColumnKind::kCount},
                                   {"source"},
                                   {"date"}});
  }
  Report report(out, options.format, columns);
  for (const auto& [part, count] : counts) {
    report.Text(part);
    report.Count(count.enrolled);
    report.Count(count.covered());
    report.Count(count.active);
    report.Count(count.grace);
    report.Count(count.paid);
    if (denominators != nullptr) {
      const auto found = denominators->find(part);
      if (found == denominators->end()) {
        for (int i = 0; i < 3; ++i) report.Nothing();
        report.Text(kNoDenominator);
        report.Nothing();
      } else {
        const Denominator& denominator = found->second;
        report.Count(denominator.persons);
        report.Text(Percent(count.enrolled, denominator.persons));
        report.Text(Percent(count.covered(), denominator.persons));
        report.Text(denominator.source);
        report.Date(std::optional(denominator.date));
      }
    }
    report.EndRow();
  }
  report.Finish("Nobody was enrolled.");
}

std::string Definitions(const projections::Question& question, const std::string& by) {
  return fmt::format(
      "\nMemberships as of {}, known up to position {}. Who holds two counts twice.{}\n"
      "enrolled    the first month has begun and the last day, if there is one, is not over\n"
      "covered     of those, benefits are paid on that day: active and grace\n"
      "paid_month  of those enrolled, {} is settled by payments up to that day\n",
      question.as_of.ToString(), question.known_at.value,
      by == "program" ? " A membership counts in each of its programmes." : "",
      events::Month::Containing(question.as_of).ToString());
}

// What the percentages rest on, and what they are for all parts that have a denominator.
std::string AboutDenominators(const Counts& counts, const Denominators& denominators,
                              const ParticipationOptions& options) {
  Participation all;
  int64_t persons = 0;
  size_t without = 0;
  for (const auto& [part, count] : counts) {
    const auto found = denominators.find(part);
    if (found == denominators.end()) {
      ++without;
      continue;
    }
    all += count;
    persons += found->second.persons;
  }
  std::string text = fmt::format(
      "persons     as {} says, with its source and the day it is for; percentages are of these\n",
      options.denominator);
  if (options.by != "program" && persons > 0 && persons <= kMostPersons) {
    text += fmt::format("Of {} persons {} % are enrolled and {} % are covered.\n",
                        events::Grouped(persons), Percent(all.enrolled, persons),
                        Percent(all.covered(), persons));
  }
  if (without > 0) {
    text += fmt::format(
        "{} has no number of persons for {} of these rows; they are left empty{}.\n",
        options.denominator, without, options.by != "program" ? " and out of that sentence" : "");
  }
  return text;
}

Result<int> Participate(Program& program, const ParticipationOptions& options) {
  IURAN_ASSIGN(const CountBy by, ReadBy(options.by));
  std::optional<Denominators> denominators;
  if (!options.denominator.empty()) {
    IURAN_ASSIGN(denominators, ReadDenominators(options.denominator, options.by));
  }
  IURAN_ASSIGN(const auto reading, Reading::Open(program, "participation", options.asked));
  Counts counts;
  if (denominators) {
    for (const auto& [part, denominator] : *denominators) counts[part];
  }
  IURAN_TRY(reading->ForEach<Participant>(
      [&reading, by](const rules::Timeline& account, rules::Settlement& scratch,
                     std::vector<Participant>& rows) {
        return projections::ParticipationOf(account, reading->question(), by, scratch, rows);
      },
      [&counts](Participant& row) -> Result<void> {
        counts[row.part].Add(row);
        return {};
      }));
  Print(counts, denominators ? &*denominators : nullptr, options, program.out());
  if (options.format == Format::kTable) {
    program.out().Write(Definitions(reading->question(), options.by));
    if (denominators) program.out().Write(AboutDenominators(counts, *denominators, options));
  }
  return kDone;
}

}  // namespace

void RegisterParticipation(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "participation", "How many are enrolled, covered and paid, by region, group or programme");
  auto options = std::make_shared<ParticipationOptions>();
  AddAsOfOption(*command, options->asked);
  AddKnownAtOption(*command, options->asked);
  command->add_option("--by", options->by, "What to count by: region (default), group or program")
      ->type_name("WHAT");
  command
      ->add_option("--denominator", options->denominator,
                   "How many persons there are, to print percentages: a CSV file with the columns "
                   "region (or group, or program), persons, source, date")
      ->type_name("FILE");
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran participation --as-of 2026-11-22 --by program",
                         "iuran participation --as-of 2026-11-22 --by region --denominator "
                         "labour-force.csv"});
  command->callback([&program, options] { program.Finish(Participate(program, *options)); });
}

}  // namespace iuran::tools
