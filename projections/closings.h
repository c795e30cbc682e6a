// The closings that a log records, and what they pin, computed again from everything that was known
// then. Any number of them takes one pass over the members and one over the log.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "projections/closing.h"
#include "projections/view.h"

namespace iuran::projections {

struct RecordedClosing {
  Envelope envelope;
  MonthClosed fact;
};
// By month, which is the order they were recorded in. kLedgerDamaged.
Result<std::vector<RecordedClosing>> ClosingsIn(const log::EventLog& log);

// Of which month, as known when the log had so many events.
struct ClosingAsked {
  Month month;
  uint64_t known = 0;
};
// One answer for each. The accounts of the view must hold all that any of them knows.
// kInvalidValue where a sum is more than a record can hold.
Result<std::vector<MonthClosed>> ComputeClosings(const log::EventLog& log, const AccountsView& view,
                                                 const rules::SchemeBook& schemes,
                                                 std::span<const ClosingAsked> asked,
                                                 unsigned threads);

// A figure of a closing that is not what it comes to.
struct PinnedDifference {
  Month month;
  std::string_view figure;
  std::string pinned;
  std::string computed;
};
// Of the closing of one month, computed for the same month and knowledge.
std::vector<PinnedDifference> Differences(const MonthClosed& pinned, const MonthClosed& computed);
// "The closing of 2026-08 pins arrears of 1,200; they come to 1,300."
std::string Words(const PinnedDifference& difference);

}  // namespace iuran::projections
