// The figures of a member on an as-of day (rulebook 5).
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "ledger/rules/settlement.h"

namespace iuran::rules {

struct Figures {
  Money assessed;
  Money paid;
  Money settled;
  Money credit;
  Money arrears;
  int64_t months_overdue = 0;
  std::optional<Month> oldest_overdue;
  std::optional<Month> paid_through;
  Money penalty;  // of months settled late or overdue, less what was paid or waived; below 0: held
                  // in excess
  std::array<Money, 4> ageing;  // arrears 1-30, 31-60, 61-90, 91 and more days after the due day
};

// `settlement` must be Settle(timeline, scheme, as_of, known_at).
Figures FiguresOf(const Timeline& timeline, const Scheme& scheme, const Settlement& settlement,
                  Day as_of, Position known_at);

}  // namespace iuran::rules
