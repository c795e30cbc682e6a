// Events for the tests of the codec: one fixed sample of each fact, and random ones.
#pragma once

#include <cstring>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/event.h"

namespace iuran::events {

// One event of every fact and of every branch within one, with its name. Fixed for ever: the golden
// file holds their bytes.
std::vector<std::pair<std::string, Event>> SampleEvents();

// first, first + 1, ...
Digest Filled(uint8_t first);

// The record's bytes in memory aligned as Decode asks. A length that is no multiple of 8 is kept.
class Aligned {
 public:
  explicit Aligned(std::string_view record) : words_(record.size() / 8 + 1), size_(record.size()) {
    std::memcpy(words_.data(), record.data(), record.size());
  }
  std::span<const std::byte> bytes() const { return std::as_bytes(std::span(words_)).first(size_); }

 private:
  std::vector<uint64_t> words_;
  size_t size_;
};

// Any event that is in order: every value at random over what it may be, edges included.
Event RandomEvent(std::mt19937_64& random);

}  // namespace iuran::events
