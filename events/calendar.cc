// Civil days, months and instants: arithmetic by <chrono>, strict reading, printing.
#include "events/calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "events/check.h"
#include "events/quote.h"

namespace iuran::events {
namespace {

namespace chrono = std::chrono;

constexpr int64_t kMicrosecondsPerSecond = 1'000'000;
constexpr int64_t kMicrosecondsPerDay = 86'400 * kMicrosecondsPerSecond;

chrono::year_month_day Civil(Day day) {
  return chrono::year_month_day(chrono::sys_days(chrono::days(day.number())));
}

chrono::year_month_day Civil(int year, int month, int day) {
  return {chrono::year(year), chrono::month(static_cast<unsigned>(month)),
          chrono::day(static_cast<unsigned>(day))};
}

Day FromCivil(const chrono::year_month_day& civil) {
  return Day::FromNumber(static_cast<int32_t>(chrono::sys_days(civil).time_since_epoch().count()));
}

int LastDayOfMonth(int year, int month) {
  const chrono::year_month_day_last last(
      chrono::year(year), chrono::month_day_last(chrono::month(static_cast<unsigned>(month))));
  return static_cast<int>(static_cast<unsigned>(last.day()));
}

// The number that `text` is, digits only; nothing for anything else. At most nine digits.
std::optional<int> Number(std::string_view text) {
  if (text.empty() || text.size() > 9) return std::nullopt;
  int number = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::optional<Month> ReadMonth(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  const auto year = Number(text.substr(0, 4));
  const auto month = Number(text.substr(5, 2));
  if (!year || !month || *year < 1 || *month < 1 || *month > 12) return std::nullopt;
  return Month::Of(*year, *month);
}

std::optional<Day> ReadDay(std::string_view text) {
  if (text.size() != 10 || text[7] != '-') return std::nullopt;
  const auto month = ReadMonth(text.substr(0, 7));
  const auto day = Number(text.substr(8, 2));
  if (!month || !day || *day < 1) return std::nullopt;
  if (*day > LastDayOfMonth(month->Year(), month->MonthOfYear())) return std::nullopt;
  return Day::Of(month->Year(), month->MonthOfYear(), *day);
}

// `HH:MM` as minutes.
std::optional<int> ReadMinutes(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = Number(text.substr(0, 2));
  const auto minutes = Number(text.substr(3, 2));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return *hours * 60 + *minutes;
}

// `Z` or `+08:00` as minutes east of UTC.
std::optional<int> ReadOffset(std::string_view text) {
  if (text == "Z") return 0;
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const auto minutes = ReadMinutes(text.substr(1));
  if (!minutes) return std::nullopt;
  return text[0] == '+' ? *minutes : -*minutes;
}

std::optional<Time> ReadTime(std::string_view text) {
  // 2026-11-22T08:15:30 and then decimals, if any, and the zone.
  constexpr size_t kSecondsEnd = 19;
  if (text.size() <= kSecondsEnd || text[10] != 'T' || text[16] != ':') return std::nullopt;
  const auto day = ReadDay(text.substr(0, 10));
  const auto minutes = ReadMinutes(text.substr(11, 5));
  const auto seconds = Number(text.substr(17, 2));
  if (!day || !minutes || !seconds || *seconds > 59) return std::nullopt;
  std::string_view rest = text.substr(kSecondsEnd);
  int microseconds = 0;
  if (rest[0] == '.') {
    const size_t end = rest.find_first_not_of("0123456789", 1);
    const std::string_view decimals = rest.substr(1, end == rest.npos ? end : end - 1);
    const auto number = Number(decimals);
    if (!number || decimals.size() > 6) return std::nullopt;
    microseconds = *number;
    for (size_t i = decimals.size(); i < 6; ++i) microseconds *= 10;
    rest = rest.substr(1 + decimals.size());
  }
  const auto offset = ReadOffset(rest);
  if (!offset) return std::nullopt;
  const int64_t of_day = (int64_t{*minutes} - *offset) * 60 + *seconds;
  const Time time{day->number() * kMicrosecondsPerDay + of_day * kMicrosecondsPerSecond +
                  microseconds};
  if (time < kFirstTime || time > kLastTime) return std::nullopt;
  return time;
}

}  // namespace

Day Day::Of(int year, int month, int day) {
  IURAN_CHECK(year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
                  day <= LastDayOfMonth(year, month),
              "there is such a day");
  return FromCivil(Civil(year, month, day));
}

int Day::Weekday() const {
  return static_cast<int>(chrono::weekday(chrono::sys_days(chrono::days(number_))).c_encoding());
}

std::string Day::ToString() const {
  const auto civil = Civil(*this);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(civil.year()),
                     static_cast<unsigned>(civil.month()), static_cast<unsigned>(civil.day()));
}

Month Month::Containing(Day day) {
  const auto civil = Civil(day);
  return Of(static_cast<int>(civil.year()), static_cast<int>(static_cast<unsigned>(civil.month())));
}

Day Month::FirstDay() const { return FromCivil(Civil(Year(), MonthOfYear(), 1)); }

Day Month::LastDay() const { return DayOf(31); }

Day Month::DayOf(int day_of_month) const {
  IURAN_CHECK(day_of_month >= 1 && day_of_month <= 31, "the day of a month is 1 to 31");
  const int last = LastDayOfMonth(Year(), MonthOfYear());
  return FromCivil(Civil(Year(), MonthOfYear(), std::min(day_of_month, last)));
}

std::string Month::ToString() const { return fmt::format("{:04}-{:02}", Year(), MonthOfYear()); }

Result<Day> ParseDay(std::string_view text) {
  if (const auto day = ReadDay(text)) return *day;
  return Fail(
      ErrorCode::kInvalidValue,
      fmt::format("{} is not a day. Write a day of the calendar as YYYY-MM-DD, for instance "
                  "2026-11-22.",
                  Quoted(text)));
}

Result<Month> ParseMonth(std::string_view text) {
  if (const auto month = ReadMonth(text)) return *month;
  return Fail(ErrorCode::kInvalidValue,
              fmt::format("{} is not a month. Write a month as YYYY-MM, for instance 2026-11.",
                          Quoted(text)));
}

std::string ToString(Time time) {
  // Floored, so that instants before 1970 have a time of day too.
  int64_t days = time.microseconds_since_1970 / kMicrosecondsPerDay;
  int64_t of_day = time.microseconds_since_1970 % kMicrosecondsPerDay;
  if (of_day < 0) {
    of_day += kMicrosecondsPerDay;
    --days;
  }
  const int64_t seconds = of_day / kMicrosecondsPerSecond;
  return fmt::format("{}T{:02}:{:02}:{:02}.{:06}Z",
                     Day::FromNumber(static_cast<int32_t>(days)).ToString(), seconds / 3600,
                     seconds / 60 % 60, seconds % 60, of_day % kMicrosecondsPerSecond);
}

Result<Time> ParseTime(std::string_view text) {
  if (const auto time = ReadTime(text)) return *time;
  return Fail(ErrorCode::kInvalidValue,
              fmt::format("{} is not a time. Write it as 2026-11-22T08:15:30Z or with an offset as "
                          "2026-11-22T16:15:30+08:00, with at most six decimals.",
                          Quoted(text)));
}

}  // namespace iuran::events
