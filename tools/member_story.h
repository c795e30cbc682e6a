// Everything about one member, for `show member`: who and what, months, figures, cover, events.
//
// It is folded from the member's own stream in the log and needs no projection.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/rules/cover.h"
#include "ledger/rules/figures.h"

namespace iuran::tools {

enum class MonthState {
  kSettled,
  kOverdue,  // unsettled after its due day
  kOpen,     // unsettled, not yet overdue
  kDropped,  // passed over between two spells: not owed
};
std::string_view Name(MonthState state);

struct MonthLine {
  events::Month month;
  events::Money price;
  events::Day due_day;
  MonthState state = MonthState::kOpen;
  std::optional<events::Day> settled_on;
  std::string payment;  // that settled it
};

struct MemberStory {
  events::Day as_of;
  events::Position known_at;
  rules::Timeline timeline;
  rules::SchemeBook schemes;
  const rules::Scheme* scheme = nullptr;  // one of those
  // What its document calls the programmes, by rules::Program; empty where it says nothing.
  std::array<std::string, events::kAllPrograms.size()> program_titles;
  std::vector<events::Event> events;  // of the member's stream, up to known_at
  rules::Attributes attributes;       // in force in the as-of month, or the first one if later
  std::optional<events::GroupRegistered> group;
  ledger::Person person;
  rules::Settlement settlement;
  rules::Figures figures;
  std::optional<events::Day> exit_day;
  rules::Cover cover;  // on the as-of day
  std::string reason;
  std::vector<MonthLine> months;
};

// kNotFound where no such member is known at `known_at`.
Result<MemberStory> TellMember(const ledger::Ledger& ledger, const events::MemberId& member,
                               events::Day as_of, events::Position known_at);

// The member's events up to `known_at`, in order; kNotFound where there are none.
Result<std::vector<events::Event>> ReadMember(const ledger::Ledger& ledger,
                                              const events::MemberId& member,
                                              events::Position known_at);

// The group as registered; nothing where the id is empty or not known at `known_at`.
Result<std::optional<events::GroupRegistered>> ReadGroup(const ledger::Ledger& ledger,
                                                         const events::GroupId& id,
                                                         events::Position known_at);

// The event at `position`, if it stands among `events`, which are in order; else null.
const events::Event* EventAt(const std::vector<events::Event>& events, events::Position position);
// The id of the payment recorded at `position`, if it stands among `events`; else empty.
std::string PaymentAt(const std::vector<events::Event>& events, events::Position position);

}  // namespace iuran::tools
