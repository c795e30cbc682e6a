#include "projections/store.h"

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "ledger/log/table_check.h"

namespace iuran::projections {
namespace {

using rocksdb::Slice;
using rocksdb::Status;

constexpr char kStateKey = '\x00';
constexpr char kRowKey = '\x01';
constexpr char kMember = 'm';
constexpr char kNumber = 'n';
constexpr char kGroup = 'g';
// A batch larger than this goes to a table at once, so that opening has little to read back.
constexpr size_t kFlushBytes = size_t{1} << 20;
constexpr int kReadAttempts = 40;

// RocksDB's own diary would grow beside the ledger, and readers would have to write one.
class NoDiary : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

std::string BigEndian(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}
uint32_t FromBigEndian(Slice bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}
std::string GenerationPrefix(uint32_t generation) { return kRowKey + BigEndian(generation); }
std::string RowPrefix(uint32_t generation, char kind) {
  return GenerationPrefix(generation) + kind;
}

// What became of a call, as an error of ours. `doing` completes "The stored accounts in F ...".
tl::unexpected<Error> Refused(const Status& status, const std::filesystem::path& folder) {
  const std::string what = status.ToString();
  if (status.IsCorruption()) {
    return Fail(ErrorCode::kLedgerDamaged,
                fmt::format("The stored accounts in {} are damaged ({}). They are derived from the "
                            "log: `iuran replay --swap` makes them anew.",
                            folder.string(), what));
  }
  const auto says = [&what](const char* text) { return what.find(text) != std::string::npos; };
  if (says("While lock file: ") || says("lock hold by current process")) {
    return Fail(ErrorCode::kLedgerLocked,
                "Another process writes to the stored accounts in " + folder.string() + ".");
  }
  return Fail(ErrorCode::kIo,
              fmt::format("The stored accounts in {} cannot be reached ({}). They are derived from "
                          "the log: see whether the disk is in order, then `iuran replay --swap` "
                          "makes them anew.",
                          folder.string(), what));
}

rocksdb::Options MakeOptions() {
  rocksdb::Options options;
  options.info_log = std::make_shared<NoDiary>();
  options.compression = rocksdb::kLZ4Compression;
  // Rows come in order of their keys within a generation and kind, and each goes in behind the
  // last.
  options.memtable_insert_with_hint_prefix_extractor.reset(
      rocksdb::NewFixedPrefixTransform(GenerationPrefix(0).size() + 1));
  options.write_buffer_size = size_t{4} << 20;
  options.max_open_files = -1;
  options.skip_stats_update_on_db_open = true;
  options.skip_checking_sst_file_sizes_on_db_open = true;
  rocksdb::BlockBasedTableOptions table;
  table.block_size = size_t{16} << 10;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

// Names the one table there is. The shorter form of OpenForReadOnly may give a database whose Get
// sees nothing of the write-ahead files while its iterators do: rows ahead of their cursor.
Status OpenWithoutWriting(const std::filesystem::path& folder, rocksdb::DB** db) {
  const rocksdb::Options options = MakeOptions();
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  if (Status damaged = log::CheckTables(*options.env, folder); !damaged.ok()) return damaged;
  const Status status = rocksdb::DB::OpenForReadOnly(
      options, folder.string(), {{rocksdb::kDefaultColumnFamilyName, options}}, &handles, db);
  for (rocksdb::ColumnFamilyHandle* const handle : handles) delete handle;
  return status;
}

// What a reader must see unchanged while it opens: which files there are, and how long the list of
// tables is. Write-ahead files may grow, since each batch in them is whole or not there.
std::string StateOfFiles(const std::filesystem::path& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end;
       file.increment(error)) {
    std::string name = file->path().filename().string();
    if (name.starts_with("MANIFEST")) name += fmt::format(" {}", file->file_size(error));
    files.push_back(std::move(name));
  }
  std::sort(files.begin(), files.end());
  return fmt::format("{}", fmt::join(files, "\n"));
}

class RocksChanges : public Store::Changes {
 public:
  explicit RocksChanges(uint32_t generation)
      : members_(RowPrefix(generation, kMember)),
        numbers_(RowPrefix(generation, kNumber)),
        groups_(RowPrefix(generation, kGroup)) {}

  void PutMember(std::string_view member, std::string_view row) override {
    Put(members_, member, row);
  }
  void PutNumber(MemberNumber number, std::string_view member) override {
    Put(numbers_, BigEndian(number.value), member);
  }
  void PutGroup(const GroupId& group, const GroupInfo& info) override {
    Put(groups_, group.text(), EncodeGroup(info));
  }
  size_t bytes() const override { return batch_.GetDataSize(); }
  rocksdb::WriteBatch& batch() { return batch_; }

 private:
  void Put(std::string_view prefix, std::string_view key, std::string_view value) {
    const Slice parts[] = {{prefix.data(), prefix.size()}, {key.data(), key.size()}};
    const Slice all(value.data(), value.size());
    const Status status = batch_.Put(rocksdb::SliceParts(parts, 2), rocksdb::SliceParts(&all, 1));
    IURAN_CHECK(status.ok(), "a batch in memory takes another row");
  }
  std::string members_, numbers_, groups_;
  rocksdb::WriteBatch batch_;
};

class RocksRows : public Store::Rows {
 public:
  RocksRows(rocksdb::DB* db, std::string prefix, std::filesystem::path folder)
      : folder_(std::move(folder)), prefix_(std::move(prefix)) {
    if (db == nullptr) return;
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.readahead_size = size_t{1} << 20;
    iterator_.reset(db->NewIterator(options));
  }
  Result<bool> Next() override {
    if (!iterator_) return false;
    if (started_) {
      iterator_->Next();
    } else {
      iterator_->Seek(prefix_);
      started_ = true;
    }
    if (iterator_->Valid() && iterator_->key().starts_with(prefix_)) return true;
    if (!iterator_->status().ok()) return Refused(iterator_->status(), folder_);
    return false;
  }
  std::string_view key() const override {
    return iterator_->key().ToStringView().substr(prefix_.size());
  }
  std::string_view row() const override { return iterator_->value().ToStringView(); }

 private:
  std::filesystem::path folder_;
  std::string prefix_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  bool started_ = false;
};

class RocksStore : public Store {
 public:
  RocksStore(std::unique_ptr<rocksdb::DB> db, std::filesystem::path folder, bool writer)
      : db_(std::move(db)), folder_(std::move(folder)), writer_(writer) {}

  // Reads the state, and as a writer removes what an interrupted swap or rebuild left behind.
  Result<void> Begin() {
    if (!db_) return {};
    std::string bytes;
    const Status status = db_->Get({}, Slice(&kStateKey, 1), &bytes);
    if (!status.ok() && !status.IsNotFound()) return Refused(status, folder_);
    if (status.ok()) {
      const std::optional<StoreState> stored = DecodeState(bytes);
      if (!stored) return Refused(Status::Corruption("state row"), folder_);
      state_ = *stored;
      in_use_ = state_.generation;
    }
    if (state_.fold_version != kFoldVersion) {
      IURAN_ASSIGN(const uint32_t generation, NewGeneration());
      state_ = StoreState{};
      state_.generation = generation;
    }
    return writer_ ? RemoveOtherGenerations() : Result<void>{};
  }

  const StoreState& state() const override { return state_; }

  std::unique_ptr<Rows> Members() const override {
    return std::make_unique<RocksRows>(db_.get(), RowPrefix(state_.generation, kMember), folder_);
  }

  Result<void> Load(
      std::span<const uint32_t> numbers,
      const std::function<Result<void>(std::string_view, std::string_view)>& take) const override {
    if (!db_ || numbers.empty()) return {};
    std::vector<std::string> members;
    const std::string number_prefix = RowPrefix(state_.generation, kNumber);
    IURAN_TRY(Find(
        numbers, [&](uint32_t number) { return number_prefix + BigEndian(number); },
        [&](Slice, Slice value) -> Result<void> {
          members.push_back(value.ToString());
          return {};
        }));
    std::sort(members.begin(), members.end());
    const std::string member_prefix = RowPrefix(state_.generation, kMember);
    return Find(
        members, [&](const std::string& member) { return member_prefix + member; },
        [&](Slice key, Slice value) {
          key.remove_prefix(member_prefix.size());
          return take(key.ToStringView(), value.ToStringView());
        });
  }

  Result<void> ReadNumbers(
      const std::function<void(MemberNumber, std::string_view)>& take) const override {
    RocksRows rows(db_.get(), RowPrefix(state_.generation, kNumber), folder_);
    for (;;) {
      IURAN_ASSIGN(const bool more, rows.Next());
      if (!more) return {};
      const Slice number(rows.key().data(), rows.key().size());
      if (number.size() == 4) take(MemberNumber{FromBigEndian(number)}, rows.row());
    }
  }

  Result<Groups> ReadGroups() const override {
    Groups groups;
    RocksRows rows(db_.get(), RowPrefix(state_.generation, kGroup), folder_);
    for (;;) {
      IURAN_ASSIGN(const bool more, rows.Next());
      if (!more) return groups;
      IURAN_ASSIGN(GroupInfo group, DecodeGroup(rows.row()));
      groups.emplace(GroupId(std::string(rows.key())), std::move(group));
    }
  }

  std::unique_ptr<Changes> NewChanges(uint32_t generation) override {
    return std::make_unique<RocksChanges>(generation);
  }

  Result<void> Commit(Changes& changes, const StoreState* state) override {
    IURAN_CHECK(writer_, "a store opened to read is not written to");
    rocksdb::WriteBatch& batch = static_cast<RocksChanges&>(changes).batch();
    if (state != nullptr) {
      IURAN_CHECK(batch.Put(Slice(&kStateKey, 1), EncodeState(*state)).ok(),
                  "a batch in memory takes another row");
    }
    // Not synced: a lost tail is an older state, and the log folds it again.
    Status status = db_->Write({}, &batch);
    if (status.ok() && batch.GetDataSize() > kFlushBytes) status = db_->Flush({});
    if (!status.ok()) return Refused(status, folder_);
    batch.Clear();
    if (state == nullptr) return {};
    state_ = *state;
    const bool swapped = in_use_ != state_.generation;
    in_use_ = state_.generation;
    return swapped ? RemoveOtherGenerations() : Result<void>{};
  }

  Result<uint32_t> NewGeneration() override {
    IURAN_ASSIGN(const uint32_t last, LastGeneration());
    return std::max(last, state_.generation) + 1;
  }

  uint64_t BytesOnDisk() const override {
    uint64_t bytes = 0;
    std::error_code error;
    for (std::filesystem::directory_iterator file(folder_, error), end; !error && file != end;
         file.increment(error)) {
      const uint64_t size = file->is_regular_file(error) ? file->file_size(error) : 0;
      bytes += error ? 0 : size;
      error.clear();  // a file that the writer has just removed
    }
    return bytes;
  }

 private:
  // Calls take(key, value) for each of the sorted items that has a row.
  template <typename Items, typename KeyOf, typename Take>
  Result<void> Find(const Items& items, KeyOf key_of, Take take) const {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(options));
    for (const auto& item : items) {
      const std::string key = key_of(item);
      if (rows->Valid()) rows->Next();  // the next one asked for is often the next one there is
      if (!rows->Valid() || rows->key() != key) rows->Seek(key);
      if (!rows->status().ok()) return Refused(rows->status(), folder_);
      if (rows->Valid() && rows->key() == key) IURAN_TRY(take(rows->key(), rows->value()));
    }
    return {};
  }

  Result<uint32_t> LastGeneration() const {
    std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator({}));
    rows->SeekToLast();
    if (!rows->status().ok()) return Refused(rows->status(), folder_);
    if (!rows->Valid() || rows->key().size() < 5 || rows->key()[0] != kRowKey) return 0u;
    return FromBigEndian(Slice(rows->key().data() + 1, 4));
  }

  Result<void> RemoveOtherGenerations() {
    const std::string first = GenerationPrefix(0), mine = GenerationPrefix(in_use_),
                      after = GenerationPrefix(in_use_ + 1), end(1, kRowKey + 1);
    std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator({}));
    rows->Seek(first);
    const bool before = rows->Valid() && rows->key().compare(mine) < 0;
    rows->Seek(after);
    const bool behind = rows->Valid() && rows->key()[0] == kRowKey;
    if (!rows->status().ok()) return Refused(rows->status(), folder_);
    rows.reset();
    rocksdb::ColumnFamilyHandle* family = db_->DefaultColumnFamily();
    Status status;
    if (before) status = db_->DeleteRange({}, family, first, mine);
    if (status.ok() && behind) status = db_->DeleteRange({}, family, after, end);
    if (status.ok() && (before || behind)) {
      const Slice from(first), to(end);
      status = db_->CompactRange({}, &from, &to);
    }
    if (!status.ok()) return Refused(status, folder_);
    return {};
  }

  std::unique_ptr<rocksdb::DB> db_;  // null: a reader where no store is yet
  std::filesystem::path folder_;
  bool writer_;
  StoreState state_;
  uint32_t in_use_ = 0;  // the generation of the stored state
};

}  // namespace

Result<std::unique_ptr<Store>> Store::OpenToWrite(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  rocksdb::Options options = MakeOptions();
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  Status status = log::CheckTables(*options.env, folder);
  if (status.ok()) status = rocksdb::DB::Open(options, folder.string(), &db);
  if (!status.ok()) return Refused(status, folder);
  auto store = std::make_unique<RocksStore>(std::unique_ptr<rocksdb::DB>(db), folder, true);
  IURAN_TRY(store->Begin());
  return store;
}

Result<std::unique_ptr<Store>> Store::OpenToRead(const std::filesystem::path& folder) {
  std::error_code error;
  rocksdb::DB* db = nullptr;
  if (std::filesystem::exists(folder / "CURRENT", error)) {
    // RocksDB reads the list of tables first and the write-ahead files after it. A writer may flush
    // one into the other in between, and what is read then is of different moments. Not a secondary
    // instance: that one passes over tables which are missing, and rows with them.
    Status status;
    for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
      std::this_thread::sleep_for(std::chrono::milliseconds(attempt));
      const std::string before = StateOfFiles(folder);
      status = OpenWithoutWriting(folder, &db);
      if (StateOfFiles(folder) == before) break;
      if (!status.ok()) continue;
      status = Status::TryAgain("a writer changes its tables; try again");
      delete std::exchange(db, nullptr);
    }
    if (!status.ok()) return Refused(status, folder);
  }
  auto store = std::make_unique<RocksStore>(std::unique_ptr<rocksdb::DB>(db), folder, false);
  IURAN_TRY(store->Begin());
  return store;
}

Result<void> Store::Destroy(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error) {
    return Fail(ErrorCode::kIo, fmt::format("The stored accounts in {} cannot be removed ({}).",
                                            folder.string(), error.message()));
  }
  return {};
}

}  // namespace iuran::projections
