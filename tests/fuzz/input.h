// What the fuzz targets share. The first byte of an input names what is tried, as a letter, so that
// the seeds of a corpus can be written by hand; the rest is for that.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/check.h"

namespace iuran::fuzz {

inline std::string_view Bytes(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline FuzzedDataProvider Provider(std::string_view bytes) {
  return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

// `bytes` with one change of the input's choice, or with several, which may cancel each other out.
inline std::string Changed(std::string bytes, FuzzedDataProvider& in) {
  constexpr size_t kLongest = 64;
  for (int left = in.ConsumeBool() ? 1 : 6; left > 0 && in.remaining_bytes() > 0; --left) {
    const auto at = in.ConsumeIntegralInRange<size_t>(0, bytes.size());
    switch (in.ConsumeIntegralInRange<int>(0, 3)) {
      case 0:
        if (at < bytes.size())
          bytes[at] = static_cast<char>(bytes[at] ^ in.ConsumeIntegral<char>());
        break;
      case 1:
        bytes.erase(at, in.ConsumeIntegralInRange<size_t>(0, kLongest));
        break;
      case 2:
        bytes.insert(at, in.ConsumeRandomLengthString(kLongest));
        break;
      case 3: {
        const auto from = in.ConsumeIntegralInRange<size_t>(0, bytes.size());
        bytes.insert(at, bytes.substr(from, in.ConsumeIntegralInRange<size_t>(0, kLongest)));
        break;
      }
    }
  }
  return bytes;
}

}  // namespace iuran::fuzz
