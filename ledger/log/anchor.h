// What was acknowledged last, read and set without opening the log: for ledgers that are restored.
#pragma once

#include <filesystem>

#include "events/error.h"
#include "ledger/log/event_log.h"

namespace iuran::log {

// The daybook of the log in `log_folder`.
std::filesystem::path DaybookOf(const std::filesystem::path& log_folder);

// What a daybook says was acknowledged last. kNotFound, kLedgerDamaged, kIo.
Result<TreeHead> ReadAnchor(const std::filesystem::path& daybook);

// Makes the daybook of a log that nobody has open say that `head` was acknowledged, durably, and
// nothing else. A log that is behind that head does not open for writing until the loss is
// accepted.
Result<void> SetAnchor(const std::filesystem::path& log_folder, const TreeHead& head);

}  // namespace iuran::log
