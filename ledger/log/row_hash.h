// SipHash-1-3 under a random key (Aumasson and Bernstein, "SipHash: a fast short-input PRF"): who
// wrote the rows that are compared by it cannot know which of them would be taken for another.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace iuran::log {

class RowHash {
 public:
  RowHash();  // a key of this object's own
  RowHash(uint64_t key0, uint64_t key1) : key0_(key0), key1_(key1) {}

  uint64_t operator()(std::string_view bytes) const {
    State s{key0_ ^ 0x736f6d6570736575, key1_ ^ 0x646f72616e646f6d, key0_ ^ 0x6c7967656e657261,
            key1_ ^ 0x7465646279746573};
    const char* at = bytes.data();
    size_t left = bytes.size();
    for (; left >= 8; at += 8, left -= 8) {
      uint64_t word = 0;
      std::memcpy(&word, at, 8);
      s.Take(word);
    }
    uint64_t last = uint64_t{bytes.size()} << 56;
    for (size_t i = 0; i < left; ++i) last |= uint64_t{static_cast<uint8_t>(at[i])} << (8 * i);
    s.Take(last);
    s.v2 ^= 0xff;
    for (int round = 0; round < 3; ++round) s.Round();
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
  }

 private:
  struct State {
    uint64_t v0, v1, v2, v3;
    void Round() {
      v0 += v1;
      v1 = std::rotl(v1, 13) ^ v0;
      v0 = std::rotl(v0, 32);
      v2 += v3;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 += v3;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 += v1;
      v1 = std::rotl(v1, 17) ^ v2;
      v2 = std::rotl(v2, 32);
    }
    void Take(uint64_t word) {
      v3 ^= word;
      Round();
      v0 ^= word;
    }
  };
  uint64_t key0_;
  uint64_t key1_;
};

}  // namespace iuran::log
