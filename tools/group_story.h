// Everything about one group, for `show group`: what it is, how its members stand, its events.
#pragma once

#include <vector>

#include "ledger/rules/cover.h"
#include "ledger/rules/figures.h"
#include "tools/reading.h"

namespace iuran::tools {

struct GroupMember {
  events::MemberId member;
  rules::Figures figures;
  rules::Cover cover;  // on the as-of day
};

struct GroupStory {
  events::Day as_of;
  events::Position known_at;
  events::GroupRegistered group;
  std::vector<events::Event> events;  // of the group's own stream, up to known_at
  std::vector<GroupMember> members;   // in this group in the as-of month, by id
};

// `reading` must be open for `group`.
Result<GroupStory> TellGroup(const Reading& reading, const events::GroupId& group);

}  // namespace iuran::tools
