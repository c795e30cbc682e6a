// iuran import: takes in a folder of input files, or one file.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <future>
#include <memory>

#include "projections/runner.h"
#include "tools/adjustments.h"
#include "tools/commands.h"
#include "tools/import.h"
#include "tools/program.h"
#include "tools/progress.h"
#include "tools/reading.h"
#include "tools/report.h"
#include "tools/stop_on_signal.h"

namespace iuran::tools {
namespace {

constexpr int kStopped = 4;

struct Wanted {
  std::string path;
  std::string rejects;
  std::string author;
  std::string approver;
  ListMode lists = ListMode::kTake;
  bool dry_run = false;
  Format format = Format::kTable;
};

void AddListsOption(CLI::App& command, ListMode& lists) {
  command
      .add_option_function<std::string>(
          "--lists",
          [&lists](const std::string& word) {
            if (word == "take") {
              lists = ListMode::kTake;
            } else if (word == "refuse") {
              lists = ListMode::kRefuse;
            } else if (word == "hold") {
              lists = ListMode::kHold;
            } else {
              throw CLI::ValidationError("--lists", "'" + word + "' is none of take, refuse, hold");
            }
          },
          "What becomes of payments of one remittance that do not add up to it: take (default): "
          "each row is judged by itself; refuse: none is recorded; hold: none is, and it is "
          "recorded that the list is held")
      ->type_name("MODE");
}

// The rejects file takes the place of what has its name, so it must not be a file that others need:
// one of the import, one that another import may take, or one of the ledger.
Result<void> CheckRejectsPath(const Program& program, const ImportPlan& plan,
                              const std::string& rejects) {
  if (rejects.empty()) return {};
  namespace fs = std::filesystem;
  const auto refuse = [&rejects](std::string_view what) {
    return Fail(ErrorCode::kUsage,
                fmt::format("--rejects {} is {}. Choose another name.", rejects, what));
  };
  std::error_code ignored;
  for (const PlannedFile& file : plan.files) {
    if (fs::equivalent(file.path, rejects, ignored)) return refuse("a file of the import itself");
  }
  const fs::path file = fs::absolute(rejects, ignored);
  if (KindOfFileName(file.filename().string())) return refuse("the name of an input file");
  const fs::path ledger = fs::weakly_canonical(fs::absolute(program.Folder(), ignored), ignored);
  const fs::path folder = fs::weakly_canonical(file.parent_path(), ignored);
  if (std::mismatch(ledger.begin(), ledger.end(), folder.begin(), folder.end()).first ==
      ledger.end()) {
    return refuse("inside the ledger");
  }
  return {};
}

void WriteTallies(Program& program, const Wanted& wanted, const ImportReport& report) {
  Report table(program.out(), wanted.format,
               {{"file"},
                {"rows", ColumnKind::kCount, true},
                {"accepted", ColumnKind::kCount, true},
                {"repeated", ColumnKind::kCount, true},
                {"rejected", ColumnKind::kCount, true},
                {"likely_doubles", ColumnKind::kCount, true}});
  for (const FileTally& file : report.files) {
    table.Text(file.file);
    for (uint64_t count :
         {file.rows, file.accepted, file.repeated, file.rejected, file.likely_doubles}) {
      table.Count(static_cast<int64_t>(count));
    }
    table.EndRow();
  }
  table.Finish("No rows.");
}

std::string Recorded(const Wanted& wanted, const ImportReport& report) {
  if (wanted.dry_run) return "Nothing was recorded: this was a rehearsal (--dry-run).\n";
  if (report.next_position == report.first_position) return "Nothing new was recorded.\n";
  if (report.next_position == report.first_position + 1) {
    return fmt::format("Recorded at position {}.\n", report.first_position);
  }
  return fmt::format("Recorded at positions {} to {}.\n", report.first_position,
                     report.next_position - 1);
}

std::string NextStep(const Wanted& wanted, const ImportReport& report, events::Day today) {
  std::string text;
  if (report.rejected() > 0 && !wanted.rejects.empty()) {
    text = fmt::format("The rejected rows are in {}, each with its line and the reason.\n",
                       wanted.rejects);
  }
  if (const uint64_t waiting = report.proposed(); waiting > 0) {
    text += fmt::format(
        "{} for another person to approve: iuran proposals\n",
        waiting == 1 ? "1 row waits" : Grouped(static_cast<int64_t>(waiting)) + " rows wait");
  }
  if (report.lists_held > 0) {
    text += fmt::format(
        "{} held; what is left of the money stays unallocated: iuran remittances "
        "--unallocated\n",
        report.lists_held == 1 ? "1 list is"
                               : Grouped(static_cast<int64_t>(report.lists_held)) + " lists are");
  }
  text += AdjustmentsInWords(report.adjustments(), "row", report.adjusted);
  if (report.rejected() > 0) text += "Correct the rejected rows and import the file again.\n";
  text += wanted.dry_run ? "Next: the same command without --dry-run\n"
                         : fmt::format("Next: iuran arrears --as-of {}\n", today.ToString());
  return text;
}

// How far an import came that did not come to its end.
std::string Reached(const Wanted& wanted, const ImportReport& report) {
  std::string text;
  if (wanted.dry_run) {
    text = "Nothing was recorded: this was a rehearsal (--dry-run).";
  } else if (report.next_position == report.first_position) {
    // Of what was appended last it may not be known; the failure says so.
    const bool unknown = report.failure && report.failure->code == ErrorCode::kUnknownOutcome;
    if (!unknown) text = "Nothing new was recorded.";
  } else {
    text = "Some rows are recorded.";
    for (const FileTally& file : report.files) {
      if (file.last_line == 0) continue;
      text = fmt::format("The rows up to line {} of {} are recorded.", file.last_line, file.file);
    }
    text += " Run the same import again then: it goes on where it stopped.";
  }
  if (!wanted.rejects.empty()) {
    text += fmt::format("{}{} was not written.", text.empty() ? "" : " ", wanted.rejects);
  }
  return text;
}

// Brings the accounts up to the log, so that the first report after an import is quick. Whoever
// reads would fold the rest itself, so nothing of the import depends on it.
void BringProjectionsUp(const Program& program, ledger::Ledger& ledger,
                        const std::atomic<bool>* stop) {
  auto store = projections::Store::OpenToWrite(ProjectionsFolder(program));
  if (!store) {
    return program.Note("The accounts were not brought up to date: " + store.error().message);
  }
  projections::RunOptions options;
  options.threads = ThreadsToUse();
  options.stop = stop;
  const auto outcome = projections::CatchUp(**store, ledger.log(), options);
  if (!outcome) {
    program.Note("The accounts were not brought up to date: " + outcome.error().message);
  } else if (outcome->parked) {
    program.Note(fmt::format("The accounts stop before position {}: {}", outcome->parked->position,
                             outcome->parked->reason));
  }
}

Result<int> RunImport(Program& program, const Wanted& wanted) {
  IURAN_ASSIGN(const ImportPlan plan, PlanImport(wanted.path));
  IURAN_TRY(CheckRejectsPath(program, plan, wanted.rejects));
  const log::Access access = wanted.dry_run ? log::Access::kRead : log::Access::kWrite;
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("import", access));
  Progress progress("Importing", "rows");
  const Note note = [&program, &progress](std::string_view line) {
    progress.Clear();
    program.Note(line);
  };
  std::optional<std::filesystem::path> rejects_file;
  if (!wanted.rejects.empty()) rejects_file = wanted.rejects;
  IURAN_ASSIGN(const auto rejects, Rejects::Open(rejects_file, note));
  if (!plan.ignored.empty()) {
    note(fmt::format("None of the files that are taken, left alone: {}.",
                     fmt::join(plan.ignored, ", ")));
  }

  const StopOnSignal stop;
  ImportOptions options;
  options.author = wanted.author;
  options.approver = wanted.approver;
  options.lists = wanted.lists;
  options.dry_run = wanted.dry_run;
  options.stop = stop.asked();
  options.note = note;
  options.progress = [&progress](uint64_t rows) { progress.Update(rows, 0); };
  const ImportReport report = Import(*ledger, plan, options, *rejects);
  progress.Clear();

  WriteTallies(program, wanted, report);
  if (report.failure) {
    const std::string reached = Reached(wanted, report);
    return Fail(report.failure->code,
                report.failure->message + (reached.empty() ? "" : " ") + reached);
  }
  if (report.interrupted) {
    note("Stopped. " + Reached(wanted, report));
    return kStopped;
  }
  const Result<void> rejects_written = rejects->Finish();
  if (!wanted.dry_run) {
    auto flushed = std::async(std::launch::async | std::launch::deferred,
                              [&log = ledger->log()] { return log.Flush(); });
    BringProjectionsUp(program, *ledger, stop.asked());
    IURAN_TRY(flushed.get());
  }
  IURAN_TRY(rejects_written);
  IURAN_ASSIGN(const events::Day today, ledger->Today());
  const std::string text = Recorded(wanted, report) + NextStep(wanted, report, today);
  if (wanted.format == Format::kTable) {
    program.out().Write(text);
  } else {
    note(std::string_view(text).substr(0, text.size() - 1));
  }
  return report.rejected() > 0 ? kDoneWithDifferences : kDone;
}

}  // namespace

void RegisterImport(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "import", "Takes in a folder of groups, members, payments, changes and corrections");
  auto wanted = std::make_shared<Wanted>();
  command
      ->add_option(
          "path", wanted->path,
          "The folder (its files " + AllFileNames() + " are taken in this order), or one such file")
      ->required()
      ->type_name("PATH");
  command
      ->add_option("--rejects", wanted->rejects,
                   "Write the rejected rows there, as CSV with line, column, code and message")
      ->type_name("FILE");
  command->add_flag("--dry-run", wanted->dry_run,
                    "Say what would become of each row, record nothing");
  AddAuthorOption(*command, wanted->author);
  command
      ->add_option("--approved-by", wanted->approver,
                   "Who agreed, as a second person, to the reversals, refunds, waivers and returns "
                   "in it; without, they are proposed")
      ->type_name("NAME");
  AddListsOption(*command, wanted->lists);
  AddFormatOption(*command, wanted->format);
  AddExamples(*command,
              {"iuran import tools/sample --rejects rejects.csv",
               "iuran import payments.csv --dry-run", "iuran import november --lists hold"});
  command->callback([&program, wanted] { program.Finish(RunImport(program, *wanted)); });
}

}  // namespace iuran::tools
