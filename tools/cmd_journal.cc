// iuran journal: the entries of the books, each with the events it comes from (rulebook 8).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "tools/cmd_books.h"
#include "tools/hledger.h"
#include "tools/journal.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

using events::Day;
using events::Money;
using projections::Entry;

struct JournalOptions {
  Asked asked;
  std::string from;
  std::string to;
  std::string account;
  BooksFormat format;
};

// Which of the entries are asked for.
struct Wanted {
  Day from;
  Day to;
  std::string_view account;
  std::optional<events::MemberId> member;

  bool operator()(const Entry& entry) const {
    if (entry.day < from || entry.day > to) return false;
    if (account.empty()) return true;
    return std::any_of(entry.postings.begin(), entry.postings.end(), [this](const auto& posting) {
      return IsUnder(projections::NameOf(posting.account), account);
    });
  }
};

// An entry kept until it is its turn, as its texts, since those of a whole ledger may be many.
struct Kept {
  Day day;
  events::Position event;
  std::string texts;  // what is printed of it, each text with a '\n' behind it; names have none

  explicit Kept(const Entry& entry) : day(entry.day), event(entry.event) {
    std::string events = fmt::format("{}", entry.event.value);
    if (entry.also) events += fmt::format(" {}", entry.also->value);
    Put(events);
    Put(projections::Describe(entry));
    for (const projections::Posting& posting : entry.postings) {
      Put(projections::NameOf(posting.account));
      Put(fmt::format("{}", posting.amount.Sen64()));
    }
  }
  void Put(std::string_view text) { (texts += text) += '\n'; }
};

void Print(const Kept& entry, int64_t number, Report& report) {
  std::string_view left = entry.texts;
  const auto next = [&left] {
    const std::string_view text = left.substr(0, left.find('\n'));
    left.remove_prefix(text.size() + 1);
    return text;
  };
  const std::string_view events = next();
  const std::string_view what = next();
  while (!left.empty()) {
    report.Count(number);
    report.Date(std::optional<Day>(entry.day));
    report.Text(events);
    report.Text(what);
    report.Text(next());
    report.Amount(Money::FromSen(std::stoll(std::string(next()))));
    report.EndRow();
  }
}

Result<void> PrintSorted(Program& program, const Reading& reading, const Wanted& wanted,
                         Format format) {
  std::vector<Kept> entries;
  IURAN_TRY(ForEachEntry(reading, wanted.member, [&](const Entry& entry) {
    if (wanted(entry)) entries.emplace_back(entry);
    return Result<void>();
  }));
  // Of one event and day, what was received stands before the months it settles: as they came.
  std::stable_sort(entries.begin(), entries.end(), [](const Kept& a, const Kept& b) {
    return a.day != b.day ? a.day < b.day : a.event < b.event;
  });
  Report report(program.out(), format,
                {{"entry", ColumnKind::kCount},
                 {"day"},
                 {"events"},
                 {"what"},
                 {"account"},
                 {"amount", ColumnKind::kAmount, true}});
  int64_t number = 0;
  for (const Kept& entry : entries) Print(entry, ++number, report);
  report.Finish("There are no entries.");
  return {};
}

Result<void> PrintHledger(Program& program, const Reading& reading, const Wanted& wanted) {
  std::string text =
      HledgerHead(fmt::format("Entries of iuran up to {}, known up to position {}",
                              wanted.to.ToString(), reading.question().known_at.value));
  program.out().Write(text);
  return ForEachEntry(reading, wanted.member, [&](const Entry& entry) {
    if (!wanted(entry)) return Result<void>();
    text.clear();
    AppendHledger(entry, text);
    program.out().Write(text);
    return Result<void>();
  });
}

Result<int> Journal(Program& program, const JournalOptions& options) {
  Wanted wanted{events::kFirstDay, events::kLastDay, options.account, {}};
  IURAN_ASSIGN(wanted.member, options.asked.Member());
  if (!options.from.empty()) {
    IURAN_ASSIGN(wanted.from, ReadDay("--from", options.from));
  }
  Asked asked = options.asked;
  if (!options.to.empty()) {
    IURAN_ASSIGN(wanted.to, ReadDay("--to", options.to));
    if (asked.as_of.empty()) asked.as_of = options.to;
  }
  IURAN_ASSIGN(const auto reading, Reading::Open(program, "journal", asked));
  wanted.to = std::min(wanted.to, reading->question().as_of);
  if (wanted.to < wanted.from) {
    return Fail(ErrorCode::kUsage, fmt::format("--from {} lies after the last day, {}.",
                                               wanted.from.ToString(), wanted.to.ToString()));
  }
  if (options.format.hledger) {
    IURAN_TRY(PrintHledger(program, *reading, wanted));
  } else {
    IURAN_TRY(PrintSorted(program, *reading, wanted, options.format.format));
  }
  return kDone;
}

}  // namespace

void RegisterJournal(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "journal", "The entries of the books, each with the positions of its events");
  auto options = std::make_shared<JournalOptions>();
  command->add_option("--from", options->from, "Only entries of this day and later")
      ->type_name("DAY");
  command->add_option("--to", options->to, "Only entries up to this day (default: the as-of day)")
      ->type_name("DAY");
  AddAsOfOption(*command, options->asked);
  AddKnownAtOption(*command, options->asked);
  AddWhomOptions(*command, options->asked);
  command
      ->add_option("--account", options->account,
                   "Only entries that touch this account or one below it, such as income:JKK")
      ->type_name("ACCOUNT");
  AddBooksFormatOption(*command, options->format);
  AddExamples(*command, {"iuran journal --from 2026-11-01 --to 2026-11-22",
                         "iuran journal --member KM-001 --format csv",
                         "iuran journal --format hledger > book.journal"});
  command->callback([&program, options] { program.Finish(Journal(program, *options)); });
}

}  // namespace iuran::tools
