// What the figures of tools/bench stand beside: plain RocksDB over the same record bytes, one record
// a key, no checks, no index, no rules.
//
//   rocksdb_loop LEDGER SCRATCH    writes and reads the records of a ledger, prints one line a figure
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "ledger/log/event_log.h"

namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void CheckStatus(const rocksdb::Status& status) {
  if (!status.ok()) {
    std::fprintf(stderr, "rocksdb_loop: %s\n", status.ToString().c_str());
    std::exit(4);
  }
}

std::string Key(uint64_t position) {
  std::string key(8, '\0');
  for (int i = 0; i < 8; ++i) key[i] = static_cast<char>(position >> (56 - 8 * i));
  return key;
}

std::vector<std::string> ReadRecords(const std::string& ledger) {
  std::vector<std::string> records;
  auto log = iuran::log::EventLog::Open(ledger + "/log", iuran::log::Access::kRead, "bench");
  if (!log) {
    std::fprintf(stderr, "rocksdb_loop: %s\n", log.error().message.c_str());
    std::exit(3);
  }
  auto cursor = (*log)->Scan(0, (*log)->size());
  for (auto more = (*cursor)->NextPage(); more && *more; more = (*cursor)->NextPage()) {
    for (size_t i = 0; i < (*cursor)->count(); ++i) {
      const auto bytes = (*cursor)->record(i);
      records.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
  }
  return records;
}

rocksdb::Options PlainOptions() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kLZ4Compression;
  options.IncreaseParallelism(2);
  return options;
}

std::unique_ptr<rocksdb::DB> OpenPlain(const std::string& folder) {
  rocksdb::DB* db = nullptr;
  CheckStatus(rocksdb::DB::Open(PlainOptions(), folder, &db));
  return std::unique_ptr<rocksdb::DB>(db);
}

// Appends in synced batches of `batch` records; returns records a second.
double Write(const std::vector<std::string>& records, const std::string& folder, size_t batch) {
  std::filesystem::remove_all(folder);
  auto db = OpenPlain(folder);
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const auto start = Clock::now();
  for (size_t i = 0; i < records.size();) {
    rocksdb::WriteBatch writes;
    for (const size_t end = std::min(records.size(), i + batch); i < end; ++i) {
      CheckStatus(writes.Put(Key(i), records[i]));
    }
    CheckStatus(db->Write(durable, &writes));
  }
  const double rate = static_cast<double>(records.size()) / SecondsSince(start);
  CheckStatus(db->Flush({}));
  return rate;
}

double Scan(const std::string& folder, size_t count) {
  auto db = OpenPlain(folder);
  double best = 0;
  for (int round = 0; round < 3; ++round) {
    const auto start = Clock::now();
    std::unique_ptr<rocksdb::Iterator> iterator(db->NewIterator({}));
    uint64_t sum = 0;
    for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
      sum += iterator->value().size() + static_cast<unsigned char>(iterator->value()[0]);
    }
    CheckStatus(iterator->status());
    if (sum == 0) std::exit(4);
    best = std::max(best, static_cast<double>(count) / SecondsSince(start));
  }
  return best;
}

double OpenAndGetMilliseconds(const std::string& folder, size_t count) {
  const auto start = Clock::now();
  auto db = OpenPlain(folder);
  std::string value;
  CheckStatus(db->Get({}, Key(count / 2), &value));
  return SecondsSince(start) * 1000;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: rocksdb_loop LEDGER SCRATCH\n");
    return 2;
  }
  const std::vector<std::string> records = ReadRecords(argv[1]);
  const std::string folder = std::string(argv[2]) + "/plain";
  size_t bytes = 0;
  for (const std::string& record : records) bytes += record.size();
  std::printf("records %zu\n", records.size());
  std::printf("record_bytes %.1f\n", static_cast<double>(bytes) / static_cast<double>(records.size()));
  std::printf("write_1024_per_second %.0f\n", Write(records, folder, 1024));
  std::printf("write_4096_per_second %.0f\n", Write(records, folder, 4096));
  std::printf("scan_per_second %.0f\n", Scan(folder, records.size()));
  std::printf("open_and_get_ms %.2f\n", OpenAndGetMilliseconds(folder, records.size()));
  uint64_t on_disk = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".sst") on_disk += entry.file_size();
  }
  std::printf("bytes_on_disk_a_record %.1f\n",
              static_cast<double>(on_disk) / static_cast<double>(records.size()));
  return 0;
}
