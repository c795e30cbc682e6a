// iuran close, iuran closings: a month is closed, and which months were.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "events/hex.h"
#include "events/month_totals.h"
#include "ledger/log/proof/encoding.h"
#include "tools/asked.h"
#include "tools/closing.h"
#include "tools/commands.h"
#include "tools/sheet.h"

namespace iuran::tools {
namespace {

using events::MonthClosed;
using events::Position;
using projections::RecordedClosing;

struct CloseOptions {
  std::string month;
  Asked asked;
  std::string author;
  std::string approver;
  Format format = Format::kTable;
};

struct ListOptions {
  Asked asked;
  Format format = Format::kTable;
};

// "liabilities_to_members" as people read it.
std::string Label(std::string_view name) {
  std::string label(name);
  label.front() = static_cast<char>(label.front() - 'a' + 'A');
  std::replace(label.begin(), label.end(), '_', ' ');
  return label;
}

void Print(const events::Event& event, const MonthClosed& closing, std::string_view state,
           uint64_t signed_records, Format format, Output& out) {
  Sheet sheet;
  sheet.Text("month", "Month", closing.month.ToString());
  sheet.Text("state", "State", std::string(state));
  sheet.Count("position", "Position", event.envelope.position.value);
  sheet.Count("known", "Events known", closing.known);
  sheet.Text("author", "Asked for by", event.envelope.author);
  sheet.Text("approver", "Approved by", event.envelope.approver);
  sheet.Count("members", "Members", closing.totals.members);
  for (const events::TotalName& total : events::kTotalNames) {
    sheet.Amount(total.name, Label(total.name), closing.totals.*total.value);
  }
  sheet.Text("figures", "Digest of the figures", events::Hex(closing.figures));
  sheet.Text(
      "root", "Root of the tree",
      log::EncodeBase64({reinterpret_cast<const char*>(closing.root.data()), closing.root.size()}));
  if (signed_records > 0) {
    sheet.Count("signed_to", "Events signed", signed_records);
  } else {
    sheet.Text("signed_to", "Events signed", "");
  }
  sheet.Print(format, out);
}

// How many events the closing is to know of: those asked for, else those of the proposal that is
// open, so that asking twice is asking for the same, else all.
Result<uint64_t> KnownTo(const ledger::Ledger& ledger, events::Month month, const Asked& asked) {
  if (asked.known_at.empty()) {
    IURAN_ASSIGN(const std::vector<events::Event> proposals,
                 ledger.ReadStream("proposal/closing/" + month.ToString()));
    const auto* open =
        proposals.empty() ? nullptr : std::get_if<events::ChangeProposed>(&proposals.back().body);
    if (open != nullptr) return std::get<MonthClosed>(open->fact).known;
  }
  IURAN_ASSIGN(const Position known_at, asked.KnownAt(ledger));
  return known_at.value + 1;
}

Result<int> PrintClosedBefore(const Program& program, const RecordedClosing& closing,
                              const CloseOptions& options, Output& out) {
  Print({closing.envelope, closing.fact}, closing.fact, "closed before", 0, options.format, out);
  program.Note(
      fmt::format("iuran: {} was closed before, at position {}. What is recorded later is "
                  "an adjustment of an open month: iuran adjustments",
                  options.month, closing.envelope.position.value));
  return kDone;
}

rules::Command CommandOf(const MonthClosed& closing, const CloseOptions& options) {
  rules::Command command;
  command.request = rules::CloseMonth{closing};
  command.source.channel = "cli";
  command.author = options.author;
  command.approver = options.approver;
  return command;
}

// What the rules say without the figures, which take a while: whether the month is over, and next.
Result<void> CheckMonth(ledger::Ledger& ledger, events::Month month, uint64_t known,
                        const CloseOptions& options) {
  MonthClosed empty;
  empty.month = month;
  empty.known = known;
  const rules::Command command = CommandOf(empty, options);
  IURAN_ASSIGN(const auto receipts, ledger.Rehearse(std::span(&command, 1)));
  const auto* rejected = std::get_if<rules::Rejected>(&receipts.front());
  if (rejected == nullptr || rejected->code == rules::Rejection::kConflict) return {};
  return Fail(ErrorCode::kConflict, rejected->message);
}

Result<int> Close(Program& program, const CloseOptions& options) {
  const auto month = events::ParseMonth(options.month);
  if (!month) return Fail(ErrorCode::kUsage, "MONTH: " + month.error().message);
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("close", log::Access::kWrite));
  IURAN_ASSIGN(const std::vector<RecordedClosing> closings, projections::ClosingsIn(ledger->log()));
  for (const RecordedClosing& closing : closings) {
    if (closing.fact.month != *month || !options.asked.known_at.empty()) continue;
    return PrintClosedBefore(program, closing, options, program.out());
  }
  IURAN_ASSIGN(const uint64_t known, KnownTo(*ledger, *month, options.asked));
  IURAN_TRY(CheckMonth(*ledger, *month, known, options));
  IURAN_ASSIGN(const MonthClosed computed, ComputeClosing(program, *ledger, {*month, known}));
  const rules::Command command = CommandOf(computed, options);
  IURAN_ASSIGN(const std::vector<ledger::Receipt> receipts, ledger->Submit(std::span(&command, 1)));
  const ledger::Receipt& receipt = receipts.front();
  if (const auto* rejected = std::get_if<rules::Rejected>(&receipt)) {
    return Fail(ErrorCode::kConflict, rejected->message);
  }
  const auto* recorded = std::get_if<ledger::Recorded>(&receipt);
  const Position position =
      recorded != nullptr ? recorded->position : std::get<rules::Repeated>(receipt).position;
  const uint64_t records = recorded != nullptr ? SignWhereKeyIs(program, *ledger) : 0;
  IURAN_ASSIGN(const events::Event event, ledger->ReadEvent(position));
  const bool proposed = std::holds_alternative<events::ChangeProposed>(event.body);
  std::string state = proposed ? "proposed" : "closed";
  if (recorded == nullptr) state += " before";
  Print(event, computed, state, records, options.format, program.out());
  if (proposed) {
    program.Note(
        fmt::format("iuran: another person must approve it: iuran approve closing/{} "
                    "--author NAME",
                    month->ToString()));
  }
  return kDone;
}

Result<int> Closings(Program& program, const ListOptions& options) {
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("closings", log::Access::kRead));
  IURAN_ASSIGN(const Position known_at, options.asked.KnownAt(*ledger));
  IURAN_ASSIGN(const std::vector<RecordedClosing> closings, projections::ClosingsIn(ledger->log()));
  std::vector<Column> columns = {{"month"},
                                 {"position", ColumnKind::kCount},
                                 {"known", ColumnKind::kCount},
                                 {"author"},
                                 {"approver"}};
  AddTotalColumns(columns);
  Report report(program.out(), options.format, columns);
  for (const auto& [envelope, fact] : closings) {
    if (envelope.position > known_at) break;
    report.Text(fact.month.ToString());
    report.Count(static_cast<int64_t>(envelope.position.value));
    report.Count(static_cast<int64_t>(fact.known));
    report.Text(envelope.author);
    report.Text(envelope.approver);
    PrintTotals(fact.totals, report);
    report.EndRow();
  }
  report.Finish("No month is closed yet. To close one: iuran close 2026-08");
  return kDone;
}

}  // namespace

void RegisterClose(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "close", "Closes a month: pins its totals, the digest of all figures and the root");
  auto options = std::make_shared<CloseOptions>();
  command
      ->add_option("month", options->month,
                   "Which one, such as 2026-08: it must be over, and the one after the month "
                   "closed last")
      ->type_name("MONTH")
      ->required();
  AddKnownAtOption(*command, options->asked);
  AddAuthorOption(*command, options->author);
  command
      ->add_option("--approved-by", options->approver,
                   "Who agreed to it, as a second person; without, it is proposed")
      ->type_name("NAME");
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran close 2026-08 --author \"Maria Wea\"",
                         "iuran close 2026-08 --author \"Maria Wea\" --approved-by \"Yosef Dhae\"",
                         "iuran close 2026-08 --known-at 2026-09-05"});
  command->callback([&program, options] { program.Finish(Close(program, *options)); });

  CLI::App* list = app.add_subcommand("closings", "Lists the months closed, and what was pinned");
  auto listed = std::make_shared<ListOptions>();
  AddKnownAtOption(*list, listed->asked);
  AddFormatOption(*list, listed->format);
  AddExamples(*list, {"iuran closings", "iuran closings --format csv"});
  list->callback([&program, listed] { program.Finish(Closings(program, *listed)); });
}

}  // namespace iuran::tools
