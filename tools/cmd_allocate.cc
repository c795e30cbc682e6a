// iuran allocate: gives the unallocated money of a remittance to those who owe.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <set>
#include <utility>

#include "tools/adjustments.h"
#include "tools/allocation.h"
#include "tools/commands.h"
#include "tools/reading.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

using events::Money;
using projections::CollectRow;

struct AllocateOptions {
  std::string remittance;
  std::string by;
  std::string group;
  std::string as_of;
  std::string author;
  bool dry_run = false;
  Format format = Format::kTable;
};

struct Plan {
  RemittanceStory remittance;
  events::Day as_of;
  std::string whom;   // "the members of group G"
  bool owed = false;  // anything, by those of them that the order names
  std::vector<FreeMoney> free;
  Division division;
  rules::ReceiveList list;  // their payments
  Money left;
};

// Everything that is recorded, whatever its day: what is taken later is taken.
Result<RemittanceStory> ReadRemittance(const ledger::Ledger& ledger, const std::string& text) {
  const auto id = events::ParseId<events::RemittanceId>(text);
  if (!id) return Fail(ErrorCode::kUsage, id.error().message);
  const events::Position last{ledger.head().value - 1};
  return TellRemittance(ledger, *id, events::kLastDay, last);
}

// The group asked for or, where none is, the payer as a group or else as a member.
Result<Asked> WhomToAsk(const ledger::Ledger& ledger, const AllocateOptions& options,
                        const std::string& payer) {
  Asked asked;
  asked.as_of = options.as_of;
  asked.group = options.group;
  if (!asked.group.empty()) return asked;
  IURAN_ASSIGN(const auto group, ledger.log().Stream("group/" + payer));
  (group.empty() ? asked.member : asked.group) = payer;
  return asked;
}

// Those who owe something, and everybody who could.
Result<void> ReadOwing(const Reading& reading, std::vector<CollectRow>& owing,
                       std::set<events::MemberId>& all) {
  struct Row {
    events::MemberId member;
    std::vector<CollectRow> owed;  // one or none
  };
  const projections::Question& question = reading.question();
  return reading.ForEach<Row>(
      [&question](const rules::Timeline& account, rules::Settlement& scratch,
                  std::vector<Row>& rows) -> Result<void> {
        events::GroupId group;
        const auto month = events::Month::Containing(question.as_of);
        if (!projections::IsAsked(account, question, month, group)) return {};
        Row row;
        row.member = account.member;
        IURAN_TRY(projections::CollectOf(account, question, scratch, row.owed));
        rows.push_back(std::move(row));
        return {};
      },
      [&](Row& row) -> Result<void> {
        for (CollectRow& owed : row.owed) owing.push_back(std::move(owed));
        all.insert(std::move(row.member));
        return {};
      });
}

Result<Plan> MakePlan(const Program& program, const ledger::Ledger& ledger,
                      const AllocateOptions& options) {
  IURAN_ASSIGN(const AllocationOrder order, AllocationOrder::Read(options.by));
  Plan plan;
  IURAN_ASSIGN(plan.remittance, ReadRemittance(ledger, options.remittance));
  const events::RemittanceReceived& fact = plan.remittance.fact;
  IURAN_ASSIGN(const Asked asked, WhomToAsk(ledger, options, fact.payer));
  plan.whom = asked.group.empty() ? "member " + asked.member : "the members of " + asked.group;
  if (order.has_names()) plan.whom += fmt::format(" whom {} names", options.by);
  IURAN_ASSIGN(const auto reading, Reading::Open(program, "allocate", asked));
  plan.as_of = reading->question().as_of;
  if (plan.as_of < fact.received_on) {
    return Fail(
        ErrorCode::kUsage,
        fmt::format("--as-of {}: remittance {} was received later, on {}. Name that day or "
                    "a later one.",
                    plan.as_of.ToString(), fact.remittance.text(), fact.received_on.ToString()));
  }
  std::vector<CollectRow> owing;
  std::set<events::MemberId> all;
  IURAN_TRY(ReadOwing(*reading, owing, all));
  IURAN_TRY(order.Apply(owing, [&all](const events::MemberId& id) { return all.contains(id); }));
  plan.owed = !owing.empty();
  plan.left = plan.remittance.sums.Unallocated();
  const auto is_taken = [&ledger](const events::PaymentId& payment) -> Result<bool> {
    const std::string key = "payment/" + payment.text();
    IURAN_ASSIGN(const auto found, ledger.log().FindKeys(std::span(&key, 1)));
    return found[0].has_value();
  };
  plan.free = FreeMoneyOf(plan.remittance);
  IURAN_ASSIGN(plan.division,
               Divide(plan.free, plan.as_of, fact.remittance, std::move(owing), is_taken));
  plan.list = RequestOf(fact, plan.division.shares);
  for (const rules::ReceiveList::Row& row : plan.list.rows) plan.left -= row.payment.amount;
  return plan;
}

// All of it, in one commit.
Result<ledger::ListReceipt> Record(ledger::Ledger& ledger, const Plan& plan,
                                   const std::string& author) {
  rules::Command command;
  command.request = plan.list;
  command.source.channel = "cli";
  command.author = author;
  IURAN_ASSIGN(auto receipts, ledger.Submit(std::span(&command, 1)));
  auto& receipt = std::get<ledger::ListReceipt>(receipts.front());
  if (receipt.problem.empty()) return std::move(receipt);
  for (const rules::RowDecision& row : receipt.rows) {
    if (const auto* rejected = std::get_if<rules::Rejected>(&row)) {
      return Fail(ErrorCode::kConflict, rejected->message);
    }
  }
  return Fail(ErrorCode::kConflict, receipt.problem);
}

void Print(const Plan& plan, Format format, Output& out) {
  Report report(out, format,
                {{"member"},
                 {"owed_from"},
                 {"months", ColumnKind::kCount, true},
                 {"to_pay", ColumnKind::kAmount, true},
                 {"allocated", ColumnKind::kAmount, true},
                 {"paid_on"},
                 {"payment"}});
  for (const Share& share : plan.division.shares) {
    for (const Share::Payment& payment : share.payments) {
      report.Text(share.row.member.text());
      if (&payment == &share.payments.front()) {
        report.Date(std::optional(share.row.owed_from));
        report.Count(share.row.months);
        report.Amount(share.row.to_pay);
      } else {
        for (int column = 0; column < 3; ++column) report.Nothing();
      }
      report.Amount(payment.amount);
      report.Date(std::optional(payment.paid_on));
      report.Text(payment.payment.text());
      report.EndRow();
    }
  }
  report.Finish("Nothing is allocated.");
}

// What is not free on the as-of day yet, and from when on it is.
std::string FreeLater(const Plan& plan) {
  Money now;
  std::vector<events::Day> days;
  for (const FreeMoney& money : plan.free) {
    if (money.from <= plan.as_of) {
      now = std::max(Money(), money.amount);
    } else if (money.amount > now) {
      days.push_back(money.from);
    }
  }
  if (days.empty()) return "";
  return fmt::format(
      "{} of it is free only later, when what was drawn is given back by a reversal: from {} "
      "on{}.\n",
      Grouped(plan.free.back().amount - now), days.front().ToString(),
      days.size() == 1 ? "" : fmt::format(", all of it from {} on", days.back().ToString()));
}

// Who owes and could get something of what is left.
std::string LeftOut(const Plan& plan) {
  std::string text;
  const auto& later = plan.division.payable_later;
  if (!later.empty() && !plan.left.IsZero()) {
    const size_t count = later.size();
    text = fmt::format(
        "{} owing and left out: credit was refunded to them after {}. To serve them too: --as-of "
        "{} "
        "or a later day.\n",
        count == 1 ? "1 member is" : Grouped(static_cast<int64_t>(count)) + " members are",
        plan.as_of.ToString(), std::min_element(later.begin(), later.end())->ToString());
  }
  if (plan.division.is_cut) {
    text +=
        fmt::format("At most {} payments are made at a time; do the same again for the others.\n",
                    Grouped(static_cast<int64_t>(rules::kMostListed)));
  }
  return text;
}

// How it ends, in sentences.
std::string Ending(const Plan& plan, const ledger::ListReceipt& receipt, bool dry_run) {
  const std::string id = plan.remittance.fact.remittance.text();
  if (plan.remittance.sums.Unallocated() <= Money()) {
    return fmt::format("Remittance {} holds no unallocated money.\n", id);
  }
  std::string text;
  if (!plan.owed) {
    text = fmt::format("On {} nothing is owed by {}.\n", plan.as_of.ToString(), plan.whom);
  }
  text += fmt::format("{} of remittance {} {} unallocated.\n", Grouped(plan.left), id,
                      dry_run ? "would stay" : "stays");
  text += FreeLater(plan);
  text += LeftOut(plan);
  text += AdjustmentsInWords(receipt.adjustments, "payment", receipt.adjusts);
  if (dry_run) text += "Nothing was recorded: this was a rehearsal (--dry-run).\n";
  return text;
}

Result<int> Allocate(Program& program, const AllocateOptions& options) {
  // Nothing is recorded by others between the plan and its recording: one process writes.
  const log::Access access = options.dry_run ? log::Access::kRead : log::Access::kWrite;
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("allocate", access));
  IURAN_ASSIGN(const Plan plan, MakePlan(program, *ledger, options));
  ledger::ListReceipt receipt;  // empty where nothing is recorded
  if (!options.dry_run && !plan.list.rows.empty()) {
    IURAN_ASSIGN(receipt, Record(*ledger, plan, options.author));
  }
  Print(plan, options.format, program.out());
  const std::string text = Ending(plan, receipt, options.dry_run);
  if (options.format == Format::kTable) {
    program.out().Write(text);
  } else {
    program.Note(std::string_view(text).substr(0, text.size() - 1));
  }
  return kDone;
}

}  // namespace

void RegisterAllocate(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "allocate", "Gives the unallocated money of a remittance to those who owe contributions");
  auto options = std::make_shared<AllocateOptions>();
  command->add_option("remittance", options->remittance, "Its number")
      ->type_name("REMITTANCE")
      ->required();
  command
      ->add_option("--by", options->by,
                   "Who is served first: oldest (who owes the oldest month), member (by number), "
                   "or a CSV file whose column `member` says whom and in which order")
      ->type_name("ORDER")
      ->required();
  command
      ->add_option("--group", options->group,
                   "The members of this group (default: of the payer, or the payer itself where it "
                   "is a member)")
      ->type_name("GROUP");
  command
      ->add_option("--as-of", options->as_of,
                   "Each gets what it owes on this day, as `iuran collect` has it (default: today "
                   "in the ledger's time zone)")
      ->type_name("DAY");
  AddAuthorOption(*command, options->author);
  command->add_flag("--dry-run", options->dry_run, "Say who would get what, record nothing");
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran allocate R-2041 --by oldest --dry-run",
                         "iuran allocate R-2041 --by families.csv --as-of 2026-11-22"});
  command->callback([&program, options] { program.Finish(Allocate(program, *options)); });
}

}  // namespace iuran::tools
