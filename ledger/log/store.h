// The log's RocksDB: its tables (column families), its options, how it is made and opened.
// The one header of this folder that shows RocksDB; used by ledger/log alone.
//
// Everything it does with files goes through the file system of the `env` it is given, which
// outlives it, so that tests can put one below it that fails.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/error.h"
#include "ledger/log/event_log.h"
#include "ledger/log/replay_watch.h"

namespace iuran::log {

enum class Family : uint8_t {
  kMeta,
  kRecords,
  kStreams,
  kKeys,
  kBook,
  kVault,
  kTree,
  kCheckpoints
};
constexpr size_t kFamilies = 8;
constexpr std::array<const char*, kFamilies> kFamilyNames = {
    "default", "records", "streams", "keys", "book", "vault", "tree", "checkpoints"};

constexpr Family FamilyOf(Table table) {
  return table == Table::kBook ? Family::kBook : Family::kVault;
}

// The error of a RocksDB status that is not ok. `task` completes "The log at X cannot be ...".
Error ErrorOf(const rocksdb::Status& status, const std::filesystem::path& folder,
              std::string_view task);
// kLedgerDamaged for the log in `folder`; `fault` is a full sentence that names the position.
Error Damaged(const std::filesystem::path& folder, std::string_view fault);

// For those that read the files of a log while a writer changes them: they take the state, read,
// and begin again, kReadAttempts times, where the state is another afterwards.
constexpr int kReadAttempts = 40;
// Names the state of the database's list of tables: the file it is in and that file's length. It
// changes with every file that is added to the list or taken from it, before the file is removed.
std::pair<std::string, uint64_t> StateOfTables(rocksdb::Env& env,
                                               const std::filesystem::path& folder);
// The number in the name of one of RocksDB's files; it gives each a higher one than the last.
uint64_t NumberOf(std::string_view name);
std::vector<std::string> WriteAheadFilesIn(rocksdb::Env& env, const std::filesystem::path& folder);
bool AllThere(rocksdb::Env& env, const std::filesystem::path& folder,
              const std::vector<std::string>& names);
// Where no attempt was quick enough.
Error ChangesTooFast(const std::filesystem::path& folder);

class Store {
 public:
  // Makes the database in `folder`, which must not exist, and closes it.
  static Result<void> Create(rocksdb::Env& env, const std::filesystem::path& folder);
  // kLedgerMissing where no database is in `folder`.
  static Result<void> CheckPresent(rocksdb::Env& env, const std::filesystem::path& folder);
  // Opens one that is there. For kWrite the caller holds the writer's lock.
  static Result<std::unique_ptr<Store>> Open(rocksdb::Env& env, const std::filesystem::path& folder,
                                             Access access);
  ~Store();

  // Hands the values that are there, with the index of their key, to `found`.
  rocksdb::Status Find(Family family, std::span<const std::string> keys,
                       const std::function<void(size_t, std::string_view)>& found) const;

  Result<void> Flush();
  // Rewrites a table without what deleted rows left, and removes the files that held it.
  Result<void> Purge(Family family);

  Result<std::vector<SizeOnDisk>> SizesOnDisk() const;
  // Bytes and number of the write-ahead files, which the next opening has to read.
  std::pair<uint64_t, size_t> WriteAheadFiles() const;

  rocksdb::Env& env() const { return env_; }
  // The way of every thread to the database. RocksDB counts each comparison of two keys, in a
  // variable of the thread that it looks up each time: a tenth of an import, and nobody reads it.
  rocksdb::DB& db() const {
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
    return *db_;
  }
  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles_[static_cast<size_t>(family)];
  }
  std::string_view NameOf(Family family) const { return kFamilyNames[static_cast<size_t>(family)]; }
  const std::filesystem::path& folder() const { return folder_; }
  // RocksDB numbers the rows it is given. The number of the first row of the first hole in what its
  // write-ahead files brought when it was opened, 0 where it is before all of them; nothing where
  // there is none.
  std::optional<uint64_t> hole() const { return hole_; }
  // The number that the next row gets. Each change of the list of tables names the greatest number
  // in any.
  uint64_t rows() const { return db_->GetLatestSequenceNumber() + 1; }
  // Of a reader: the state of the tables that it shows.
  const std::pair<std::string, uint64_t>& state_of_tables() const { return state_; }

 private:
  Store(rocksdb::Env& env, std::filesystem::path folder, Access access)
      : env_(env), folder_(std::move(folder)), access_(access) {}
  // What a writer that was killed left in its write-ahead files may be in memory alone. RocksDB
  // replays it, shows it and writes on behind it, and never syncs it: the next power cut would take
  // it and all that came after.
  rocksdb::Status SyncWriteAheadFiles() const;
  rocksdb::Status OpenOnce();
  // Whether nothing was taken from the first write-ahead file with anything in it, while a later
  // one brought commits. Files are begun so seldom that this is never what a power cut left: the
  // first commit of a file is synced before another is begun.
  bool LacksFirstCommits(const std::vector<std::string>& write_ahead) const;
  void Close();
  // What a failed opening has to say: kUnknownEvent where the tables are those of another program.
  Error WhyNotOpened(const rocksdb::Status& status) const;
  Result<void> CheckFormat() const;

  rocksdb::Env& env_;
  const std::filesystem::path folder_;
  const Access access_;
  std::pair<std::string, uint64_t> state_;
  std::unique_ptr<ReplayWatch> replay_;  // outlives the database
  std::optional<uint64_t> hole_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace iuran::log
