// The columns of a row by name, for printing and for mutilating rows. Rulebook section 1.

#ifndef IURAN_TESTS_SUPPORT_NAIVE_COLUMNS_H_
#define IURAN_TESTS_SUPPORT_NAIVE_COLUMNS_H_

#include <string>
#include <string_view>
#include <vector>

#include "naive_rows.h"

namespace iuran::naive {

struct Column {
  std::string_view name;
  std::string* text;
};

std::vector<Column> Columns(Row& row);

}  // namespace iuran::naive

#endif  // IURAN_TESTS_SUPPORT_NAIVE_COLUMNS_H_
