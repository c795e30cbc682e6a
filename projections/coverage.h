// Coverage: in which state each programme of a member is on a day, since and until when (rulebook
// 6).
#pragma once

#include "ledger/rules/cover.h"
#include "projections/question.h"

namespace iuran::projections {

struct CoverageRow {
  MemberId member;
  Program program = Program::kJkk;
  rules::Cover cover;  // the state, since and until, and what the reason rests on

  // The payment the reason names, if it names one: its position, to be resolved to an id in one
  // pass for many rows (projections/payment_ids.h).
  std::optional<Position> settled_by() const {
    if (!cover.settled) return std::nullopt;
    return cover.settled->settled_by;
  }
  std::string Reason(std::string_view payment) const { return rules::ReasonOf(cover, payment); }
};

// Adds one row for each programme in the member's set of the month of `on`, and none before the
// first day of `from`. The group asked for is that of the month of `on`. `scratch` is memory to
// reuse.
Result<void> CoverageOf(const rules::Timeline& timeline, const Question& question, Day on,
                        rules::Settlement& scratch, std::vector<CoverageRow>& rows);

}  // namespace iuran::projections
