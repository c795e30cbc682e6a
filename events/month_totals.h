// The sums that a closing pins, by name, as they are printed and compared.
#pragma once

#include <array>
#include <string_view>

#include "events/event.h"

namespace iuran::events {

struct TotalName {
  std::string_view name;
  Money MonthTotals::* value;
};
// First those over the figures of all members, then the trial balance by kind of account.
inline constexpr std::array kTotalNames = {
    TotalName{"assessed", &MonthTotals::assessed},
    TotalName{"paid", &MonthTotals::paid},
    TotalName{"settled", &MonthTotals::settled},
    TotalName{"credit", &MonthTotals::credit},
    TotalName{"arrears", &MonthTotals::arrears},
    TotalName{"penalty", &MonthTotals::penalty},
    TotalName{"bank", &MonthTotals::bank},
    TotalName{"collections", &MonthTotals::collections},
    TotalName{"receivable", &MonthTotals::receivable},
    TotalName{"income", &MonthTotals::income},
    TotalName{"liabilities_to_members", &MonthTotals::liabilities_to_members},
    TotalName{"unallocated", &MonthTotals::unallocated}};
inline constexpr size_t kTotalsOfFigures = 6;

}  // namespace iuran::events
