// iuran collect: whom to call in a group and what to collect, the oldest first; and what there is
// to collect, group by group.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>

#include "projections/collect.h"
#include "tools/commands.h"
#include "tools/member_story.h"
#include "tools/reading.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

using projections::CollectRow;

struct CollectOptions {
  Asked asked;
  bool names = false;
  Format format = Format::kTable;
};

constexpr std::string_view kNothing = "Nothing is to be collected.";

// "KOPDIT (Kopdit Mitra, cooperative)".
Result<std::string> InWords(const Reading& reading, const events::GroupId& id) {
  IURAN_ASSIGN(const auto group, ReadGroup(reading.ledger(), id, reading.question().known_at));
  if (!group) return id.text();
  return fmt::format("{} ({}, {})", id.text(), group->name, events::Name(group->kind));
}

// The name and phone of a member as far as they were given, and were not forgotten.
Result<rules::PersonalData> ReadPerson(const ledger::Ledger& ledger, const CollectRow& row) {
  IURAN_ASSIGN(const events::Event event, ledger.ReadEvent(row.enrolled_at));
  const auto* enrolled = std::get_if<events::MemberEnrolled>(&event.body);
  if (enrolled == nullptr) {
    return Fail(ErrorCode::kLedgerDamaged,
                fmt::format("The event at position {} does not enrol member {}, as the accounts "
                            "say. 'iuran replay' compares the accounts with the log.",
                            row.enrolled_at.value, row.member.text()));
  }
  IURAN_ASSIGN(ledger::Person person,
               ledger.OpenPerson(row.member, enrolled->personal_data_commitment));
  switch (person.state) {
    case ledger::Person::State::kNone:
      return rules::PersonalData{};
    case ledger::Person::State::kForgotten:
      return rules::PersonalData{"(forgotten)", {}, {}, {}};
    case ledger::Person::State::kNoMasterKey:
      return Fail(ErrorCode::kKeyMissing,
                  "--names: the master key of this ledger is not here, and names and phones are "
                  "sealed. Leave --names out, or ask whoever holds the key.");
    case ledger::Person::State::kOpen:
      break;
  }
  return std::move(person.data);
}

// Of every row, where names are asked for; before anything is printed, since it may fail.
Result<std::vector<rules::PersonalData>> ReadPersons(const std::vector<CollectRow>& rows,
                                                     const ledger::Ledger& ledger) {
  std::vector<rules::PersonalData> persons;
  for (const CollectRow& row : rows) {
    IURAN_ASSIGN(rules::PersonalData person, ReadPerson(ledger, row));
    persons.push_back(std::move(person));
  }
  return persons;
}

// `persons` is null where names are not asked for.
void PrintMembers(const std::vector<CollectRow>& rows,
                  const std::vector<rules::PersonalData>* persons, events::Day as_of, Format format,
                  Output& out) {
  std::vector<Column> columns = {{"member"}};
  if (persons != nullptr) columns.insert(columns.end(), {{"name"}, {"phone"}});
  columns.insert(columns.end(), {{"cover"},
                                 {"grace_end"},
                                 {"days_left", ColumnKind::kCount},
                                 {"owed_from"},
                                 {"months", ColumnKind::kCount, true},
                                 {"overdue", ColumnKind::kAmount, true},
                                 {"to_pay", ColumnKind::kAmount, true},
                                 {"penalty", ColumnKind::kAmount, true}});
  Report report(out, format, columns);
  for (size_t i = 0; i < rows.size(); ++i) {
    const CollectRow& row = rows[i];
    report.Text(row.member.text());
    if (persons != nullptr) {
      report.Text((*persons)[i].name);
      report.Text((*persons)[i].phone);
    }
    report.Text(Name(row.cover));
    report.Date(row.grace_end);
    row.grace_end ? report.Count(*row.grace_end - as_of) : report.Nothing();
    report.Date(row.months > 0 ? std::optional(row.owed_from) : std::nullopt);
    report.Count(row.months);
    report.Amount(row.overdue);
    report.Amount(row.to_pay);
    report.Amount(row.penalty);
    report.EndRow();
  }
  report.Finish(kNothing);
}

struct GroupTotal {
  int64_t members = 0;
  int64_t months = 0;
  std::optional<events::Month> owed_from;  // the oldest
  std::optional<events::Day> grace_end;    // the first to come
  events::Money overdue, to_pay, penalty;

  void Add(const CollectRow& row) {
    ++members;
    months += row.months;
    if (row.months > 0 && (!owed_from || row.owed_from < *owed_from)) owed_from = row.owed_from;
    if (row.grace_end && (!grace_end || *row.grace_end < *grace_end)) grace_end = row.grace_end;
    overdue += row.overdue;
    to_pay += row.to_pay;
    penalty += row.penalty;
  }
};
using GroupTotals = std::map<events::GroupId, GroupTotal>;

Result<void> PrintGroups(const GroupTotals& totals, const Reading& reading, Format format,
                         Output& out) {
  Report report(out, format,
                {{"group"},
                 {"name"},
                 {"members", ColumnKind::kCount, true},
                 {"grace_end"},
                 {"owed_from"},
                 {"months", ColumnKind::kCount, true},
                 {"overdue", ColumnKind::kAmount, true},
                 {"to_pay", ColumnKind::kAmount, true},
                 {"penalty", ColumnKind::kAmount, true}});
  for (const auto& [id, total] : totals) {
    IURAN_ASSIGN(const auto group, ReadGroup(reading.ledger(), id, reading.question().known_at));
    report.Text(id.text());
    report.Text(group ? group->name : "");
    report.Count(total.members);
    report.Date(total.grace_end);
    report.Date(total.owed_from);
    report.Count(total.months);
    report.Amount(total.overdue);
    report.Amount(total.to_pay);
    report.Amount(total.penalty);
    report.EndRow();
  }
  report.Finish(kNothing);
  return {};
}

std::string Definitions(const projections::Question& question) {
  const std::string month = events::Month::Containing(question.as_of).ToString();
  return fmt::format(
      "\nPayments up to {} count, known up to position {}.\n"
      "to_pay     settles every month from owed_from to {} (of wage earners, to the last one that "
      "is due), and so makes cover active\n"
      "overdue    the part of it whose due day is past\n"
      "grace_end  the last day to pay it; a day later cover is over and nothing is owed, or the "
      "employer pays benefits first (of a group: the first such day)\n",
      question.as_of.ToString(), question.known_at.value, month);
}

Result<void> PrintGroup(std::vector<CollectRow>& rows, const Reading& reading,
                        const CollectOptions& options, Output& out) {
  std::sort(rows.begin(), rows.end(), projections::CallsBefore);
  std::vector<rules::PersonalData> persons;
  if (options.names) {
    IURAN_ASSIGN(persons, ReadPersons(rows, reading.ledger()));
  }
  const events::Day as_of = reading.question().as_of;
  if (options.format == Format::kTable) {
    IURAN_ASSIGN(const std::string group, InWords(reading, *reading.question().group));
    out.Write(fmt::format("To collect in {} on {}\n\n", group, as_of.ToString()));
  }
  PrintMembers(rows, options.names ? &persons : nullptr, as_of, options.format, out);
  return {};
}

Result<int> Collect(Program& program, const CollectOptions& options) {
  const bool one_group = !options.asked.group.empty();
  if (options.names && !one_group) {
    return Fail(ErrorCode::kUsage, "--names: names are shown for one group; name it with --group.");
  }
  IURAN_ASSIGN(const auto reading, Reading::Open(program, "collect", options.asked));
  std::vector<CollectRow> rows;
  GroupTotals totals;
  IURAN_TRY(reading->ForEach<CollectRow>(
      [&reading](const rules::Timeline& account, rules::Settlement& scratch,
                 std::vector<CollectRow>& found) {
        return projections::CollectOf(account, reading->question(), scratch, found);
      },
      [&](CollectRow& row) -> Result<void> {
        if (one_group) {
          rows.push_back(std::move(row));
        } else {
          totals[row.group].Add(row);
        }
        return {};
      }));
  Output& out = program.out();
  IURAN_TRY(one_group ? PrintGroup(rows, *reading, options, out)
                      : PrintGroups(totals, *reading, options.format, out));
  if (options.format == Format::kTable && (!rows.empty() || !totals.empty())) {
    out.Write(Definitions(reading->question()));
  }
  return kDone;
}

}  // namespace

void RegisterCollect(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "collect", "Whom to call in a group and what to collect, the oldest months first");
  auto options = std::make_shared<CollectOptions>();
  AddAsOfOption(*command, options->asked);
  AddKnownAtOption(*command, options->asked);
  command
      ->add_option("--group", options->asked.group,
                   "The members of this group (default: what each group has to collect)")
      ->type_name("GROUP");
  command->add_flag("--names", options->names,
                    "Show names and phones too; needs the ledger's master key");
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran collect --group KOPDIT-MS --as-of 2026-11-22 --names",
                         "iuran collect --as-of 2026-11-22"});
  command->callback([&program, options] { program.Finish(Collect(program, *options)); });
}

}  // namespace iuran::tools
