// The event log on its store. See event_log.h for what it promises; FORMAT.md for the bytes.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/anchored_writer.h"
#include "ledger/log/event_log.h"
#include "ledger/log/page.h"
#include "ledger/log/store.h"
#include "ledger/log/version_cache.h"
#include "ledger/log/writer_lock.h"

namespace iuran::log {

class EventLogOnRocksDb : public EventLog {
 public:
  // What an opening finds. The lock, the writer and the frontier are there for a writer only.
  struct Opened {
    std::optional<WriterLock> lock;
    std::shared_ptr<Store> store;
    uint64_t size = 0;
    Anchor anchor{};
    TreeHead reached{0, EmptyRoot()};
    std::unique_ptr<AnchoredWriter> writer;
    Frontier frontier;
  };
  explicit EventLogOnRocksDb(Opened opened);
  ~EventLogOnRocksDb() override;

  // EventLog::Create and Open on the file system of `env`, which outlives the log. The lock of the
  // writer alone is always a file of the real one, in the real `folder`.
  static Result<void> CreateOn(rocksdb::Env& env, const std::filesystem::path& folder);
  static Result<std::unique_ptr<EventLog>> OpenOn(rocksdb::Env& env,
                                                  const std::filesystem::path& folder,
                                                  Access access, std::string_view purpose,
                                                  Loss loss = Loss::kRefuse);

  // The size of a store's log, from its last page: everything else is cut to it.
  static Result<uint64_t> FindSize(const Store& store);
  // The tree's right edge in a log of `size` records: from stored hashes, and the records behind
  // the last of them.
  static Result<Frontier> FindFrontier(const std::shared_ptr<const Store>& store, uint64_t size);

  Anchor anchor() const override { return anchor_; }
  uint64_t size() const override { return Now().size; }
  Result<void> Append(const Batch& batch) override;
  Result<std::unique_ptr<RecordCursor>> Scan(uint64_t from, uint64_t to) const override;
  Result<std::vector<std::byte>> Read(uint64_t position) const override;
  Result<std::vector<uint64_t>> Stream(std::string_view stream,
                                       uint32_t from_version) const override;
  Result<uint32_t> StreamSize(std::string_view stream) const override;
  Result<std::vector<std::optional<KeyEntry>>> FindKeys(
      std::span<const std::string> keys) const override;
  Result<std::vector<std::optional<std::string>>> FindRows(
      Table table, std::span<const std::string> keys) const override;
  Result<void> VisitRows(Table table, const RowVisitor& visit) const override;
  Result<TreeHead> Head() const override;
  Result<void> ReadTile(const Tile& tile, std::span<Hash> hashes) const override;
  Result<Hash> RootAt(uint64_t size) const override;
  Result<Path> ProveInclusion(uint64_t position, uint64_t size) const override;
  Result<Path> ProveConsistency(uint64_t from, uint64_t to) const override;
  Result<void> StoreCheckpoint(uint64_t size, std::string_view note) override;
  Result<std::vector<StoredCheckpoint>> Checkpoints() const override;
  Result<void> Purge(Table table) override;
  Result<void> Flush() override;
  Result<void> CatchUp() override;
  Result<std::vector<SizeOnDisk>> SizesOnDisk() const override;
  Result<LogReport> Verify(const VerifyOptions& options, Faults& faults) const override;

 private:
  // What the log shows at one moment. Whoever reads takes one and keeps to it.
  struct View {
    std::shared_ptr<Store> store;
    uint64_t size;
  };
  View Now() const {
    const std::lock_guard guard(view_mutex_);
    return view_;
  }
  void Show(View view) {
    const std::lock_guard guard(view_mutex_);
    view_ = std::move(view);
  }

  // A row to be written to the streams or keys table; both views point into one buffer.
  struct IndexRow {
    std::string_view key;
    std::string_view value;
  };

  Result<void> CheckWriter() const;
  Result<void> CheckWhole() const;
  Result<void> CheckBatch(const Batch& batch);
  Result<void> CheckVersion(const NewRecord& record);
  Result<void> Write(const Batch& batch);  // that was checked
  rocksdb::Status BuildBatch(const Batch& batch, rocksdb::WriteBatch& writes);
  rocksdb::Status AddPages(const Batch& batch, rocksdb::WriteBatch& writes);
  rocksdb::Status AddTree(const Batch& batch, rocksdb::WriteBatch& writes);
  rocksdb::Status AddIndexRows(const Batch& batch, rocksdb::WriteBatch& writes);

  static Result<uint32_t> LookUpStreamSize(const View& view, std::string_view stream);

  TreeHead HeadNow() const { return {frontier_.size(), frontier_.Root()}; }

  const std::optional<WriterLock> lock_;  // outlives the store
  const Anchor anchor_;
  const TreeHead reached_;  // of what the daybook notes, the last that the database had then
  std::mutex writing_;      // to disk: an Append, a Purge or a Flush
  const std::unique_ptr<AnchoredWriter> writer_;  // none: open for reading
  mutable std::mutex view_mutex_;
  View view_;               // a writer's store stays the same
  std::mutex catching_up_;  // one at a time

  // Of the writer's Append alone.
  std::atomic<bool> poisoned_ = false;
  Frontier frontier_;  // of what is recorded
  Frontier grown_;     // with the batch under way
  std::vector<Record> leaves_;
  std::vector<Hash> leaf_hashes_;
  std::vector<TileHash> made_;
  PageWriter page_writer_;
  std::vector<std::string_view> record_views_;
  std::string index_bytes_;
  std::vector<IndexRow> stream_rows_;
  std::vector<IndexRow> key_rows_;

  mutable std::mutex versions_mutex_;
  mutable VersionCache versions_;
  bool appending_ = false;  // guarded by versions_mutex_
};

}  // namespace iuran::log
