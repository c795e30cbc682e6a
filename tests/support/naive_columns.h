// The columns of a row by name, for printing and for mutilating rows. Rulebook section 1.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/naive_rows.h"

namespace iuran::naive {

struct Column {
  std::string_view name;
  std::string* text;
};

std::vector<Column> Columns(Row& row);

}  // namespace iuran::naive
