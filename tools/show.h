// What `show` prints, apart from how it is asked for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/group_story.h"
#include "tools/member_story.h"
#include "tools/remittance_story.h"
#include "tools/report.h"

namespace iuran::tools {

void ShowMemberAsText(const MemberStory& story, Output& out);
void ShowMemberAsJson(const MemberStory& story, Output& out);
void ShowGroupAsText(const GroupStory& story, Output& out);
void ShowGroupAsJson(const GroupStory& story, Output& out);
void ShowRemittanceAsText(const RemittanceStory& story, Output& out);
void ShowRemittanceAsJson(const RemittanceStory& story, Output& out);

// "  label:          value" lines under a heading; nothing where the value is empty.
void AppendLine(std::string& text, std::string_view label, std::string_view value);
// Heading and table of events in words.
void ShowEvents(const std::vector<events::Event>& events, Output& out);
// "figures": {...}, named as the columns of balances.
void WriteFigures(JsonWriter& json, const rules::Figures& figures);
// "events": [...], as `iuran events` prints them.
void WriteEvents(JsonWriter& json, const std::vector<events::Event>& events);

}  // namespace iuran::tools
