// The parts of checking a log, in the order they are done. See verify.h; used by verify*.cc alone.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "ledger/log/event_log.h"
#include "ledger/log/proof/tree.h"
#include "ledger/log/row_hash.h"
#include "ledger/log/store.h"
#include "ledger/log/verify.h"

namespace iuran::log {

// Calls run(0) .. run(count - 1) at the same time, the first of them on this thread.
template <typename Run>
void RunOnThreads(size_t count, const Run& run) {
  std::vector<std::thread> threads;
  for (size_t i = 1; i < count; ++i) threads.emplace_back([&run, i] { run(i); });
  run(0);
  for (std::thread& thread : threads) thread.join();
}

// What a row of the table of keys is recognised by: all of it but the position.
inline void KeyRow(std::string_view key, const RequestDigest& digest, std::string& row) {
  row.assign(key);
  row.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

// For every position, the hash of the row that must lead there; taken off when it is found.
class ExpectedRows {
 public:
  static constexpr uint64_t kNone = 0;
  static constexpr uint64_t kUnknown = 1;  // the record cannot be read

  explicit ExpectedRows(uint64_t size)
      : hashes_(std::make_unique<std::atomic<uint64_t>[]>(static_cast<size_t>(size))) {}

  void Expect(uint64_t position, uint64_t hash) {
    hashes_[position].store(hash, std::memory_order_relaxed);
  }
  uint64_t at(uint64_t position) const { return hashes_[position].load(std::memory_order_relaxed); }
  void Found(uint64_t position) { Expect(position, kNone); }
  uint64_t HashOf(std::string_view row) const {
    const uint64_t hash = hash_(row);
    return hash <= kUnknown ? hash + 2 : hash;
  }

 private:
  const RowHash hash_;
  std::unique_ptr<std::atomic<uint64_t>[]> hashes_;
};

// The leaf hashes of a tile that is not folded at once.
struct LeavesOfTile {
  std::array<Hash, kTileWidth> hashes;
  std::array<bool, kTileWidth> there{};
};

// What reading all pages gives.
struct ReadRecords {
  explicit ReadRecords(uint64_t log_size)
      : size(log_size),
        roots(log_size / kTileWidth),
        has_root(log_size / kTileWidth),
        broken(log_size / kTileWidth + 1),
        streams(log_size),
        keys(log_size) {}

  uint64_t size;
  uint64_t pages = 0;
  std::atomic<uint64_t> unread{0};
  std::vector<Hash> roots;                  // of full tiles, computed
  std::vector<char> has_root;               // bytes, so that threads may write side by side
  std::vector<std::atomic<char>> broken;    // tiles with a record that cannot be read or used
  std::map<uint64_t, LeavesOfTile> leaves;  // of some tiles; that of the end among them
  // The record at a position is not there or of no use.
  void Lose(uint64_t position) {
    ++unread;
    broken[position / kTileWidth] = 1;
    streams.Expect(position, ExpectedRows::kUnknown);
    keys.Expect(position, ExpectedRows::kUnknown);
  }

  ExpectedRows streams, keys;
  // Of some records: where the tables of streams and keys may be cut for several threads. Sorted.
  std::vector<std::string> stream_cuts, key_cuts;
};

// How many records a log has, as far as that can be told where its end is damaged. `acknowledged`:
// as many as its daybook knows of.
uint64_t SizeToVerify(const Store& store, uint64_t acknowledged);
// Names the pages that SizeToVerify did not believe.
void CheckNothingBehind(const Store& store, uint64_t size, Faults& faults);

// Reads all pages. `sizes` are tree sizes whose last leaves are needed.
void ReadPages(const Store& store, const VerifyOptions& options, const std::vector<uint64_t>& sizes,
               ReadRecords& records, Faults& faults);

// The checkpoints that can be read and are signed.
std::vector<TreeHead> ReadCheckpoints(const Store& store, uint64_t size,
                                      const VerifyOptions& options, LogReport& report,
                                      Faults& faults);

// Compares the stored hashes, the checkpoints and the anchor with what was read.
void CheckTree(const Store& store, const Anchor& anchor, const TreeHead& reached,
               const std::vector<TreeHead>& checkpoints, ReadRecords& records, LogReport& report,
               Faults& faults);

// Compares the tables of streams and keys with what the records tell.
void CheckIndex(const Store& store, const VerifyOptions& options, ReadRecords& records,
                LogReport& report, Faults& faults);

}  // namespace iuran::log
