// A small generator of random numbers that gives the same on every platform (splitmix64).

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace iuran::naive {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  // 0 .. bound - 1; 0 where the bound is not above 0.
  int Below(int bound) {
    if (bound <= 0) return 0;
    return static_cast<int>(Next() % static_cast<std::uint64_t>(bound));
  }

  // low .. high, both included.
  int Between(int low, int high) { return low + Below(high - low + 1); }

  bool Percent(int chance) { return Below(100) < chance; }

  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from.at(static_cast<std::size_t>(Below(static_cast<int>(from.size()))));
  }

  template <typename T>
  void Shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i) {
      const std::size_t j = static_cast<std::size_t>(Below(static_cast<int>(i)));
      std::swap(values[i - 1], values[j]);
    }
  }

 private:
  std::uint64_t state_;
};

}  // namespace iuran::naive
