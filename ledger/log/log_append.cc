// The event log's Append: one checked, atomic, synced batch. See event_log.h.
#include <fmt/format.h>

#include <algorithm>

#include "ledger/log/bytes.h"
#include "ledger/log/log_impl.h"

namespace iuran::log {
namespace {

constexpr size_t kLongestStream = 255;
// Each row of a batch carries a checksum from here until it stands in a memtable.
constexpr size_t kProtectionBytes = 8;

rocksdb::Slice SliceOf(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

Result<void> EventLogOnRocksDb::Append(const Batch& batch) {
  IURAN_TRY(CheckWriter());
  IURAN_TRY(CheckWhole());
  {
    const std::lock_guard guard(versions_mutex_);
    appending_ = true;
  }
  Result<void> outcome = CheckBatch(batch);
  if (outcome) outcome = Write(batch);
  const std::lock_guard guard(versions_mutex_);
  if (outcome) {
    versions_.Commit();
  } else {
    versions_.Abandon();
  }
  appending_ = false;
  return outcome;
}

Result<void> EventLogOnRocksDb::Write(const Batch& batch) {
  size_t bytes = 0;
  for (const NewRecord& record : batch.records) bytes += record.bytes.size() + 128;
  rocksdb::WriteBatch writes(bytes, 0, kProtectionBytes, 0);
  if (const rocksdb::Status status = BuildBatch(batch, writes); !status.ok()) {
    return tl::unexpected(ErrorOf(status, view_.store->folder(), "written to"));
  }
  const std::lock_guard guard(writing_);
  const TreeHead after{grown_.size(), grown_.Root()};
  const rocksdb::Status status = writer_->Commit(writes, HeadNow(), after);
  if (!status.ok()) {
    poisoned_ = true;
    return Fail(
        ErrorCode::kUnknownOutcome,
        fmt::format("Recording failed ({}), and it is not known whether the last {} records are "
                    "on disk. Look at the disk (room, permissions, faults), then do the same "
                    "again: what was recorded is recognised and not recorded twice.",
                    status.ToString(), batch.records.size()));
  }
  frontier_ = grown_;
  Show({view_.store, after.size});
  return {};
}

Result<void> EventLogOnRocksDb::CheckBatch(const Batch& batch) {
  if (batch.first_position != size()) {
    return Fail(ErrorCode::kConflict,
                fmt::format("The records were to begin at position {}, but the log's next position "
                            "is {}. Decide again from the present state.",
                            batch.first_position, size()));
  }
  for (const NewRecord& record : batch.records) {
    if (record.stream.empty() || record.stream.size() > kLongestStream ||
        record.stream.find('\0') != std::string_view::npos) {
      return Fail(ErrorCode::kInvalidValue,
                  fmt::format("The name of a stream must have 1 to {} bytes and no zero byte.",
                              kLongestStream));
    }
    if (record.bytes.empty() || record.bytes.size() > kMaxRecordBytes) {
      return Fail(ErrorCode::kInvalidValue,
                  fmt::format("A record must have 1 to {} bytes; this one has {}.", kMaxRecordBytes,
                              record.bytes.size()));
    }
    IURAN_TRY(CheckVersion(record));
  }
  return {};
}

Result<void> EventLogOnRocksDb::CheckVersion(const NewRecord& record) {
  std::optional<uint32_t> next;
  {
    const std::lock_guard guard(versions_mutex_);
    next = versions_.Take(record.stream);
  }
  if (!next) {
    IURAN_ASSIGN(const uint32_t version, LookUpStreamSize(view_, record.stream));
    const std::lock_guard guard(versions_mutex_);
    versions_.Learn(record.stream, version);
    next = versions_.Take(record.stream);
  }
  if (*next == record.stream_version) return {};
  return Fail(ErrorCode::kVersionMismatch,
              fmt::format("A record was to be version {} of its stream, but the next version is "
                          "{}. Decide again from the present state.",
                          record.stream_version, *next));
}

rocksdb::Status EventLogOnRocksDb::BuildBatch(const Batch& batch, rocksdb::WriteBatch& writes) {
  rocksdb::Status status = AddPages(batch, writes);
  if (status.ok()) status = AddTree(batch, writes);
  if (status.ok()) status = AddIndexRows(batch, writes);
  for (const RowChange& row : batch.rows) {
    if (!status.ok()) break;
    rocksdb::ColumnFamilyHandle* const table = view_.store->handle(FamilyOf(row.table));
    status = row.value ? writes.Put(table, row.key, *row.value) : writes.Delete(table, row.key);
  }
  return status;
}

rocksdb::Status EventLogOnRocksDb::AddPages(const Batch& batch, rocksdb::WriteBatch& writes) {
  record_views_.clear();
  for (const NewRecord& record : batch.records) record_views_.push_back(record.bytes);
  std::span<const std::string_view> rest = record_views_;
  uint64_t position = batch.first_position;
  rocksdb::Status status;
  while (!rest.empty() && status.ok()) {
    const size_t count = RecordsOfNextPage(rest);
    std::string key;
    AppendBigEndian(key, position);
    status = writes.Put(view_.store->handle(Family::kRecords), key,
                        SliceOf(page_writer_.Write(rest.first(count))));
    rest = rest.subspan(count);
    position += count;
  }
  return status;
}

rocksdb::Status EventLogOnRocksDb::AddIndexRows(const Batch& batch, rocksdb::WriteBatch& writes) {
  size_t bytes = 0;
  for (const NewRecord& record : batch.records) {
    bytes += record.stream.size() + record.key.size() + 2 * 10 + 5 + record.digest.size();
  }
  index_bytes_.clear();
  index_bytes_.reserve(bytes);  // the rows' views stay good
  stream_rows_.clear();
  key_rows_.clear();
  uint64_t position = batch.first_position;
  for (const NewRecord& record : batch.records) {
    const char* const stream_key = index_bytes_.data() + index_bytes_.size();
    AppendStreamKey(index_bytes_, record.stream, record.stream_version);
    const char* const value = index_bytes_.data() + index_bytes_.size();
    AppendVarint(index_bytes_, position);
    const char* const value_end = index_bytes_.data() + index_bytes_.size();
    stream_rows_.push_back({{stream_key, value}, {value, value_end}});
    if (!record.key.empty()) {
      index_bytes_.append(reinterpret_cast<const char*>(record.digest.data()),
                          record.digest.size());
      const char* const end = index_bytes_.data() + index_bytes_.size();
      key_rows_.push_back({record.key, {value, end}});
    }
    ++position;
  }

  // In key order, a row's place in the memtable is found from the one before.
  const auto by_key = [](const IndexRow& a, const IndexRow& b) { return a.key < b.key; };
  std::sort(stream_rows_.begin(), stream_rows_.end(), by_key);
  std::sort(key_rows_.begin(), key_rows_.end(), by_key);
  rocksdb::Status status;
  for (const IndexRow& row : stream_rows_) {
    if (!status.ok()) return status;
    status =
        writes.Put(view_.store->handle(Family::kStreams), SliceOf(row.key), SliceOf(row.value));
  }
  for (const IndexRow& row : key_rows_) {
    if (!status.ok()) return status;
    status = writes.Put(view_.store->handle(Family::kKeys), SliceOf(row.key), SliceOf(row.value));
  }
  return status;
}

}  // namespace iuran::log
