#include "tools/tariff_try.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "tools/document_file.h"
#include "tools/reading.h"
#include "tools/trial_totals.h"

namespace iuran::tools {
namespace {

using projections::TrialQuestion;
using projections::TrialRow;

struct TryOptions {
  Asked asked;
  std::string file;
  bool totals = false;
  Format format = Format::kTable;
};

// "instead of the one enacted at position 1"
std::string InsteadOf(const projections::Question& question, const events::SchemeId& scheme) {
  const auto enacted = question.schemes->EnactedAt(scheme, question.known_at);
  return enacted ? fmt::format("instead of the one enacted at position {}", enacted->value)
                 : "which is not enacted";
}

// Prints what differs, and adds up all.
class TrialPrinter {
 public:
  TrialPrinter(const TryOptions& options, Output& out) {
    if (options.totals) return;
    report_.emplace(out, options.format,
                    std::vector<Column>{{"member"},
                                        {"group"},
                                        {"figure"},
                                        {"before", ColumnKind::kAmount},
                                        {"after", ColumnKind::kAmount},
                                        {"difference", ColumnKind::kAmount}});
  }

  void Take(const TrialRow& row) {
    const std::vector<TriedFigure> figures = FiguresOf(row);
    totals_.Add(figures);
    if (!report_) return;
    for (const TriedFigure& figure : figures) {
      if (figure.before == figure.after) continue;
      report_->Text(row.member.text());
      report_->Text(row.group.text());
      report_->Text(figure.name);
      PrintValue(figure.before, *report_);
      PrintValue(figure.after, *report_);
      PrintValue(Difference(figure.before, figure.after), *report_);
      report_->EndRow();
    }
  }

  void Finish() {
    if (report_) report_->Finish("Nothing differs.");
  }

  const TrialTotals& totals() const { return totals_; }

 private:
  std::optional<Report> report_;
  TrialTotals totals_;
};

constexpr std::string_view kNothingRecorded = "This was a trial: nothing was recorded.";

Result<int> Try(Program& program, const TryOptions& options) {
  IURAN_ASSIGN(const auto reading, Reading::Open(program, "tariff", options.asked));
  const projections::Question& present = reading->question();
  IURAN_ASSIGN(DocumentFile read, ReadDocument(options.file, reading->ledger(), present.known_at));
  const events::SchemeId scheme = read.scheme->id();
  rules::SchemeBook proposed;
  proposed.Enact(events::Position{0}, std::move(read.scheme));
  TrialQuestion question{scheme, present, present};
  question.proposed.schemes = &proposed;
  TrialPrinter printer(options, program.out());
  IURAN_TRY(reading->ForEach<TrialRow>(
      [&question](const rules::Timeline& account, rules::Settlement& scratch,
                  std::vector<TrialRow>& rows) {
        return projections::TrialOf(account, question, scratch, rows);
      },
      [&printer](TrialRow& row) -> Result<void> {
        printer.Take(row);
        return {};
      }));
  printer.Finish();
  const TrialTotals& totals = printer.totals();
  if (options.format != Format::kTable) {
    if (options.totals) totals.Print(options.format, program.out());
    program.Note(kNothingRecorded);
    return kDone;
  }
  const events::Day as_of = present.as_of;
  program.out().Write(fmt::format("{}Scheme {} as in {}, {}, on {}, known up to position {}.\n{}\n",
                                  options.totals ? "" : "\n", scheme.text(), options.file,
                                  InsteadOf(present, scheme), as_of.ToString(),
                                  present.known_at.value, kNothingRecorded));
  if (totals.members() == 0) {
    program.out().Write("Nobody of this scheme is asked about.\n");
    return kDone;
  }
  program.out().Write(totals.InWords(events::Month::Containing(as_of)) + "\n\n");
  totals.Print(options.format, program.out());
  return kDone;
}

}  // namespace

void RegisterTariffTry(CLI::App& tariff, Program& program) {
  CLI::App* command = tariff.add_subcommand(
      "try", "What a scheme document would change, for whom and by how much; nothing is recorded");
  auto options = std::make_shared<TryOptions>();
  command
      ->add_option("file", options->file, "The scheme document, as ledger/tariffs/README.md says")
      ->type_name("FILE")
      ->required();
  AddAsOfOption(*command, options->asked);
  AddKnownAtOption(*command, options->asked);
  AddWhomOptions(*command, options->asked);
  command->add_flag("--totals", options->totals, "Only what the differences come to");
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran tariff show bpu --document > bpu-next.json",
                         "iuran tariff try bpu-next.json --as-of 2026-11-22 --totals",
                         "iuran tariff try bpu-next.json --as-of 2026-11-22 --group KOPDIT-MS "
                         "--format csv"});
  command->callback([&program, options] { program.Finish(Try(program, *options)); });
}

}  // namespace iuran::tools
