// The denominators of a participation report: how many persons there are for a part of the country,
// a group or a programme, and who says so. Given as a file, never assumed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "events/calendar.h"

namespace iuran::tools {

struct Denominator {
  int64_t persons = 0;  // at least 1
  std::string source;   // who counted them
  events::Day date;     // for which day
};
using Denominators = std::map<std::string, Denominator>;

// Reads a CSV file with exactly the columns `part` ("region"), persons, source and date, in any
// order. A row that cannot be read ends it, with the file, the line, the column and what would be
// valid (kInvalidValue): a report must not rest on half a file. kNotFound, kUsage, kIo as
// CsvReader.
Result<Denominators> ReadDenominators(const std::filesystem::path& path, std::string_view part);

// count / persons in percent with two decimals, rounded half up from whole numbers: "12.34".
// count >= 0, persons >= 1, both at most kMostPersons.
inline constexpr int64_t kMostPersons = 100'000'000'000;
std::string Percent(int64_t count, int64_t persons);

}  // namespace iuran::tools
