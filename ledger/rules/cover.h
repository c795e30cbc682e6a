// Cover of a member on a day (rulebook 6).
#pragma once

#include <optional>
#include <string_view>

#include "ledger/rules/settlement.h"

namespace iuran::rules {

enum class CoverState : uint8_t {
  kNotEnrolled,
  kPending,
  kActive,
  kGrace,
  kLapsed,
  kEnded,
  kEmployerLiable
};
std::string_view Name(CoverState state);  // "not_enrolled", "pending", ...

struct Cover {
  CoverState state = CoverState::kNotEnrolled;
  ProgramSet programs;       // the member's set of the month of `on`
  std::optional<Day> since;  // first day of the unbroken run; none for kNotEnrolled
  std::optional<Day> until;  // last day of the run if nothing more is recorded; none: no end
  // What the reason rests on, where it does:
  std::optional<SettledMonth> settled;  // the month of `on`, settled (active), or the last settled
  std::optional<Month> unsettled;       // the first month that is not
  std::optional<Day> grace_end;         // where membership lapses
  std::optional<Day> due_day;           // of `unsettled`, where it does not
  int64_t months_overdue = 0;           // on the day, where it does not
  std::optional<Day> exit_day;
};

// `settlement` must be Settle(timeline, scheme, as_of, known_at) with the as-of day of the
// question.
Cover CoverOf(const Timeline& timeline, const Scheme& scheme, const Settlement& settlement, Day on,
              Position known_at);

// One English sentence for a clerk; `payment` is the text of the id of settled->settled_by, or
// empty.
std::string ReasonOf(const Cover& cover, std::string_view payment);

}  // namespace iuran::rules
