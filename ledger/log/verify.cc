// Checking a whole log, part after part. See verify.h.
#include "ledger/log/verify.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>

#include "events/check.h"
#include "ledger/log/log_impl.h"
#include "ledger/log/verify_parts.h"

namespace iuran::log {
namespace {

// "1,234,567".
std::string Grouped(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

// Stretches of whole tiles of which none is broken; the last may be a part of one.
std::vector<PositionRange> WholeRanges(const ReadRecords& records) {
  std::vector<PositionRange> whole;
  for (uint64_t tile = 0; tile * kTileWidth < records.size; ++tile) {
    if (records.broken[tile]) continue;
    const uint64_t from = tile * kTileWidth;
    const uint64_t to = std::min(records.size, from + kTileWidth);
    if (!whole.empty() && whole.back().to == from) {
      whole.back().to = to;
    } else {
      whole.push_back({from, to});
    }
  }
  return whole;
}

}  // namespace

RowHash::RowHash() : key0_(0), key1_(0) {
  uint64_t key[2];
  IURAN_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(key), sizeof(key)) == 1,
              "the system has random numbers to give");
  key0_ = key[0];
  key1_ = key[1];
}

void Faults::Add(uint64_t position, std::string sentence) {
  AddMany(1, position, std::move(sentence));
}

void Faults::AddMany(uint64_t count, uint64_t position, std::string sentence) {
  const std::lock_guard guard(mutex_);
  count_ += count;
  const auto at =
      std::upper_bound(list_.begin(), list_.end(), position,
                       [](uint64_t asked, const Fault& fault) { return asked < fault.position; });
  if (list_.size() == kept_ && at == list_.end()) return;
  list_.insert(at, {position, std::move(sentence), count});
  if (list_.size() > kept_) list_.pop_back();
}

uint64_t Faults::count() const {
  const std::lock_guard guard(mutex_);
  return count_;
}

std::vector<Fault> Faults::List() const {
  const std::lock_guard guard(mutex_);
  return list_;
}

std::string WordsFor(PositionRange range) {
  if (range.to - range.from == 1) return "position " + Grouped(range.from);
  return "positions " + Grouped(range.from) + " to " + Grouped(range.to - 1);
}

Result<LogReport> EventLogOnRocksDb::Verify(const VerifyOptions& options, Faults& faults) const {
  IURAN_CHECK(!options.readers.empty(), "there is a reader of records");
  const View view = Now();
  LogReport report;
  report.size = view.size;
  const std::vector<TreeHead> checkpoints =
      ReadCheckpoints(*view.store, view.size, options, report, faults);
  std::vector<uint64_t> sizes = {view.size};
  for (const TreeHead& one : checkpoints) sizes.push_back(one.size);
  sizes.push_back(anchor_.head.size);
  sizes.push_back(reached_.size);
  std::sort(sizes.begin(), sizes.end());

  ReadRecords records(view.size);
  ReadPages(*view.store, options, sizes, records, faults);
  CheckNothingBehind(*view.store, view.size, faults);
  report.pages = records.pages;
  report.unread = records.unread;
  CheckTree(*view.store, anchor_, reached_, checkpoints, records, report, faults);
  CheckIndex(*view.store, options, records, report, faults);
  report.whole = WholeRanges(records);
  return report;
}

}  // namespace iuran::log
