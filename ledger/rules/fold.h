// The one fold of a member's events into its timeline: rebuilding, catching up, folding a single
// member and deciding all call it.
#pragma once

#include <functional>
#include <optional>

#include "ledger/rules/timeline.h"

namespace iuran::rules {

// The risk class of a group, 0 where it has none; nothing where it was not registered before `at`.
using RiskOfGroup = std::function<std::optional<uint8_t>(const GroupId& group, Position at)>;

// Adds one event to its member's timeline. Payments are added in log order; once all are in,
// OrderPayments puts them where the timeline wants them, in one go, whatever the order they were
// recorded in. An empty timeline (no member) takes an enrolment only. Who is put into a group takes
// its risk class along. kLedgerDamaged where the event does not fit what came before it: the rules
// never let one such be recorded.
Result<void> FoldMember(const Event& event, const RiskOfGroup& risk_of, Timeline& timeline);
// The same for a payment of which the few values of a TimelinePayment are known, once its member is
// seen to be enrolled.
Result<void> CheckEnrolled(Position position, const Timeline& timeline);
void AddPayment(const TimelinePayment& payment, Timeline& timeline);
void OrderPayments(Timeline& timeline);

}  // namespace iuran::rules
