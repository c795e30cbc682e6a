#include "tools/closing.h"

#include <fmt/format.h>

#include "events/month_totals.h"
#include "ledger/checkpoints.h"
#include "tools/reading.h"

namespace iuran::tools {
namespace {

using projections::ClosingAsked;

// Signs; the error says why it could not be done.
Result<uint64_t> Sign(const std::filesystem::path& folder, ledger::Ledger& ledger) {
  IURAN_ASSIGN(const log::VerifierKey own, ledger::LedgerKey(ledger.opened()));
  IURAN_ASSIGN(const log::SigningKey key,
               ledger::ReadSigningKey(ledger::SigningKeyFile(folder), own));
  IURAN_TRY(ledger::SignHead(ledger.log(), key, ledger::LastSignedFile(folder)));
  return ledger.head().value;
}

}  // namespace

Result<events::MonthClosed> ComputeClosing(const Program& program, const ledger::Ledger& ledger,
                                           const ClosingAsked& asked) {
  IURAN_ASSIGN(const auto store, projections::Store::OpenToRead(ProjectionsFolder(program)));
  IURAN_ASSIGN(const auto accounts,
               projections::AccountsView::Open(ledger.log(), *store, asked.known, ThreadsToUse()));
  IURAN_ASSIGN(const rules::SchemeBook schemes, ledger.Schemes());
  IURAN_ASSIGN(const std::vector<events::MonthClosed> closings,
               projections::ComputeClosings(ledger.log(), *accounts, schemes, std::span(&asked, 1),
                                            ThreadsToUse()));
  return closings.front();
}

Result<void> CheckProposedClosing(const Program& program, const ledger::Ledger& ledger,
                                  const std::string& proposal) {
  IURAN_ASSIGN(const std::vector<events::Event> stream, ledger.ReadStream("proposal/" + proposal));
  if (stream.empty()) return {};
  const auto* proposed = std::get_if<events::ChangeProposed>(&stream.back().body);
  if (proposed == nullptr) return {};
  const auto* closing = std::get_if<events::MonthClosed>(&proposed->fact);
  if (closing == nullptr) return {};
  const uint64_t position = stream.back().envelope.position.value;
  if (closing->known == 0 || closing->known > position) {
    return Fail(ErrorCode::kConflict,
                fmt::format("Proposal {} at position {} says that it knows of {} events. Decline "
                            "it, and close the month anew.",
                            proposal, position, closing->known));
  }
  IURAN_ASSIGN(const events::MonthClosed computed,
               ComputeClosing(program, ledger, {closing->month, closing->known}));
  std::string differences;
  for (const projections::PinnedDifference& difference :
       projections::Differences(*closing, computed)) {
    differences += " " + Words(difference);
  }
  if (differences.empty()) return {};
  return Fail(
      ErrorCode::kConflict,
      fmt::format("Proposal {} is not what comes of the events, so it cannot be approved.{} "
                  "Decline it, and close the month anew.",
                  proposal, differences));
}

uint64_t SignWhereKeyIs(const Program& program, ledger::Ledger& ledger) {
  std::error_code ignored;
  if (!std::filesystem::exists(ledger::SigningKeyFile(program.Folder()), ignored)) return 0;
  const Result<uint64_t> records = Sign(program.Folder(), ledger);
  if (records) return *records;
  program.Note("iuran: no checkpoint was signed. " + records.error().message);
  return 0;
}

void AddTotalColumns(std::vector<Column>& columns) {
  columns.push_back({"members", ColumnKind::kCount});
  for (const events::TotalName& total : events::kTotalNames) {
    columns.push_back({total.name, ColumnKind::kAmount});
  }
}

void PrintTotals(const events::MonthTotals& totals, Report& report) {
  report.Count(totals.members);
  for (const events::TotalName& total : events::kTotalNames) report.Amount(totals.*total.value);
}

}  // namespace iuran::tools
