// What held for a member in a month, and when it left, as known at a position (rulebook 1).
#include "ledger/rules/timeline.h"

#include "events/check.h"

namespace iuran::rules {

namespace {

void Set(const TimelineChange& change, InForce& attributes) {
  const AttributeValue& value = change.value;
  IURAN_CHECK(value.index() == static_cast<size_t>(change.attribute),
              "a change carries a value of its attribute");
  switch (change.attribute) {
    case Attribute::kIncome:
      attributes.income = std::get<Money>(value);
      break;
    case Attribute::kPrograms:
      attributes.programs = std::get<ProgramSet>(value);
      break;
    case Attribute::kSector:
      attributes.sector = std::get<Sector>(value);
      break;
    case Attribute::kPayer:
      attributes.payer = std::get<Payer>(value);
      break;
    case Attribute::kGroup:
      attributes.group = std::get<GroupId>(value);
      attributes.risk = change.risk;
      break;
    case Attribute::kRegion:
      attributes.region = std::get<std::string>(value);
      break;
  }
}

}  // namespace

// The change in force is the one with the latest `from` not after the month. Changes stand in order
// of recording, so of two for one month the later one simply takes the place.
ChangesOf ChangesInForce(const Timeline& timeline, Month month, Position known_at) {
  ChangesOf in_force{};
  for (const TimelineChange& change : timeline.changes) {
    if (change.position > known_at) break;
    if (change.from > month) continue;
    const TimelineChange*& held = in_force[static_cast<size_t>(change.attribute)];
    if (held == nullptr || change.from >= held->from) held = &change;
  }
  return in_force;
}

InForce AttributesIn(const Timeline& timeline, Month month, Position known_at) {
  InForce attributes = timeline.attributes;
  for (const TimelineChange* change : ChangesInForce(timeline, month, known_at)) {
    if (change != nullptr) Set(*change, attributes);
  }
  return attributes;
}

ProgramSet ProgramsIn(const Timeline& timeline, Month month, Position known_at) {
  const TimelineChange* held = nullptr;
  for (const TimelineChange& change : timeline.changes) {
    if (change.position > known_at) break;
    if (change.attribute != Attribute::kPrograms || change.from > month) continue;
    if (held == nullptr || change.from >= held->from) held = &change;
  }
  return held == nullptr ? timeline.attributes.programs : std::get<ProgramSet>(held->value);
}

std::optional<Day> ExitOf(const Timeline& timeline, Position known_at) {
  std::optional<Day> last_day;
  for (const TimelineExit& exit : timeline.exits) {
    if (exit.position > known_at) break;
    last_day = exit.last_day;
  }
  return last_day;
}

}  // namespace iuran::rules
