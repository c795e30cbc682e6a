#include "projections/entries.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/rules/month_prices.h"

namespace iuran::projections {
namespace {

void Begin(EntryKind kind, Day day, Position event, Entry& entry) {
  entry.kind = kind;
  entry.day = day;
  entry.event = event;
  entry.also.reset();
  entry.postings.clear();
  entry.remittance = RemittanceId();
  entry.payment = PaymentId();
  entry.refund = RefundId();
  entry.returned = ReturnId();
  entry.member = MemberId();
  entry.number.reset();
  entry.month.reset();
  entry.group = GroupId();
}

void Debit(Entry& entry, BookAccount account, Money amount) {
  entry.postings.push_back({std::move(account), amount});
}

void Credit(Entry& entry, BookAccount account, Money amount) {
  Debit(entry, std::move(account), -amount);
}

void CheckSum(const Entry& entry) {
  Money sum;
  for (const Posting& posting : entry.postings) sum += posting.amount;
  IURAN_CHECK(sum.IsZero(), "an entry sums to zero");
}

BookAccount OfMember(const MemberId& member, MemberNumber number) {
  return {AccountKind::kMember, member.text(), number};
}

// What a contribution month brings, and who owes it.
struct MonthIncome {
  Money price;
  std::vector<rules::PriceLine> lines;  // of the price, by programme
  GroupId group;
};

// The same of the months of one member, asked in ascending order: kept for as long as it holds.
class MonthIncomes {
 public:
  MonthIncomes(const rules::Timeline& timeline, const rules::Scheme& scheme, Position known_at)
      : timeline_(timeline),
        scheme_(scheme),
        known_at_(known_at),
        prices_(timeline, scheme, known_at) {}

  const MonthIncome& Of(Month month) {
    if (prices_.Holds(month)) return income_;
    income_.price = prices_.Of(month);
    const auto attributes = rules::AttributesIn(timeline_, month, known_at_);
    income_.lines = scheme_.PriceLines(month, attributes);
    income_.group = attributes.group;
    return income_;
  }

 private:
  const rules::Timeline& timeline_;
  const rules::Scheme& scheme_;
  const Position known_at_;
  rules::MonthPrices prices_;
  MonthIncome income_;
};

// The months of one member as entries.
class MonthEntries {
 public:
  MonthEntries(const rules::Timeline& timeline, const rules::Scheme& scheme,
               const Question& question, const TakeEntry& take)
      : timeline_(timeline),
        question_(question),
        take_(take),
        accrues_(!scheme.lapses()),
        incomes_(timeline, scheme, question.known_at) {}

  Result<void> Give(const rules::Settlement& settlement) {
    std::optional<Month> begun;  // the last month that accrues
    if (accrues_) {
      begun = Month::Containing(question_.as_of);
      if (settlement.exit_day) begun = std::min(*begun, Month::Containing(*settlement.exit_day));
    }
    Month accruing = timeline_.from;
    for (const rules::Spell& spell : settlement.spells) {
      for (const rules::SettledMonth& settled : spell.months) {
        for (; begun && accruing <= std::min(settled.month, *begun); ++accruing) {
          IURAN_TRY(Accrue(accruing));
        }
        IURAN_TRY(Settle(settled));
      }
    }
    for (; begun && accruing <= *begun; ++accruing) IURAN_TRY(Accrue(accruing));
    return {};
  }

 private:
  // Row 5.
  Result<void> Accrue(Month month) {
    BeginMonth(EntryKind::kAccrual, month.FirstDay(), timeline_.enrolled_at, month);
    Debit(entry_, {AccountKind::kReceivable, entry_.group.text(), {}}, incomes_.Of(month).price);
    CreditIncome(month);
    return Done();
  }

  // Row 4, and row 6 where the month accrued before.
  Result<void> Settle(const rules::SettledMonth& settled) {
    const Day day = std::max(settled.settled_on, settled.month.FirstDay());
    if (day > question_.as_of) return {};
    BeginMonth(EntryKind::kSettlement, day, settled.settled_by, settled.month);
    Debit(entry_, OfMember(timeline_.member, timeline_.number), settled.price);
    if (accrues_) {
      Credit(entry_, {AccountKind::kReceivable, entry_.group.text(), {}}, settled.price);
    } else {
      CreditIncome(settled.month);
    }
    return Done();
  }

  void BeginMonth(EntryKind kind, Day day, Position event, Month month) {
    Begin(kind, day, event, entry_);
    entry_.member = timeline_.member;
    entry_.number = timeline_.number;
    entry_.month = month;
    entry_.group = incomes_.Of(month).group;
  }

  // A programme may have several lines, one for each who pays a part: one posting.
  void CreditIncome(Month month) {
    const size_t first = entry_.postings.size();
    for (const rules::PriceLine& line : incomes_.Of(month).lines) {
      const std::string_view program = Name(line.program);
      if (entry_.postings.size() > first && entry_.postings.back().account.name == program) {
        entry_.postings.back().amount -= line.amount;
      } else {
        Credit(entry_, {AccountKind::kIncome, std::string(program), {}}, line.amount);
      }
    }
  }

  Result<void> Done() {
    CheckSum(entry_);
    return take_(entry_);
  }

  const rules::Timeline& timeline_;
  const Question& question_;
  const TakeEntry& take_;
  const bool accrues_;
  MonthIncomes incomes_;
  Entry entry_;
};

}  // namespace

std::string_view PrefixOf(AccountKind kind) {
  switch (kind) {
    case AccountKind::kBank:
      return "assets:bank";
    case AccountKind::kCollections:
      return "assets:collections";
    case AccountKind::kReceivable:
      return "assets:receivable";
    case AccountKind::kIncome:
      return "income";
    case AccountKind::kMember:
      return "liabilities:members";
    case AccountKind::kUnallocated:
      return "liabilities:unallocated";
  }
  CheckFailed(__FILE__, __LINE__, "kind", "every kind of account has a name");
}

std::string Escaped(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string escaped;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool edge = i == 0 || i + 1 == text.size();
    const bool plain =
        c > ' ' && c < 0x7f && c != '%' && c != ':' && c != ';' && !(c == '(' && i == 0);
    const bool lone_space = c == ' ' && !edge && text[i - 1] != ' ';
    if (plain || lone_space) {
      escaped += c;
    } else {
      escaped += '%';
      escaped += kHex[static_cast<uint8_t>(c) >> 4];
      escaped += kHex[static_cast<uint8_t>(c) & 15];
    }
  }
  return escaped;
}

std::string NameOf(const BookAccount& account) {
  const std::string_view prefix = PrefixOf(account.kind);
  return fmt::format("{}:{}", prefix, account.name.empty() ? "(none)" : Escaped(account.name));
}

std::string Describe(const Entry& entry) {
  const std::string of_member =
      entry.member.empty() ? "" : " of member " + Escaped(entry.member.text());
  const std::string payment = "ayment " + Escaped(entry.payment.text()) + of_member;
  const std::string from =
      entry.remittance.empty() ? "" : " from remittance " + Escaped(entry.remittance.text());
  const std::string month = entry.month ? entry.month->ToString() : "";
  switch (entry.kind) {
    case EntryKind::kRemittance:
      return "Remittance " + Escaped(entry.remittance.text()) + " received";
    case EntryKind::kPayment:
      return "P" + payment + from;
    case EntryKind::kPenalty:
      return "Penalty p" + payment + from;
    case EntryKind::kReversal:
      return "P" + payment + from + " reversed";
    case EntryKind::kRefund:
      return "Refund " + Escaped(entry.refund.text()) + of_member;
    case EntryKind::kReturn:
      return "Return " + Escaped(entry.returned.text()) + from;
    case EntryKind::kAccrual:
      return "Month " + month + of_member + " begins";
    case EntryKind::kSettlement:
      return "Month " + month + of_member + " settled";
  }
  CheckFailed(__FILE__, __LINE__, "kind", "every kind of entry has a sentence");
}

void EnterRemittance(Position position, const RemittanceReceived& fact, Entry& entry) {
  Begin(EntryKind::kRemittance, fact.received_on, position, entry);
  entry.remittance = fact.remittance;
  Debit(entry, {AccountKind::kBank, fact.account, {}}, fact.amount);
  Credit(entry, {AccountKind::kUnallocated, fact.payer, {}}, fact.amount);
  CheckSum(entry);
}

void EnterPayment(Position position, const PaymentReceived& fact, const Drawn* from, Entry& entry) {
  const bool penalty = fact.purpose == Purpose::kPenalty;
  Begin(penalty ? EntryKind::kPenalty : EntryKind::kPayment, fact.paid_on, position, entry);
  entry.payment = fact.payment;
  entry.remittance = fact.remittance;
  entry.member = fact.member;
  entry.number = fact.number;
  if (from != nullptr) {
    entry.also = from->position;
    Debit(entry, {AccountKind::kUnallocated, from->payer, {}}, fact.amount);
  } else {
    Debit(entry, {AccountKind::kCollections, fact.channel, {}}, fact.amount);
  }
  if (penalty) {
    Credit(entry, {AccountKind::kIncome, std::string(kPenalties), {}}, fact.amount);
  } else {
    Credit(entry, OfMember(fact.member, fact.number), fact.amount);
  }
  CheckSum(entry);
}

void EnterReversal(Position position, const PaymentReversed& fact, Entry& entry) {
  entry.kind = EntryKind::kReversal;
  entry.day = fact.reversed_on;
  entry.also = entry.event;
  entry.event = position;
  for (Posting& posting : entry.postings) posting.amount = -posting.amount;
  CheckSum(entry);
}

void EnterRefund(Position position, const CreditRefunded& fact, Entry& entry) {
  Begin(EntryKind::kRefund, fact.refunded_on, position, entry);
  entry.refund = fact.refund;
  entry.member = fact.member;
  entry.number = fact.number;
  Debit(entry, OfMember(fact.member, fact.number), fact.amount);
  Credit(entry, {AccountKind::kBank, fact.account, {}}, fact.amount);
  CheckSum(entry);
}

void EnterReturn(Position position, const RemittanceReturned& fact, const Drawn& from,
                 Entry& entry) {
  Begin(EntryKind::kReturn, fact.returned_on, position, entry);
  entry.returned = fact.returned;
  entry.remittance = fact.remittance;
  entry.also = from.position;
  Debit(entry, {AccountKind::kUnallocated, from.payer, {}}, fact.amount);
  Credit(entry, {AccountKind::kBank, fact.account, {}}, fact.amount);
  CheckSum(entry);
}

Result<void> MonthEntriesOf(const rules::Timeline& timeline, const Question& question,
                            rules::Settlement& scratch, const TakeEntry& take) {
  if (timeline.enrolled_at > question.known_at) return {};
  IURAN_ASSIGN(const rules::Scheme* scheme, SchemeOf(timeline, question));
  rules::Settle(timeline, *scheme, question.as_of, question.known_at, scratch);
  return MonthEntries(timeline, *scheme, question, take).Give(scratch);
}

}  // namespace iuran::projections
