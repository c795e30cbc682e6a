// The book derived from events. See derived_book.h.
#include "ledger/derived_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace iuran::ledger {
namespace {

// A stored amount. What no ledger records may not fit, and must differ from a row, not stop the
// program.
Money Fitting(Money money) { return Money::FromSen(static_cast<int64_t>(money.sen())); }

}  // namespace

void DerivedBook::Enrolled(const MemberId& member, const rules::KnownMember& known) {
  unchanging_[MemberRowKey(member.text())] = EncodeRow(known);
  ++member_count_;
}

void DerivedBook::Registered(const GroupId& group, const rules::KnownGroup& known) {
  unchanging_[GroupRowKey(group.text())] = EncodeRow(known);
}

void DerivedBook::Remitted(const RemittanceId& remittance, Money amount) {
  Remittance& row = remittances_[remittance.text()];
  row.received = true;
  row.amount = amount;
}

void DerivedBook::Drawn(const RemittanceId& remittance, Money amount) {
  remittances_[remittance.text()].drawn += amount;
}

void DerivedBook::Reversed(const Event& event, const PaymentReversed& /*reversal*/) {
  // Where nothing is named, the reversal names itself, which is no payment.
  const Position at = event.envelope.position;
  reversals_.emplace_back(at.value, event.envelope.corrects.value_or(at).value);
}

void DerivedBook::Changed(const std::string& row_key, rules::Book::LastChange change) {
  const auto [last, added] = changes_.Add(row_key);
  if (added || last->position < change.position) *last = std::move(change);
}

void DerivedBook::Enacted(Position at, const SchemeEnacted& /*enacted*/) {
  enacted_.push_back(at.value);
}

void DerivedBook::Corrected(const PaymentId& payment, Position at) {
  Position& stands = corrected_[payment.text()];
  stands = std::max(stands, at);
}

void DerivedBook::Proposed(const std::string& id, Position at) {
  Position& latest = proposals_[id];
  latest = std::max(latest, at);
}

void DerivedBook::Ended(const std::string& /*id*/, const rules::KnownProposal& proposal) {
  ended_.push_back(proposal);
}

void DerivedBook::Closed(const rules::KnownClosing& closing) {
  if (!closed_ || closed_->month < closing.month) closed_ = closing;
}

void DerivedBook::Merge(const DerivedBook& other) {
  for (const auto& [key, row] : other.unchanging_.entries()) unchanging_[key] = row;
  for (const auto& [remittance, row] : other.remittances_.entries()) {
    Remittance& mine = remittances_[remittance];
    if (row.received) mine.amount = row.amount;
    mine.received = mine.received || row.received;
    mine.drawn += row.drawn;
  }
  for (const auto& [key, change] : other.changes_.entries()) Changed(key, change);
  member_count_ += other.member_count_;
  enacted_.insert(enacted_.end(), other.enacted_.begin(), other.enacted_.end());
  reversals_.insert(reversals_.end(), other.reversals_.begin(), other.reversals_.end());
  for (const auto& [payment, at] : other.corrected_.entries()) Corrected(PaymentId(payment), at);
  for (const auto& [id, at] : other.proposals_.entries()) Proposed(id, at);
  ended_.insert(ended_.end(), other.ended_.begin(), other.ended_.end());
  if (other.closed_) Closed(*other.closed_);
}

Result<std::vector<BookRow>> DerivedBook::Rows(const ReadEvent& read) const {
  FlatMap<Money> given_back;
  for (const auto& [at, payment_at] : reversals_) {
    IURAN_ASSIGN(const Event event, read(Position{payment_at}));
    const auto* payment = std::get_if<PaymentReceived>(&event.body);
    if (payment == nullptr) {
      return Fail(ErrorCode::kLedgerDamaged,
                  fmt::format("The event at position {} reverses a payment at position {}, and "
                              "there is none.",
                              at, payment_at));
    }
    if (!payment->remittance.empty()) given_back[payment->remittance.text()] += payment->amount;
  }

  std::vector<BookRow> rows;
  rows.reserve(unchanging_.size() + remittances_.size() + changes_.size() + 2);
  for (const auto& [key, row] : unchanging_.entries()) rows.push_back({key, row});
  for (const auto& [remittance, row] : remittances_.entries()) {
    if (!row.received) continue;  // only a damaged log draws from it
    const Money* back = given_back.Find(remittance);
    const Money drawn = back == nullptr ? row.drawn : row.drawn - *back;
    rows.push_back({RemittanceRowKey(remittance),
                    EncodeRow(rules::KnownRemittance{row.amount, Fitting(drawn)})});
  }
  for (const auto& [key, change] : changes_.entries()) rows.push_back({key, EncodeRow(change)});
  for (const auto& [payment, at] : corrected_.entries()) {
    rows.push_back({PaymentRowKey(payment), EncodeRow(at)});
  }
  std::map<Position, rules::KnownProposal> ended;
  for (const rules::KnownProposal& proposal : ended_) ended.emplace(proposal.position, proposal);
  for (const auto& [id, at] : proposals_.entries()) {
    const auto end = ended.find(at);
    rows.push_back({ProposalRowKey(id),
                    EncodeRow(end == ended.end() ? rules::KnownProposal{at} : end->second)});
  }
  if (closed_) rows.push_back({std::string(kClosingRow), EncodeRow(*closed_)});
  if (member_count_ > 0) rows.push_back({std::string(kMemberCountRow), EncodeRow(member_count_)});
  if (!enacted_.empty()) {
    std::vector<uint64_t> positions = enacted_;
    std::sort(positions.begin(), positions.end());
    rows.push_back({std::string(kSchemesRow), EncodeRow(positions)});
  }
  std::sort(rows.begin(), rows.end(),
            [](const BookRow& a, const BookRow& b) { return a.key < b.key; });
  return rows;
}

}  // namespace iuran::ledger
