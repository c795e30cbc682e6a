// iuran explain: how the figures of a member come about, every number with the event it rests on.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "tools/asked.h"
#include "tools/commands.h"
#include "tools/explain.h"
#include "tools/program.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

struct ExplainOptions {
  std::string kind;
  std::string id;
  std::string month;
  Asked asked;
  Format format = Format::kTable;
};

void PrintPage(const MemberStory& story, const std::vector<Part>& parts, Output& out) {
  out.Write(fmt::format("Member {} on {}, as known at position {}\n", story.timeline.member.text(),
                        story.as_of.ToString(), story.known_at.value));
  for (const Part& part : parts) {
    out.Write("\n" + part.title + "\n");
    if (part.steps.empty()) out.Write("  Nothing.\n");
    for (const Step& step : part.steps) {
      std::string line =
          fmt::format("  {:>14}  {}", step.amount ? Grouped(*step.amount) : "", step.text);
      for (const events::Position position : step.events) {
        line += fmt::format(" [{}]", position.value);
      }
      if (!step.source.empty()) line += " (" + step.source + ")";
      for (char& c : line) c = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
      out.Write(line + "\n");
    }
  }
  out.Write("\n[N] is the event at position N: iuran events --from N --to N\n");
}

void PrintJson(const MemberStory& story, const std::vector<Part>& parts, Output& out) {
  std::string text;
  JsonWriter json(text);
  json.BeginObject();
  json.Field("member", story.timeline.member.text());
  json.Field("as_of", story.as_of.ToString());
  json.Field("known_at", story.known_at.value);
  json.Name("parts").BeginArray();
  for (const Part& part : parts) {
    json.BeginObject();
    json.Field("title", part.title);
    json.Name("steps").BeginArray();
    for (const Step& step : part.steps) {
      json.BeginObject();
      json.Field("text", step.text);
      json.Name("amount");
      step.amount ? json.Amount(*step.amount) : json.Null();
      json.Name("events").BeginArray();
      for (const events::Position position : step.events) json.Number(position.value);
      json.EndArray();
      json.Field("source", step.source);
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  out.Write(text + "\n");
}

Result<int> Explain(Program& program, const ExplainOptions& options) {
  if (options.format == Format::kCsv) {
    return Fail(ErrorCode::kUsage, "explain prints a page or JSON; balances prints CSV.");
  }
  if (options.kind != "member") {
    return Fail(ErrorCode::kUsage,
                fmt::format("'{}' cannot be explained; a member can: iuran explain member {}",
                            options.kind, options.id));
  }
  auto member = events::ParseId<events::MemberId>(options.id);
  if (!member) return Fail(ErrorCode::kUsage, member.error().message);
  IURAN_ASSIGN(const std::optional<events::Month> month, ReadMonth("--month", options.month));
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("explain", log::Access::kRead));
  IURAN_ASSIGN(const events::Day as_of, options.asked.AsOf(*ledger));
  IURAN_ASSIGN(const events::Position known_at, options.asked.KnownAt(*ledger));
  IURAN_ASSIGN(const MemberStory story, TellMember(*ledger, *member, as_of, known_at));
  std::vector<Part> parts;
  if (month) {
    IURAN_ASSIGN(parts, ExplainMonth(story, *month));
  } else {
    parts = ExplainMember(story);
  }
  const auto print = options.format == Format::kJson ? PrintJson : PrintPage;
  print(story, parts, program.out());
  return kDone;
}

}  // namespace

void RegisterExplain(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "explain", "How a member's figures come about, each with the events and the law behind it");
  auto options = std::make_shared<ExplainOptions>();
  command->add_option("kind", options->kind, "member")->type_name("KIND")->required();
  command->add_option("id", options->id, "Its number")->type_name("ID")->required();
  command
      ->add_option("--month", options->month,
                   "Only this contribution month: what was in force, its price row by row, its due "
                   "day and how it was settled")
      ->type_name("YYYY-MM");
  AddAsOfOption(*command, options->asked);
  AddKnownAtOption(*command, options->asked);
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran explain member KM-001 --as-of 2024-11-20",
                         "iuran explain member KM-001 --month 2026-05"});
  command->callback([&program, options] { program.Finish(Explain(program, *options)); });
}

}  // namespace iuran::tools
