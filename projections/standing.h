// How a member stands on a day: all figures of one question, to be compared with those of another.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <variant>

#include "ledger/rules/settlement.h"
#include "projections/question.h"

namespace iuran::projections {

// What is compared: what balances print of a member, and the state of cover on the as-of day.
enum class Figure : uint8_t {
  kGroup,  // in force in the as-of month
  kAssessed,
  kPaid,
  kSettled,
  kCredit,
  kArrears,
  kMonthsOverdue,
  kOldestOverdue,
  kPaidThrough,
  kPenalty,
  kCover,  // nothing where the member is not known yet
};
inline constexpr std::array kAllFigures = {
    Figure::kGroup,       Figure::kAssessed, Figure::kPaid,          Figure::kSettled,
    Figure::kCredit,      Figure::kArrears,  Figure::kMonthsOverdue, Figure::kOldestOverdue,
    Figure::kPaidThrough, Figure::kPenalty,  Figure::kCover};
std::string_view Name(Figure figure);  // as the column of balances; "cover"

// An amount, a count of months, a month, or a word; empty text where there is none.
using FigureValue = std::variant<Money, int64_t, std::string>;

// The values of all figures, by Figure.
using Standing = std::array<FigureValue, kAllFigures.size()>;

// The figures are none where the member is not known at the question's position. `scratch` is
// memory to reuse; it is left as the settlement of the question where the member is known.
Result<Standing> StandingOf(const rules::Timeline& timeline, const Question& question,
                            rules::Settlement& scratch);

}  // namespace iuran::projections
