// The ledger's reading side and its joints; the sequencer does the recording, init.cc the making.
#include "ledger/ledger.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "events/codec.h"
#include "ledger/civil_day.h"
#include "ledger/rules/personal.h"
#include "ledger/sequencer.h"
#include "ledger/store.h"

namespace iuran::ledger {

namespace {

// Store, vault and sequencer of a dry run.
struct Rehearsal {
  uint64_t base_size;
  std::unique_ptr<Store> store;
  std::unique_ptr<Sequencer> sequencer;
};

// The first event of the log says what the ledger is.
Result<LedgerOpened> ReadOpened(const Store& store) {
  IURAN_ASSIGN(Event event, ReadEvent(store, Position{0}));
  auto* opened = std::get_if<LedgerOpened>(&event.body);
  if (opened == nullptr) {
    return Fail(ErrorCode::kLedgerDamaged, "The log does not begin with the opening of a ledger.");
  }
  return std::move(*opened);
}

// The vault, where its key is there; a key file that is named must be. The ledger holds a value
// that only its own key gives.
Result<std::optional<Vault>> OpenVault(const std::filesystem::path& key_file, bool named,
                                       const Store& store) {
  if (!named && ::access(key_file.c_str(), F_OK) != 0 && errno == ENOENT) {
    return std::optional<Vault>();
  }
  IURAN_ASSIGN(Vault vault, Vault::Open(key_file));
  const std::string check_key(Vault::kCheckKey);
  IURAN_ASSIGN(const auto rows, store.FindRows(log::Table::kVault, std::span(&check_key, 1)));
  if (!rows[0] || *rows[0] != vault.CheckValue()) {
    return Fail(ErrorCode::kKeyMissing,
                fmt::format("The master key in {} is not this ledger's. Put the right key file "
                            "there, or take this one away to work without personal data.",
                            key_file.string()));
  }
  return std::optional<Vault>(std::move(vault));
}

// Rows of a commit can be read a moment before its events, by whoever reads beside a thread that
// records. So what looks like damage is looked at once more when the commit is there.
template <typename Read>
auto ReadAgain(const Read& read) {
  auto found = read();
  if (found || (found.error().code != ErrorCode::kLedgerDamaged &&
                found.error().code != ErrorCode::kNotFound)) {
    return found;
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return read();
}

}  // namespace

struct Ledger::Impl {
  std::function<Time()> clock;
  std::unique_ptr<log::EventLog> log;
  std::unique_ptr<Store> store;
  std::optional<Vault> vault;
  LedgerOpened opened;
  std::unique_ptr<Sequencer> sequencer;  // where it is open for writing
  std::optional<Rehearsal> rehearsal;

  Result<Person> OpenPerson(const MemberId& member, const Digest& commitment) const;
  const Vault* vault_or_null() const { return vault ? &*vault : nullptr; }
  Sequencer::Clock SequencerClock() const {
    return {clock, [this](Time time) { return CivilDayIn(opened.time_zone, time); }};
  }
};

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

Result<std::unique_ptr<Ledger>> Ledger::Open(const Options& options, log::Access access) {
  auto impl = std::make_unique<Impl>();
  impl->clock = options.clock ? options.clock : SystemTime;
  IURAN_ASSIGN(impl->log, log::EventLog::Open(options.folder / "log", access, options.purpose));
  impl->store = StoreIn(*impl->log);
  IURAN_ASSIGN(impl->opened, ReadOpened(*impl->store));
  const std::filesystem::path key_file =
      options.master_key.empty() ? options.folder / "keys" / "master.key" : options.master_key;
  IURAN_ASSIGN(impl->vault, OpenVault(key_file, !options.master_key.empty(), *impl->store));
  if (access == log::Access::kWrite) {
    IURAN_TRY(CheckTimeZone(impl->opened.time_zone));
    impl->sequencer =
        std::make_unique<Sequencer>(*impl->store, impl->vault_or_null(), impl->SequencerClock());
  }
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

Result<std::vector<Receipt>> Ledger::Submit(std::span<const rules::Command> commands) {
  IURAN_CHECK(impl_->sequencer != nullptr, "only a ledger opened for writing records");
  return impl_->sequencer->Submit(commands);
}

SubmissionPtr Ledger::Begin(std::span<const rules::Command> commands, const SubmissionPtr& after) {
  IURAN_CHECK(impl_->sequencer != nullptr, "only a ledger opened for writing records");
  return impl_->sequencer->Begin(commands, after);
}

Result<std::vector<Receipt>> Ledger::Finish(SubmissionPtr begun) {
  return impl_->sequencer->Finish(*begun);
}

Result<std::vector<Receipt>> Ledger::Rehearse(std::span<const rules::Command> commands) {
  std::optional<Rehearsal>& rehearsal = impl_->rehearsal;
  if (!rehearsal || rehearsal->base_size != impl_->log->size()) {
    rehearsal.reset();
    IURAN_TRY(CheckTimeZone(impl_->opened.time_zone));
    Rehearsal fresh;
    fresh.base_size = impl_->log->size();
    IURAN_ASSIGN(fresh.store, ScratchStoreOver(*impl_->log));
    fresh.sequencer =
        std::make_unique<Sequencer>(*fresh.store, impl_->vault_or_null(), impl_->SequencerClock());
    rehearsal = std::move(fresh);
  }
  return rehearsal->sequencer->Submit(commands);
}

const log::EventLog& Ledger::log() const { return *impl_->log; }
log::EventLog& Ledger::log() { return *impl_->log; }
Position Ledger::head() const { return Position{impl_->log->size()}; }

Result<Day> Ledger::Today() const {
  IURAN_TRY(CheckTimeZone(impl_->opened.time_zone));
  return CivilDayIn(impl_->opened.time_zone, impl_->clock());
}

const LedgerOpened& Ledger::opened() const { return impl_->opened; }

Result<rules::SchemeBook> Ledger::Schemes() const {
  IURAN_ASSIGN(EnactedSchemes enacted, ReadAgain([this] { return LoadSchemes(*impl_->store); }));
  return std::move(enacted.schemes);
}

Result<Event> Ledger::ReadEvent(Position position) const {
  return ledger::ReadEvent(*impl_->store, position);
}

Result<std::vector<Event>> Ledger::ReadStream(const std::string& stream) const {
  IURAN_ASSIGN(const std::vector<uint64_t> positions, impl_->store->Stream(stream));
  std::vector<Event> events;
  events.reserve(positions.size());
  for (const uint64_t position : positions) {
    IURAN_ASSIGN(Event event, ReadEvent(Position{position}));
    events.push_back(std::move(event));
  }
  return events;
}

Result<Person> Ledger::OpenPerson(const MemberId& member,
                                  const std::optional<Digest>& commitment) const {
  if (!commitment) return Person{Person::State::kNone, {}};
  return ReadAgain([&] { return impl_->OpenPerson(member, *commitment); });
}

Result<Person> Ledger::Impl::OpenPerson(const MemberId& member, const Digest& commitment) const {
  const std::string key = Vault::PersonKey(member);
  IURAN_ASSIGN(const auto rows, store->FindRows(log::Table::kVault, std::span(&key, 1)));
  if (!rows[0]) {
    const std::string forgotten = "forgotten/" + member.text();
    IURAN_ASSIGN(const auto found, store->FindKeys(std::span(&forgotten, 1)));
    if (found[0]) return Person{Person::State::kForgotten, {}};
    return Fail(ErrorCode::kLedgerDamaged,
                fmt::format("The personal data of member {} are missing from the vault, and the "
                            "member was not forgotten. {}",
                            member.text(), rules::kMissingDataAdvice));
  }
  if (!vault) return Person{Person::State::kNoMasterKey, {}};
  IURAN_ASSIGN(rules::PersonalData data, vault->Open(member, *rows[0], commitment));
  return Person{Person::State::kOpen, std::move(data)};
}

Result<std::optional<Position>> Ledger::LastRecordedBy(Time time) const {
  // The first position recorded after `time`.
  uint64_t low = 0;
  uint64_t high = impl_->log->size();
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    IURAN_ASSIGN(const Event event, ReadEvent(Position{middle}));
    if (event.envelope.recorded_at <= time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return std::optional<Position>();
  return std::optional<Position>(Position{low - 1});
}

Result<Time> Ledger::NextRecordedAt() const {
  IURAN_ASSIGN(const Event last, ReadEvent(Position{impl_->log->size() - 1}));
  return std::max(impl_->clock(), last.envelope.recorded_at);
}

Result<Receipt> Forget(Ledger& ledger, const MemberId& member, const std::string& reason,
                       const std::string& author) {
  rules::Command command;
  command.request = rules::ForgetPerson{member, reason};
  command.source.channel = "cli";
  command.author = author;
  IURAN_ASSIGN(const std::vector<Receipt> receipts, ledger.Submit(std::span(&command, 1)));
  const Receipt& receipt = receipts.front();
  if (std::holds_alternative<Recorded>(receipt) ||
      std::holds_alternative<rules::Repeated>(receipt)) {
    if (auto purged = ledger.log().Purge(log::Table::kVault); !purged) {
      return Fail(purged.error().code,
                  fmt::format("It is recorded that the personal data of {} is destroyed, and "
                              "nobody can read it in the ledger any more; but what lies sealed in "
                              "its files could not be cleared away. {} Then do the same again: it "
                              "clears them.",
                              member.text(), purged.error().message));
    }
  }
  return receipt;
}

}  // namespace iuran::ledger
