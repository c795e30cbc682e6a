// Trial: what a scheme document that is not enacted would do to the figures of a day, member by
// member. One state of knowledge, two sets of schemes: the one in force, and the one proposed.
#pragma once

#include <vector>

#include "projections/standing.h"

namespace iuran::projections {

struct TrialQuestion {
  SchemeId scheme;  // only its members are looked at
  Question present;
  Question proposed;  // the same, with the proposed document as the only one of its scheme
};

struct TrialRow {
  MemberId member;
  GroupId group;       // in force in the as-of month
  Money price_before;  // of the as-of month (rules::AssessedForMonth)
  Money price_after;
  Standing before;
  Standing after;
};

// Adds the member's row if it is asked about and of the scheme, whether or not anything differs.
// `scratch` is memory to reuse.
Result<void> TrialOf(const rules::Timeline& timeline, const TrialQuestion& question,
                     rules::Settlement& scratch, std::vector<TrialRow>& rows);

}  // namespace iuran::projections
