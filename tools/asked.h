// What the reports share: the two time axes of a question (rulebook 7), whom it is about, and how
// the answer is printed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/calendar.h"
#include "events/ids.h"
#include "ledger/ledger.h"

namespace CLI {
class App;
}

namespace iuran::tools {

// As typed; the accessors read them against a ledger. Their errors are wrong usage and name the
// option.
struct Asked {
  std::string as_of;
  std::string known_at;
  std::string member;
  std::string group;

  // The as-of day; today in the ledger's time zone where none was given.
  Result<events::Day> AsOf(const ledger::Ledger& ledger) const;
  // The last position that is known to the answer; the last one recorded where none was given.
  // kNotFound for a position not recorded yet, a time before the first event, and a time or day
  // that is not over: what is asked for by its name must never have another answer later.
  Result<events::Position> KnownAt(const ledger::Ledger& ledger) const;
  Result<std::optional<events::MemberId>> Member() const;
  Result<std::optional<events::GroupId>> Group() const;
};

void AddAsOfOption(CLI::App& command, Asked& asked);
void AddKnownAtOption(CLI::App& command, Asked& asked);
// --member and --group.
void AddWhomOptions(CLI::App& command, Asked& asked);

// `text` of option `option` as a position or a day, or wrong usage.
Result<events::Position> ReadPosition(std::string_view option, std::string_view text);
Result<events::Day> ReadDay(std::string_view option, std::string_view text);
// The same of a month; nothing where `text` is empty.
Result<std::optional<events::Month>> ReadMonth(std::string_view option, std::string_view text);
// The last microsecond of `day` in the time zone. kInvalidValue where there is no such zone.
Result<events::Time> EndOfDay(events::Day day, const std::string& time_zone);

// "There is no member M-1 ..." with what to try; kNotFound.
Error UnknownMember(const events::MemberId& member, events::Position known_at);
Error UnknownGroup(const events::GroupId& group, events::Position known_at);

}  // namespace iuran::tools
