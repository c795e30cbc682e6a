// The part of an explanation that goes through a member's payments, refunds and waivers.
#pragma once

#include <cstddef>
#include <string>

#include "tools/explain.h"

namespace iuran::tools {

// In the order that settling takes them, with what each settled. CHECKs that the steps add up to
// the credit of the story's settlement.
Part ExplainPayments(const MemberStory& story);

// Whether it counts for the as-of day, as known.
bool Counts(const rules::TimelinePayment& payment, const MemberStory& story);
std::string Months(size_t count);  // "1 month", "3 months"

}  // namespace iuran::tools
