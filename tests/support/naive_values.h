// The values of the naive model: amounts, months, days, identifiers and due days.
//
// The naive model is a second program, written from the rulebook alone and sharing no line with
// the real one. Everything here is chosen to be plain, not fast. Rulebook sections 1 and 3.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace iuran::naive {

using Sen = std::int64_t;    // a hundredth of a rupiah
using Day = std::int32_t;    // days since 1970-01-01
using Month = std::int32_t;  // year * 12 + (month of the year - 1)

inline constexpr Month kFirstMonth = 2015 * 12 + 6;  // 2015-07
inline constexpr Sen kLeastIncome = 1'000 * 100;

// A set of programmes is a sum of bits, in the order in which reports list them.
inline constexpr std::array<std::string_view, 4> kProgramNames = {"JKK", "JKM", "JHT", "JP"};
inline constexpr int kJkk = 1;
inline constexpr int kJkm = 2;
inline constexpr int kJht = 4;
inline constexpr int kJp = 8;

// Section 1. Each gives nothing where the text is not of the section.
std::optional<Sen> ParseAmount(std::string_view text);
std::optional<Month> ParseMonth(std::string_view text);
std::optional<Day> ParseDay(std::string_view text);
std::optional<int> ParsePrograms(std::string_view text, bool pu);
bool IsIdentifier(std::string_view text);

// As ParseDay, but a text that is no day is a mistake of the test: throws std::invalid_argument.
Day MustParseDay(std::string_view text);

std::string PrintAmount(Sen amount);  // whole rupiah where the sen are zero, else two decimals
std::string PrintMonth(Month month);
std::string PrintDay(Day day);

// A cell of a CSV line: quoted only where it holds a comma, a quote or a line end.
std::string Cell(std::string_view text);

Month MonthOf(Day day);
Day FirstDay(Month month);
Day LastDay(Month month);

// The same day of the month `months` later, clamped to the end of that month.
Day AddMonths(Day day, int months);

// Section 3: the due day of a contribution month, moved off weekends and national holidays.
Day DueDay(bool pu, Month month);

}  // namespace iuran::naive
