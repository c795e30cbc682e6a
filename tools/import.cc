#include "tools/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tools/control_totals.h"
#include "tools/import_batches.h"
#include "tools/input_text.h"
#include "tools/payment_lists.h"

namespace iuran::tools {
namespace {

constexpr uint64_t kMostDoublesShown = 20;
constexpr uint64_t kMostListsShown = 20;

// What becomes of the batches, one after the other.
class Importer {
 public:
  Importer(ledger::Ledger& ledger, const ImportPlan& plan, const ImportOptions& options,
           Rejects& rejects)
      : ledger_(ledger),
        plan_(plan),
        options_(options),
        rejects_(rejects),
        totals_(ledger, options.dry_run) {}

  // Hands over the rows of `batch`, behind those of `before` (null: none), which must be of the
  // same file. Null where they are only rehearsed.
  Result<ledger::SubmissionPtr> Begin(Batch& batch, const ledger::SubmissionPtr& before) {
    if (is_by_row()) {
      IURAN_TRY(totals_.LookUp(batch));
    } else {
      lists_.TakeFrom(batch, {"import", plan_.files[batch.file].digest, 0}, options_.author);
    }
    if (options_.dry_run) return nullptr;
    return ledger_.Begin(batch.commands, before);
  }

  // What became of them. The error means that nothing of the batch is told of, but for lists that
  // end with it.
  Result<void> Finish(const Batch& batch, ledger::SubmissionPtr begun, FileTally& tally) {
    IURAN_ASSIGN(const auto receipts, begun == nullptr ? ledger_.Rehearse(batch.commands)
                                                       : ledger_.Finish(std::move(begun)));
    IURAN_CHECK(receipts.size() == batch.commands.size(), "every command has its receipt");
    const bool by_row = is_by_row();
    if (by_row) IURAN_TRY(totals_.Count(batch.commands, receipts));
    auto bad = batch.bad_rows.begin();
    for (size_t i = 0; i < batch.commands.size(); ++i) {
      const rules::Command& command = batch.commands[i];
      for (; bad != batch.bad_rows.end() && bad->line < command.source.line; ++bad) {
        Reject(tally, bad->line, bad->error);
      }
      Tell(tally, command.source.line, command.request, receipts[i]);
    }
    for (; bad != batch.bad_rows.end(); ++bad) Reject(tally, bad->line, bad->error);
    tally.rows += batch.rows();
    told_to_ = std::max(told_to_, batch.last_line);
    if (by_row) {
      tally.last_line = told_to_;
      if (batch.ends_file) IURAN_TRY(TellTotals(tally));
    } else if (batch.ends_file) {
      IURAN_TRY(TakeLists(tally));
      // Before that, rows of lists above this line were not decided.
      if (!stopped_) tally.last_line = told_to_;
      TellRejected(tally);
    }
    if (batch.ends_file) told_to_ = 0;
    return {};
  }

  // Tells of the rejected rows of a file that wait for it, in order of their lines.
  void TellRejected(const FileTally& tally) {
    std::stable_sort(waiting_.begin(), waiting_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [line, error] : waiting_) rejects_.Add(tally.file, line, error);
    waiting_.clear();
  }

  uint64_t lists_held() const { return held_; }
  bool stopped() const { return stopped_; }  // between the lists of a file
  // The open month that rows dated into closed ones are adjustments of; nothing where none was.
  std::optional<events::Month> adjusted() const { return adjusted_; }

  // Of notes left out.
  void TellHowManyMore() {
    if (doubles_ > kMostDoublesShown && options_.note) {
      options_.note(fmt::format("... and {} more likely doubles.", doubles_ - kMostDoublesShown));
    }
    if (lists_told_ > kMostListsShown && options_.note) {
      options_.note(fmt::format("... and {} more lists that are not as they should be.",
                                lists_told_ - kMostListsShown));
    }
  }

 private:
  bool is_by_row() const { return options_.lists == ListMode::kTake; }

  // The lists of the file that is at its end, so many at a time that their receipts stay few.
  Result<void> TakeLists(FileTally& tally) {
    const std::vector<rules::Command> lists = lists_.TakeAll(options_.lists == ListMode::kHold);
    for (size_t begin = 0, end = 0; begin < lists.size(); begin = end) {
      for (size_t rows = 0; end < lists.size() && rows < options_.rows_per_batch; ++end) {
        rows += std::get<rules::ReceiveList>(lists[end].request).rows.size() + 1;
      }
      stopped_ = options_.stop != nullptr && options_.stop->load();
      if (stopped_) return {};
      const auto some = std::span(lists).subspan(begin, end - begin);
      IURAN_ASSIGN(const auto receipts,
                   options_.dry_run ? ledger_.Rehearse(some) : ledger_.Submit(some));
      IURAN_CHECK(receipts.size() == some.size(), "every list has its receipt");
      for (size_t i = 0; i < some.size(); ++i) {
        TellList(tally, std::get<rules::ReceiveList>(some[i].request),
                 std::get<ledger::ListReceipt>(receipts[i]));
      }
    }
    return {};
  }

  void TellList(FileTally& tally, const rules::ReceiveList& list,
                const ledger::ListReceipt& receipt) {
    tally.rows += list.rows.size();
    for (size_t i = 0; i < list.rows.size(); ++i) {
      const rules::ReceiveList::Row& row = list.rows[i];
      if (std::holds_alternative<rules::TakenRow>(receipt.rows[i])) {
        ++tally.accepted;
      } else if (std::holds_alternative<rules::Repeated>(receipt.rows[i])) {
        ++tally.repeated;
      } else {
        Reject(tally, row.line, row.payment, std::get<rules::Rejected>(receipt.rows[i]));
      }
    }
    tally.adjustments += receipt.adjustments;
    if (receipt.adjusts) adjusted_ = receipt.adjusts;
    if (receipt.held) ++held_;
    if (receipt.problem.empty() || ++lists_told_ > kMostListsShown || !options_.note) return;
    options_.note(fmt::format("{}: the list of remittance {} is {}. {}", tally.file,
                              list.remittance.text(), receipt.held ? "held" : "refused",
                              receipt.problem));
  }

  // What senders said of the lists whose rows were judged alone.
  Result<void> TellTotals(const FileTally& tally) {
    IURAN_ASSIGN(const auto differences, totals_.TakeDifferences());
    for (const std::string& difference : differences) {
      if (++lists_told_ > kMostListsShown || !options_.note) continue;
      options_.note(fmt::format("{}: {}", tally.file, difference));
    }
    return {};
  }

  // In list mode, what is decided at the end of the file stands between what was before.
  void Reject(FileTally& tally, uint64_t line, const RowError& error) {
    ++tally.rejected;
    if (is_by_row()) {
      rejects_.Add(tally.file, line, error);
    } else {
      waiting_.emplace_back(line, error);
    }
  }
  void Reject(FileTally& tally, uint64_t line, const rules::Request& request,
              const rules::Rejected& rejected) {
    Reject(tally, line,
           {rules::Name(rejected.code), rejected.column, ValueIn(request, rejected.column),
            rejected.message});
  }

  void Tell(FileTally& tally, uint32_t line, const rules::Request& request,
            const ledger::Receipt& receipt) {
    if (const auto* recorded = std::get_if<ledger::Recorded>(&receipt)) {
      ++tally.accepted;
      if (recorded->proposed) ++tally.proposed;
      if (recorded->adjusts) {
        ++tally.adjustments;
        adjusted_ = recorded->adjusts;
      }
      if (recorded->likely_double) TellDouble(tally, line, request, *recorded->likely_double);
    } else if (std::holds_alternative<rules::Repeated>(receipt)) {
      ++tally.repeated;
    } else {
      const auto* rejected = std::get_if<rules::Rejected>(&receipt);
      IURAN_CHECK(rejected != nullptr, "no row expects a stream version");
      Reject(tally, line, request, *rejected);
    }
  }

  static const events::MemberId& MemberOf(const rules::Request& request) {
    const auto* corrected = std::get_if<rules::CorrectPerson>(&request);
    return corrected != nullptr ? corrected->member : std::get<rules::EnrolMember>(request).member;
  }

  void TellDouble(FileTally& tally, uint32_t line, const rules::Request& request,
                  const events::MemberId& other) {
    ++tally.likely_doubles;
    if (++doubles_ > kMostDoublesShown || !options_.note) return;
    options_.note(fmt::format(
        "{}, line {}: {} has the NIK of {}. Both are enrolled; see whether they are one person.",
        tally.file, line, MemberOf(request).text(), other.text()));
  }

  ledger::Ledger& ledger_;
  const ImportPlan& plan_;
  const ImportOptions& options_;
  Rejects& rejects_;
  uint64_t doubles_ = 0;
  PaymentLists lists_;    // of the file at hand
  ControlTotals totals_;  // the same, where its rows are judged alone
  std::vector<std::pair<uint64_t, RowError>> waiting_;
  uint32_t told_to_ = 0;  // the line of the last row finished, of the file at hand
  uint64_t held_ = 0;
  uint64_t lists_told_ = 0;
  bool stopped_ = false;
  std::optional<events::Month> adjusted_;
};

uint64_t SumOf(const std::vector<FileTally>& files, uint64_t FileTally::*count) {
  uint64_t sum = 0;
  for (const FileTally& file : files) sum += file.*count;
  return sum;
}

}  // namespace

uint64_t ImportReport::rejected() const { return SumOf(files, &FileTally::rejected); }
uint64_t ImportReport::proposed() const { return SumOf(files, &FileTally::proposed); }
uint64_t ImportReport::adjustments() const { return SumOf(files, &FileTally::adjustments); }

ImportReport Import(ledger::Ledger& ledger, const ImportPlan& plan, const ImportOptions& options,
                    Rejects& rejects) {
  // A batch handed over. The next of its file is, too, before it is told of.
  struct Begun {
    Batch batch;
    ledger::SubmissionPtr submission;
  };
  ImportReport report;
  report.first_position = ledger.head().value;
  uint64_t rows = 0;
  Importer importer(ledger, plan, options, rejects);
  BatchReader reader(plan, options.author, options.approver, options.rows_per_batch);
  const auto finish = [&](Begun begun) {
    Batch& batch = begun.batch;
    const size_t rows_in_batch = batch.rows();
    if (auto told = importer.Finish(batch, std::move(begun.submission), report.files[batch.file]);
        !told) {
      report.failure = std::move(told.error());
    } else {
      report.failure = batch.failure;
      rows += rows_in_batch;
      if (options.progress) options.progress(rows);
    }
    reader.Recycle(std::move(batch));
    report.interrupted = importer.stopped();
  };
  std::optional<Begun> before;
  while (!report.failure && !report.interrupted) {
    std::optional<Batch> batch = reader.Next();
    const bool stop = batch && options.stop != nullptr && options.stop->load();
    if (before && (!batch || stop || batch->file != before->batch.file)) {
      finish(*std::exchange(before, std::nullopt));
    }
    if (report.failure || report.interrupted || !batch) break;
    if (stop) {
      report.interrupted = true;
      break;
    }
    if (batch->file == report.files.size()) {
      report.files.emplace_back().file = plan.files[batch->file].name;
    }
    Begun next{*std::move(batch), nullptr};
    auto submission = importer.Begin(next.batch, before ? before->submission : nullptr);
    if (submission) next.submission = *std::move(submission);
    if (before) finish(*std::exchange(before, std::nullopt));
    if (submission) {
      before = std::move(next);
    } else if (!report.failure) {
      report.failure = std::move(submission.error());
    }
  }
  before.reset();  // where the one before it failed, what became of it is known now
  if (!report.files.empty()) importer.TellRejected(report.files.back());
  importer.TellHowManyMore();
  report.lists_held = importer.lists_held();
  report.adjusted = importer.adjusted();
  report.next_position = ledger.head().value;
  return report;
}

}  // namespace iuran::tools
