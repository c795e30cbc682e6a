#include "tools/asked.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>

namespace iuran::tools {
namespace {

tl::unexpected<Error> WrongOption(std::string_view option, const Error& error) {
  return Fail(ErrorCode::kUsage, fmt::format("{}: {}", option, error.message));
}

// A position is digits only; that tells it from every day and time.
bool IsPosition(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The last position recorded by the time, or by the end of the day, that `text` names. An answer
// must never change, so a time at which something may still be recorded is none to ask for.
Result<events::Position> KnownAtTime(const ledger::Ledger& ledger, std::string_view text) {
  events::Time time;
  if (auto day = events::ParseDay(text)) {
    IURAN_ASSIGN(time, EndOfDay(*day, ledger.opened().time_zone));
  } else if (auto instant = events::ParseTime(text)) {
    time = *instant;
  } else {
    return Fail(
        ErrorCode::kUsage,
        fmt::format("--known-at: '{}' is neither a position (1200), nor a day (2026-11-22, to "
                    "its end), nor a time (2026-11-22T08:15:00Z).",
                    text));
  }
  IURAN_ASSIGN(const std::optional<events::Position> position, ledger.LastRecordedBy(time));
  if (!position) {
    return Fail(ErrorCode::kNotFound,
                fmt::format("Nothing was recorded by {}: the ledger began later.", text));
  }
  IURAN_ASSIGN(const events::Time next, ledger.NextRecordedAt());
  if (time < next) return *position;
  return Fail(ErrorCode::kNotFound,
              fmt::format("{} is not over yet: more may be recorded by then, and an answer for a "
                          "time must never change. Leave --known-at out for everything recorded so "
                          "far, or ask for position {}.",
                          text, position->value));
}

}  // namespace

Result<events::Position> ReadPosition(std::string_view option, std::string_view text) {
  if (!IsPosition(text)) {
    return Fail(
        ErrorCode::kUsage,
        fmt::format("{}: '{}' is not a position. Write its digits, such as 1200.", option, text));
  }
  uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc()) {
    return Fail(ErrorCode::kUsage, fmt::format("{}: no log has a position {}.", option, text));
  }
  return events::Position{value};
}

Result<events::Day> ReadDay(std::string_view option, std::string_view text) {
  auto day = events::ParseDay(text);
  if (!day) return WrongOption(option, day.error());
  return day;
}

Result<std::optional<events::Month>> ReadMonth(std::string_view option, std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto month = events::ParseMonth(text);
  if (!month) return WrongOption(option, month.error());
  return *month;
}

Result<events::Time> EndOfDay(events::Day day, const std::string& time_zone) {
  try {
    const date::local_days next{date::days{(day + 1).number()}};
    const auto begins = date::locate_zone(time_zone)->to_sys(next, date::choose::earliest);
    const auto since_1970 =
        std::chrono::duration_cast<std::chrono::microseconds>(begins.time_since_epoch());
    return events::Time{since_1970.count() - 1};
  } catch (const std::exception&) {
    return Fail(
        ErrorCode::kInvalidValue,
        fmt::format("This system does not know the time zone {}; install tzdata.", time_zone));
  }
}

Result<events::Day> Asked::AsOf(const ledger::Ledger& ledger) const {
  if (as_of.empty()) return ledger.Today();
  return ReadDay("--as-of", as_of);
}

Result<events::Position> Asked::KnownAt(const ledger::Ledger& ledger) const {
  const uint64_t size = ledger.head().value;
  IURAN_CHECK(size > 0, "a ledger begins with the event that opened it");
  if (known_at.empty()) return events::Position{size - 1};
  if (IsPosition(known_at)) {
    IURAN_ASSIGN(const events::Position position, ReadPosition("--known-at", known_at));
    if (position.value < size) return position;
    return Fail(
        ErrorCode::kNotFound,
        fmt::format("Position {} is not recorded yet; the last one is {}.", known_at, size - 1));
  }
  return KnownAtTime(ledger, known_at);
}

Result<std::optional<events::MemberId>> Asked::Member() const {
  if (member.empty()) return std::nullopt;
  auto id = events::ParseId<events::MemberId>(member);
  if (!id) return WrongOption("--member", id.error());
  return *std::move(id);
}

Result<std::optional<events::GroupId>> Asked::Group() const {
  if (group.empty()) return std::nullopt;
  auto id = events::ParseId<events::GroupId>(group);
  if (!id) return WrongOption("--group", id.error());
  return *std::move(id);
}

void AddAsOfOption(CLI::App& command, Asked& asked) {
  command
      .add_option(
          "--as-of", asked.as_of,
          "The business day the figures stand on (default: today in the ledger's time zone)")
      ->type_name("DAY");
}

void AddKnownAtOption(CLI::App& command, Asked& asked) {
  command
      .add_option("--known-at", asked.known_at,
                  "What was known: up to and with this log position, or all that was recorded by "
                  "this time (2026-11-22T08:15:00Z) or by the end of this day, once it is over "
                  "(default: everything)")
      ->type_name("POSITION|TIME");
}

void AddWhomOptions(CLI::App& command, Asked& asked) {
  command.add_option("--member", asked.member, "Only this member")->type_name("MEMBER");
  command.add_option("--group", asked.group, "Only members of this group")->type_name("GROUP");
}

Error UnknownMember(const events::MemberId& member, events::Position known_at) {
  return {ErrorCode::kNotFound,
          fmt::format("There is no member {} up to position {}. Numbers are compared letter for "
                      "letter; 'iuran balances' lists every member.",
                      member.text(), known_at.value)};
}

Error UnknownGroup(const events::GroupId& group, events::Position known_at) {
  return {
      ErrorCode::kNotFound,
      fmt::format("There is no group {} up to position {}. Names are compared letter for letter; "
                  "'iuran events --type group_registered' lists every group.",
                  group.text(), known_at.value)};
}

}  // namespace iuran::tools
