// Collect: whom a collector calls on a day, and what for.
//
// Good standing is cover without arrears: where membership lapses, every month up to that of the
// day is settled, so that cover is active; where it does not, every month whose due day is past.
#pragma once

#include "ledger/rules/cover.h"
#include "projections/question.h"

namespace iuran::projections {

struct CollectRow {
  MemberId member;
  Position enrolled_at;  // the event that names the commitment to the personal data
  GroupId group;         // in force in the as-of month
  rules::CoverState cover = rules::CoverState::kPending;  // on the as-of day
  // The last day on which the months owed can be paid; where membership does not lapse, the last
  // day of grace. None: no such day.
  std::optional<Day> grace_end;
  Month owed_from;  // the oldest month that is to be paid
  // What is paid before does not go to what is owed: before the spell of the months owed began it
  // may go to earlier months, and before credit was refunded it settles together with that credit.
  Day payable_from;
  int64_t months = 0;  // to be paid
  Money overdue;       // arrears (rulebook 5)
  Money to_pay;        // the least that brings good standing on the as-of day
  Money penalty;       // as balances have it; paid apart, as a penalty
};

// Adds the member's row, if the question is about it and there is something to pay. Whoever lapsed
// owes nothing and is left out. `scratch` is memory to reuse.
Result<void> CollectOf(const rules::Timeline& timeline, const Question& question,
                       rules::Settlement& scratch, std::vector<CollectRow>& rows);

// Oldest month first, then by member.
bool CallsBefore(const CollectRow& a, const CollectRow& b);

}  // namespace iuran::projections
