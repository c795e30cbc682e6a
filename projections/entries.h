// The table of postings (rulebook 8): which entry follows from which event, and from which month
// that is settled or begins. Pure; one function a row of the table, so that a new kind of entry is
// a word in EntryKind, its sentence, and the function that makes it.
//
// Amounts are sen, positive = debit. Every entry sums to zero, which is checked, always.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"
#include "ledger/rules/settlement.h"
#include "projections/question.h"

namespace iuran::projections {

// In the order of their names, which is the order of reports.
enum class AccountKind : uint8_t {
  kBank,         // assets:bank:ACCOUNT
  kCollections,  // assets:collections:CHANNEL
  kReceivable,   // assets:receivable:GROUP
  kIncome,       // income:PROGRAM, income:penalties
  kMember,       // liabilities:members:MEMBER
  kUnallocated,  // liabilities:unallocated:PAYER
};
inline constexpr size_t kAccountKinds = 6;
inline constexpr std::string_view kPenalties = "penalties";

struct BookAccount {
  AccountKind kind = AccountKind::kBank;
  std::string name;                    // of the account, channel, group, programme, member or payer
  std::optional<MemberNumber> number;  // of kMember alone
};

// "assets:bank": what the names of all accounts of a kind begin with.
std::string_view PrefixOf(AccountKind kind);

// "liabilities:members:M-1". The last part is the identifier or text as it was recorded, save what
// the plain-text journal of hledger would read as something else: `%`, `:`, `;`, a `(` or space at
// the beginning, a space at the end or behind a space, and every byte that is not printable ASCII
// stand as `%` with two hex digits (`%3A`). So different texts have different names, and each can
// be had back. Where no text was recorded the part is `(none)`.
std::string NameOf(const BookAccount& account);
std::string Escaped(std::string_view text);

struct Posting {
  BookAccount account;
  Money amount;
};

enum class EntryKind : uint8_t {
  kRemittance,  // received
  kPayment,
  kPenalty,
  kReversal,
  kRefund,      // of a member's credit
  kReturn,      // of what a remittance holds beyond its payments
  kAccrual,     // a month begins
  kSettlement,  // a month is settled
};

struct Entry {
  EntryKind kind = EntryKind::kPayment;
  Day day;
  Position event;                // it comes from
  std::optional<Position> also;  // what the event rests on: the remittance, or what is reversed
  std::vector<Posting> postings;
  // What it is about, where it is:
  RemittanceId remittance;
  PaymentId payment;
  RefundId refund;
  ReturnId returned;
  MemberId member;
  std::optional<MemberNumber> number;
  std::optional<Month> month;  // the contribution month
  GroupId group;               // of the member in that month
};

// "Payment P-1 of member M-1 from remittance R-1": escaped as names of accounts are.
std::string Describe(const Entry& entry);

// The remittance that a payment may be drawn on, and a return is taken from.
struct Drawn {
  Position position;
  std::string payer;
};

// Rows 1 to 3 and 7. `entry` is overwritten, here and below; its memory is reused.
void EnterRemittance(Position position, const RemittanceReceived& fact, Entry& entry);
// `from` is null where the payment names no remittance.
void EnterPayment(Position position, const PaymentReceived& fact, const Drawn* from, Entry& entry);
// Row 8: turns round `entry`, which is that of the payment reversed.
void EnterReversal(Position position, const PaymentReversed& fact, Entry& entry);
// ledger/rules/README.md, "Entries in the books".
void EnterRefund(Position position, const CreditRefunded& fact, Entry& entry);
void EnterReturn(Position position, const RemittanceReturned& fact, const Drawn& from,
                 Entry& entry);

// Rows 4 to 6: the entries of the months of one member that are posted up to the as-of day of the
// question, by month, as known. Where membership does not lapse, each month is a claim on the group
// from its first day, whether or not paying late costs a penalty; elsewhere a month that is not
// settled stands in no account. Of members in no group the claim is on `(none)`: who answers for
// them is not recorded, and groups and members may have the same identifiers.
// `scratch` is memory to reuse, and for a member who is known how it is settled, afterwards;
// entries live until the next one.
using TakeEntry = std::function<Result<void>(const Entry&)>;
Result<void> MonthEntriesOf(const rules::Timeline& timeline, const Question& question,
                            rules::Settlement& scratch, const TakeEntry& take);

}  // namespace iuran::projections
