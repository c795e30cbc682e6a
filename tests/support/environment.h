// Numbers that say how long a test runs: IURAN_HISTORIES=100000 and the like.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace iuran::tests {

inline uint64_t FromEnvironment(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace iuran::tests
