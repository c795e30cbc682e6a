// The log's RocksDB: options and their reasons, making, opening, catching up. See store.h.
#include "ledger/log/store.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>
#include <utility>

#include "ledger/log/manifest_tail.h"
#include "ledger/log/table_check.h"

namespace iuran::log {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormatKey = "format";
constexpr std::string_view kFormat = "3";
// A reader that finds a fault, while nobody changes the files beside it, looks as often as this.
constexpr int kSureOfFault = 3;

// Keeps no notes. A reader must not write into the ledger's folder, a writer's notes would name
// keys of rows that are to be forgotten, and what matters in them comes back as a status.
class SilentLogger : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

rocksdb::DBOptions DatabaseOptions(rocksdb::Env& env, Access access) {
  rocksdb::DBOptions options;
  options.env = &env;
  options.paranoid_checks = true;
  // After a power cut the tail of the write-ahead file may hold the torn remains of a batch that
  // nobody was told of: cut short, or with blocks of zeros in the middle of it. Only this mode
  // opens over every such tail. It cannot tell a torn batch from a damaged acknowledged one at the
  // very end; FORMAT.md, "Recovery", says what guards against that.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // Write-ahead files closed before the last one must be there in full length.
  options.track_and_verify_wals_in_manifest = true;
  // All tables are brought to disk together, so that a reader that opens in between finds the
  // tables of one moment and write-ahead files that go on from there.
  options.atomic_flush = true;
  // One thread appends. RocksDB then remembers where it put the last row.
  options.allow_concurrent_memtable_write = false;
  options.max_background_jobs = 2;
  options.max_open_files = -1;  // a reader keeps tables that the writer removes
  options.skip_stats_update_on_db_open = true;
  options.skip_checking_sst_file_sizes_on_db_open = access == Access::kRead;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log = std::make_shared<SilentLogger>();
  options.max_file_opening_threads = 1;  // of each table's own: starting more takes longer
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> Families(Access access) {
  rocksdb::BlockBasedTableOptions table;
  table.format_version = 5;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_cache = rocksdb::NewLRUCache(size_t{access == Access::kWrite ? 64u : 16u} << 20);
  // A reader that asks one question loads the index and filter blocks it needs, and no others.
  table.cache_index_and_filter_blocks = access == Access::kRead;

  rocksdb::ColumnFamilyOptions rows;
  // The index rows of one batch stand among those of all before, and finding their place in memory
  // is most of what a commit costs: small memtables stay within the processor's caches. More of
  // them then wait for one compaction.
  rows.write_buffer_size = size_t{16} << 20;
  rows.max_write_buffer_number = 6;
  rows.level0_file_num_compaction_trigger = 8;
  rows.level_compaction_dynamic_level_bytes = true;
  rows.target_file_size_base = uint64_t{64} << 20;
  rows.compression = rocksdb::kLZ4Compression;
  rows.force_consistency_checks = true;
  rows.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));

  // Most keys asked for while importing are new: filters over the whole key, in memory as well.
  rocksdb::ColumnFamilyOptions looked_up = rows;
  if (access == Access::kWrite) {
    looked_up.memtable_whole_key_filtering = true;
    looked_up.memtable_prefix_bloom_size_ratio = 0.03;
  }

  // Pages are packed already, come in key order and are never looked up by their exact key.
  rocksdb::ColumnFamilyOptions records = rows;
  records.compression = rocksdb::kNoCompression;
  table.filter_policy.reset();
  records.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));

  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : kFamilyNames) families.emplace_back(name, looked_up);
  families[static_cast<size_t>(Family::kMeta)].options = rocksdb::ColumnFamilyOptions();
  families[static_cast<size_t>(Family::kRecords)].options = records;
  families[static_cast<size_t>(Family::kTree)].options = records;  // hashes: as little to pack

  // A batch has the rows of these in key order: the place of one in memory is looked for from that
  // of the one before that begins with the same byte. Never where ranges of rows are deleted
  // (log_cut.cc), whose places RocksDB would look for from there too, in another list.
  for (const Family family : {Family::kStreams, Family::kKeys}) {
    families[static_cast<size_t>(family)].options.memtable_insert_with_hint_prefix_extractor.reset(
        rocksdb::NewFixedPrefixTransform(1));
  }
  return families;
}

}  // namespace

std::pair<std::string, uint64_t> StateOfTables(rocksdb::Env& env, const fs::path& folder) {
  std::string name;
  uint64_t size = 0;
  rocksdb::ReadFileToString(&env, folder / "CURRENT", &name).PermitUncheckedError();
  name = name.substr(0, name.find('\n'));
  env.GetFileSize(folder / name, &size).PermitUncheckedError();
  return {name, size};
}

uint64_t NumberOf(std::string_view name) {
  const size_t begin = std::min(name.find_first_of("0123456789"), name.size());
  uint64_t number = 0;
  std::from_chars(name.data() + begin, name.data() + name.size(), number);
  return number;
}

std::vector<std::string> WriteAheadFilesIn(rocksdb::Env& env, const fs::path& folder) {
  std::vector<std::string> names;
  env.GetChildren(folder, &names).PermitUncheckedError();
  std::erase_if(names, [](const std::string& name) { return !name.ends_with(".log"); });
  return names;
}

bool AllThere(rocksdb::Env& env, const fs::path& folder, const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(),
                     [&](const std::string& name) { return env.FileExists(folder / name).ok(); });
}

Error ChangesTooFast(const fs::path& folder) {
  return {
      ErrorCode::kIo,
      fmt::format("The log at {} changes faster than it can be read. Try again when the program "
                  "that writes to it has less to do.",
                  folder.string())};
}

Error ErrorOf(const rocksdb::Status& status, const fs::path& folder, std::string_view task) {
  if (status.IsCorruption()) {
    return Damaged(folder, fmt::format("It cannot be {} ({}).", task, status.ToString()));
  }
  return {ErrorCode::kIo,
          fmt::format("The log at {} cannot be {}: {}. Look at the disk (room, permissions, "
                      "faults), then try again.",
                      folder.string(), task, status.ToString())};
}

Error Damaged(const fs::path& folder, std::string_view fault) {
  return {ErrorCode::kLedgerDamaged,
          fmt::format("The log at {} is damaged. {} Copy the folder away as it is before anything "
                      "else, then restore the last good backup and import again what came after.",
                      folder.string(), fault)};
}

Result<void> Store::Create(rocksdb::Env& env, const fs::path& folder) {
  rocksdb::DBOptions options = DatabaseOptions(env, Access::kWrite);
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.error_if_exists = true;
  Store store(env, folder, Access::kWrite);
  rocksdb::DB* db = nullptr;
  rocksdb::Status status =
      rocksdb::DB::Open(options, folder.string(), Families(Access::kWrite), &store.handles_, &db);
  store.db_.reset(db);
  if (status.ok()) {
    rocksdb::WriteOptions durable;
    durable.sync = true;
    status = db->Put(durable, store.handle(Family::kMeta), rocksdb::Slice(kFormatKey),
                     rocksdb::Slice(kFormat));
  }
  if (!status.ok()) return tl::unexpected(ErrorOf(status, folder, "made"));
  return store.Flush();
}

rocksdb::Status Store::OpenOnce() {
  if (rocksdb::Status damaged = CheckTables(env_, folder_); !damaged.ok()) return damaged;
  rocksdb::DBOptions options = DatabaseOptions(env_, access_);
  replay_ = std::make_unique<ReplayWatch>();
  options.wal_filter = replay_.get();
  std::vector<std::string> write_ahead;
  if (access_ == Access::kRead) write_ahead = WriteAheadFilesIn(env_, folder_);
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      access_ == Access::kWrite
          ? rocksdb::DB::Open(options, folder_.string(), Families(access_), &handles_, &db)
          : rocksdb::DB::OpenForReadOnly(options, folder_.string(), Families(access_), &handles_,
                                         &db);
  db_.reset(db);
  if (!status.ok()) return status;
  hole_ = LacksFirstCommits(write_ahead) ? 0 : replay_->hole();
  return status;
}

bool Store::LacksFirstCommits(const std::vector<std::string>& write_ahead) const {
  uint64_t named = 0;
  // An opening for writing is done with all of them, and one for reading comes before it.
  if (write_ahead.empty() || !replay_->first_file() ||
      !db_->GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &named)) {
    return false;
  }
  const uint64_t from = std::max(named, replay_->files_from());
  return std::any_of(write_ahead.begin(), write_ahead.end(), [&](const std::string& name) {
    const uint64_t number = NumberOf(name);
    uint64_t bytes = 0;
    return number >= from && number < *replay_->first_file() &&
           env_.GetFileSize(folder_ / name, &bytes).ok() && bytes > 0;
  });
}

Error Store::WhyNotOpened(const rocksdb::Status& status) const {
  rocksdb::DBOptions options;
  options.env = &env_;
  std::vector<std::string> there;
  // RocksDB passes over an end that it cannot read, and what the end brought is missing to it.
  if (status.IsInvalidArgument() && !IsManifestSound(env_, folder_)) {
    return Damaged(folder_, "The list of its tables cannot be read to its end.");
  }
  if (status.IsInvalidArgument() &&
      rocksdb::DB::ListColumnFamilies(options, folder_.string(), &there).ok()) {
    for (const char* name : kFamilyNames) {
      if (std::find(there.begin(), there.end(), name) != there.end()) continue;
      return {
          ErrorCode::kUnknownEvent,
          fmt::format("The log at {} has no table '{}': an earlier program made it, and this one "
                      "reads format {} only. Use the program that made it, or make a new ledger "
                      "and import the files again.",
                      folder_.string(), name, kFormat)};
    }
  }
  return ErrorOf(status, folder_, "opened");
}

Result<void> Store::CheckPresent(rocksdb::Env& env, const fs::path& folder) {
  if (env.FileExists(folder / "CURRENT").ok()) return {};
  std::vector<std::string> names;
  env.GetChildren(folder, &names).PermitUncheckedError();
  if (std::any_of(names.begin(), names.end(), [](const std::string& name) {
        return name.starts_with("MANIFEST-") || name.ends_with(".sst");
      })) {
    return tl::unexpected(Damaged(folder, "The file CURRENT, which says what is in it, is gone."));
  }
  return Fail(ErrorCode::kLedgerMissing,
              fmt::format("There is no log at {}. Check the folder, or make a ledger with "
                          "'iuran init'.",
                          folder.string()));
}

Result<std::unique_ptr<Store>> Store::Open(rocksdb::Env& env, const fs::path& folder,
                                           Access access) {
  std::unique_ptr<Store> store(new Store(env, folder, access));
  if (access == Access::kWrite) {
    rocksdb::Status status = store->SyncWriteAheadFiles();
    if (status.ok()) status = store->OpenOnce();
    if (!status.ok()) return tl::unexpected(store->WhyNotOpened(status));
  } else {
    // Not a secondary instance: that one leaves out, without a word, a table that is missing.
    // RocksDB reads the list of tables first, the tables and the write-ahead files after it; a
    // writer may remove files in between, and then what is shown can be of different moments. Where
    // the list is still the same afterwards, no table was removed; and RocksDB silently stops at a
    // write-ahead file that has gone, so that none may have.
    rocksdb::Status status;
    bool same = false;  // as before the last attempt
    int faults = 0;
    for (int attempt = 0; attempt < kReadAttempts && faults < kSureOfFault; ++attempt) {
      std::this_thread::sleep_for(std::chrono::milliseconds(attempt));
      store->Close();
      store->state_ = StateOfTables(env, folder);
      const std::vector<std::string> write_ahead = WriteAheadFilesIn(env, folder);
      status = store->OpenOnce();
      if (status.ok()) status = CheckManifestTail(*store->db_, env, folder);
      same = StateOfTables(env, folder) == store->state_ && AllThere(env, folder, write_ahead);
      if (same && status.ok() && !store->hole()) break;
      if (same) ++faults;
    }
    // A fault that was met while the files changed may be of that.
    if (!same) return tl::unexpected(ChangesTooFast(folder));
    if (!status.ok()) return tl::unexpected(store->WhyNotOpened(status));
  }
  IURAN_TRY(store->CheckFormat());
  return store;
}

Store::~Store() { Close(); }

void Store::Close() {
  if (db_ == nullptr) return;
  rocksdb::CancelAllBackgroundWork(db_.get(), /*wait=*/true);
  for (rocksdb::ColumnFamilyHandle* const handle : handles_) {
    db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  handles_.clear();
  db_->Close().PermitUncheckedError();
  db_.reset();
}

Result<void> Store::CheckFormat() const {
  std::string format;
  const rocksdb::Status status =
      db_->Get({}, handle(Family::kMeta), rocksdb::Slice(kFormatKey), &format);
  if (status.IsNotFound()) {
    return tl::unexpected(Damaged(folder_, "It does not tell the version of its format."));
  }
  if (!status.ok()) return tl::unexpected(ErrorOf(status, folder_, "read"));
  if (format != kFormat) {
    return Fail(ErrorCode::kUnknownEvent,
                fmt::format("The log at {} was written by another program (format {}; this one "
                            "reads {}). Use the program that made it.",
                            folder_.string(), format, kFormat));
  }
  return {};
}

rocksdb::Status Store::Find(Family family, std::span<const std::string> keys,
                            const std::function<void(size_t, std::string_view)>& found) const {
  constexpr size_t kAtOnce = 256;
  std::vector<rocksdb::Slice> slices(kAtOnce);
  std::vector<rocksdb::PinnableSlice> values(kAtOnce);
  std::vector<rocksdb::Status> statuses(kAtOnce);
  for (size_t begin = 0; begin < keys.size(); begin += kAtOnce) {
    const size_t count = std::min(kAtOnce, keys.size() - begin);
    for (size_t i = 0; i < count; ++i) slices[i] = keys[begin + i];
    db().MultiGet({}, handle(family), count, slices.data(), values.data(), statuses.data());
    for (size_t i = 0; i < count; ++i) {
      if (statuses[i].ok()) {
        found(begin + i, values[i].ToStringView());
      } else if (!statuses[i].IsNotFound()) {
        return statuses[i];
      }
      values[i].Reset();
    }
  }
  return {};
}

}  // namespace iuran::log
