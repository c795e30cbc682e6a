// The event log's reading side: records, streams, keys. See event_log.h.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "ledger/log/bytes.h"
#include "ledger/log/cursor.h"
#include "ledger/log/log_impl.h"

namespace iuran::log {
namespace {

constexpr size_t kVersionBytes = 4;

Error DamagedStream(const Store& store, uint64_t version) {
  return Damaged(store.folder(),
                 fmt::format("The entry of version {} of a stream cannot be read.", version));
}

}  // namespace

Result<std::unique_ptr<RecordCursor>> EventLogOnRocksDb::Scan(uint64_t from, uint64_t to) const {
  View view = Now();
  return std::make_unique<PageCursor>(std::move(view.store), from, std::min(to, view.size));
}

Result<std::vector<std::byte>> EventLogOnRocksDb::Read(uint64_t position) const {
  View view = Now();
  if (position >= view.size) {
    return Fail(
        ErrorCode::kNotFound,
        fmt::format("There is no position {}; the log has {} records.", position, view.size));
  }
  PageCursor cursor(std::move(view.store), position, position + 1);
  IURAN_TRY(cursor.NextPage());
  const std::span<const std::byte> record = cursor.record(0);
  return std::vector<std::byte>(record.begin(), record.end());
}

Result<std::vector<uint64_t>> EventLogOnRocksDb::Stream(std::string_view stream,
                                                        uint32_t from_version) const {
  const auto [store, end] = Now();
  std::string begin_key;
  AppendStreamKey(begin_key, stream, from_version);
  const std::string end_key = std::string(stream) + '\1';
  const rocksdb::Slice upper_bound(end_key);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper_bound;
  const std::unique_ptr<rocksdb::Iterator> entry(
      store->db().NewIterator(options, store->handle(Family::kStreams)));

  std::vector<uint64_t> positions;
  uint64_t version = from_version;
  for (entry->Seek(begin_key); entry->Valid(); entry->Next(), ++version) {
    std::string_view key = entry->key().ToStringView();
    std::string_view value = entry->value().ToStringView();
    const std::optional<uint64_t> position = TakeVarint(value);
    key.remove_prefix(stream.size() + 1);
    if (key.size() != kVersionBytes || ReadBigEndian<uint32_t>(key) != version || !position ||
        !value.empty()) {
      return tl::unexpected(DamagedStream(*store, version));
    }
    if (*position >= end) break;  // written since `end` was read
    positions.push_back(*position);
  }
  if (!entry->status().ok()) {
    return tl::unexpected(ErrorOf(entry->status(), store->folder(), "read"));
  }
  return positions;
}

Result<uint32_t> EventLogOnRocksDb::LookUpStreamSize(const View& view, std::string_view stream) {
  const Store& store = *view.store;
  // A stream that is not there has no version 0, and the filters say so quickly.
  std::string key;
  AppendStreamKey(key, stream, 0);
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = store.db().Get({}, store.handle(Family::kStreams), key, &value);
  if (status.IsNotFound()) return 0;
  if (!status.ok()) return tl::unexpected(ErrorOf(status, store.folder(), "read"));

  const std::unique_ptr<rocksdb::Iterator> entry(
      store.db().NewIterator({}, store.handle(Family::kStreams)));
  key.clear();
  AppendStreamKey(key, stream, UINT32_MAX);
  // Entries at the end may have been written since the view was taken.
  for (entry->SeekForPrev(key); entry->Valid(); entry->Prev()) {
    std::string_view found = entry->key().ToStringView();
    std::string_view bytes = entry->value().ToStringView();
    const std::optional<uint64_t> position = TakeVarint(bytes);
    if (found.size() != key.size() || !found.starts_with(stream) || !position || !bytes.empty()) {
      return tl::unexpected(DamagedStream(store, 0));
    }
    const auto version = ReadBigEndian<uint32_t>(found.substr(stream.size() + 1));
    if (*position < view.size) return version + 1;
    if (version == 0) return 0;
  }
  if (!entry->status().ok()) {
    return tl::unexpected(ErrorOf(entry->status(), store.folder(), "read"));
  }
  return tl::unexpected(DamagedStream(store, 0));
}

Result<uint32_t> EventLogOnRocksDb::StreamSize(std::string_view stream) const {
  if (writer_ == nullptr) return LookUpStreamSize(Now(), stream);
  uint64_t commits = 0;
  {
    const std::lock_guard guard(versions_mutex_);
    if (const std::optional<uint32_t> version = versions_.Find(stream)) return *version;
    commits = versions_.commits();
  }
  IURAN_ASSIGN(const uint32_t version, LookUpStreamSize(Now(), stream));
  const std::lock_guard guard(versions_mutex_);
  // Learnt only where no append has touched the log meanwhile: it could be out of date.
  if (!appending_ && commits == versions_.commits()) {
    versions_.Learn(stream, version);
    versions_.Age();
  }
  return version;
}

Result<std::vector<std::optional<KeyEntry>>> EventLogOnRocksDb::FindKeys(
    std::span<const std::string> keys) const {
  const View view = Now();
  std::vector<std::optional<KeyEntry>> entries(keys.size());
  bool damaged = false;
  const rocksdb::Status status =
      view.store->Find(Family::kKeys, keys, [&](size_t index, std::string_view value) {
        const std::optional<uint64_t> position = TakeVarint(value);
        KeyEntry entry{position.value_or(0), {}};
        if (!position || value.size() != entry.digest.size()) {
          damaged = true;
        } else if (entry.position < view.size) {
          std::memcpy(entry.digest.data(), value.data(), value.size());
          entries[index] = entry;
        }
      });
  if (!status.ok()) return tl::unexpected(ErrorOf(status, view.store->folder(), "read"));
  if (damaged) {
    return tl::unexpected(
        Damaged(view.store->folder(), "The entry of an idempotency key cannot be read."));
  }
  return entries;
}

Result<std::vector<std::optional<std::string>>> EventLogOnRocksDb::FindRows(
    Table table, std::span<const std::string> keys) const {
  std::vector<std::optional<std::string>> rows(keys.size());
  const View view = Now();
  const rocksdb::Status status =
      view.store->Find(FamilyOf(table), keys,
                       [&](size_t index, std::string_view value) { rows[index].emplace(value); });
  if (!status.ok()) return tl::unexpected(ErrorOf(status, view.store->folder(), "read"));
  return rows;
}

Result<void> EventLogOnRocksDb::VisitRows(Table table, const RowVisitor& visit) const {
  const View view = Now();
  rocksdb::ReadOptions once;
  once.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> row(
      view.store->db().NewIterator(once, view.store->handle(FamilyOf(table))));
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    visit(row->key().ToStringView(), row->value().ToStringView());
  }
  if (row->status().ok()) return {};
  return tl::unexpected(ErrorOf(row->status(), view.store->folder(), "read"));
}

}  // namespace iuran::log
