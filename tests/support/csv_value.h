// One value out of a line that the program or the naive model printed as CSV.
#pragma once

#include <string>

namespace iuran::tests {

// The n-th value of a line, without its quotes.
inline std::string ValueIn(const std::string& line, size_t n) {
  std::string value;
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && line[i + 1] == '"') {
      value += line[++i];
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] != ',' || quoted) {
      value += line[i];
    } else if (n-- == 0) {
      break;
    } else {
      value.clear();
    }
  }
  return value;
}

}  // namespace iuran::tests
