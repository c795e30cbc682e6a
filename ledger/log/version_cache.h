// Next versions of the streams written to of late, so that an append need not look them up.
//
// Bounded by two generations: when the younger is full it becomes the older, and what stood in the
// older is forgotten. Not safe for threads; the log guards it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace iuran::log {

class VersionCache {
 public:
  explicit VersionCache(size_t entries_per_generation) : limit_(entries_per_generation) {}

  // The next version as committed; nothing where it is not known.
  std::optional<uint32_t> Find(std::string_view stream) {
    Entry* entry = Locate(stream);
    if (entry == nullptr) return std::nullopt;
    return Committed(*entry);
  }

  // Puts in what was looked up; keeps what is there.
  void Learn(std::string_view stream, uint32_t next) {
    young_.try_emplace(std::string(stream), Entry{next, next, committed_});
  }

  // The next version within the batch under way, counting those taken before; nothing where it is
  // not known (then Learn it and ask again).
  std::optional<uint32_t> Take(std::string_view stream) {
    Entry* entry = Locate(stream);
    if (entry == nullptr) return std::nullopt;
    if (entry->batch <= committed_) {
      entry->next = entry->pending;
      entry->batch = committed_ + 1;
    }
    return entry->pending++;
  }

  // The batch under way is recorded: what was taken counts.
  void Commit() {
    ++committed_;
    Age();
  }

  // Keeps the bound. Not while a batch is under way: what it took must stay.
  void Age() {
    if (young_.size() < limit_) return;
    old_ = std::move(young_);
    young_.clear();
  }

  size_t size() const { return young_.size() + old_.size(); }

  // The batch under way is not recorded: nothing taken counts.
  void Abandon() {
    young_.clear();
    old_.clear();
  }

  uint64_t commits() const { return committed_; }

 private:
  struct Entry {
    uint32_t next;     // before `batch`
    uint32_t pending;  // after it
    uint64_t batch;
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Generation = std::unordered_map<std::string, Entry, Hash, std::equal_to<>>;

  uint32_t Committed(const Entry& entry) const {
    return entry.batch <= committed_ ? entry.pending : entry.next;
  }

  Entry* Locate(std::string_view stream) {
    if (const auto found = young_.find(stream); found != young_.end()) return &found->second;
    const auto found = old_.find(stream);
    if (found == old_.end()) return nullptr;
    const auto moved = young_.insert(old_.extract(found));
    return &moved.position->second;
  }

  const size_t limit_;
  uint64_t committed_ = 0;
  Generation young_;
  Generation old_;
};

}  // namespace iuran::log
