// Accounts: the fold of the log into one timeline a member, and the register of groups beside it.
// Every view (balances, arrears, coverage) is a pure function of a timeline, so this is the one
// thing stored.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "events/codec.h"
#include "ledger/rules/fold.h"

namespace iuran::projections {

using namespace events;

// What an event does to the accounts is fixed by this number: rows folded by another version are
// not read, they are folded again.
inline constexpr uint32_t kFoldVersion = 4;

struct GroupInfo {
  Position registered_at;
  GroupKind kind = GroupKind::kCooperative;
  std::string name;
  std::string region;
  std::optional<uint8_t> risk;
  friend bool operator==(const GroupInfo&, const GroupInfo&) = default;
};
using Groups = std::map<GroupId, GroupInfo>;
GroupInfo InfoOf(const Envelope& envelope, const GroupRegistered& fact);

// The stream in which everything of one member stands.
std::string MemberStream(const MemberId& member);

// The number of the member whose timeline an event changes; nothing where it changes none.
std::optional<MemberNumber> MemberOf(const Event& event);

// rules::FoldMember. `groups` are all that are registered before the event; others may be among
// them. Once all are in, rules::OrderPayments.
Result<void> FoldMember(const Event& event, const Groups& groups, rules::Timeline& timeline);
Result<void> FoldPayment(const PaymentFact& payment, rules::Timeline& timeline);

// The group that the event puts its member into; null where it does not, or into none.
const GroupId* GroupOf(const Event& event);

// A timeline as one row, without the member's id, which is the row's key. Canonical: equal
// timelines are equal bytes. The first byte names the form.
std::string EncodeTimeline(const rules::Timeline& timeline);
// Overwrites `timeline`, reusing its memory, since reports read every row in turn. kLedgerDamaged.
Result<void> DecodeTimeline(std::string_view member, std::string_view row,
                            rules::Timeline& timeline);

std::string EncodeGroup(const GroupInfo& group);
Result<GroupInfo> DecodeGroup(std::string_view row);

}  // namespace iuran::projections
