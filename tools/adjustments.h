// The adjustments of a month: what became known after the month before it was closed, and changes
// what was closed. They are booked in the month, and closed figures stay.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "events/month_totals.h"
#include "projections/closings.h"
#include "tools/reading.h"

namespace iuran::tools {

struct Adjustment {
  events::Position position;
  std::string_view type;  // as `iuran events` names it
  events::Day day;
  std::string member;  // empty where it is of none
  std::string words;
};

struct Adjustments {
  events::Month month;                  // which they are of
  projections::RecordedClosing closed;  // of the month before
  events::Position known_at;            // they are told up to here
  // The events marked as adjustments of the month, those dated into the closed one or before that
  // were recorded before its closing and that it does not know, and any other that changed its
  // sums: a reversal of a later day, a scheme document. In log order.
  std::vector<Adjustment> events;
  events::MonthTotals now;  // of the closed month, as known at known_at
  // In how many members each of the sums over figures differs.
  std::array<int64_t, events::kTotalsOfFigures> members{};
};

// Of a month, or where none is named of the open one, up to what the reading knows or the closing
// of that month knew. The reading is about everybody. kNotFound where the month before is not
// closed as known to the reading.
Result<Adjustments> FindAdjustments(const Reading& reading, std::optional<events::Month> month);

// What whoever records something is told of it: "2 rows are dated into closed months, as
// adjustments of 2025-03: iuran adjustments" and the end of the line; empty where there are none.
// `one` is what one is called, `month` the open month that they are of.
std::string AdjustmentsInWords(uint64_t count, std::string_view one,
                               const std::optional<events::Month>& month);

}  // namespace iuran::tools
