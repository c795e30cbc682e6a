// A ledger made what it was before a position was recorded: for restoring alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "events/ids.h"
#include "ledger/log/event_log.h"

namespace iuran::ledger {

struct CutBackReport {
  log::TreeHead head{};
  // Members who were forgotten from that position on: their data are destroyed, also here.
  std::vector<events::MemberId> forgotten;
  // Members whose data were corrected from that position on: those of before are kept nowhere.
  std::vector<events::MemberId> corrected;
};

// Removes from a fresh copy of a log, which nobody has open, every event from position `to` on and
// all that they brought: index rows, rows of the book, personal data of people enrolled since. Not
// atomic: on failure the copy is to be thrown away. kUsage where the log has fewer events, or none
// would stay.
Result<CutBackReport> CutLedgerBack(const std::filesystem::path& log_folder, uint64_t to);

}  // namespace iuran::ledger
