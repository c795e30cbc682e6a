// How the figures of a member come about, step by step: what was recorded, what the law asks for
// each month, what each payment settled, and what that adds up to. Built from the settlement,
// figures and cover that the reports print; where the steps do not add up to them, the program
// stops.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/member_story.h"

namespace iuran::tools {

struct Step {
  std::string text;  // a sentence
  std::optional<events::Money> amount;
  std::vector<events::Position> events;  // it rests on
  std::string source;                    // the law, where it says so
};
struct Part {
  std::string title;
  std::vector<Step> steps;
};

// Everything up to the as-of day of the story.
std::vector<Part> ExplainMember(const MemberStory& story);
// One contribution month: what was in force, its price, its due day, how it was settled.
// kInvalidValue for a month before the member's first.
Result<std::vector<Part>> ExplainMonth(const MemberStory& story, events::Month month);

}  // namespace iuran::tools
