// The book during one commit: what the commands at hand ask about, fetched in few lookups before
// the first is decided, and laid over it what those before them brought. Becomes one log::Batch.
//
//   Begin(commands) -> for each: Decide(book, ...) -> Record(...) or Remember(...) -> TakeCommit()
//   Where the commit does not come to be part of the past: Drop().
//
// Memory is bounded by the commit and by two caches of fixed size, never by the length of a file.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/append_behind.h"
#include "ledger/flat_map.h"
#include "ledger/ledger.h"
#include "ledger/store.h"

namespace iuran::ledger {

using rules::Asked;

class CommitBook final : public rules::Book {
 public:
  // `past` and `vault` must outlive the book; null: no master key at hand.
  CommitBook(const Past& past, const Vault* vault);

  // Starts a commit: forgets what the last one laid over the past, which must hold it by now, and
  // fetches what `asked` needs.
  Result<void> Begin(std::span<const Asked> asked);

  // The next version of the stream that `accepted` would be recorded in.
  uint32_t StreamSize(const rules::Accepted& accepted) const;
  // Makes `accepted` the next event of the commit, with those that go with it behind it: encodes
  // them, seals personal data, and lets those after them see them.
  Result<Recorded> Record(const Asked& asked, rules::Accepted accepted, Time recorded_at);
  // Lets the key of a repeated change be known from now on (see rules::Repeated).
  void Remember(const Asked& asked, Position position);
  // Vault::FileMark, kept: the rows of one file follow each other. There must be a vault.
  Digest FileMark(const Digest& file_digest);
  // A lookup that failed while deciding: the decision made on it must not stand.
  const std::optional<Error>& failure() const { return failure_; }

  bool empty() const { return pending_.empty() && aliases_.empty(); }
  // The commit, for the store; the book counts on its becoming part of the past.
  Commit TakeCommit();
  // What was decided last, or a commit taken, will not become part of the past.
  void Drop() { state_loaded_ = false; }

  // When the event before the next one was recorded.
  Time last_recorded_at() const { return state_.last_recorded_at; }

  std::optional<rules::KnownKey> FindKey(const std::string& key) const override;
  std::optional<rules::KnownGroup> FindGroup(const GroupId& group) const override;
  std::optional<rules::KnownMember> FindMember(const MemberId& member) const override;
  std::optional<rules::KnownRemittance> FindRemittance(const RemittanceId& id) const override;
  std::optional<RemittanceReceived> ReadRemittance(const RemittanceId& id) const override;
  std::optional<rules::KnownPayment> FindPayment(const PaymentId& payment) const override;
  std::optional<rules::KnownProposal> FindProposal(const std::string& id) const override;
  std::optional<rules::ProposalInWords> ReadProposal(Position position) const override;
  std::optional<rules::KnownClosing> LastClosing() const override { return state_.closing; }
  std::optional<LastChange> FindLastChange(const MemberId& member, Attribute attribute,
                                           Month from) const override;
  std::optional<LastChange> FindLastExit(const MemberId& member) const override;
  std::optional<rules::Timeline> FindHistory(const MemberId& member) const override;
  const rules::Scheme* FindScheme(const SchemeId& scheme) const override;
  std::optional<rules::KnownDocument> FindSchemeDocument(const SchemeId& scheme) const override;
  std::vector<SchemeId> SchemeIds() const override;
  MemberNumber NextMemberNumber() const override { return {state_.member_count}; }
  bool SamePersonalData(const MemberId& member, const rules::PersonalData& data) const override;
  rules::KnownPerson FindPerson(const MemberId& member) const override;
  rules::RequestDigest DigestOf(const rules::Request& request) const override;

 private:
  // An answer, and whether this commit changed it so that its row must be written.
  template <typename Value>
  struct Answer {
    std::optional<Value> value;
    bool changed = false;
  };
  struct MemberState {
    rules::KnownMember known;
    uint32_t stream_size = 0;
  };
  // What holds at the end of the past or, within a commit, of what is pending.
  struct State {
    EnactedSchemes enacted;
    uint32_t member_count = 0;
    Time last_recorded_at{INT64_MIN};
    std::optional<rules::KnownClosing> closing;
    bool schemes_changed = false;
    bool closing_changed = false;
    bool count_changed = false;
  };

  static std::optional<rules::KnownKey> KnownOf(const std::optional<log::KeyEntry>& entry);
  Result<void> LoadState();
  Result<void> FetchKeys(std::span<const Asked> asked);
  Result<void> FetchPeople(std::span<const Asked> asked);
  void Want(const rules::Request& request) const;
  void WantMember(const std::string& member) const;
  void WantGroup(const std::string& group) const;
  void WantRemittance(const std::string& remittance) const;
  void WantChange(std::string row_key) const;
  void WantPayment(const std::string& payment) const;
  void WantProposal(const std::string& id) const;
  // Fetches the rows wanted; where one is damaged or cannot be read, says so.
  Result<void> FetchWanted() const;
  Result<void> Load(const std::string& row_key, const std::optional<std::string>& row) const;
  void FetchNow() const;
  Result<Event> EventAt(Position position) const;
  template <typename Fact>
  const Fact* FactIn(const Result<Event>& event, Position position, std::string_view what) const;
  std::optional<LastChange> LastChangeIn(std::string row_key) const;
  std::optional<std::string> FindVaultRow(const std::string& key) const;
  void PutVaultRow(const std::string& key, std::optional<std::string> row);
  void Fail(Error error) const;

  Result<std::optional<MemberId>> SealPerson(const MemberId& member,
                                             const rules::PersonalData& data,
                                             std::optional<Digest>& commitment);
  void RecordEvent(const rules::Command& command, rules::Accepted& accepted, bool sealed,
                   Time recorded_at);
  Result<void> ErasePerson(const MemberId& member);
  struct Listener;  // for TellBook
  void Note(const Event& event);
  void AddRows(std::vector<log::RowChange>& rows) const;

  const Past& past_;
  const Vault* vault_;
  State state_;
  bool state_loaded_ = false;
  mutable GenerationCache<MemberState> member_cache_;

  // What this commit saw and did. Lookups fill it, so it changes under const.
  mutable FlatMap<std::optional<rules::KnownKey>> keys_;
  mutable FlatMap<Answer<MemberState>> members_;
  mutable FlatMap<Answer<rules::KnownGroup>> groups_;
  mutable FlatMap<Answer<rules::KnownRemittance>> remittances_;
  mutable FlatMap<Answer<LastChange>> changes_;  // by row key, exits included
  mutable FlatMap<Answer<Position>> corrected_;  // payments: where they stand
  mutable FlatMap<Answer<rules::KnownProposal>> proposals_;
  mutable FlatMap<Answer<std::string>> vault_rows_;
  mutable std::vector<std::string> wanted_;
  mutable std::optional<Error> failure_;
  std::vector<std::pair<std::string, rules::KnownKey>> aliases_;
  uint64_t first_position_ = 0;
  std::vector<PendingEvent> pending_;
  std::optional<std::pair<Digest, Digest>> marked_;  // the last file and its mark
  Event event_;                                      // its texts' memory is reused
};

}  // namespace iuran::ledger
