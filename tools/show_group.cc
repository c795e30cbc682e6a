#include <fmt/format.h>

#include "tools/event_text.h"
#include "tools/show.h"

namespace iuran::tools {

void ShowGroupAsText(const GroupStory& story, Output& out) {
  std::string text =
      fmt::format("Group {} on {}\n", story.group.group.text(), story.as_of.ToString());
  AppendLine(text, "Name", story.group.name);
  AppendLine(text, "Kind", events::Name(story.group.kind));
  AppendLine(text, "Region", story.group.region);
  if (story.group.risk) AppendLine(text, "Risk class", std::to_string(*story.group.risk));
  out.Write(text);
  out.Write("\nMembers\n");
  Report table(out, Format::kTable,
               {{"member"},
                {"cover"},
                {"until"},
                {"paid", ColumnKind::kAmount, true},
                {"credit", ColumnKind::kAmount, true},
                {"arrears", ColumnKind::kAmount, true},
                {"months_overdue", ColumnKind::kCount, true},
                {"paid_through"}});
  for (const GroupMember& row : story.members) {
    table.Text(row.member.text());
    table.Text(Name(row.cover.state));
    table.Date(row.cover.until);
    table.Amount(row.figures.paid);
    table.Amount(row.figures.credit);
    table.Amount(row.figures.arrears);
    table.Count(row.figures.months_overdue);
    table.Date(row.figures.paid_through);
    table.EndRow();
  }
  table.Finish("Nobody is in this group.");
  ShowEvents(story.events, out);
}

void ShowGroupAsJson(const GroupStory& story, Output& out) {
  std::string text;
  JsonWriter json(text);
  json.BeginObject();
  json.Field("group", story.group.group.text());
  json.Field("as_of", story.as_of.ToString());
  json.Field("known_at", story.known_at.value);
  json.Field("name", story.group.name);
  json.Field("kind", events::Name(story.group.kind));
  json.Field("region", story.group.region);
  json.Name("risk");
  story.group.risk ? json.Number(*story.group.risk) : json.Null();
  json.Name("members").BeginArray();
  for (const GroupMember& row : story.members) {
    json.BeginObject();
    json.Field("member", row.member.text());
    json.Name("cover").BeginObject();
    json.Field("state", Name(row.cover.state));
    json.Field("since", row.cover.since);
    json.Field("until", row.cover.until);
    json.EndObject();
    WriteFigures(json, row.figures);
    json.EndObject();
  }
  json.EndArray();
  WriteEvents(json, story.events);
  json.EndObject();
  out.Write(text += '\n');
}

}  // namespace iuran::tools
