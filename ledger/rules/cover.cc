// Cover of a member on a day (rulebook 6).
//
// With a settlement in hand, the state of every day is given: inside a spell the days before the
// first settlement are pending, then come the days up to the protection end (active), up to the
// grace end (grace) and the rest (lapsed); the exit cuts everything off. `since` and `until` are
// the ends of the run of equal states around the day, across spells where they meet.
//
// Where membership does not lapse (employment), months fall due one after the other, so the same is
// true: active up to the due day of the first unsettled month, grace up to that of the month
// grace_months() later, and employer_liable from then on.
//
// "The month of `on` is settled" means settled in the spell of that day: the days of a month before
// a new spell began stay lapsed, since nobody can be insured after the accident.
#include "ledger/rules/cover.h"

#include <fmt/format.h>

#include <algorithm>

namespace iuran::rules {

namespace {

// The last day of runs that have no end.
constexpr Day kNoEnd = Day::FromNumber(INT32_MAX);

// Takes the states of all days as intervals, in order of days, and keeps the run around one day.
class RunAround {
 public:
  explicit RunAround(Day on) : on_(on) {}

  // The days up to `last` that were not named yet are in this state. Returns whether it is this
  // interval that `on` lies in.
  bool UpTo(Day last, CoverState state) {
    if (last < next_) return false;
    const Day first = next_;
    next_ = last == kNoEnd ? kNoEnd : last + 1;
    if (state != state_) {
      if (found_) closed_ = true;
      state_ = state;
      if (!found_) since_ = first;
    }
    if (closed_) return false;
    until_ = last;
    const bool here = first <= on_ && on_ <= last;
    found_ = found_ || here;
    return here;
  }

  void Write(Cover& cover) const {
    if (since_ != kNoBeginning) cover.since = since_;
    if (until_ != kNoEnd) cover.until = until_;
  }

 private:
  static constexpr Day kNoBeginning = Day::FromNumber(INT32_MIN);

  Day on_;
  Day next_ = kNoBeginning;
  CoverState state_ = CoverState::kNotEnrolled;
  Day since_ = kNoBeginning;
  Day until_ = kNoBeginning;
  bool found_ = false;
  bool closed_ = false;
};

// Names the days of one spell up to `last`, its last day. Returns the state of `on` if it is there.
std::optional<CoverState> AddSpell(const Spell& spell, const Scheme& scheme, Day last,
                                   RunAround& run) {
  std::optional<CoverState> found;
  const auto up_to = [&](Day day, CoverState state) {
    if (run.UpTo(std::min(day, last), state)) found = state;
  };
  const Day grace_end = GraceEnd(spell, scheme);
  if (spell.months.empty()) {
    up_to(grace_end, CoverState::kPending);
  } else {
    up_to(spell.months.front().settled_on - 1, CoverState::kPending);
    up_to(ProtectionEnd(spell), CoverState::kActive);
    up_to(grace_end, CoverState::kGrace);
  }
  up_to(last, CoverState::kLapsed);
  return found;
}

// The same for the one spell of a membership that does not lapse.
std::optional<CoverState> AddEmployment(const Spell& spell, const Scheme& scheme, Day last,
                                        RunAround& run) {
  std::optional<CoverState> found;
  const auto up_to = [&](Day day, CoverState state) {
    if (run.UpTo(std::min(day, last), state)) found = state;
  };
  if (spell.months.empty()) {
    up_to(last, CoverState::kPending);
    return found;
  }
  const Month unsettled = FirstUnsettled(spell);
  const Month liable = unsettled + static_cast<int32_t>(scheme.grace_months());
  up_to(spell.months.front().settled_on - 1, CoverState::kPending);
  up_to(scheme.DueDay(unsettled), CoverState::kActive);
  up_to(scheme.DueDay(liable), CoverState::kGrace);
  up_to(last, CoverState::kEmployerLiable);
  return found;
}

// What the reason of a state in this spell rests on.
void AddGrounds(const Spell& spell, const Scheme& scheme, Day on, Cover& cover) {
  cover.unsettled = FirstUnsettled(spell);
  if (scheme.lapses()) {
    cover.grace_end = GraceEnd(spell, scheme);
  } else {
    cover.due_day = scheme.DueDay(*cover.unsettled);
    for (Month month = *cover.unsettled; scheme.DueDay(month) < on; ++month) {
      ++cover.months_overdue;
    }
  }
  if (spell.months.empty()) return;
  if (cover.state == CoverState::kActive) {
    const auto index = static_cast<size_t>(Month::Containing(on) - spell.first_month);
    cover.settled = index < spell.months.size() ? spell.months[index] : spell.months.back();
  } else if (cover.state == CoverState::kPending) {
    cover.settled = spell.months.front();
  } else {
    cover.settled = spell.months.back();
  }
}

std::string ByPayment(const SettledMonth& settled, std::string_view payment) {
  return fmt::format("by {}payment{}{} of {}", payment.empty() ? "a " : "",
                     payment.empty() ? "" : " ", payment, settled.settled_on.ToString());
}

std::string SettledBy(const SettledMonth& settled, std::string_view payment) {
  return fmt::format("{} is settled {}", settled.month.ToString(), ByPayment(settled, payment));
}

std::string MonthsInWords(int64_t months) {
  return months == 1 ? "1 month" : fmt::format("{} months", months);
}

// One sentence on a membership that does not lapse; the states that both kinds have are told there.
std::string ReasonOfEmployment(const Cover& cover, const std::string& settled) {
  const std::string month = cover.unsettled->ToString();
  const std::string due = cover.due_day->ToString();
  switch (cover.state) {
    case CoverState::kPending:
      return fmt::format("No month is settled yet; the first, {}, is due on {}.", month, due);
    case CoverState::kActive:
      return fmt::format("No month is overdue: {}, and {} is due on {}.", settled, month, due);
    case CoverState::kGrace:
      return fmt::format(
          "{} was due on {} and is not settled ({} overdue); benefits are paid, and the employer "
          "owes the contributions.",
          month, due, MonthsInWords(cover.months_overdue));
    default:
      return fmt::format(
          "{} was due on {} and is not settled ({} overdue); the employer pays benefits first.",
          month, due, MonthsInWords(cover.months_overdue));
  }
}

}  // namespace

std::string_view Name(CoverState state) {
  switch (state) {
    case CoverState::kNotEnrolled:
      return "not_enrolled";
    case CoverState::kPending:
      return "pending";
    case CoverState::kActive:
      return "active";
    case CoverState::kGrace:
      return "grace";
    case CoverState::kLapsed:
      return "lapsed";
    case CoverState::kEnded:
      return "ended";
    case CoverState::kEmployerLiable:
      return "employer_liable";
  }
  return "unknown";
}

Cover CoverOf(const Timeline& timeline, const Scheme& scheme, const Settlement& settlement, Day on,
              Position known_at) {
  Cover cover;
  cover.programs = ProgramsIn(timeline, Month::Containing(on), known_at);
  cover.exit_day = settlement.exit_day;

  RunAround run(on);
  run.UpTo(timeline.from.FirstDay() - 1, CoverState::kNotEnrolled);
  const Day exit_day = settlement.exit_day.value_or(kNoEnd);
  for (size_t i = 0; i < settlement.spells.size(); ++i) {
    const Spell& spell = settlement.spells[i];
    const bool last = i + 1 == settlement.spells.size();
    const Day end = last ? kNoEnd : settlement.spells[i + 1].begins_on - 1;
    const auto add = scheme.lapses() ? AddSpell : AddEmployment;
    if (const auto state = add(spell, scheme, std::min(end, exit_day), run)) {
      cover.state = *state;
      AddGrounds(spell, scheme, on, cover);
    }
  }
  if (settlement.exit_day && run.UpTo(kNoEnd, CoverState::kEnded)) {
    cover.state = CoverState::kEnded;
  }
  run.Write(cover);
  return cover;
}

std::string ReasonOf(const Cover& cover, std::string_view payment) {
  const std::string settled = cover.settled ? SettledBy(*cover.settled, payment) : "";
  switch (cover.state) {
    case CoverState::kNotEnrolled:
      return fmt::format("Membership begins on {}.", (*cover.until + 1).ToString());
    case CoverState::kEnded:
      return fmt::format("The member left; the last day was {}.", cover.exit_day->ToString());
    case CoverState::kPending:
      if (cover.settled) {
        return fmt::format("Cover begins with the first settlement: {}.", settled);
      }
      if (cover.due_day) break;
      return fmt::format("No month is settled yet; {} can still be paid until {}.",
                         cover.unsettled->ToString(), cover.grace_end->ToString());
    case CoverState::kActive:
      if (cover.due_day) break;
      return settled + ".";
    case CoverState::kGrace:
      if (cover.due_day) break;
      return fmt::format("{} is not settled; unpaid months can still be paid until {}.",
                         cover.unsettled->ToString(), cover.grace_end->ToString());
    case CoverState::kLapsed:
      if (!cover.settled) {
        return fmt::format("No month was settled by the grace end {}.",
                           cover.grace_end->ToString());
      }
      return fmt::format("{} was not settled by the grace end {}.", cover.unsettled->ToString(),
                         cover.grace_end->ToString());
    case CoverState::kEmployerLiable:
      break;
  }
  return ReasonOfEmployment(cover, settled);
}

}  // namespace iuran::rules
