// Participation: who is enrolled on a day, who is covered, and who paid the month, to be counted by
// region, group or programme.
#pragma once

#include "ledger/rules/cover.h"
#include "projections/question.h"

namespace iuran::projections {

enum class CountBy { kRegion, kGroup, kProgram };

// One membership that is enrolled on the as-of day: its first month has begun and its last day, if
// it has one, is not over. Whoever lapsed or waits for cover is enrolled as well.
struct Participant {
  std::string part;  // the region or group in force in the as-of month, or a programme
  rules::CoverState state = rules::CoverState::kPending;  // on the as-of day
  bool paid = false;                                      // the as-of month is settled on that day
};

// Adds a row for the part that the membership counts in, one each for its programmes, and none
// where it is not enrolled. `scratch` is memory to reuse.
Result<void> ParticipationOf(const rules::Timeline& timeline, const Question& question, CountBy by,
                             rules::Settlement& scratch, std::vector<Participant>& rows);

struct Participation {
  int64_t enrolled = 0;
  int64_t active = 0;
  int64_t grace = 0;
  int64_t paid = 0;

  // Benefits are paid in both states (rulebook 6).
  int64_t covered() const { return active + grace; }
  void Add(const Participant& participant);
  Participation& operator+=(const Participation& other);
};

}  // namespace iuran::projections
