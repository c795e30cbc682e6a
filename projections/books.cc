#include "projections/books.h"

#include <algorithm>

#include "events/codec.h"
#include "projections/accounts.h"

namespace iuran::projections {
namespace {

EventEntries::Earlier EarlierIn(const log::EventLog& log) {
  return {[&log](Position position) -> Result<Event> {
            IURAN_ASSIGN(const std::vector<std::byte> record, log.Read(position.value));
            return Decode(record);
          },
          [&log](const RemittanceId& remittance) -> Result<Position> {
            IURAN_ASSIGN(const std::vector<uint64_t> stream,
                         log.Stream("remittance/" + remittance.text()));
            if (!stream.empty()) return Position{stream.front()};
            return Fail(ErrorCode::kLedgerDamaged, "Remittance " + remittance.text() +
                                                       " is drawn on, and was never received.");
          }};
}

// Where the event is not the one that another rests on.
tl::unexpected<Error> NotThere(Position position, std::string_view wanted) {
  return Fail(ErrorCode::kLedgerDamaged, "The event at position " + std::to_string(position.value) +
                                             " is no " + std::string(wanted) +
                                             ", as a later event says. 'iuran verify' tells what "
                                             "else is wrong.");
}

}  // namespace

Result<const Entry*> EventEntries::Of(const Event& event) {
  const Position position = event.envelope.position;
  if (const auto* received = std::get_if<RemittanceReceived>(&event.body)) {
    remittances_.insert_or_assign(received->remittance, Drawn{position, received->payer});
    EnterRemittance(position, *received, entry_);
    return &entry_;
  }
  if (const auto* paid = std::get_if<PaymentReceived>(&event.body)) {
    IURAN_TRY(EnterPaid(position, *paid));
    return &entry_;
  }
  if (const auto* reversed = std::get_if<PaymentReversed>(&event.body)) {
    if (!event.envelope.corrects) return NotThere(position, "reversal of a payment");
    IURAN_ASSIGN(const Event corrected, earlier_.read(*event.envelope.corrects));
    const auto* paid = std::get_if<PaymentReceived>(&corrected.body);
    if (paid == nullptr) return NotThere(*event.envelope.corrects, "payment");
    IURAN_TRY(EnterPaid(corrected.envelope.position, *paid));
    EnterReversal(position, *reversed, entry_);
    return &entry_;
  }
  if (const auto* refunded = std::get_if<CreditRefunded>(&event.body)) {
    EnterRefund(position, *refunded, entry_);
    return &entry_;
  }
  if (const auto* returned = std::get_if<RemittanceReturned>(&event.body)) {
    IURAN_ASSIGN(const Drawn* from, Find(returned->remittance));
    EnterReturn(position, *returned, *from, entry_);
    return &entry_;
  }
  return nullptr;
}

Result<void> EventEntries::EnterPaid(Position position, const PaymentReceived& fact) {
  const Drawn* from = nullptr;
  if (!fact.remittance.empty()) {
    IURAN_ASSIGN(from, Find(fact.remittance));
  }
  EnterPayment(position, fact, from, entry_);
  return {};
}

Result<const Drawn*> EventEntries::Find(const RemittanceId& remittance) {
  if (const auto seen = remittances_.find(remittance); seen != remittances_.end()) {
    return &seen->second;
  }
  IURAN_ASSIGN(const Position position, earlier_.remittance(remittance));
  IURAN_ASSIGN(const Event event, earlier_.read(position));
  const auto* received = std::get_if<RemittanceReceived>(&event.body);
  if (received == nullptr) return NotThere(position, "remittance");
  return &(remittances_[remittance] = Drawn{position, received->payer});
}

Result<void> ForEachEventEntry(const log::EventLog& log, Position known_at, Day to,
                               const TakeEntry& take, const TakeEvent& beside) {
  EventEntries entries(EarlierIn(log));
  IURAN_ASSIGN(const auto records, log.Scan(0, known_at.value + 1));
  for (;;) {
    IURAN_ASSIGN(const bool more, records->NextPage());
    if (!more) return {};
    for (size_t i = 0; i < records->count(); ++i) {
      IURAN_ASSIGN(const Event event, Decode(records->record(i)));
      IURAN_ASSIGN(const Entry* entry, entries.Of(event));
      if (entry == nullptr) {
        if (beside) IURAN_TRY(beside(event));
      } else if (entry->day <= to) {
        IURAN_TRY(take(*entry));
      }
    }
  }
}

Result<void> ForEachEventEntryOf(const log::EventLog& log, const MemberId& member,
                                 Position known_at, Day to, const TakeEntry& take) {
  const EventEntries::Earlier earlier = EarlierIn(log);
  EventEntries entries(earlier);
  IURAN_ASSIGN(const std::vector<uint64_t> stream, log.Stream(MemberStream(member)));
  for (const uint64_t position : stream) {
    if (position > known_at.value) break;
    IURAN_ASSIGN(const Event event, earlier.read(Position{position}));
    IURAN_ASSIGN(const Entry* entry, entries.Of(event));
    if (entry != nullptr && entry->day <= to) IURAN_TRY(take(*entry));
  }
  return {};
}

void AccountSums::Add(const BookAccount& account, Money amount) {
  if (account.kind == AccountKind::kMember) {
    const size_t number = account.number->value;
    if (number >= members_.size()) members_.resize(std::max(number + 1, 2 * members_.size()));
    members_[number] += amount;
    return;
  }
  Named& named = named_[static_cast<size_t>(account.kind)];
  const auto held = named.find(account.name);
  if (held != named.end()) {
    held->second += amount;
  } else {
    named.emplace(account.name, amount);
  }
}

void AccountSums::Add(const Entry& entry) {
  for (const Posting& posting : entry.postings) Add(posting.account, posting.amount);
}

Money AccountSums::OfMember(MemberNumber number) const {
  return number.value < members_.size() ? members_[number.value] : Money();
}

Money AccountSums::OfMembers() const {
  Money sum;
  for (const Money member : members_) sum += member;
  return sum;
}

Money AccountSums::Total() const {
  Money sum = OfMembers();
  for (const Named& named : named_) {
    for (const auto& [name, amount] : named) sum += amount;
  }
  return sum;
}

Result<MonthSums> MonthSums::Of(const rules::Timeline& timeline, const Question& question,
                                rules::Settlement& scratch) {
  MonthSums sums;
  IURAN_TRY(MonthEntriesOf(timeline, question, scratch, [&sums](const Entry& entry) {
    for (const Posting& posting : entry.postings) sums.Add(posting);
    return Result<void>();
  }));
  return sums;
}

void MonthSums::Add(const Posting& posting) {
  for (Posting& held : postings_) {
    if (held.account.kind == posting.account.kind && held.account.name == posting.account.name) {
      held.amount += posting.amount;
      return;
    }
  }
  postings_.push_back(posting);
}

}  // namespace iuran::projections
