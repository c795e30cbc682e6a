// Civil days and months. No clock is read here: time is an argument.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/error.h"

namespace iuran::events {

// A day of the (proleptic Gregorian) calendar, as days since 1970-01-01.
class Day {
 public:
  constexpr Day() = default;
  static constexpr Day FromNumber(int32_t days_since_1970) { return Day(days_since_1970); }
  // year 1-9999, month 1-12, day 1-31; CHECKs that there is such a day.
  static Day Of(int year, int month, int day);

  constexpr int32_t number() const { return number_; }
  // 0 Sunday ... 6 Saturday.
  int Weekday() const;
  std::string ToString() const;  // YYYY-MM-DD

  friend constexpr Day operator+(Day day, int32_t days) { return Day(day.number_ + days); }
  friend constexpr Day operator-(Day day, int32_t days) { return Day(day.number_ - days); }
  friend constexpr int32_t operator-(Day a, Day b) { return a.number_ - b.number_; }
  friend constexpr auto operator<=>(Day, Day) = default;

 private:
  explicit constexpr Day(int32_t number) : number_(number) {}
  int32_t number_ = 0;
};

// A calendar month, as months since 0000-01. Contribution months are priced and due by it.
class Month {
 public:
  constexpr Month() = default;
  static constexpr Month FromNumber(int32_t months_since_year_0) {
    return Month(months_since_year_0);
  }
  static constexpr Month Of(int year, int month) { return Month(year * 12 + (month - 1)); }
  // The month a day lies in.
  static Month Containing(Day day);

  constexpr int32_t number() const { return number_; }
  // Floored, so that months before year 0, which arithmetic may reach, are well-formed too.
  constexpr int Year() const { return (number_ - (number_ % 12 + 12) % 12) / 12; }
  constexpr int MonthOfYear() const { return (number_ % 12 + 12) % 12 + 1; }
  Day FirstDay() const;
  Day LastDay() const;
  // The given day of the month, clamped to its end: DayOf(31) of 2025-02 is 2025-02-28.
  Day DayOf(int day_of_month) const;
  std::string ToString() const;  // YYYY-MM

  friend constexpr Month operator+(Month month, int32_t months) {
    return Month(month.number_ + months);
  }
  friend constexpr Month operator-(Month month, int32_t months) {
    return Month(month.number_ - months);
  }
  friend constexpr int32_t operator-(Month a, Month b) { return a.number_ - b.number_; }
  Month& operator++() {
    ++number_;
    return *this;
  }
  friend constexpr auto operator<=>(Month, Month) = default;

 private:
  explicit constexpr Month(int32_t number) : number_(number) {}
  int32_t number_ = 0;
};

// What can be written down: years 0001-9999. Parsed and stored values are within; arithmetic on
// them may step outside by as much as the rules ever add without overflow.
inline constexpr Day kFirstDay = Day::FromNumber(-719'162);
inline constexpr Day kLastDay = Day::FromNumber(2'932'896);
inline constexpr Month kFirstMonth = Month::Of(1, 1);
inline constexpr Month kLastMonth = Month::Of(9999, 12);

// Strict forms, years 0001-9999: `2026-11-22`, `2026-11`. The errors say what would be valid.
Result<Day> ParseDay(std::string_view text);
Result<Month> ParseMonth(std::string_view text);

// An instant: microseconds since 1970-01-01T00:00:00Z.
struct Time {
  int64_t microseconds_since_1970 = 0;
  friend constexpr auto operator<=>(Time, Time) = default;
};

inline constexpr Time kFirstTime{kFirstDay.number() * int64_t{86'400'000'000}};
inline constexpr Time kLastTime{(kLastDay.number() + 1) * int64_t{86'400'000'000} - 1};

// 2026-11-22T08:15:30.123456Z. Always UTC, always six decimals.
std::string ToString(Time time);
// The same form with any number of decimals up to six or none, and `Z` or an offset `+08:00`.
Result<Time> ParseTime(std::string_view text);

}  // namespace iuran::events
