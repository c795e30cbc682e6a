// Arrears: who owes, or has a penalty standing, and for how long (rulebook 5).
#pragma once

#include <array>

#include "ledger/rules/figures.h"
#include "projections/question.h"

namespace iuran::projections {

struct ArrearsRow {
  MemberId member;
  GroupId group;  // in force in the as-of month
  int64_t months_overdue = 0;
  Money arrears;
  std::array<Money, 4> ageing;  // 1-30, 31-60, 61-90, 91 and more days after the due day
  Money penalty;                // below zero: money held in excess
};

// Adds the member's row, if the question is about it and there is anything to list. `scratch` is
// memory to reuse.
Result<void> ArrearsOf(const rules::Timeline& timeline, const Question& question,
                       rules::Settlement& scratch, std::vector<ArrearsRow>& rows);

}  // namespace iuran::projections
