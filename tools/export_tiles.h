// The log as files in the layout of C2SP tlog-tiles, for programs that are not this one:
// checkpoint, tile/<level>/<index> and tile/entries/<index>, with .p/<width> behind partial ones.
// Whoever has them can read every record and compute every hash again.
//
// The checkpoint is written last, durably, so that the folder is at all times a whole export of the
// checkpoint in it. Files of a published checkpoint never change; partial tiles and bundles go when
// the full ones stand beside them. Those of every checkpoint kept by the ledger are there, as the
// layout asks.
#pragma once

#include <cstdint>
#include <filesystem>

#include "events/error.h"
#include "ledger/log/event_log.h"
#include "ledger/log/proof/key.h"

namespace iuran::tools {

struct ExportedTiles {
  uint64_t records = 0;  // in the export now: the size of the newest checkpoint
  uint64_t before = 0;   // in it before
  uint64_t files = 0;    // written now, the checkpoint among them
};

// Exports up to the newest checkpoint, or adds what is new since an earlier export to `folder`,
// which is made where it is not there. kNotFound where no checkpoint is stored; kUsage where the
// folder holds something else; kConflict where it holds another log's export, or somebody exports
// to it now; kLedgerDamaged where what is recorded is not what its checkpoint says, or does not go
// on from what was exported; kIo.
Result<ExportedTiles> ExportTiles(const log::EventLog& log, const log::VerifierKey& key,
                                  const std::filesystem::path& folder);

}  // namespace iuran::tools
