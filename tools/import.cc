#include "tools/import.h"

#include <fmt/format.h>

#include "tools/import_batches.h"
#include "tools/input_text.h"

namespace iuran::tools {
namespace {

constexpr uint64_t kMostDoublesShown = 20;

// What becomes of the batches, one after the other.
class Importer {
 public:
  Importer(ledger::Ledger& ledger, const ImportOptions& options, Rejects& rejects)
      : ledger_(ledger), options_(options), rejects_(rejects) {}

  // The error means that nothing of the batch is told of.
  Result<void> Take(const Batch& batch, FileTally& tally) {
    auto receipts =
        options_.dry_run ? ledger_.Rehearse(batch.commands) : ledger_.Submit(batch.commands);
    if (!receipts) return tl::unexpected<Error>(std::move(receipts.error()));
    IURAN_CHECK(receipts->size() == batch.commands.size(), "every command has its receipt");
    auto bad = batch.bad_rows.begin();
    for (size_t i = 0; i < batch.commands.size(); ++i) {
      const rules::Command& command = batch.commands[i];
      for (; bad != batch.bad_rows.end() && bad->line < command.source.line; ++bad) {
        Reject(tally, bad->line, bad->error);
      }
      Tell(tally, command, (*receipts)[i]);
    }
    for (; bad != batch.bad_rows.end(); ++bad) Reject(tally, bad->line, bad->error);
    tally.rows += batch.rows();
    if (batch.rows() > 0) tally.last_line = batch.last_line;
    return {};
  }

  void Finish() {
    if (doubles_ > kMostDoublesShown && options_.note) {
      options_.note(fmt::format("... and {} more likely doubles.", doubles_ - kMostDoublesShown));
    }
  }

 private:
  void Reject(FileTally& tally, uint64_t line, const RowError& error) {
    ++tally.rejected;
    rejects_.Add(tally.file, line, error);
  }

  void Tell(FileTally& tally, const rules::Command& command, const ledger::Receipt& receipt) {
    if (const auto* recorded = std::get_if<ledger::Recorded>(&receipt)) {
      ++tally.accepted;
      if (recorded->proposed) ++tally.proposed;
      if (recorded->likely_double) TellDouble(tally, command, *recorded->likely_double);
    } else if (std::holds_alternative<rules::Repeated>(receipt)) {
      ++tally.repeated;
    } else {
      const auto* rejected = std::get_if<rules::Rejected>(&receipt);
      IURAN_CHECK(rejected != nullptr, "no row expects a stream version");
      Reject(tally, command.source.line,
             {rules::Name(rejected->code), rejected->column,
              ValueIn(command.request, rejected->column), rejected->message});
    }
  }

  static const events::MemberId& MemberOf(const rules::Request& request) {
    const auto* corrected = std::get_if<rules::CorrectPerson>(&request);
    return corrected != nullptr ? corrected->member : std::get<rules::EnrolMember>(request).member;
  }

  void TellDouble(FileTally& tally, const rules::Command& command, const events::MemberId& other) {
    ++tally.likely_doubles;
    if (++doubles_ > kMostDoublesShown || !options_.note) return;
    options_.note(fmt::format(
        "{}, line {}: {} has the NIK of {}. Both are enrolled; see whether they are one person.",
        tally.file, command.source.line, MemberOf(command.request).text(), other.text()));
  }

  ledger::Ledger& ledger_;
  const ImportOptions& options_;
  Rejects& rejects_;
  uint64_t doubles_ = 0;
};

}  // namespace

namespace {

uint64_t SumOf(const std::vector<FileTally>& files, uint64_t FileTally::*count) {
  uint64_t sum = 0;
  for (const FileTally& file : files) sum += file.*count;
  return sum;
}

}  // namespace

uint64_t ImportReport::rejected() const { return SumOf(files, &FileTally::rejected); }
uint64_t ImportReport::proposed() const { return SumOf(files, &FileTally::proposed); }

ImportReport Import(ledger::Ledger& ledger, const ImportPlan& plan, const ImportOptions& options,
                    Rejects& rejects) {
  ImportReport report;
  report.first_position = ledger.head().value;
  uint64_t rows = 0;
  Importer importer(ledger, options, rejects);
  BatchReader reader(plan, options.author, options.approver, options.rows_per_batch);
  while (!report.failure) {
    std::optional<Batch> batch = reader.Next();
    if (!batch) break;
    if (options.stop != nullptr && options.stop->load()) {
      report.interrupted = true;
      break;
    }
    if (batch->file == report.files.size()) {
      report.files.emplace_back().file = plan.files[batch->file].name;
    }
    FileTally& tally = report.files[batch->file];
    if (auto taken = importer.Take(*batch, tally); !taken) {
      report.failure = std::move(taken.error());
    } else {
      report.failure = batch->failure;
      rows += batch->rows();
      if (options.progress) options.progress(rows);
    }
    reader.Recycle(*std::move(batch));
  }
  importer.Finish();
  report.next_position = ledger.head().value;
  return report;
}

}  // namespace iuran::tools
