// Entries of events and of months, and what they leave. Rulebook section 8, row by row.

#include "tests/support/naive_books.h"

#include <algorithm>
#include <variant>

#include "tests/support/naive_months.h"
#include "tests/support/naive_values.h"

namespace iuran::naive {
namespace {

void Post(Balances& sums, const std::string& account, Sen amount) {
  Sen& sum = sums[account];
  sum += amount;
  if (sum == 0) sums.erase(account);
}

const std::string kPenalties = "income:penalties";

std::string MemberAccount(const std::string& member) { return "liabilities:members:" + member; }

}  // namespace

Verdict Books::Take(const Row& row) {
  const Verdict verdict = log_.Take(row);
  if (verdict == Verdict::kAccepted) std::visit([this](const auto& one) { Enter(one); }, row);
  return verdict;
}

void Books::Enter(const RemittanceRow& row) {
  const Sen amount = *ParseAmount(row.amount);
  remittances_[row.remittance] = {row.payer, amount, LastPosition()};
  postings_.push_back({MustParseDay(row.received_on), LastPosition(), "assets:bank:" + row.account,
                       "liabilities:unallocated:" + row.payer, amount});
}

void Books::Enter(const PaymentRow& row) {
  Receipt receipt;
  receipt.member = row.member;
  receipt.penalty = row.purpose == "penalty";
  receipt.drawn = !row.remittance.empty();
  if (receipt.drawn) receipt.payer = remittances_.at(row.remittance).payer;
  receipt.entry = {MustParseDay(row.paid_on), LastPosition(),
                   receipt.drawn ? "liabilities:unallocated:" + receipt.payer
                                 : "assets:collections:" + row.channel,
                   receipt.penalty ? kPenalties : MemberAccount(row.member),
                   *ParseAmount(row.amount)};
  Receive(row.payment, receipt);
}

void Books::Receive(const std::string& payment, Receipt receipt) {
  postings_.push_back(receipt.entry);
  standing_[payment] = receipts_.size();
  receipts_.push_back(std::move(receipt));
}

// Turned round on its own day, by the first of two events, and entered as it stands by the other.
void Books::Enter(const CorrectionRow& row) {
  Receipt& stood = receipts_.at(standing_.at(row.payment));
  Receipt stands = stood;
  TurnRound(stood, stood.entry.day, LastPosition() - 1);
  stands.entry.position = LastPosition();
  if (row.what == "paid_on") stands.entry.day = MustParseDay(row.value);
  if (row.what == "member") {
    stands.member = row.value;
    if (!stands.penalty) stands.entry.credit = MemberAccount(row.value);
  }
  Receive(row.payment, std::move(stands));
}

template <typename Signed>
void Books::Request(const std::string& id, const Signed& row) {
  if (row.signing.approver.empty()) {
    proposed_[id] = row;
  } else {
    Record(row);
  }
}

void Books::Enter(const ApproveRow& row) {
  const auto proposed = proposed_.find(row.id);
  if (proposed == proposed_.end()) return;  // a waiver: it has no entry
  std::visit(
      [this](const auto& one) {
        if constexpr (requires { Record(one); }) Record(one);
      },
      proposed->second);
}

void Books::Record(const ReversalRow& row) {
  TurnRound(receipts_.at(standing_.at(row.payment)), MustParseDay(row.reversed_on), LastPosition());
}

void Books::Record(const RefundRow& row) {
  postings_.push_back({MustParseDay(row.refunded_on), LastPosition(), MemberAccount(row.member),
                       "assets:bank:" + row.account, *ParseAmount(row.amount)});
}

void Books::Record(const ReturnRow& row) {
  const std::string& payer = remittances_.at(row.remittance).payer;
  const Sen amount = *ParseAmount(row.amount);
  returns_.push_back({payer, amount, LastPosition()});
  postings_.push_back({MustParseDay(row.returned_on), LastPosition(),
                       "liabilities:unallocated:" + payer, "assets:bank:" + row.account, amount});
}

void Books::TurnRound(Receipt& receipt, Day day, std::int64_t position) {
  receipt.void_from = position;
  receipt.turned_round = day;
  postings_.push_back(
      {day, position, receipt.entry.credit, receipt.entry.debit, receipt.entry.amount});
}

void Books::AddMonths(const std::string& member, Day as_of, std::int64_t known_at,
                      Balances& sums) const {
  for (const MonthEntry& entry : MonthEntries(log_.KnownAt(member, known_at), as_of)) {
    const std::string receivable = "assets:receivable:" + entry.group;
    const bool begun = entry.row == MonthRow::kBegun;
    Post(sums, begun ? receivable : MemberAccount(member), entry.price);
    if (entry.row == MonthRow::kSettledClaim) {
      Post(sums, receivable, -entry.price);
      continue;
    }
    for (std::size_t i = 0; i < kProgramNames.size(); ++i) {
      Post(sums, "income:" + std::string(kProgramNames[i]), -entry.prices.at(i));
    }
  }
}

Balances Books::TrialBalance(std::string_view as_of, std::int64_t known_at) const {
  const Day day = MustParseDay(as_of);
  Balances sums;
  for (const Posting& posting : postings_) {
    if (posting.position > known_at || posting.day > day) continue;
    Post(sums, posting.debit, posting.amount);
    Post(sums, posting.credit, -posting.amount);
  }
  for (const std::string& member : log_.MembersKnownAt(known_at)) {
    AddMonths(member, day, known_at, sums);
  }
  return sums;
}

Balances Books::HeldForMembers(std::string_view as_of, std::int64_t known_at) const {
  const Day day = MustParseDay(as_of);
  Balances held;
  for (const std::string& member : log_.MembersKnownAt(known_at)) {
    const Settlement settlement = Settle(log_.KnownAt(member, known_at), day);
    Post(held, MemberAccount(member), -settlement.Credit());
    for (const SettledMonth& settled : settlement.months) {
      if (FirstDay(settled.month) > day) Post(held, MemberAccount(member), -settled.price);
    }
  }
  for (const Receipt& receipt : receipts_) {
    const bool is_void = receipt.void_from && *receipt.void_from <= known_at;
    if (!is_void || receipt.penalty) continue;
    const Sen amount = receipt.entry.amount;
    if (receipt.entry.day <= day) Post(held, MemberAccount(receipt.member), -amount);
    if (receipt.turned_round <= day) Post(held, MemberAccount(receipt.member), amount);
  }
  return held;
}

std::map<std::string, Books::Held> Books::HeldOfPayers(std::int64_t known_at) const {
  std::map<std::string, Held> held;
  for (const auto& [id, remittance] : remittances_) {
    if (remittance.position <= known_at) held[remittance.payer].credited += remittance.amount;
  }
  for (const Receipt& receipt : receipts_) {
    const bool is_void = receipt.void_from && *receipt.void_from <= known_at;
    if (!receipt.drawn || is_void || receipt.entry.position > known_at) continue;
    held[receipt.payer].allocated += receipt.entry.amount;
  }
  for (const Returned& one : returns_) {
    if (one.position <= known_at) held[one.payer].returned += one.amount;
  }
  return held;
}

Sen Books::Refunded(std::int64_t known_at) const {
  Sen sum = 0;
  for (const Posting& posting : postings_) {
    const bool refund = posting.debit.starts_with("liabilities:members:") &&
                        posting.credit.starts_with("assets:bank:");
    if (refund && posting.position <= known_at) sum += posting.amount;
  }
  return sum;
}

std::vector<std::string> Books::Funds(std::string_view as_of, std::int64_t known_at) const {
  const Day day = MustParseDay(as_of);
  naive::Funds sums;
  for (const std::string& member : log_.MembersKnownAt(known_at)) {
    AddFunds(log_.KnownAt(member, known_at), day, sums);
  }
  // Penalties are a fund of their own; their group is that of the month they are posted in.
  for (const Posting& posting : postings_) {
    if (posting.position > known_at || posting.day > day) continue;
    const bool out = posting.debit == kPenalties;
    if (!out && posting.credit != kPenalties) continue;
    const auto receipt = std::find_if(receipts_.begin(), receipts_.end(), [&](const Receipt& r) {
      return r.entry.position == posting.position || r.void_from == posting.position;
    });
    const Month month = MonthOf(posting.day);
    const Facts facts = log_.KnownAt(receipt->member, known_at);
    sums[{month, facts.InForce(What::kGroup, month).text, "penalties"}].income +=
        out ? -posting.amount : posting.amount;
  }
  std::vector<std::string> lines;
  for (const auto& [key, fund] : sums) {
    if (fund.income == 0 && fund.moved == 0 && fund.from_state == 0) continue;
    const auto& [month, group, program] = key;
    lines.push_back(PrintMonth(month) + "," + Cell(group) + "," + program + "," +
                    PrintAmount(fund.income) + "," + PrintAmount(fund.moved) + "," +
                    PrintAmount(fund.from_state));
  }
  return lines;
}

}  // namespace iuran::naive
