// Corrections of payments, and what two people must agree on, in the naive model. "Corrections and
// approval" (ledger/rules).

#include <algorithm>
#include <cctype>

#include "tests/support/naive_verdicts.h"

namespace iuran::naive {
namespace {

bool IsReason(const std::string& text) { return !text.empty() && text.size() <= 200; }

// A name without regard to case and to spaces at the ends and in rows.
std::string PlainName(const std::string& name) {
  std::string plain;
  for (const char c : name) {
    const bool space = c == ' ';
    if (space && (plain.empty() || plain.back() == ' ')) continue;
    plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (!plain.empty() && plain.back() == ' ') plain.pop_back();
  return plain;
}

bool IsOnePerson(const std::string& author, const std::string& approver) {
  return PlainName(author) == PlainName(approver);
}

// The form of a row, whatever is recorded; equal values become equal text.
bool IsWellFormed(ReversalRow& row) {
  return IsIdentifier(row.payment) && ParseDay(row.reversed_on) && IsReason(row.reason);
}

bool NormalizeAmount(std::string& amount) {
  const std::optional<Sen> sen = ParseAmount(amount);
  if (sen) amount = PrintAmount(*sen);
  return sen.has_value();
}

bool IsWellFormed(RefundRow& row) {
  return IsIdentifier(row.refund) && IsIdentifier(row.member) && ParseDay(row.refunded_on) &&
         NormalizeAmount(row.amount) && IsReason(row.reason);
}

bool IsWellFormed(WaiverRow& row) {
  return IsIdentifier(row.waiver) && IsIdentifier(row.member) && ParseDay(row.waived_on) &&
         NormalizeAmount(row.amount) && IsReason(row.reason);
}

bool IsWellFormed(ReturnRow& row) {
  return IsIdentifier(row.id) && IsIdentifier(row.remittance) && ParseDay(row.returned_on) &&
         NormalizeAmount(row.amount) && IsReason(row.reason);
}

}  // namespace

const Receipt* Log::FindPayment(const std::string& payment) const {
  const auto known = payments_.find(payment);
  return known != payments_.end() ? &receipts_.at(known->second.receipt) : nullptr;
}

// Two events: the payment as it stands is voided, and received again at the next position.
Verdict Log::TakeRow(const CorrectionRow& row) {
  const Receipt* stands = FindPayment(row.payment);
  if (stands == nullptr || stands->voided_at || !IsReason(row.reason)) return Verdict::kRejected;
  Receipt corrected = *stands;
  if (row.what == "paid_on") {
    const std::optional<Day> day = ParseDay(row.value);
    if (!day) return Verdict::kRejected;
    if (*day == stands->paid.on) return Verdict::kRepeated;
    corrected.paid.on = *day;
  } else if (row.what == "member") {
    const auto member = members_.find(row.value);
    if (member == members_.end()) return Verdict::kRejected;
    if (row.value == stands->member) return Verdict::kRepeated;
    const bool penalty = stands->paid.kind == Kind::kPenalty;
    if (penalty && !TakesPenalties(member->second)) return Verdict::kRejected;
    corrected.member = row.value;
  } else {
    return Verdict::kRejected;
  }
  receipts_.at(payments_.at(row.payment).receipt).voided_at = next_++;
  corrected.paid.position = next_;
  Receive(row.payment, corrected);
  return Verdict::kAccepted;
}

template <typename Signed>
Verdict Log::TakeSigned(const std::string& id, Signed row) {
  const Signing signing = std::exchange(row.signing, {});
  if (!IsWellFormed(row)) return Verdict::kRejected;
  if (const auto known = recorded_.find(id); known != recorded_.end()) {
    return known->second == Row(row) ? Verdict::kRepeated : Verdict::kRejected;
  }
  const bool approved = !signing.approver.empty();
  if (const auto open = proposals_.find(id); open != proposals_.end()) {
    if (open->second.row != Row(row)) return Verdict::kRejected;
    if (!approved) return Verdict::kRepeated;
  }
  if (approved && IsOnePerson(signing.author, signing.approver)) return Verdict::kRejected;
  if (!Allows(row)) return Verdict::kRejected;
  if (approved) return Record(id, row);
  proposals_[id] = {row, signing.author};
  carried_out_.erase(id);
  declined_.erase(id);
  return Verdict::kAccepted;
}

template Verdict Log::TakeSigned(const std::string&, ReversalRow);
template Verdict Log::TakeSigned(const std::string&, RefundRow);
template Verdict Log::TakeSigned(const std::string&, WaiverRow);
template Verdict Log::TakeSigned(const std::string&, ReturnRow);

// Where the rules reject it an open proposal stays open.
Verdict Log::Record(const std::string& id, const Row& row) {
  const bool allowed = std::visit(
      [this](const auto& one) {
        if constexpr (requires { Allows(one); }) return Allows(one);
        return false;
      },
      row);
  if (!allowed) return Verdict::kRejected;
  std::visit(
      [this](const auto& one) {
        if constexpr (requires { Do(one); }) Do(one);
      },
      row);
  recorded_[id] = row;
  if (proposals_.erase(id) == 1) carried_out_.insert(id);
  return Verdict::kAccepted;
}

Verdict Log::TakeRow(const ApproveRow& row) {
  const auto open = proposals_.find(row.id);
  if (open == proposals_.end()) {
    return carried_out_.count(row.id) != 0 ? Verdict::kRepeated : Verdict::kRejected;
  }
  if (IsOnePerson(open->second.author, row.author)) return Verdict::kRejected;
  return Record(row.id, Row(open->second.row));
}

Verdict Log::TakeRow(const DeclineRow& row) {
  if (!IsReason(row.reason)) return Verdict::kRejected;
  if (proposals_.erase(row.id) == 1) {
    declined_[row.id] = row.reason;
    return Verdict::kAccepted;
  }
  const auto declined = declined_.find(row.id);
  const bool same = declined != declined_.end() && declined->second == row.reason;
  return same ? Verdict::kRepeated : Verdict::kRejected;
}

bool Log::Allows(const ReversalRow& row) const {
  const Receipt* stands = FindPayment(row.payment);
  return stands != nullptr && !stands->voided_at;
}

void Log::Do(const ReversalRow& row) {
  receipts_.at(payments_.at(row.payment).receipt).voided_at = next_;
}

// Not more than the credit on that day, and not before what was paid or refunded already.
bool Log::Allows(const RefundRow& row) const {
  if (!Knows(row.member)) return false;
  const Facts facts = KnownAt(row.member, LastPosition());
  const Day day = MustParseDay(row.refunded_on);
  for (const Paid& paid : facts.payments) {
    const bool of_credit = paid.kind == Kind::kContribution || paid.kind == Kind::kRefund;
    if (of_credit && day < paid.on) return false;
  }
  return *ParseAmount(row.amount) <= FiguresOf(facts, day).credit;
}

void Log::Do(const RefundRow& row) {
  members_.at(row.member)
      .refunds_and_waivers.push_back(
          {MustParseDay(row.refunded_on), *ParseAmount(row.amount), Kind::kRefund, next_});
}

bool Log::Allows(const WaiverRow& row) const {
  if (!Knows(row.member)) return false;
  if (!TakesPenalties(members_.at(row.member))) return false;
  const Facts facts = KnownAt(row.member, LastPosition());
  return *ParseAmount(row.amount) <= FiguresOf(facts, MustParseDay(row.waived_on)).penalty;
}

void Log::Do(const WaiverRow& row) {
  members_.at(row.member)
      .refunds_and_waivers.push_back(
          {MustParseDay(row.waived_on), *ParseAmount(row.amount), Kind::kWaiver, next_});
}

bool Log::Allows(const ReturnRow& row) const {
  const std::optional<Sen> left = LeftOf(row.remittance);
  return left && *ParseAmount(row.amount) <= *left &&
         MustParseDay(row.returned_on) >= *ReceivedOn(row.remittance);
}

std::optional<Day> Log::ReceivedOn(const std::string& remittance) const {
  const auto known = remittances_.find(remittance);
  if (known == remittances_.end()) return std::nullopt;
  return MustParseDay(known->second.row.received_on);
}

void Log::Do(const ReturnRow& row) {
  remittances_.at(row.remittance).returned += *ParseAmount(row.amount);
}

}  // namespace iuran::naive
