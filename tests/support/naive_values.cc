// Parsing, printing and the calendar of the naive model. Rulebook sections 1 and 3.

#include "tests/support/naive_values.h"

#include <chrono>
#include <cstdio>
#include <set>
#include <stdexcept>

namespace iuran::naive {
namespace {

namespace chrono = std::chrono;

constexpr Sen kMostMoney = 10'000'000'000'000 * 100;  // 10^13 rupiah

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AllDigits(std::string_view text) {
  for (char c : text) {
    if (!IsDigit(c)) return false;
  }
  return !text.empty();
}

int Number(std::string_view digits) {
  int number = 0;
  for (char c : digits) number = number * 10 + (c - '0');
  return number;
}

chrono::year_month_day Civil(Day day) {
  return chrono::year_month_day(chrono::sys_days(chrono::days(day)));
}

Day DayOf(chrono::year_month_day date) {
  return static_cast<Day>(chrono::sys_days(date).time_since_epoch().count());
}

chrono::year_month YearMonth(Month month) {
  return chrono::year(month / 12) / chrono::month(static_cast<unsigned>(month % 12 + 1));
}

// Section 3, word for word.
const std::set<Day>& Holidays() {
  static const std::set<Day> holidays = [] {
    const std::array<std::string_view, 4> years = {
        "2023:01-01 01-22 02-18 03-22 04-07 04-22 04-23 05-01 05-18 06-01 06-04 06-29 07-19 08-17 "
        "09-28 12-25",
        "2024:01-01 02-08 02-10 02-14 03-11 03-29 03-31 04-10 04-11 05-01 05-09 05-23 06-01 06-17 "
        "07-07 08-17 09-16 11-27 12-25",
        "2025:01-01 01-27 01-29 03-29 03-31 04-01 04-18 04-20 05-01 05-12 05-29 06-01 06-06 06-27 "
        "08-17 08-18 09-05 12-25",
        "2026:01-01 01-16 02-17 03-19 03-21 03-22 04-03 04-05 05-01 05-14 05-27 05-31 06-01 06-16 "
        "08-17 08-25 12-25",
    };
    std::set<Day> days;
    for (std::string_view year : years) {
      for (std::size_t at = 5; at < year.size(); at += 6) {
        const std::string text =
            std::string(year.substr(0, 4)) + "-" + std::string(year.substr(at, 5));
        days.insert(MustParseDay(text));
      }
    }
    return days;
  }();
  return holidays;
}

bool IsWorkingDay(Day day) {
  const chrono::weekday weekday{chrono::sys_days(chrono::days(day))};
  if (weekday == chrono::Saturday || weekday == chrono::Sunday) return false;
  return Holidays().count(day) == 0;
}

}  // namespace

std::optional<Sen> ParseAmount(std::string_view text) {
  const std::size_t dot = text.find('.');
  const std::string_view rupiah = text.substr(0, dot);
  std::string_view decimals = "0";
  if (dot != std::string_view::npos) decimals = text.substr(dot + 1);
  if (!AllDigits(rupiah) || !AllDigits(decimals) || decimals.size() > 2) return std::nullopt;
  Sen amount = 0;
  for (char c : rupiah) {
    amount = amount * 10 + (c - '0');
    if (amount > kMostMoney) return std::nullopt;
  }
  amount = amount * 100 + Number(decimals) * (decimals.size() == 1 ? 10 : 1);
  if (amount <= 0 || amount > kMostMoney) return std::nullopt;
  return amount;
}

std::optional<Month> ParseMonth(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  if (!AllDigits(text.substr(0, 4)) || !AllDigits(text.substr(5, 2))) return std::nullopt;
  const int year = Number(text.substr(0, 4));
  const int month = Number(text.substr(5, 2));
  if (month < 1 || month > 12) return std::nullopt;
  return year * 12 + month - 1;
}

std::optional<Day> ParseDay(std::string_view text) {
  if (text.size() != 10 || text[7] != '-' || !AllDigits(text.substr(8, 2))) return std::nullopt;
  const std::optional<Month> month = ParseMonth(text.substr(0, 7));
  if (!month) return std::nullopt;
  const chrono::day day(static_cast<unsigned>(Number(text.substr(8, 2))));
  const chrono::year_month_day date = YearMonth(*month) / day;
  if (!date.ok()) return std::nullopt;
  return DayOf(date);
}

std::optional<int> ParsePrograms(std::string_view text, bool pu) {
  int programs = 0;
  while (true) {
    const std::size_t plus = text.find('+');
    const std::string_view name = text.substr(0, plus);
    int bit = 0;
    for (std::size_t i = 0; i < kProgramNames.size(); ++i) {
      if (name == kProgramNames[i]) bit = 1 << i;
    }
    if (bit == 0 || (programs & bit) != 0 || (bit == kJp && !pu)) return std::nullopt;
    programs |= bit;
    if (plus == std::string_view::npos) return programs;
    text = text.substr(plus + 1);
  }
}

bool IsIdentifier(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  for (char c : text) {
    if (c < ' ' || c > '~') return false;
  }
  return text.front() != ' ' && text.back() != ' ';
}

Day MustParseDay(std::string_view text) {
  const std::optional<Day> day = ParseDay(text);
  if (!day) throw std::invalid_argument("not a day: " + std::string(text));
  return *day;
}

std::string PrintAmount(Sen amount) {
  const Sen size = amount < 0 ? -amount : amount;
  std::string text = (amount < 0 ? "-" : "") + std::to_string(size / 100);
  if (size % 100 != 0) {
    text += '.';
    text += static_cast<char>('0' + size % 100 / 10);
    text += static_cast<char>('0' + size % 10);
  }
  return text;
}

std::string PrintMonth(Month month) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d", month / 12, month % 12 + 1);
  return text.data();
}

std::string PrintDay(Day day) {
  std::array<char, 32> text{};
  const unsigned day_of_month = static_cast<unsigned>(Civil(day).day());
  std::snprintf(text.data(), text.size(), "%s-%02u", PrintMonth(MonthOf(day)).c_str(),
                day_of_month);
  return text.data();
}

std::string Cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

Month MonthOf(Day day) {
  const chrono::year_month_day date = Civil(day);
  return static_cast<int>(date.year()) * 12 + static_cast<int>(unsigned(date.month())) - 1;
}

Day FirstDay(Month month) { return DayOf(YearMonth(month) / chrono::day(1)); }

Day LastDay(Month month) { return FirstDay(month + 1) - 1; }

Day AddMonths(Day day, int months) {
  const Month month = MonthOf(day);
  const Day same_day = FirstDay(month + months) + (day - FirstDay(month));
  const Day month_end = LastDay(month + months);
  return same_day < month_end ? same_day : month_end;
}

Day DueDay(bool pu, Month month) {
  Day day = FirstDay(pu ? month + 1 : month) + 14;
  while (!IsWorkingDay(day)) ++day;
  return day;
}

}  // namespace iuran::naive
