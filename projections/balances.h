// Balances: the figures of rulebook 5, one row for every member known, also before its first month.
#pragma once

#include "ledger/rules/figures.h"
#include "projections/question.h"

namespace iuran::projections {

struct BalanceRow {
  MemberId member;
  SchemeId scheme;
  GroupId group;  // in force in the as-of month
  rules::Figures figures;
};

// Adds the member's row, if the question is about it. `scratch` is memory to reuse.
Result<void> BalanceOf(const rules::Timeline& timeline, const Question& question,
                       rules::Settlement& scratch, std::vector<BalanceRow>& rows);

}  // namespace iuran::projections
