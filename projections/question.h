// What every view is asked: as known where, with which schemes, and about whom.
#pragma once

#include <optional>

#include "ledger/rules/scheme.h"
#include "ledger/rules/timeline.h"

namespace iuran::projections {

using namespace events;

struct Question {
  const rules::SchemeBook* schemes = nullptr;
  Position known_at;             // inclusive
  Day as_of;                     // payments dated up to here count
  std::optional<GroupId> group;  // only members in this group in the month asked about
};

// Whether the question is about this member at all: enrolled at a position known, and in the group
// asked for in `month`. `group` becomes the group in force in that month.
inline bool IsAsked(const rules::Timeline& timeline, const Question& question, Month month,
                    GroupId& group) {
  if (timeline.enrolled_at > question.known_at) return false;
  group = rules::AttributesIn(timeline, month, question.known_at).group;
  return !question.group || group == *question.group;
}

// The scheme of a member who is known; its enactment was known before the member was.
inline Result<const rules::Scheme*> SchemeOf(const rules::Timeline& timeline,
                                             const Question& question) {
  const rules::Scheme* scheme = question.schemes->Find(timeline.scheme, question.known_at);
  if (scheme != nullptr) return scheme;
  return Fail(ErrorCode::kLedgerDamaged, "Member " + timeline.member.text() +
                                             " is enrolled in scheme " + timeline.scheme.text() +
                                             ", which was never enacted.");
}

}  // namespace iuran::projections
