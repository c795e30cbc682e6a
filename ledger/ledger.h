// The ledger: joins rules, codec, vault and log. The one place where events come to be.
//
//   command -> rules::Decide(book, command) -> event -> codec: bytes -> log: one synced batch
//   {records, stream index, keys, book rows, vault rows} -> receipt
//
// One process writes. Inside it, Submit may be called from many threads: concurrent calls share one
// commit and one sync (group commit), and are decided in one order, which is log order.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "ledger/log/event_log.h"
#include "ledger/rules/decide.h"
#include "ledger/rules/scheme.h"
#include "ledger/vault.h"

namespace iuran::ledger {

using namespace events;

struct Options {
  std::filesystem::path folder;   // <folder>/log, /projections, /keys/master.key, /keys/signing.key
  std::string purpose = "iuran";  // whom a locked ledger names
  std::filesystem::path master_key;  // empty: <folder>/keys/master.key
  // The clock that stamps recorded_at and names today; tests and simulations set it.
  std::function<Time()> clock;  // empty: the system clock
};

struct Settings {
  std::string time_zone = "Asia/Makassar";
  std::string currency = "IDR";
  std::string author = "init";
  std::string origin = "";  // the log's name in its checkpoints; empty: a random one
};

// What became of one command.
struct Recorded {
  Position position;
  std::optional<MemberId> likely_double;  // enrolment: a member already enrolled with this NIK
  bool proposed = false;                  // it is proposed, and another person must approve it
  std::optional<Month> adjusts;           // the open month, where it lies in one that was closed
};
struct VersionMismatch {
  uint32_t expected;
  uint32_t actual;
};
// Of a list, which names no stream version.
struct ListReceipt {
  std::vector<rules::RowDecision> rows;  // in the order of the request
  std::string problem;                   // why nothing of it is recorded; empty: all of it is
  std::optional<Position> held;          // where it is recorded that the list is held
  uint64_t adjustments = 0;              // of its rows: they lie in months that were closed
  std::optional<Month> adjusts;          // the open month that those are of
};
using Receipt =
    std::variant<Recorded, rules::Repeated, rules::Rejected, VersionMismatch, ListReceipt>;

// Commands handed over whose receipts nobody has fetched yet: see Ledger::Begin. The last that lets
// it go waits until it is known what became of them. Not to outlive the ledger.
class Submission;
using SubmissionPtr = std::shared_ptr<Submission>;

// A member's personal data as `show member` sees it.
struct Person {
  enum class State { kNone, kForgotten, kNoMasterKey, kOpen };
  State state = State::kNone;
  rules::PersonalData data;  // where open
};

// Thread rule: Rehearse may be called from one thread at a time, all else from any. What is begun
// may be finished by another thread.
class Ledger {
 public:
  // Makes a ledger and enacts the shipped schemes. kLedgerExists where there is one (or anything
  // else) in the folder. Everything is made beside it and moved there last, so that a crash half
  // way leaves no ledger behind; what it leaves is cleared away by the next Init there. A master
  // key named outside the folder is used if it is there, else made.
  static Result<void> Init(const Options& options, const Settings& settings);

  // The master key may be absent unless options name it (then personal data stay closed, and
  // commands that bring or erase personal data fail with kKeyMissing); one that is not this
  // ledger's is told with kKeyMissing, as is one that is there and cannot be read. kLedgerMissing,
  // kLedgerLocked, kLedgerDamaged, kIo as the log says.
  static Result<std::unique_ptr<Ledger>> Open(const Options& options, log::Access access);
  ~Ledger();

  // Decides and records, in order. One receipt a command, durable on return. Any number of
  // commands: they are recorded in commits of at most kCommandsPerCommit (a list counts with its
  // rows), each wholly or not at all. An error ends the call; receipts of its earlier commits are
  // lost to the caller with it, but since every recorded command is known by its key, submitting
  // all of it again is safe and gives them. After kUnknownOutcome the ledger records nothing more
  // until it is opened again.
  static constexpr size_t kCommandsPerCommit = 8192;
  Result<std::vector<Receipt>> Submit(std::span<const rules::Command> commands);
  // Submit in two steps. `commands` come behind `after` (of this ledger; null: behind nothing) and
  // fail with it. They are decided while anybody waits for receipts, the end of `after` being on
  // its way to disk. `commands` must stay until Finish, called once, has theirs, or it is let go.
  SubmissionPtr Begin(std::span<const rules::Command> commands, const SubmissionPtr& after);
  Result<std::vector<Receipt>> Finish(SubmissionPtr begun);
  // The same answers without recording anything (import --dry-run), also for readers: commands see
  // the effects of those before them, in this call and in earlier dry calls of this object, until
  // the ledger itself moves on.
  Result<std::vector<Receipt>> Rehearse(std::span<const rules::Command> commands);

  const log::EventLog& log() const;
  log::EventLog& log();
  Position head() const;  // the next position; everything below is recorded

  // "Today": the civil day of the ledger's time zone at options.clock's time. Fails where the
  // system does not know the zone. The first call in a process reads the system's zones, some
  // milliseconds: ask only where a day is needed that nobody named.
  Result<Day> Today() const;
  const LedgerOpened& opened() const;

  // Schemes enacted up to the head (each with its position).
  Result<rules::SchemeBook> Schemes() const;

  // One event, decoded. kNotFound beyond the head.
  Result<Event> ReadEvent(Position position) const;
  // Events of one stream in order.
  Result<std::vector<Event>> ReadStream(const std::string& stream) const;

  Result<Person> OpenPerson(const MemberId& member, const std::optional<Digest>& commitment) const;

  // The last position recorded at or before `time`; nothing where the log began later.
  // Log n reads, since recorded_at never decreases along the log.
  Result<std::optional<Position>> LastRecordedBy(Time time) const;
  // What is recorded from now on is recorded at this time or later: now, or where the clock went
  // back, the time of the last event.
  Result<Time> NextRecordedAt() const;

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Submits ForgetPerson, which deletes the vault row and the NIK entry, and purges them from the
// files; also where the person was forgotten before, since a crash may have come between the two.
Result<Receipt> Forget(Ledger& ledger, const MemberId& member, const std::string& reason,
                       const std::string& author);

}  // namespace iuran::ledger
