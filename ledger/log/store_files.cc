// What the log's RocksDB keeps on disk: bringing it there, removing it, counting it. See store.h.
#include <rocksdb/metadata.h>

#include "ledger/log/store.h"

namespace iuran::log {

Result<void> Store::Flush() {
  const rocksdb::Status status = db_->Flush({}, handles_);
  if (!status.ok()) return tl::unexpected(ErrorOf(status, folder_, "brought to disk"));
  return {};
}

Result<void> Store::Purge(Family family) {
  // With every table on disk the write-ahead files are of no more use. Holding back deletions and
  // letting them go afterwards makes RocksDB remove all unused files before it returns.
  rocksdb::Status status = db_->DisableFileDeletions();
  if (!status.ok()) return tl::unexpected(ErrorOf(status, folder_, "purged"));
  status = db_->Flush({}, handles_);
  if (status.ok()) {
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    status = db_->CompactRange(options, handle(family), nullptr, nullptr);
  }
  const rocksdb::Status enabled = db_->EnableFileDeletions(/*force=*/false);
  if (status.ok()) status = enabled;
  if (!status.ok()) return tl::unexpected(ErrorOf(status, folder_, "purged"));
  return {};
}

rocksdb::Status Store::SyncWriteAheadFiles() const {
  std::vector<rocksdb::Env::FileAttributes> entries;
  rocksdb::Status status = env_.GetChildrenFileAttributes(folder_, &entries);
  for (const auto& entry : entries) {
    if (!status.ok()) return status;
    if (!entry.name.ends_with(".log") || entry.size_bytes == 0) continue;
    std::unique_ptr<rocksdb::RandomRWFile> file;
    status = env_.NewRandomRWFile(folder_ / entry.name, &file, {});
    if (status.ok()) status = file->Fsync();
  }
  std::unique_ptr<rocksdb::Directory> directory;
  if (status.ok()) status = env_.NewDirectory(folder_, &directory);
  if (status.ok()) status = directory->Fsync();
  return status;
}

std::pair<uint64_t, size_t> Store::WriteAheadFiles() const {
  uint64_t bytes = 0;
  size_t files = 0;
  std::vector<rocksdb::Env::FileAttributes> entries;
  env_.GetChildrenFileAttributes(folder_, &entries).PermitUncheckedError();
  for (const auto& entry : entries) {
    if (!entry.name.ends_with(".log")) continue;
    bytes += entry.size_bytes;
    ++files;
  }
  return {bytes, files};
}

Result<std::vector<SizeOnDisk>> Store::SizesOnDisk() const {
  std::vector<SizeOnDisk> sizes;
  for (const Family family : {Family::kRecords, Family::kStreams, Family::kKeys, Family::kBook,
                              Family::kVault, Family::kTree, Family::kCheckpoints}) {
    rocksdb::ColumnFamilyMetaData table;
    db_->GetColumnFamilyMetaData(handle(family), &table);
    sizes.push_back({std::string(NameOf(family)), table.size});
  }
  sizes.push_back({"write-ahead log", WriteAheadFiles().first});
  uint64_t other = 0;
  std::vector<rocksdb::Env::FileAttributes> entries;
  const rocksdb::Status status = env_.GetChildrenFileAttributes(folder_, &entries);
  if (!status.ok()) return tl::unexpected(ErrorOf(status, folder_, "listed"));
  for (const auto& entry : entries) {
    if (!entry.name.ends_with(".log") && !entry.name.ends_with(".sst")) other += entry.size_bytes;
  }
  sizes.push_back({"lists and notes of the database", other});
  return sizes;
}

}  // namespace iuran::log
