// The reports that count, collect and compare, of the real program against the naive model.
#pragma once

#include <string>
#include <string_view>

#include "tests/support/naive_model.h"
#include "tests/support/real_model.h"

namespace iuran::tests {

// The first difference between two reports in words, or nothing.
std::string FirstDifference(const std::vector<std::string>& expected,
                            const std::vector<std::string>& actual);

// The first difference of participation, of what is to be collected, and of what became known
// between two positions, or nothing.
std::string DifferenceOfReports(std::string_view as_of, int64_t earlier, int64_t later,
                                const naive::Model& expected, const RealModel& actual);

}  // namespace iuran::tests
