// iuran funds: where the income of the books goes, by fund, month and group (rulebook 8;
// domain 1.2).
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <tuple>

#include "projections/books.h"
#include "projections/funds.h"
#include "tools/cmd_books.h"
#include "tools/reading.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

using events::Money;
using events::Month;
using projections::AccountKind;
using projections::Entry;
using projections::FundAmounts;
using projections::FundShare;
using projections::Posting;

struct FundsOptions {
  Asked asked;
  std::string from;
  std::string to;
  std::string by;
  Format format = Format::kTable;
};

// What a fund has. What is not asked for stays empty, so that it is summed up.
struct FundRow {
  std::optional<Month> month;  // in which it is posted
  std::string group;           // of the member in the contribution month
  std::string program;
  FundAmounts amounts;
};
using Funds = std::map<std::tuple<std::optional<Month>, std::string, std::string>, FundAmounts>;

struct Wanted {
  Month from;
  Month to;
  bool by_month = true;
  bool by_group = true;
  bool by_program = true;

  void Add(const FundShare& share, std::vector<FundRow>& rows) const {
    if (share.posted < from || share.posted > to) return;
    FundRow row;
    if (by_month) row.month = share.posted;
    if (by_group) row.group = share.group.text();
    if (by_program) row.program = share.fund;
    // Of one member the months come in order, so what it is added to is among the last.
    const auto held = std::find_if(rows.rbegin(), rows.rend(), [&row](const FundRow& other) {
      return other.month == row.month && other.group == row.group && other.program == row.program;
    });
    if (held != rows.rend()) {
      held->amounts += share.amounts;
    } else {
      row.amounts = share.amounts;
      rows.push_back(std::move(row));
    }
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

// What one member brings.
Result<void> AddSharesOf(const rules::Timeline& account, const projections::Question& question,
                         const Penalties& penalties, const Wanted& wanted,
                         rules::Settlement& scratch, std::vector<FundRow>& all) {
  std::vector<FundRow> rows;
  const auto paid = penalties.equal_range(account.number.value);
  for (auto penalty = paid.first; penalty != paid.second; ++penalty) {
    const auto& [month, posting] = penalty->second;
    const events::GroupId group = rules::AttributesIn(account, month, question.known_at).group;
    wanted.Add({month, group, posting.account.name, {-posting.amount, Money(), Money()}}, rows);
  }
  IURAN_TRY(projections::FundSharesOf(account, question, scratch,
                                      [&](const FundShare& share) { wanted.Add(share, rows); }));
  std::move(rows.begin(), rows.end(), std::back_inserter(all));
  return {};
}

Result<Funds> SumUp(const Reading& reading, const Wanted& wanted) {
  IURAN_ASSIGN(const Penalties penalties, PenaltiesOf(reading));
  Funds funds;
  IURAN_TRY(reading.ForEach<FundRow>(
      [&](const rules::Timeline& account, rules::Settlement& scratch, std::vector<FundRow>& all) {
        return AddSharesOf(account, reading.question(), penalties, wanted, scratch, all);
      },
      [&funds](FundRow& row) {
        funds[{row.month, std::move(row.group), std::move(row.program)}] += row.amounts;
        return Result<void>();
      }));
  return funds;
}

Result<Wanted> ReadWanted(const FundsOptions& options) {
  Wanted wanted;
  IURAN_ASSIGN(const auto from, ReadMonth("--from", options.from));
  IURAN_ASSIGN(const auto to, ReadMonth("--to", options.to));
  wanted.from = from.value_or(Month::Containing(events::kFirstDay));
  wanted.to = to.value_or(Month::Containing(events::kLastDay));
  if (wanted.to < wanted.from) {
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
  if (asked.as_of.empty() && !options.to.empty()) asked.as_of = wanted.to.LastDay().ToString();
  IURAN_ASSIGN(const auto reading, Reading::Open(program, "funds", asked));
  IURAN_ASSIGN(const Funds funds, SumUp(*reading, wanted));
  std::vector<Column> columns;
  if (wanted.by_month) columns.push_back({"month"});
  if (wanted.by_group) columns.push_back({"group"});
  if (wanted.by_program) columns.push_back({"program"});
  for (const std::string_view name : {"income", "moved", "from_state", "total"}) {
    columns.push_back({name, ColumnKind::kAmount, true});
  }
  Report report(program.out(), options.format, columns);
  for (const auto& [key, amounts] : funds) {
    if (amounts.IsZero()) continue;
    const auto& [month, group, fund] = key;
    if (wanted.by_month) report.Date(month);
    if (wanted.by_group) report.Text(group);
    if (wanted.by_program) report.Text(fund);
    report.Amount(amounts.income);
    report.Amount(amounts.moved);
    report.Amount(amounts.from_state);
    report.Amount(amounts.Total());
    report.EndRow();
  }
  report.Finish("There was no income.");
  return kDone;
}

}  // namespace

void RegisterFunds(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "funds", "Where income goes: by month, group and programme, with what is moved to JKP");
  auto options = std::make_shared<FundsOptions>();
  AddAsOfOption(*command, options->asked);
  AddKnownAtOption(*command, options->asked);
  command
      ->add_option("--from", options->from,
                   "The first month that income is posted in (default: the first there is)")
      ->type_name("MONTH");
  command
      ->add_option("--to", options->to,
                   "The last month; without --as-of the figures then stand on its last day "
                   "(default: the month of the as-of day)")
      ->type_name("MONTH");
  command
      ->add_option("--by", options->by,
                   "Sum up by program, group or month alone (default: by all three)")
      ->type_name("WHAT");
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran funds --from 2026-01 --to 2026-10 --by program",
                         "iuran funds --as-of 2026-11-22 --by group",
                         "iuran funds --from 2026-10 --to 2026-10 --format csv"});
  command->callback([&program, options] { program.Finish(PrintFunds(program, *options)); });
}

}  // namespace iuran::tools
