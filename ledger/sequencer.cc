// Group commit.
#include "ledger/sequencer.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "events/check.h"
#include "ledger/digest.h"
#include "ledger/rules/values.h"

namespace iuran::ledger {
namespace {

// A list, which is recorded whole, fits a commit.
static_assert(rules::kMostListed <= Ledger::kCommandsPerCommit);

// How many events the command may bring, corrections apart.
size_t WeightOf(const rules::Command& command) {
  const auto* list = std::get_if<rules::ReceiveList>(&command.request);
  return list == nullptr ? 1 : std::max(list->rows.size(), size_t{1});
}

// How many of the commands, the first at least, together weigh no more than `most`.
size_t CountWithin(std::span<const rules::Command> commands, size_t most) {
  size_t weight = 0;
  size_t count = 0;
  while (count < commands.size()) {
    weight += WeightOf(commands[count]);
    if (weight > most && count > 0) break;
    ++count;
  }
  return count;
}

uint64_t CountAdjustments(const rules::Accepted& accepted) {
  uint64_t count = accepted.adjusts ? 1 : 0;
  for (const rules::Accepted& other : accepted.also) count += CountAdjustments(other);
  return count;
}

}  // namespace

Sequencer::Sequencer(Store& store, const Vault* vault, Clock clock)
    : vault_(vault), clock_(std::move(clock)), past_(store), book_(past_, vault) {}

// What no command of the call may lack.
Result<void> Sequencer::CheckCommands(std::span<const rules::Command> commands) const {
  const rules::Command* before = nullptr;  // most are of the same people
  for (const rules::Command& command : commands) {
    if (before == nullptr || command.author != before->author) {
      IURAN_TRY(rules::CheckAuthor(command.author));
    }
    if (before == nullptr || command.approver != before->approver) {
      IURAN_TRY(rules::CheckAuthor(command.approver));
    }
    before = &command;
    if (vault_ != nullptr) continue;
    const auto* enrol = std::get_if<rules::EnrolMember>(&command.request);
    if ((enrol != nullptr && !enrol->personal_data.empty()) ||
        std::holds_alternative<rules::CorrectPerson>(command.request) ||
        std::holds_alternative<rules::ForgetPerson>(command.request)) {
      return Fail(ErrorCode::kKeyMissing,
                  "Personal data can be sealed, compared and erased only with the master key, and "
                  "it is not there. Put the key file in its place and try again.");
    }
  }
  return {};
}

Submission::~Submission() { sequencer.Wait(*this); }

Result<std::vector<Receipt>> Sequencer::Submit(std::span<const rules::Command> commands) {
  Submission self(*this, commands);
  Queue(self, nullptr);
  return Finish(self);
}

SubmissionPtr Sequencer::Begin(std::span<const rules::Command> commands,
                               const SubmissionPtr& after) {
  auto submission = std::make_shared<Submission>(*this, commands);
  Queue(*submission, after.get());
  return submission;
}

void Sequencer::Queue(Submission& submission, const Submission* after) {
  IURAN_CHECK(after == nullptr || &after->sequencer == this, "it comes behind one of this ledger");
  const Result<void> checked = CheckCommands(submission.commands);
  submission.receipts.reserve(submission.commands.size());
  const std::lock_guard lock(mutex_);
  const bool waits = after != nullptr && !after->done;
  if (after != nullptr && after->error) {
    submission.error = after->error;
  } else if (!checked) {
    submission.error = checked.error();
  } else if (waits || !submission.commands.empty()) {
    queue_.push_back(&submission);
    submission.done = false;
    // One without commands has nothing that could be taken, but what it follows may have.
    if (waits) submission.after = after->commands.empty() ? after->after : after;
  }
}

void Sequencer::EndWith(const Error& error, Submission& submission) {
  if (!submission.error) submission.error = error;
  submission.taken = submission.commands.size();
  submission.done = true;
}

// Where what it follows is done, it fails with that, or follows nothing any more.
void Sequencer::LookAtWhatItFollows(Submission& submission) {
  if (submission.after == nullptr || !submission.after->done) return;
  if (submission.after->error) EndWith(*submission.after->error, submission);
  submission.done = submission.done || submission.commands.empty();
  submission.after = nullptr;
}

Result<std::vector<Receipt>> Sequencer::Finish(Submission& begun) {
  Wait(begun);
  if (begun.error) return tl::unexpected<Error>(*begun.error);
  return std::move(begun.receipts);
}

void Sequencer::Wait(const Submission& begun) {
  std::unique_lock lock(mutex_);
  turn_.wait(lock, [&] { return begun.done || !leading_; });
  if (begun.done) return;
  leading_ = true;
  try {
    Lead(lock, begun);
  } catch (const std::exception& problem) {
    if (!lock.owns_lock()) lock.lock();
    StopAll(problem.what());
  }
  leading_ = false;
  turn_.notify_all();
}

// Whoever waits is told: no caller may wait for a leader that is gone. What was under way may have
// been recorded, and what the book holds may be half changed, so nothing more is recorded.
void Sequencer::StopAll(const char* problem) noexcept {
  stopped_ = Error{
      ErrorCode::kUnknownOutcome,
      fmt::format("Recording stopped ({}), and it is not known whether the last commands are on "
                  "disk. Start the program again and do the same again: what was recorded is "
                  "recognised and not recorded twice.",
                  problem)};
  under_way_.reset();
  apart_.clear();
  for (Submission* caller : queue_) EndWith(*stopped_, *caller);
  queue_.clear();
}

// Until `self` has its receipts. What is under way then has another caller, who leads next, at the
// latest when waiting for it.
void Sequencer::Lead(std::unique_lock<std::mutex>& lock, const Submission& self) {
  while (!self.done) {
    std::vector<Slice> slices = TakeSlices();
    lock.unlock();
    std::optional<Decided> decided;
    if (!slices.empty()) decided = Decide(std::move(slices));
    if (decided && DecidesAgainApart(*decided)) decided.reset();
    if (const Result<void> appended = past_.Finish(); !appended) {
      if (under_way_) GiveUp(*under_way_, appended.error());
      if (decided) GiveUp(*decided, appended.error());
    }
    lock.lock();
    if (under_way_) HandOut(*std::exchange(under_way_, std::nullopt));
    if (!decided) continue;
    if (decided->receipts && !book_.empty()) {
      if (MoreWaits()) {
        past_.Start(book_.TakeCommit());
        under_way_ = std::move(decided);
        continue;
      }
      lock.unlock();
      if (const Result<void> appended = past_.Append(book_.TakeCommit()); !appended) {
        GiveUp(*decided, appended.error());
      }
      lock.lock();
    }
    HandOut(*std::move(decided));
  }
}

// What one caller asks for may be what cannot be read; the others are not to fail with it.
bool Sequencer::DecidesAgainApart(const Decided& decided) {
  if (decided.receipts || stopped_ || decided.slices.size() < 2) return false;
  apart_.assign(decided.slices.begin(), decided.slices.end());
  return true;
}

bool Sequencer::MoreWaits() const {
  return !apart_.empty() || std::any_of(queue_.begin(), queue_.end(),
                                        [](const Submission* c) { return !c->is_taken(); });
}

// Of each caller waiting, oldest first, an equal share of a commit at most: a long import must not
// keep others waiting for its end.
std::vector<Sequencer::Slice> Sequencer::TakeSlices() {
  std::vector<Slice> slices;
  if (!apart_.empty()) {
    slices.push_back(apart_.front());
    apart_.pop_front();
    return slices;
  }
  for (Submission* caller : queue_) {
    if (slices.size() == Ledger::kCommandsPerCommit) break;
    const bool waits = caller->after != nullptr && !caller->after->is_taken();
    if (!caller->is_taken() && !waits) slices.push_back({caller, caller->taken, caller->taken});
  }
  const size_t share = Ledger::kCommandsPerCommit / std::max(slices.size(), size_t{1});
  for (Slice& slice : slices) {
    Submission& caller = *slice.caller;
    slice.end += CountWithin(caller.commands.subspan(caller.taken), share);
    caller.taken = slice.end;
  }
  return slices;
}

// The callers of it get `error`, and nothing decided on top of it may be used.
void Sequencer::GiveUp(Decided& decided, const Error& error) {
  if (error.code == ErrorCode::kUnknownOutcome) stopped_ = error;
  decided.receipts = tl::unexpected<Error>(error);
  book_.Drop();
}

void Sequencer::HandOut(Decided decided) {
  Result<std::vector<Receipt>>& receipts = decided.receipts;
  auto next = receipts ? receipts->begin() : std::vector<Receipt>::iterator();
  for (const Slice& slice : decided.slices) {
    Submission& caller = *slice.caller;
    if (receipts) {
      const auto end = next + static_cast<std::ptrdiff_t>(slice.end - slice.begin);
      caller.receipts.insert(caller.receipts.end(), std::make_move_iterator(next),
                             std::make_move_iterator(end));
      next = end;
      caller.done = caller.done || slice.end == caller.commands.size();
    } else {
      EndWith(receipts.error(), caller);
    }
  }
  for (Submission* caller : queue_)
    LookAtWhatItFollows(*caller);  // which is before it in the queue
  std::erase_if(queue_, [](const Submission* c) { return c->done; });
  std::erase_if(apart_, [](const Slice& slice) { return slice.caller->done; });
  turn_.notify_all();
}

std::string Sequencer::KeyOf(const rules::Command& command, const rules::RequestDigest& digest) {
  const rules::Source& source = command.source;
  const bool sealed = std::holds_alternative<rules::CorrectPerson>(command.request);
  if (!sealed || !source.file_digest || source.line == 0) {
    return rules::IdempotencyKey(command, digest);
  }
  return rules::SealedRowKey(book_.FileMark(*source.file_digest), source.line);
}

void Sequencer::NameAll(std::span<const Slice> slices) {
  size_t count = 0;
  for (const Slice& slice : slices) count += slice.end - slice.begin;
  asked_.resize(count);
  auto next = asked_.begin();
  for (const Slice& slice : slices) {
    for (const rules::Command& command :
         slice.caller->commands.subspan(slice.begin, slice.end - slice.begin)) {
      next->command = &command;
      next->digest = DigestOf(command.request);
      next->key = KeyOf(command, next->digest);
      ++next;
    }
  }
}

Sequencer::Decided Sequencer::Decide(std::vector<Slice> slices) {
  NameAll(slices);
  Decided decided{std::move(slices), DecideAll()};
  if (!decided.receipts) book_.Drop();
  return decided;
}

Result<std::vector<Receipt>> Sequencer::DecideAll() {
  if (stopped_) return tl::unexpected<Error>(*stopped_);
  IURAN_TRY(book_.Begin(asked_));
  const Time now = std::max(clock_.now(), book_.last_recorded_at());
  const Day today = clock_.civil_day(now);
  std::vector<Receipt> receipts;
  receipts.reserve(asked_.size());
  for (const Asked& asked : asked_) {
    IURAN_ASSIGN(Receipt receipt, DecideOne(asked, now, today));
    receipts.push_back(std::move(receipt));
  }
  return receipts;
}

Result<Receipt> Sequencer::DecideOne(const Asked& asked, Time now, Day today) {
  rules::Decision decision = rules::Decide(book_, asked, today);
  if (book_.failure()) return tl::unexpected<Error>(*book_.failure());
  if (auto* rejected = std::get_if<rules::Rejected>(&decision)) return std::move(*rejected);
  if (auto* list = std::get_if<rules::ListDecided>(&decision)) {
    return RecordList(asked, std::move(*list), now);
  }
  if (const auto* repeated = std::get_if<rules::Repeated>(&decision)) {
    book_.Remember(asked, repeated->position);
    return *repeated;
  }
  auto& accepted = std::get<rules::Accepted>(decision);
  if (const std::optional<uint32_t> expected = asked.command->expected_stream_version) {
    const uint32_t actual = book_.StreamSize(accepted);
    if (book_.failure()) return tl::unexpected<Error>(*book_.failure());
    if (*expected != actual) return VersionMismatch{*expected, actual};
  }
  IURAN_ASSIGN(Recorded recorded, book_.Record(asked, std::move(accepted), now));
  return recorded;
}

Result<Receipt> Sequencer::RecordList(const Asked& asked, rules::ListDecided decided, Time now) {
  ListReceipt receipt;
  receipt.rows = std::move(decided.rows);
  receipt.problem = std::move(decided.problem);
  receipt.held = decided.held;
  if (decided.accepted) {
    receipt.adjustments = CountAdjustments(*decided.accepted);
    IURAN_ASSIGN(const Recorded recorded, book_.Record(asked, *std::move(decided.accepted), now));
    if (!receipt.problem.empty()) receipt.held = recorded.position;
    receipt.adjusts = recorded.adjusts;
  }
  return receipt;
}

}  // namespace iuran::ledger
