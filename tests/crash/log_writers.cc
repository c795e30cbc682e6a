// The processes of the crash tests. See log_writers.h.
#include "tests/crash/log_writers.h"

#include <unistd.h>

#include <random>
#include <string>
#include <vector>

#include "ledger/backup.h"
#include "tests/support/log_model.h"

namespace iuran::tests {

using log::Access;
using log::EventLog;

int WriteEvenly(const std::filesystem::path& folder) {
  auto log = EventLog::Open(folder, Access::kWrite, "crash test");
  if (!log) return 2;
  for (uint32_t i = 0; i < kEvenBatches; ++i) {
    OwnedBatch batch;
    batch.first_position = (*log)->size();
    for (size_t s = 0; s < kEvenStreams; ++s) {
      const uint64_t position = batch.first_position + s;
      batch.records.push_back({"stream" + std::to_string(s), i,
                               std::string(1 + position % 2000, 'r'),
                               "key/" + std::to_string(position), log::RequestDigest{}});
    }
    batch.rows.push_back({log::Table::kBook, "count", std::to_string(i + 1)});
    if (!(*log)->Append(batch.View())) return 3;
    if (i % 7 == 6 && !(*log)->Flush()) return 4;
    if (i % 40 == 39 && !(*log)->Purge(log::Table::kBook)) return 5;
  }
  return 0;
}

void ExpectEven(const EventLog& log) {
  const uint64_t size = log.size();
  ASSERT_EQ(size % kEvenStreams, 0u);
  for (size_t s = 0; s < kEvenStreams; ++s) {
    const auto positions = log.Stream("stream" + std::to_string(s));
    ASSERT_TRUE(positions) << positions.error().message;
    ASSERT_EQ(positions->size(), size / kEvenStreams);
    for (size_t i = 0; i < positions->size(); ++i) ASSERT_EQ((*positions)[i], i * kEvenStreams + s);
  }
  std::vector<std::string> keys;
  for (uint64_t i = 0; i < size + kEvenStreams; ++i) keys.push_back("key/" + std::to_string(i));
  const auto entries = log.FindKeys(keys);
  ASSERT_TRUE(entries) << entries.error().message;
  for (uint64_t i = 0; i < keys.size(); ++i) ASSERT_EQ((*entries)[i].has_value(), i < size) << i;
  const auto row = log.FindRows(log::Table::kBook, std::vector<std::string>{"count"});
  ASSERT_TRUE(row) << row.error().message;
  ASSERT_EQ(row->front().value_or("0"), std::to_string(size / kEvenStreams));
  auto cursor = log.Scan(0, size);
  uint64_t seen = 0;
  for (auto more = (*cursor)->NextPage(); !more || *more; more = (*cursor)->NextPage()) {
    ASSERT_TRUE(more) << more.error().message;
    seen += (*cursor)->count();
  }
  ASSERT_EQ(seen, size);
}

int WriteHistory(const std::filesystem::path& folder, uint64_t seed) {
  auto log = EventLog::Open(folder, Access::kWrite, "crash test");
  if (!log) return 2;
  LogModel model;
  std::mt19937_64 random(seed);
  const auto next = [&](int number) { return model.NextBatch(random, number % 5 == 0 ? 900 : 6); };
  int number = 0;
  while (model.records.size() < (*log)->size()) model.Apply(next(number++));
  while (true) {
    const OwnedBatch batch = next(number++);
    if (!(*log)->Append(batch.View())) return 3;
    model.Apply(batch);
    const std::string receipt = std::to_string((*log)->size()) + "\n";
    if (write(STDOUT_FILENO, receipt.data(), receipt.size()) < 0) return 4;
    if (number % 11 == 0 && !(*log)->Flush()) return 5;
  }
}

int BackUp(const std::filesystem::path& ledger, const std::filesystem::path& backup) {
  ledger::BackupOptions options;
  options.ledger = ledger;
  options.backup = backup;
  while (true) {
    const auto made = ledger::MakeBackup(options);
    if (!made) return 2;
    const std::string size = std::to_string(made->manifest.head.size) + "\n";
    if (write(STDOUT_FILENO, size.data(), size.size()) < 0) return 3;
  }
}

}  // namespace iuran::tests
