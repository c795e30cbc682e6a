#include <fmt/format.h>

#include "events/words.h"
#include "tools/event_text.h"
#include "tools/show.h"

namespace iuran::tools {
namespace {

using ledger::Person;

std::string OrDash(const std::optional<events::Day>& day) { return day ? day->ToString() : "-"; }
std::string OrDash(const std::optional<events::Month>& month) {
  return month ? month->ToString() : "-";
}

void AppendPerson(std::string& text, const Person& person) {
  switch (person.state) {
    case Person::State::kNone:
      return AppendLine(text, "Person", "no personal data was given");
    case Person::State::kForgotten:
      return AppendLine(text, "Person", "forgotten: the key to the personal data was destroyed");
    case Person::State::kNoMasterKey:
      return AppendLine(text, "Person", "sealed: the master key of this ledger is not here");
    case Person::State::kOpen:
      break;
  }
  AppendLine(text, "Name", person.data.name);
  AppendLine(text, "NIK", person.data.nik);
  AppendLine(text, "Born", person.data.birth_date);
  AppendLine(text, "Phone", person.data.phone);
}

std::string WhoAndWhat(const MemberStory& story) {
  const rules::Attributes& is = story.attributes;
  std::string text =
      fmt::format("Member {} on {}\n", story.timeline.member.text(), story.as_of.ToString());
  AppendPerson(text, story.person);
  std::string group = is.group.text();
  if (story.group) {
    group += fmt::format(" ({}, {})", story.group->name, events::Name(story.group->kind));
  }
  AppendLine(text, "Group", group);
  AppendLine(text, "Region", is.region);
  AppendLine(
      text, "Scheme",
      fmt::format("{}, from {}", story.timeline.scheme.text(), story.timeline.from.ToString()));
  AppendLine(text, "Programmes", ToString(is.programs));
  AppendLine(text, "Income",
             fmt::format("{} a month, sector {}, paid by {}", Grouped(is.income),
                         events::Name(is.sector), events::Name(is.payer)));
  if (story.exit_day) AppendLine(text, "Last day", story.exit_day->ToString());
  return text;
}

std::string Standing(const MemberStory& story) {
  const rules::Figures& figures = story.figures;
  std::string text = "\nCover\n";
  AppendLine(text, "State", Name(story.cover.state));
  AppendLine(text, "Since", OrDash(story.cover.since));
  AppendLine(text, "Until", story.cover.until ? story.cover.until->ToString() : "no end in sight");
  AppendLine(text, "Why", story.reason);
  text += "\nFigures\n";
  AppendLine(text, "Assessed", Grouped(figures.assessed));
  AppendLine(text, "Paid", Grouped(figures.paid));
  AppendLine(text, "Settled", Grouped(figures.settled));
  AppendLine(text, "Credit", Grouped(figures.credit));
  AppendLine(text, "Arrears", Grouped(figures.arrears));
  AppendLine(text, "Overdue",
             !figures.oldest_overdue ? "no month"
             : figures.months_overdue == 1
                 ? "1 month, " + figures.oldest_overdue->ToString()
                 : fmt::format("{} months, the oldest {}", figures.months_overdue,
                               figures.oldest_overdue->ToString()));
  AppendLine(text, "Paid through", OrDash(figures.paid_through));
  if (!figures.penalty.IsZero()) AppendLine(text, "Penalty", Grouped(figures.penalty));
  return text;
}

void WritePerson(JsonWriter& json, const Person& person) {
  json.Name("person").BeginObject();
  switch (person.state) {
    case Person::State::kNone:
      json.Field("state", "none");
      break;
    case Person::State::kForgotten:
      json.Field("state", "forgotten");
      break;
    case Person::State::kNoMasterKey:
      json.Field("state", "sealed");
      break;
    case Person::State::kOpen:
      json.Field("state", "open");
      json.Field("name", person.data.name);
      json.Field("nik", person.data.nik);
      json.Field("birth_date", person.data.birth_date);
      json.Field("phone", person.data.phone);
  }
  json.EndObject();
}

void WriteWhoAndWhat(JsonWriter& json, const MemberStory& story) {
  const rules::Attributes& is = story.attributes;
  json.Field("member", story.timeline.member.text());
  json.Field("as_of", story.as_of.ToString());
  json.Field("known_at", story.known_at.value);
  WritePerson(json, story.person);
  json.Field("scheme", story.timeline.scheme.text());
  json.Field("from", story.timeline.from.ToString());
  json.Field("last_day", story.exit_day);
  json.Field("group", is.group.text());
  json.Field("region", is.region);
  json.Field("income", is.income);
  json.Field("sector", events::Name(is.sector));
  json.Field("payer", events::Name(is.payer));
  json.Field("programs", ToString(is.programs));
}

void WriteStanding(JsonWriter& json, const MemberStory& story) {
  json.Name("cover").BeginObject();
  json.Field("state", Name(story.cover.state));
  json.Field("since", story.cover.since);
  json.Field("until", story.cover.until);
  json.Field("reason", story.reason);
  json.EndObject();
  WriteFigures(json, story.figures);
}

}  // namespace

void AppendLine(std::string& text, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  text += fmt::format("  {:<13} ", label);
  // A name must not be able to move the cursor of whoever reads it.
  for (const char c : value) text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  text += '\n';
}

void ShowEvents(const std::vector<events::Event>& events, Output& out) {
  out.Write("\nEvents\n");
  Report table(out, Format::kTable, {{"position"}, {"day"}, {"recorded_at"}, {"event"}});
  for (const events::Event& event : events) {
    table.Text(std::to_string(event.envelope.position.value));
    table.Date(std::optional(event.envelope.day));
    table.Text(ToString(event.envelope.recorded_at));
    table.Text(InWords(event.body));
    table.EndRow();
  }
  table.Finish("None.");
}

void WriteFigures(JsonWriter& json, const rules::Figures& figures) {
  json.Name("figures").BeginObject();
  json.Field("assessed", figures.assessed);
  json.Field("paid", figures.paid);
  json.Field("settled", figures.settled);
  json.Field("credit", figures.credit);
  json.Field("arrears", figures.arrears);
  json.Field("months_overdue", static_cast<uint64_t>(figures.months_overdue));
  json.Field("oldest_overdue", figures.oldest_overdue);
  json.Field("paid_through", figures.paid_through);
  json.Field("penalty", figures.penalty);
  json.EndObject();
}

void WriteEvents(JsonWriter& json, const std::vector<events::Event>& events) {
  json.Name("events").BeginArray();
  for (const events::Event& event : events) WriteEvent(json, event);
  json.EndArray();
}

void ShowMemberAsText(const MemberStory& story, Output& out) {
  out.Write(WhoAndWhat(story));
  out.Write(Standing(story));
  out.Write("\nMonths\n");
  Report table(out, Format::kTable,
               {{"month"},
                {"price", ColumnKind::kAmount},
                {"due_day"},
                {"state"},
                {"settled_on"},
                {"payment"}});
  for (const MonthLine& line : story.months) {
    table.Date(std::optional(line.month));
    table.Amount(line.price);
    table.Date(std::optional(line.due_day));
    table.Text(Name(line.state));
    table.Date(line.settled_on);
    table.Text(line.payment);
    table.EndRow();
  }
  table.Finish("None yet.");
  ShowEvents(story.events, out);
}

void ShowMemberAsJson(const MemberStory& story, Output& out) {
  std::string text;
  JsonWriter json(text);
  json.BeginObject();
  WriteWhoAndWhat(json, story);
  WriteStanding(json, story);
  json.Name("months").BeginArray();
  for (const MonthLine& line : story.months) {
    json.BeginObject();
    json.Field("month", line.month.ToString());
    json.Field("price", line.price);
    json.Field("due_day", line.due_day.ToString());
    json.Field("state", Name(line.state));
    json.Field("settled_on", line.settled_on);
    json.Name("payment");
    line.payment.empty() ? json.Null() : json.Text(line.payment);
    json.EndObject();
  }
  json.EndArray();
  WriteEvents(json, story.events);
  json.EndObject();
  out.Write(text += '\n');
}

}  // namespace iuran::tools
