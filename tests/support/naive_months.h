// What the contribution months of one member put on the books of the naive model, and how the
// money of a month is split into funds. Rulebook section 8; domain 1.2.

#pragma once

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support/naive_figures.h"

namespace iuran::naive {

// The rows of the table that are about months. Those of pu are for all whose membership does not
// lapse: what stays owed is a claim. Whether it costs a penalty as well is no matter of the books.
enum class MonthRow { kSettled, kBegun, kSettledClaim };

struct MonthEntry {
  MonthRow row = MonthRow::kSettled;
  Month month = 0;
  Day day = 0;
  std::string group;            // in force in the month
  std::array<Sen, 4> prices{};  // by programme
  Sen price = 0;
};

// Those posted up to the as-of day.
std::vector<MonthEntry> MonthEntries(const Facts& facts, Day as_of);

struct Fund {
  Sen income = 0;
  Sen moved = 0;
  Sen from_state = 0;
};
// By month of posting, group and fund.
using Funds = std::map<std::tuple<Month, std::string, std::string>, Fund>;

// Adds what the months posted up to the as-of day bring.
void AddFunds(const Facts& facts, Day as_of, Funds& funds);

}  // namespace iuran::naive
