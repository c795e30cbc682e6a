// The event log's tree: grown by Append, read for roots and proofs; and the signed heads of it that
// are kept. See event_log.h; FORMAT.md, "The tree".
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "ledger/log/bytes.h"
#include "ledger/log/cursor.h"
#include "ledger/log/log_impl.h"

namespace iuran::log {
namespace {

std::string TreeKey(int level, uint64_t index) {
  std::string key(1, static_cast<char>(level));
  AppendBigEndian(key, index);
  return key;
}

// The tiles of a store: those of level 0 from its records, the others from its tree table.
class StoredTiles : public TileReader {
 public:
  explicit StoredTiles(std::shared_ptr<const Store> store) : store_(std::move(store)) {}

  Result<void> Read(const Tile& tile, std::span<Hash> hashes) override {
    const uint64_t first = tile.index * kTileWidth;
    return tile.level == 0 ? HashRecords(first, hashes) : ReadRows(tile.level, first, hashes);
  }

 private:
  Result<void> HashRecords(uint64_t first, std::span<Hash> hashes) {
    PageCursor cursor(store_, first, first + hashes.size());
    std::vector<Record> records;
    size_t done = 0;
    while (done < hashes.size()) {
      IURAN_TRY(cursor.NextPage());  // an error where a record is missing
      records.clear();
      for (size_t i = 0; i < cursor.count(); ++i) records.push_back(cursor.record(i));
      HashLeaves(records, hashes.subspan(done, records.size()));
      done += records.size();
    }
    return {};
  }

  Result<void> ReadRows(int level, uint64_t first, std::span<Hash> hashes) {
    const std::unique_ptr<rocksdb::Iterator> row(
        store_->db().NewIterator({}, store_->handle(Family::kTree)));
    row->Seek(TreeKey(level, first));
    for (size_t i = 0; i < hashes.size(); ++i, row->Next()) {
      if (!row->status().ok()) {
        return tl::unexpected(ErrorOf(row->status(), store_->folder(), "read"));
      }
      if (!row->Valid() || row->key().ToStringView() != TreeKey(level, first + i) ||
          row->value().size() != sizeof(Hash)) {
        return tl::unexpected(
            Damaged(store_->folder(),
                    fmt::format("Hash {} of level {} of its tree is missing.", first + i, level)));
      }
      std::memcpy(hashes[i].data(), row->value().data(), sizeof(Hash));
    }
    return {};
  }

  const std::shared_ptr<const Store> store_;
};

Result<void> CheckSize(uint64_t asked, uint64_t size) {
  if (asked <= size) return {};
  return Fail(ErrorCode::kInvalidValue,
              fmt::format("There is no tree of {} records; the log has {}.", asked, size));
}

}  // namespace

Result<Frontier> EventLogOnRocksDb::FindFrontier(const std::shared_ptr<const Store>& store,
                                                 uint64_t size) {
  StoredTiles tiles(store);
  const std::vector<Tile> edge = PartialTiles(size);
  Frontier frontier;
  std::vector<Hash> hashes;
  for (auto tile = edge.rbegin(); tile != edge.rend(); ++tile) {  // the biggest subtrees first
    hashes.resize(tile->width);
    IURAN_TRY(tiles.Read(*tile, hashes));
    for (const Hash& hash : hashes) frontier.AppendSubtree(tile->level, hash);
  }
  return frontier;
}

rocksdb::Status EventLogOnRocksDb::AddTree(const Batch& batch, rocksdb::WriteBatch& writes) {
  leaves_.clear();
  for (const NewRecord& record : batch.records) leaves_.push_back(AsRecord(record.bytes));
  leaf_hashes_.resize(leaves_.size());
  HashLeaves(leaves_, leaf_hashes_);
  grown_ = frontier_;
  made_.clear();
  grown_.Append(leaf_hashes_, &made_);
  rocksdb::Status status;
  for (const TileHash& made : made_) {
    if (!status.ok()) break;
    status = writes.Put(
        view_.store->handle(Family::kTree), TreeKey(made.level, made.index),
        rocksdb::Slice(reinterpret_cast<const char*>(made.hash.data()), made.hash.size()));
  }
  return status;
}

Result<TreeHead> EventLogOnRocksDb::Head() const {
  const View view = Now();
  StoredTiles tiles(view.store);
  IURAN_ASSIGN(const Hash root, log::RootAt(tiles, view.size));
  return TreeHead{view.size, root};
}

Result<void> EventLogOnRocksDb::ReadTile(const Tile& tile, std::span<Hash> hashes) const {
  const View view = Now();
  if (hashes.size() != tile.width || TileWidth(tile.level, tile.index, view.size) < tile.width) {
    return Fail(ErrorCode::kInvalidValue,
                fmt::format("There is no tile {} of {} hashes; the log has {} records.",
                            TilePath(tile), tile.width, view.size));
  }
  return StoredTiles(view.store).Read(tile, hashes);
}

Result<Hash> EventLogOnRocksDb::RootAt(uint64_t size) const {
  const View view = Now();
  IURAN_TRY(CheckSize(size, view.size));
  StoredTiles tiles(view.store);
  return log::RootAt(tiles, size);
}

Result<Path> EventLogOnRocksDb::ProveInclusion(uint64_t position, uint64_t size) const {
  const View view = Now();
  IURAN_TRY(CheckSize(size, view.size));
  StoredTiles tiles(view.store);
  return InclusionProof(tiles, position, size);
}

Result<Path> EventLogOnRocksDb::ProveConsistency(uint64_t from, uint64_t to) const {
  const View view = Now();
  IURAN_TRY(CheckSize(to, view.size));
  StoredTiles tiles(view.store);
  return ConsistencyProof(tiles, from, to);
}

Result<void> EventLogOnRocksDb::StoreCheckpoint(uint64_t size, std::string_view note) {
  IURAN_TRY(CheckWriter());
  IURAN_TRY(CheckWhole());
  IURAN_TRY(CheckSize(size, view_.size));
  std::string key;
  AppendBigEndian(key, size);
  rocksdb::WriteBatch writes;
  rocksdb::Status status = writes.Put(view_.store->handle(Family::kCheckpoints), key,
                                      rocksdb::Slice(note.data(), note.size()));
  const std::lock_guard guard(writing_);
  if (status.ok()) status = writer_->Commit(writes, HeadNow(), HeadNow());
  if (status.ok()) return {};
  poisoned_ = true;
  return Fail(ErrorCode::kUnknownOutcome,
              fmt::format("The checkpoint could not be stored ({}), and it is not known whether it "
                          "is on disk. Look at the disk (room, permissions, faults), then do the "
                          "same again.",
                          status.ToString()));
}

Result<std::vector<StoredCheckpoint>> EventLogOnRocksDb::Checkpoints() const {
  const View view = Now();
  const std::unique_ptr<rocksdb::Iterator> row(
      view.store->db().NewIterator({}, view.store->handle(Family::kCheckpoints)));
  std::vector<StoredCheckpoint> checkpoints;
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    if (row->key().size() != sizeof(uint64_t)) {
      return tl::unexpected(
          Damaged(view.store->folder(), "The key of a checkpoint cannot be read."));
    }
    checkpoints.push_back(
        {ReadBigEndian<uint64_t>(row->key().ToStringView()), row->value().ToString()});
  }
  if (!row->status().ok()) {
    return tl::unexpected(ErrorOf(row->status(), view.store->folder(), "read"));
  }
  return checkpoints;
}

}  // namespace iuran::log
