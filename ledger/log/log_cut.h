// A log made shorter: for a ledger that is restored to an earlier position, and for nothing else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/error.h"
#include "ledger/log/event_log.h"

namespace iuran::log {

struct Cut {
  uint64_t size = 0;  // records that stay, from the first on
  // What becomes of a row of the owner's: its value, another one, or nothing. Asked for each.
  std::function<std::optional<std::string>(Table, std::string_view key, std::string_view value)>
      row;
  std::vector<RowChange> rows;  // written afterwards
};

// Removes from the log in `folder`, a fresh copy that nobody else has open, the records from
// cut.size on and everything that stands for them: index rows, hashes of the tree, checkpoints.
// What is removed is gone from the files as well. Not atomic: on failure the copy is to be thrown
// away.
Result<void> CutLog(const std::filesystem::path& folder, const Cut& cut);

}  // namespace iuran::log
