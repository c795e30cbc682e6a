// lone_append FOLDER: one durable append at a time, by the log and by a bare RocksDB, in turns.
//
// Each turn the log appends records one by one, each with its stream, key, tree, daybook and two
// rows of the book, and RocksDB puts the same record bytes with a sync. Prints the median rates of
// the turns and of their ratios.
#include <fmt/format.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "ledger/log/event_log.h"

namespace iuran {
namespace {

constexpr int kTurns = 9;
constexpr int kAppends = 1000;
constexpr size_t kRecordBytes = 256;

double RateOf(const std::function<bool(int)>& append) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kAppends; ++i) {
    if (!append(i)) return 0;
  }
  return kAppends / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int Measure(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  if (const auto made = log::EventLog::Create(folder / "log"); !made) {
    std::cerr << made.error().message << "\n";
    return 1;
  }
  auto log = log::EventLog::Open(folder / "log", log::Access::kWrite, "benchmark");
  rocksdb::DB* opened = nullptr;
  rocksdb::Options options;
  options.create_if_missing = true;
  if (!log || !rocksdb::DB::Open(options, (folder / "plain").string(), &opened).ok()) return 1;
  const std::unique_ptr<rocksdb::DB> plain(opened);
  rocksdb::WriteOptions durable;
  durable.sync = true;

  std::string record(kRecordBytes, '\0');
  uint64_t position = 0;
  const auto append = [&](int) {
    for (size_t i = 0; i < record.size(); ++i)
      record[i] = static_cast<char>(position * 131 + i * i);
    const std::string member = fmt::format("member/M-{:07}", position);
    const std::string key = fmt::format("payment/P-{:09}", position);
    log::Batch batch{position, {{member, 0, record, key, {}}}, {}};
    batch.rows.push_back({log::Table::kBook, "m" + member, std::string(24, 'b')});
    batch.rows.push_back({log::Table::kBook, "count", std::string(8, 'c')});
    ++position;
    return (*log)->Append(batch).has_value();
  };
  uint64_t number = 0;
  const auto put = [&](int) {
    for (size_t i = 0; i < record.size(); ++i) record[i] = static_cast<char>(number * 131 + i * i);
    return plain->Put(durable, fmt::format("{:016}", number++), record).ok();
  };
  std::vector<double> ours, theirs, ratios;
  for (int turn = 0; turn < kTurns; ++turn) {
    ours.push_back(RateOf(append));
    theirs.push_back(RateOf(put));
    if (ours.back() == 0 || theirs.back() == 0) return 1;
    ratios.push_back(ours.back() / theirs.back());
  }
  std::cout << fmt::format("append_per_second {:.0f}\nput_per_second {:.0f}\nratio {:.2f}\n",
                           Median(ours), Median(theirs), Median(ratios));
  return 0;
}

}  // namespace
}  // namespace iuran

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "Usage: lone_append FOLDER\n";
    return 2;
  }
  return iuran::Measure(argv[1]);
}
