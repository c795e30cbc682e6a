// The sequencer: gives every command its place. Callers queue; one of them leads, takes what waits
// (what is to come behind another, when all of that is taken), decides it in order, appends it in
// one synced batch and hands out the receipts, while the others' next commands queue up. So
// concurrent callers share one sync (group commit). Where more waits, it is decided while the
// commit before is appended; receipts are handed out in order.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "ledger/append_behind.h"
#include "ledger/commit_book.h"
#include "ledger/ledger.h"
#include "ledger/store.h"

namespace iuran::ledger {

class Sequencer;

// The sequencer's side of ledger.h's: one caller's commands and what becomes of them.
class Submission {
 public:
  Submission(Sequencer& taken_by, std::span<const rules::Command> asked)
      : sequencer(taken_by), commands(asked) {}
  ~Submission();
  Submission(const Submission&) = delete;
  Submission& operator=(const Submission&) = delete;

  bool is_taken() const { return taken == commands.size(); }

  Sequencer& sequencer;
  const std::span<const rules::Command> commands;

  // The sequencer's, under its mutex until it is done.
  const Submission* after = nullptr;  // not done: all of it is taken first
  size_t taken = 0;                   // into commits
  std::vector<Receipt> receipts;
  std::optional<Error> error;
  bool done = true;  // nothing of it waits in the queue
};

class Sequencer {
 public:
  struct Clock {
    std::function<Time()> now;
    std::function<Day(Time)> civil_day;  // in the ledger's time zone
  };

  // `store` and `vault` (null: no master key at hand) must outlive the sequencer.
  Sequencer(Store& store, const Vault* vault, Clock clock);

  // As Ledger::Submit. From any thread.
  Result<std::vector<Receipt>> Submit(std::span<const rules::Command> commands);
  // As Ledger::Begin and Finish. From any thread.
  SubmissionPtr Begin(std::span<const rules::Command> commands, const SubmissionPtr& after);
  Result<std::vector<Receipt>> Finish(Submission& begun);
  void Wait(const Submission& begun);  // until it is done

 private:
  // Commands of one caller within one commit.
  struct Slice {
    Submission* caller;
    size_t begin;
    size_t end;
  };

  // Commands decided together, and what becomes of them once they are recorded.
  struct Decided {
    std::vector<Slice> slices;
    Result<std::vector<Receipt>> receipts;
  };

  Result<void> CheckCommands(std::span<const rules::Command> commands) const;
  void Queue(Submission& submission, const Submission* after);
  static void EndWith(const Error& error, Submission& submission);
  static void LookAtWhatItFollows(Submission& submission);
  void Lead(std::unique_lock<std::mutex>& lock, const Submission& self);
  void StopAll(const char* problem) noexcept;
  std::vector<Slice> TakeSlices();
  bool MoreWaits() const;
  Decided Decide(std::vector<Slice> slices);
  bool DecidesAgainApart(const Decided& decided);
  Result<std::vector<Receipt>> DecideAll();
  std::string KeyOf(const rules::Command& command, const rules::RequestDigest& digest);
  void NameAll(std::span<const Slice> slices);
  Result<Receipt> DecideOne(const Asked& asked, Time now, Day today);
  Result<Receipt> RecordList(const Asked& asked, rules::ListDecided decided, Time now);
  void GiveUp(Decided& decided, const Error& error);
  void HandOut(Decided decided);

  const Vault* vault_;
  Clock clock_;

  std::mutex mutex_;  // guards the queue, its callers and leading_
  std::condition_variable turn_;
  std::deque<Submission*> queue_;
  bool leading_ = false;

  // Only the leader touches these.
  std::deque<Slice> apart_;  // each to be decided in a commit of its own
  AppendBehind past_;
  std::optional<Decided> under_way_;  // while past_ appends it
  CommitBook book_;
  std::vector<Asked> asked_;  // its texts' memory is reused
  std::optional<Error> stopped_;
};

}  // namespace iuran::ledger
