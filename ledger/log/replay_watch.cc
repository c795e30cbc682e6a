#include "ledger/log/replay_watch.h"

#include <rocksdb/write_batch.h>

#include <algorithm>

#include "ledger/log/bytes.h"

namespace iuran::log {

// A batch begins with the number of its first row, 8 bytes, and how many rows it has.
rocksdb::WalFilter::WalProcessingOption ReplayWatch::LogRecordFound(
    unsigned long long file, const std::string& /*name*/, const rocksdb::WriteBatch& batch,
    rocksdb::WriteBatch* /*changed*/, bool* /*is_changed*/) {
  const auto first = ReadLittleEndian<uint64_t>(batch.Data().data());
  if (!first_file_) first_file_ = file;
  if (end_ && first > *end_ && !hole_) hole_ = *end_;
  end_ = std::max(end_.value_or(0), first + batch.Count());
  return WalProcessingOption::kContinueProcessing;
}

void ReplayWatch::ColumnFamilyLogNumberMap(const std::map<uint32_t, uint64_t>& first_files,
                                           const std::map<std::string, uint32_t>& /*names*/) {
  for (const auto& [table, file] : first_files) {
    files_from_ = table == first_files.begin()->first ? file : std::min(files_from_, file);
  }
}

}  // namespace iuran::log
