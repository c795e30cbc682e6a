// Accounts: the fold of the log into one timeline a member, and the registers beside it. Every view
// (balances, arrears, coverage) is a pure function of a timeline, so this is the one thing stored.
#pragma once

#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/codec.h"
#include "ledger/rules/scheme.h"
#include "ledger/rules/timeline.h"

namespace iuran::projections {

using namespace events;

struct GroupInfo {
  Position registered_at;
  GroupKind kind;
  std::string name;
  std::string region;
  std::optional<uint8_t> risk;
  friend bool operator==(const GroupInfo&, const GroupInfo&) = default;
};

// Adds one member event to its timeline; events of other streams are CHECKed away. The one fold:
// rebuilding, catching up and folding a single member all call it.
Result<void> FoldMember(const Event& event, rules::Timeline& timeline);
void FoldPayment(const PaymentFact& payment, rules::Timeline& timeline);

// A timeline as one row: canonical, so equal timelines are equal bytes. Versioned by its first byte.
std::string EncodeTimeline(const rules::Timeline& timeline);
Result<rules::Timeline> DecodeTimeline(const MemberId& member, std::string_view row);

}  // namespace iuran::projections
