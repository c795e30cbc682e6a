// The prices of one member's contribution months. They are walked in ascending order, where the
// price seldom changes, so the last answer is kept as long as it holds.
#pragma once

#include "ledger/rules/scheme.h"

namespace iuran::rules {

// Timeline and scheme must outlive it.
class MonthPrices {
 public:
  MonthPrices(const Timeline& timeline, const Scheme& scheme, Position known_at)
      : timeline_(timeline), scheme_(scheme), known_at_(known_at) {}

  // The price of the month with the attributes in force in it as known (rulebook 2).
  Money Of(Month month) {
    if (!Holds(month)) Load(month);
    return price_;
  }
  // Whether the last answer of Of is that of this month too. Then the same attributes are in force
  // in it, and each part of the price is the same.
  bool Holds(Month month) const { return first_ <= month && month <= last_; }

 private:
  void Load(Month month);

  const Timeline& timeline_;
  const Scheme& scheme_;
  Position known_at_;
  // The price holds from first_ to last_; at first no month at all.
  Month first_ = Month::FromNumber(1);
  Month last_ = Month::FromNumber(0);
  Money price_;
};

}  // namespace iuran::rules
