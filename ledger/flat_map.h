// A map from texts to small values for the hot path of a commit: one array of entries in order of
// insertion, one of slots. Emptied it keeps its memory. References hold until the next insertion.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iuran::ledger {

// `Key` is std::string, or std::string_view where the texts stay elsewhere.
template <typename Value, typename Key = std::string>
class FlatMap {
 public:
  struct Entry {
    Key key;
    Value value;
  };

  Value* Find(std::string_view key) {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[SlotOf(key, TagOf(key))];
    return slot.entry == 0 ? nullptr : &entries_[slot.entry - 1].value;
  }

  // The value of the key, and whether it was added just now (as Value()).
  std::pair<Value*, bool> Add(std::string_view key) {
    if ((entries_.size() + 1) * 2 > slots_.size()) Grow();
    const uint32_t tag = TagOf(key);
    Slot& slot = slots_[SlotOf(key, tag)];
    if (slot.entry != 0) return {&entries_[slot.entry - 1].value, false};
    entries_.push_back({Key(key), Value()});
    slot = {tag, static_cast<uint32_t>(entries_.size())};
    return {&entries_.back().value, true};
  }
  Value& operator[](std::string_view key) { return *Add(key).first; }

  const std::vector<Entry>& entries() const { return entries_; }
  size_t size() const { return entries_.size(); }

  void Clear() {
    if (entries_.empty()) return;
    entries_.clear();
    slots_.assign(slots_.size(), Slot());
  }

 private:
  struct Slot {
    uint32_t tag = 0;
    uint32_t entry = 0;  // 1 + index of the entry; 0: free
  };

  static uint32_t TagOf(std::string_view key) {
    const uint64_t hash = std::hash<std::string_view>()(key);
    return static_cast<uint32_t>(hash ^ (hash >> 32));
  }
  // Where the key stands, or the free slot where it would.
  size_t SlotOf(std::string_view key, uint32_t tag) const {
    size_t at = tag & (slots_.size() - 1);
    while (slots_[at].entry != 0 &&
           (slots_[at].tag != tag || entries_[slots_[at].entry - 1].key != key)) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return at;
  }
  void Grow() {
    std::vector<Slot> bigger(slots_.empty() ? 64 : slots_.size() * 2);
    for (const Slot& slot : slots_) {
      if (slot.entry == 0) continue;
      size_t at = slot.tag & (bigger.size() - 1);
      while (bigger[at].entry != 0) at = (at + 1) & (bigger.size() - 1);
      bigger[at] = slot;
    }
    slots_ = std::move(bigger);
  }

  std::vector<Entry> entries_;
  std::vector<Slot> slots_;  // a power of two, at least twice the entries
};

// Remembers what was used of late, in two generations: when the young one is full it becomes the
// old one, and the old one is dropped. Holds at most twice `generation` entries, however much
// passes.
template <typename Value>
class GenerationCache {
 public:
  explicit GenerationCache(size_t generation) : generation_(generation) {}

  // Null where it is not remembered.
  const Value* Find(std::string_view key) {
    if (const Value* young = young_.Find(key)) return young;
    const Value* old = old_.Find(key);
    return old == nullptr ? nullptr : &Put(key, Value(*old));
  }
  Value& Put(std::string_view key, Value value) {
    Value* young = young_.Find(key);
    if (young == nullptr && young_.size() >= generation_) {
      std::swap(young_, old_);
      young_.Clear();
    }
    return young_[key] = std::move(value);
  }
  void Clear() {
    young_.Clear();
    old_.Clear();
  }

 private:
  size_t generation_;
  FlatMap<Value> young_;
  FlatMap<Value> old_;
};

}  // namespace iuran::ledger
