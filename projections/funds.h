// The funds: where the income of the books goes, with what a split moves from one fund to another
// and what the state adds (fund_split of a scheme document). Neither stands in an account: a split
// never changes a bill.
#pragma once

#include <functional>
#include <string_view>

#include "projections/entries.h"

namespace iuran::projections {

struct FundAmounts {
  Money income;      // as the books have it: billed for the programme of this name
  Money moved;       // out of the bills of other programmes; below zero: to other funds
  Money from_state;  // on no bill

  Money Total() const { return income + moved + from_state; }
  bool IsZero() const { return income.IsZero() && moved.IsZero() && from_state.IsZero(); }
  FundAmounts& operator+=(const FundAmounts& other);
};

// What one contribution month of one member brings a fund. The texts live until the call returns.
struct FundShare {
  Month posted;          // in which the books have it as income
  const GroupId& group;  // of the member in the contribution month
  std::string_view fund;
  FundAmounts amounts;
};
using TakeFundShare = std::function<void(const FundShare&)>;

// Calls take for every fund that the months of one member feed, as the entries of rows 4 and 5 of
// the table post them up to the as-of day of the question. All that is moved sums to zero.
// `scratch` is memory to reuse.
Result<void> FundSharesOf(const rules::Timeline& timeline, const Question& question,
                          rules::Settlement& scratch, const TakeFundShare& take);

}  // namespace iuran::projections
