#include "projections/runner.h"

#include <algorithm>

#include "projections/digest.h"
#include "projections/parallel.h"

namespace iuran::projections {
namespace {

constexpr uint64_t kStepEvents = 1 << 18;

Result<void> Save(Store& store, const log::EventLog& log, Accounts& accounts) {
  StoreState state = store.state();
  auto changes = store.NewChanges(state.generation);
  uint64_t enrolled = 0;
  for (unsigned i = 0; i < accounts.partitions(); ++i) {
    accounts.VisitPartition(i, [&enrolled](Account& account) { enrolled += account.enrolled; });
  }
  // Rows in use and the cursor change in one batch.
  IURAN_TRY(PutAccounts(accounts, true, *changes, []() -> Result<void> { return {}; }));
  for (const GroupId& group : accounts.new_groups()) {
    changes->PutGroup(group, accounts.groups().at(group));
  }
  state.cursor = accounts.cursor();
  IURAN_ASSIGN(state.last_record, DigestOfLastRecord(log, state.cursor));
  state.members += enrolled;
  state.groups += accounts.new_groups().size();
  state.parked = accounts.parked();
  IURAN_TRY(store.Commit(*changes, &state));
  accounts.MarkSaved();
  return {};
}

}  // namespace

Result<void> CheckIsOf(const log::EventLog& log, const StoreState& state) {
  bool same = state.cursor <= log.size();
  if (same) {
    IURAN_ASSIGN(const Digest last_record, DigestOfLastRecord(log, state.cursor));
    same = last_record == state.last_record;
  }
  if (same) return {};
  const log::Anchor anchor = log.anchor();
  const bool in_daybook = anchor.state == log::Anchor::State::kInDaybook ||
                          anchor.state == log::Anchor::State::kRowsLost;
  if (in_daybook && state.cursor > log.size() && state.cursor <= anchor.head.size) {
    return Fail(ErrorCode::kLedgerBehind,
                "The stored accounts hold events that stand in the daybook alone. 'iuran recover' "
                "brings them back to the log, or says what else is missing.");
  }
  return Fail(ErrorCode::kLedgerDamaged,
              "The stored accounts were folded from other events than the log has, so one of them "
              "is not of this ledger. `iuran replay --swap` makes the accounts anew from the log.");
}

Result<uint64_t> PutAccounts(Accounts& accounts, bool only_changed, Store::Changes& changes,
                             const std::function<Result<void>()>& after_each) {
  struct Row {
    const Account* account;
    std::string bytes;
  };
  std::vector<std::vector<Row>> rows(accounts.partitions());
  RunOnThreads(accounts.partitions(), [&](unsigned i) {
    accounts.VisitPartition(i, [&](Account& account) {
      if (only_changed && !account.changed) return;
      rows[i].push_back({&account, EncodeTimeline(account.timeline)});
    });
  });
  // In the order of their keys the store takes them several times as fast.
  std::vector<const Row*> sorted;
  for (const auto& part : rows) {
    for (const Row& row : part) sorted.push_back(&row);
  }
  const auto timeline = [](const Row* row) -> const rules::Timeline& {
    return row->account->timeline;
  };
  std::sort(sorted.begin(), sorted.end(), [&timeline](const Row* a, const Row* b) {
    return timeline(a).member < timeline(b).member;
  });
  for (const Row* row : sorted) {
    changes.PutMember(timeline(row).member.text(), row->bytes);
    IURAN_TRY(after_each());
  }
  std::sort(sorted.begin(), sorted.end(), [&timeline](const Row* a, const Row* b) {
    return timeline(a).number < timeline(b).number;
  });
  for (const Row* row : sorted) {
    if (only_changed && !row->account->enrolled) continue;
    changes.PutNumber(timeline(row).number, timeline(row).member.text());
    IURAN_TRY(after_each());
  }
  return sorted.size();
}

Result<RunOutcome> CatchUp(Store& store, const log::EventLog& log, const RunOptions& options) {
  RunOutcome outcome;
  outcome.head = log.size();
  outcome.from = outcome.cursor = store.state().cursor;
  IURAN_TRY(CheckIsOf(log, store.state()));
  const auto stopped = [&options] { return options.stop && options.stop->load(); };
  Accounts accounts(log, &store, options.threads);
  while (outcome.cursor < outcome.head && !outcome.parked && !stopped()) {
    const uint64_t until = std::min(
        outcome.head, store.state().cursor + std::max<uint64_t>(1, options.save_every_events));
    while (accounts.cursor() < until && !accounts.parked() && !stopped() &&
           accounts.memory_bytes() < options.memory_bytes) {
      IURAN_TRY(accounts.FoldTo(std::min(until, accounts.cursor() + kStepEvents), options.stop));
      if (options.progress) options.progress(accounts.cursor(), outcome.head);
    }
    IURAN_TRY(Save(store, log, accounts));
    if (accounts.memory_bytes() >= options.memory_bytes) accounts.Forget();
    outcome.cursor = accounts.cursor();
    outcome.parked = accounts.parked();
  }
  return outcome;
}

}  // namespace iuran::projections
