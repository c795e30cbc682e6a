// The rows of the book (log::Table::kBook, book_rows.h) that events must have brought: derived from
// the events alone, for whoever checks the stored rows or makes them anew.
//
// TellBook is the one place that knows what an event changes in the book. The commit that records
// an event listens to it, and so does DerivedBook, which hears all events of a log.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/book_rows.h"
#include "ledger/flat_map.h"
#include "ledger/rules/decide.h"
#include "ledger/rules/recorded_request.h"
#include "ledger/rules/values.h"

namespace iuran::ledger {

// What a payment changes.
template <typename Listener>
void TellBookOfPayment(const RemittanceId& remittance, Money amount, Listener& book) {
  if (!remittance.empty()) book.Drawn(remittance, amount);
}

// Tells `book` what the event changes, by one of:
//   Enrolled(member, KnownMember)   Registered(group, KnownGroup)   Remitted(remittance, amount)
//   Drawn(remittance, amount)       by a payment, or by a return
//   Reversed(event, reversal)       the payment event.envelope.corrects gives back what it drew
//   Changed(row key, LastChange)    a change, an exit, or corrected personal data
//   Enacted(position, enacted)
//   Corrected(payment, position)    the payment stands there now
//   Proposed(id, position)
//   Ended(id, KnownProposal)        it was carried out or declined
//   Closed(KnownClosing)
// Other events change nothing there. Rows of aliases ("k/") do not come of events.
template <typename Listener>
void TellBook(const Event& event, Listener& book) {
  const Position at = event.envelope.position;
  if (event.envelope.proposal) {
    const auto request = rules::RecordedRequest(event.body);
    const rules::KnownProposal carried_out{*event.envelope.proposal, false, at};
    if (request) book.Ended(rules::ProposalId(*request), carried_out);
  }
  if (const auto* enrolled = std::get_if<MemberEnrolled>(&event.body)) {
    book.Enrolled(enrolled->member,
                  rules::KnownMember{enrolled->number, enrolled->scheme, enrolled->from});
  } else if (const auto* group = std::get_if<GroupRegistered>(&event.body)) {
    book.Registered(group->group, rules::KnownGroup{group->risk});
  } else if (const auto* remittance = std::get_if<RemittanceReceived>(&event.body)) {
    book.Remitted(remittance->remittance, remittance->amount);
  } else if (const auto* payment = std::get_if<PaymentReceived>(&event.body)) {
    TellBookOfPayment(payment->remittance, payment->amount, book);
    if (event.envelope.corrects) book.Corrected(payment->payment, at);
  } else if (const auto* reversed = std::get_if<PaymentReversed>(&event.body)) {
    book.Reversed(event, *reversed);
  } else if (const auto* change = std::get_if<AttributeChanged>(&event.body)) {
    book.Changed(ChangeRowKey(change->member, change->attribute, change->from),
                 rules::Book::LastChange{at, ToString(change->value)});
  } else if (const auto* exited = std::get_if<MemberExited>(&event.body)) {
    book.Changed(ExitRowKey(exited->member),
                 rules::Book::LastChange{at, rules::ExitWord(exited->last_day)});
  } else if (const auto* person = std::get_if<PersonalDataCorrected>(&event.body)) {
    book.Changed(PersonRowKey(person->member), rules::Book::LastChange{at, ""});
  } else if (const auto* enacted = std::get_if<SchemeEnacted>(&event.body)) {
    book.Enacted(at, *enacted);
  } else if (const auto* returned = std::get_if<RemittanceReturned>(&event.body)) {
    book.Drawn(returned->remittance, returned->amount);
  } else if (const auto* proposed = std::get_if<ChangeProposed>(&event.body)) {
    book.Proposed(proposed->id, at);
  } else if (const auto* declined = std::get_if<ProposalDeclined>(&event.body)) {
    book.Ended(declined->id, rules::KnownProposal{event.envelope.corrects.value_or(at), false});
  } else if (const auto* closed = std::get_if<MonthClosed>(&event.body)) {
    book.Closed(rules::KnownClosing{closed->month, closed->known});
  }
}

struct BookRow {
  std::string key;
  std::string value;
};

// Hears the events of positions 0 to n - 1, each once and in any order, and gives the rows that a
// ledger of exactly these events has, those of aliases apart. Several may share the events, a
// thread each, and are merged then. Trusts nothing but the form of an event: what the rules would
// not have recorded gives rows that no ledger has.
class DerivedBook {
 public:
  void Note(const Event& event) { TellBook(event, *this); }
  void Merge(const DerivedBook& other);

  // The event at a position, for the payments that reversals give back; it is one that was noted.
  using ReadEvent = std::function<Result<Event>(Position)>;
  // All rows, in bytewise order of their keys. The error is of `read`; kLedgerDamaged where what a
  // reversal names is no payment.
  Result<std::vector<BookRow>> Rows(const ReadEvent& read) const;

  void Enrolled(const MemberId& member, const rules::KnownMember& known);
  void Registered(const GroupId& group, const rules::KnownGroup& known);
  void Remitted(const RemittanceId& remittance, Money amount);
  void Drawn(const RemittanceId& remittance, Money amount);
  void Reversed(const Event& event, const PaymentReversed& reversal);
  void Changed(const std::string& row_key, rules::Book::LastChange change);
  void Enacted(Position at, const SchemeEnacted& enacted);
  void Corrected(const PaymentId& payment, Position at);
  void Proposed(const std::string& id, Position at);
  void Ended(const std::string& id, const rules::KnownProposal& proposal);
  void Closed(const rules::KnownClosing& closing);

 private:
  struct Remittance {
    bool received = false;
    Money amount;
    Money drawn;
  };

  FlatMap<std::string> unchanging_;  // rows of members and groups, by key
  FlatMap<Remittance> remittances_;
  FlatMap<rules::Book::LastChange> changes_;  // by row key
  uint32_t member_count_ = 0;
  std::vector<uint64_t> enacted_;
  std::vector<std::pair<uint64_t, uint64_t>> reversals_;  // position, that of the payment
  FlatMap<Position> corrected_;                           // payments: where they stand
  FlatMap<Position> proposals_;                           // by id: the latest
  std::vector<rules::KnownProposal> ended_;
  std::optional<rules::KnownClosing> closed_;  // the latest
};

}  // namespace iuran::ledger
