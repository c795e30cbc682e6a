// A digest as people and programs read it: 64 hexadecimal digits.
#pragma once

#include <string>

#include "events/event.h"

namespace iuran::events {

inline std::string Hex(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace iuran::events
