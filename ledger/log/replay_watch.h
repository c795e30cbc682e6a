// What RocksDB takes from its write-ahead files when it opens, watched for holes. May be used by
// whoever opens a database of RocksDB.
//
// RocksDB numbers the rows it is given, one after the other, and a commit in a write-ahead file
// names the number of its first row. A record whose kind rotted to that of a file used before is
// the end of the file to RocksDB, without a word; and it goes on with the next file.
#pragma once

#include <rocksdb/wal_filter.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace iuran::log {

// Thread rule: RocksDB calls it while it opens the database; to be asked afterwards.
class ReplayWatch final : public rocksdb::WalFilter {
 public:
  static const char* kClassName() { return "ReplayWatch"; }
  const char* Name() const override { return kClassName(); }
  WalProcessingOption LogRecordFound(unsigned long long file, const std::string& name,
                                     const rocksdb::WriteBatch& batch, rocksdb::WriteBatch* changed,
                                     bool* is_changed) override;
  void ColumnFamilyLogNumberMap(const std::map<uint32_t, uint64_t>& first_files,
                                const std::map<std::string, uint32_t>& names) override;

  // The number of the first row of the first hole; nothing where there is none.
  std::optional<uint64_t> hole() const { return hole_; }
  // The number of the file that brought the first commit; nothing where none did.
  std::optional<uint64_t> first_file() const { return first_file_; }
  // Files below this number are in tables as far as all tables tell.
  uint64_t files_from() const { return files_from_; }

 private:
  std::optional<uint64_t> hole_;
  std::optional<uint64_t> end_;  // behind the last row
  std::optional<uint64_t> first_file_;
  uint64_t files_from_ = 0;
};

}  // namespace iuran::log
