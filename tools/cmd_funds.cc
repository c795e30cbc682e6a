// iuran funds: income by programme, month and group, from the postings of the books (rulebook 8).
#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <tuple>

#include "projections/books.h"
#include "tools/cmd_books.h"
#include "tools/reading.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

using events::Money;
using events::Month;
using projections::AccountKind;
using projections::Entry;
using projections::Posting;

struct FundsOptions {
  Asked asked;  // its as-of day is the last day of --to
  std::string from;
  std::string to;
  std::string by;
  Format format = Format::kTable;
};

// One amount of income. What is not asked for stays empty, so that it is summed up.
struct Income {
  std::optional<Month> month;  // in which it is posted
  std::string group;           // of the member in the contribution month
  std::string program;
  Money amount;
};
using Funds = std::map<std::tuple<std::optional<Month>, std::string, std::string>, Money>;

struct Wanted {
  Month from;
  bool by_month = true;
  bool by_group = true;
  bool by_program = true;

  void Add(const Posting& posting, Month month, const events::GroupId& group,
           std::vector<Income>& rows) const {
    if (posting.account.kind != AccountKind::kIncome || month < from) return;
    Income income;
    if (by_month) income.month = month;
    if (by_group) income.group = group.text();
    if (by_program) income.program = posting.account.name;
    income.amount = -posting.amount;
    for (Income& held : rows) {
      if (held.month == income.month && held.group == income.group &&
          held.program == income.program) {
        held.amount += income.amount;
        return;
      }
    }
    rows.push_back(std::move(income));
  }
};

// What members paid as penalties and had turned round, in the months it is posted: the group is
// not known yet. Few members pay any.
using Penalties = std::multimap<uint32_t, std::pair<Month, Posting>>;
Result<Penalties> PenaltiesOf(const Reading& reading) {
  Penalties penalties;
  const projections::Question& question = reading.question();
  const auto take = [&penalties](const Entry& entry) {
    for (const Posting& posting : entry.postings) {
      if (posting.account.kind != AccountKind::kIncome) continue;
      penalties.emplace(entry.number->value, std::pair(Month::Containing(entry.day), posting));
    }
    return Result<void>();
  };
  IURAN_TRY(projections::ForEachEventEntry(reading.ledger().log(), question.known_at,
                                           question.as_of, take));
  return penalties;
}

// The income from one member.
Result<void> AddIncomeOf(const rules::Timeline& account, const projections::Question& question,
                         const Penalties& penalties, const Wanted& wanted,
                         rules::Settlement& scratch, std::vector<Income>& all) {
  std::vector<Income> rows;
  const auto paid = penalties.equal_range(account.number.value);
  for (auto penalty = paid.first; penalty != paid.second; ++penalty) {
    const auto& [month, posting] = penalty->second;
    wanted.Add(posting, month, rules::AttributesIn(account, month, question.known_at).group, rows);
  }
  const auto take = [&rows, &wanted](const Entry& entry) {
    for (const Posting& posting : entry.postings) {
      wanted.Add(posting, Month::Containing(entry.day), entry.group, rows);
    }
    return Result<void>();
  };
  IURAN_TRY(projections::MonthEntriesOf(account, question, scratch, take));
  std::move(rows.begin(), rows.end(), std::back_inserter(all));
  return {};
}

Result<Funds> SumUp(const Reading& reading, const Wanted& wanted) {
  IURAN_ASSIGN(const Penalties penalties, PenaltiesOf(reading));
  Funds funds;
  IURAN_TRY(reading.ForEach<Income>(
      [&](const rules::Timeline& account, rules::Settlement& scratch, std::vector<Income>& all) {
        return AddIncomeOf(account, reading.question(), penalties, wanted, scratch, all);
      },
      [&funds](Income& income) {
        funds[{income.month, std::move(income.group), std::move(income.program)}] += income.amount;
        return Result<void>();
      }));
  return funds;
}

Result<Month> ReadMonth(const std::string& option, const std::string& text) {
  auto month = events::ParseMonth(text);
  if (month) return month;
  return Fail(ErrorCode::kUsage, option + ": " + month.error().message);
}

Result<Wanted> ReadWanted(const FundsOptions& options) {
  Wanted wanted;
  IURAN_ASSIGN(wanted.from, ReadMonth("--from", options.from));
  IURAN_ASSIGN(const Month to, ReadMonth("--to", options.to));
  if (to < wanted.from) {
    return Fail(ErrorCode::kUsage, "--from " + options.from + " lies after --to " + options.to +
                                       ". Write the earlier month first.");
  }
  if (options.by.empty()) return wanted;
  wanted.by_month = options.by == "month";
  wanted.by_group = options.by == "group";
  wanted.by_program = options.by == "program";
  if (wanted.by_month || wanted.by_group || wanted.by_program) return wanted;
  return Fail(ErrorCode::kUsage, "--by: '" + options.by + "' is none of program, group, month.");
}

Result<int> PrintFunds(Program& program, const FundsOptions& options) {
  IURAN_ASSIGN(const Wanted wanted, ReadWanted(options));
  Asked asked = options.asked;
  IURAN_ASSIGN(const Month last, ReadMonth("--to", options.to));
  asked.as_of = last.LastDay().ToString();
  IURAN_ASSIGN(const auto reading, Reading::Open(program, "funds", asked));
  IURAN_ASSIGN(const Funds funds, SumUp(*reading, wanted));
  std::vector<Column> columns;
  if (wanted.by_month) columns.push_back({"month"});
  if (wanted.by_group) columns.push_back({"group"});
  if (wanted.by_program) columns.push_back({"program"});
  columns.push_back({"income", ColumnKind::kAmount, true});
  Report report(program.out(), options.format, columns);
  for (const auto& [key, amount] : funds) {
    if (amount.IsZero()) continue;
    const auto& [month, group, fund] = key;
    if (wanted.by_month) report.Date(month);
    if (wanted.by_group) report.Text(group);
    if (wanted.by_program) report.Text(fund);
    report.Amount(amount);
    report.EndRow();
  }
  report.Finish("There was no income.");
  return kDone;
}

}  // namespace

void RegisterFunds(CLI::App& app, Program& program) {
  CLI::App* command =
      app.add_subcommand("funds", "Income by month, group and programme, as the books have it");
  auto options = std::make_shared<FundsOptions>();
  command->add_option("--from", options->from, "The first month that income is posted in")
      ->type_name("MONTH")
      ->required();
  command->add_option("--to", options->to, "The last month")->type_name("MONTH")->required();
  command
      ->add_option("--by", options->by,
                   "Sum up by program, group or month alone (default: by all three)")
      ->type_name("WHAT");
  AddKnownAtOption(*command, options->asked);
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran funds --from 2026-01 --to 2026-10 --by program",
                         "iuran funds --from 2026-10 --to 2026-10 --format csv"});
  command->callback([&program, options] { program.Finish(PrintFunds(program, *options)); });
}

}  // namespace iuran::tools
