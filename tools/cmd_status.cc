// iuran status: how large the ledger is, how far its projections are, who writes to it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "ledger/log/writer_lock.h"
#include "tools/commands.h"
#include "tools/program.h"
#include "tools/reading.h"
#include "tools/sheet.h"

namespace iuran::tools {
namespace {

struct StatusOptions {
  Format format = Format::kTable;
};

Result<void> DescribeLog(const ledger::Ledger& ledger, Sheet& sheet) {
  const events::Position last{ledger.head().value - 1};
  sheet.Text("time_zone", "Time zone", ledger.opened().time_zone);
  sheet.Count("events", "Events", ledger.head().value);
  IURAN_ASSIGN(const events::Event event, ledger.ReadEvent(last));
  sheet.Text("last_recorded_at", "Last recorded", ToString(event.envelope.recorded_at));
  IURAN_ASSIGN(const rules::SchemeBook schemes, ledger.Schemes());
  std::vector<std::string> ids;
  for (const events::SchemeId& id : schemes.Ids(last)) ids.push_back(id.text());
  sheet.Text("schemes", "Schemes in force", fmt::format("{}", fmt::join(ids, " ")));
  return {};
}

void DescribeAccounts(const projections::StoreState& state, uint64_t head, Sheet& sheet) {
  sheet.Count("members", "Members in the accounts", state.members);
  sheet.Count("groups", "Groups in the accounts", state.groups);
  sheet.Count("cursor", "Events in the accounts", state.cursor);
  sheet.Count("lag", "Events not yet in them", head - std::min(head, state.cursor));
  sheet.Text("parked", "Stopped",
             state.parked
                 ? fmt::format("at position {}: {}", state.parked->position, state.parked->reason)
                 : "");
}

Result<void> DescribeSize(const ledger::Ledger& ledger, const projections::Store& store,
                          Sheet& sheet) {
  IURAN_ASSIGN(const std::vector<log::SizeOnDisk> parts, ledger.log().SizesOnDisk());
  const uint64_t accounts = store.BytesOnDisk();
  uint64_t total = accounts;
  for (const log::SizeOnDisk& part : parts) total += part.bytes;
  sheet.Count("bytes", "Bytes on disk", total);
  for (const log::SizeOnDisk& part : parts) {
    sheet.Remark("  " + part.part, Grouped(static_cast<int64_t>(part.bytes)));
  }
  sheet.Remark("  accounts", Grouped(static_cast<int64_t>(accounts)));
  sheet.Count("bytes_an_event", "Bytes an event", total / ledger.head().value);
  return {};
}

Result<int> Status(Program& program, const StatusOptions& options) {
  auto store = projections::Store::OpenToRead(ProjectionsFolder(program));
  IURAN_ASSIGN(const auto ledger, program.OpenLedger("status", log::Access::kRead));
  if (!store) return tl::unexpected<Error>(std::move(store.error()));
  Sheet sheet;
  sheet.Text("ledger", "Ledger", program.Folder().string());
  IURAN_TRY(DescribeLog(*ledger, sheet));
  sheet.Text("writer", "Written to by", log::WriterOf(program.Folder() / "log").value_or(""));
  DescribeAccounts((*store)->state(), ledger->head().value, sheet);
  IURAN_TRY(DescribeSize(*ledger, **store, sheet));
  sheet.Print(options.format, program.out());
  return kDone;
}

}  // namespace

void RegisterStatus(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "status", "How large the ledger is, how far its figures are, who writes to it");
  auto options = std::make_shared<StatusOptions>();
  AddFormatOption(*command, options->format);
  AddExamples(*command, {"iuran status", "iuran status --format json"});
  command->callback([&program, options] { program.Finish(Status(program, *options)); });
}

}  // namespace iuran::tools
