// The books: the entries of recorded events, and what entries leave on each account (rulebook 8).
// The entries of a member's months are MonthEntriesOf (projections/entries.h).
#pragma once

#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "ledger/log/event_log.h"
#include "projections/entries.h"

namespace iuran::projections {

// Makes entries of events that are given in log order, from the first one on or of a few streams.
// Memory grows with the remittances seen.
class EventEntries {
 public:
  // How to come by an earlier event. `remittance` is asked for one that was not given before.
  struct Earlier {
    std::function<Result<Event>(Position)> read;
    std::function<Result<Position>(const RemittanceId&)> remittance;
  };
  explicit EventEntries(Earlier earlier) : earlier_(std::move(earlier)) {}

  // The entry of the event, valid until the next call; null where it has none.
  Result<const Entry*> Of(const Event& event);

 private:
  Result<void> EnterPaid(Position position, const PaymentReceived& fact);
  Result<const Drawn*> Find(const RemittanceId& remittance);

  const Earlier earlier_;
  std::unordered_map<RemittanceId, Drawn> remittances_;
  Entry entry_;
};

// Calls take for the entries of the events in [0, known_at] that are dated up to `to`: of all of
// them, or of those of one member. In log order. `beside` is called for events without an entry.
using TakeEvent = std::function<Result<void>(const Event&)>;
Result<void> ForEachEventEntry(const log::EventLog& log, Position known_at, Day to,
                               const TakeEntry& take, const TakeEvent& beside = nullptr);
Result<void> ForEachEventEntryOf(const log::EventLog& log, const MemberId& member,
                                 Position known_at, Day to, const TakeEntry& take);

// What entries leave on each account. Memory: 16 bytes a member, and every other account by name.
class AccountSums {
 public:
  using Named = std::map<std::string, Money, std::less<>>;

  void Add(const BookAccount& account, Money amount);
  void Add(const Entry& entry);

  // Accounts of a kind by their names, unescaped; those of kMember are in OfMember alone.
  const Named& Of(AccountKind kind) const { return named_[static_cast<size_t>(kind)]; }
  Money OfMember(MemberNumber number) const;
  Money OfMembers() const;
  Money Total() const;  // of all accounts

 private:
  std::array<Named, kAccountKinds> named_;
  std::vector<Money> members_;
};

// What the months of one member leave: a row of a report over all members.
class MonthSums {
 public:
  // Of MonthEntriesOf.
  static Result<MonthSums> Of(const rules::Timeline& timeline, const Question& question,
                              rules::Settlement& scratch);
  void AddTo(AccountSums& sums) const {
    for (const Posting& posting : postings_) sums.Add(posting.account, posting.amount);
  }

 private:
  void Add(const Posting& posting);
  std::vector<Posting> postings_;  // one for each account
};

}  // namespace iuran::projections
