// What the rules know of one member: everything recorded about it, with the position from which it
// is known. A timeline is the whole past; questions about (as-of, known-at) filter it, they never
// change it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "events/event.h"

namespace iuran::rules {

using namespace events;  // the rules speak in the values of events/

inline constexpr uint64_t kNever = UINT64_MAX;  // a position that is not reached

// The attributes of a member with what its group says of it: all that a price depends on. A group
// is registered before anyone is in it and keeps its class, so the fold can note it with the
// member.
struct InForce : Attributes {
  InForce() = default;
  InForce(Attributes attributes, uint8_t risk_class = 0)
      : Attributes(std::move(attributes)), risk(risk_class) {}
  uint8_t risk = 0;  // JKK risk class of the group, 1-5; 0: none, or no group
  friend bool operator==(const InForce&, const InForce&) = default;
};

struct TimelineChange {
  Position position;  // known from here on
  Attribute attribute = Attribute::kIncome;
  Month from;
  AttributeValue value;
  uint8_t risk = 0;  // of a group: its risk class, 0 for none
  friend bool operator==(const TimelineChange&, const TimelineChange&) = default;
};

struct TimelineExit {
  Position position;
  std::optional<Day> last_day;  // nothing: the exit before it was withdrawn
  friend bool operator==(const TimelineExit&, const TimelineExit&) = default;
};

// What an amount does: paid in as contribution or as penalty, credit paid out again, a penalty that
// need not be paid. The first two are in the order of Purpose.
enum class AmountKind : uint8_t { kContribution, kPenalty, kRefund, kWaiver };
inline constexpr AmountKind KindOf(Purpose purpose) { return static_cast<AmountKind>(purpose); }

// A payment, or what is taken back or waived in its place among the payments.
struct TimelinePayment {
  Position position;           // known from here on
  Position void_from{kNever};  // known to be reversed from here on
  Day paid_on;                 // or refunded, or waived
  int64_t amount_sen = 0;      // more than 0, whatever the kind
  AmountKind kind = AmountKind::kContribution;
  friend bool operator==(const TimelinePayment&, const TimelinePayment&) = default;
};

// Sorted as named, whatever the order of recording, so that equal pasts are equal timelines.
struct Timeline {
  MemberId member;
  MemberNumber number;
  SchemeId scheme;
  Position enrolled_at;
  Month from;
  InForce attributes;                     // those of members.csv, before any change
  std::vector<TimelineChange> changes;    // by position
  std::vector<TimelineExit> exits;        // by position
  std::vector<TimelinePayment> payments;  // by (paid_on, position)
  friend bool operator==(const Timeline&, const Timeline&) = default;
};

// The change in force of each attribute, in the order of the enum, in `month` as known at
// `known_at`; null where it is as enrolled. They stand in the timeline.
using ChangesOf = std::array<const TimelineChange*, std::variant_size_v<AttributeValue>>;
ChangesOf ChangesInForce(const Timeline& timeline, Month month, Position known_at);
// The attributes in force in `month` as known at `known_at` (rulebook 1: a change holds from its
// month until the next of the same attribute; of two for one month the later recorded).
InForce AttributesIn(const Timeline& timeline, Month month, Position known_at);
// The programmes of AttributesIn, without copying the rest.
ProgramSet ProgramsIn(const Timeline& timeline, Month month, Position known_at);

// The exit day known at `known_at`; nothing where there is none or it was withdrawn.
std::optional<Day> ExitOf(const Timeline& timeline, Position known_at);

}  // namespace iuran::rules
