// Bytes of keys and values in the log's tables (FORMAT.md). Used by ledger/log alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace iuran::log {

// Big-endian, so that RocksDB's bytewise order is the order of the numbers.
template <typename T>
void AppendBigEndian(std::string& out, T value) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((value >> shift) & 0xff));
  }
}

// `bytes` must hold sizeof(T) bytes or more.
template <typename T>
T ReadBigEndian(std::string_view bytes) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value << 8 | static_cast<uint8_t>(bytes[i]));
  }
  return value;
}

template <typename T>
void WriteLittleEndian(char* out, T value) {
  for (size_t i = 0; i < sizeof(T); ++i) out[i] = static_cast<char>((value >> (8 * i)) & 0xff);
}

template <typename T>
T ReadLittleEndian(const char* bytes) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value | static_cast<T>(static_cast<uint8_t>(bytes[i])) << (8 * i));
  }
  return value;
}

// Seven bits a byte, lowest first; the high bit says that more follow.
inline void AppendVarint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

// Takes a varint off the front of `bytes`; nothing where there is none, or it is longer than
// needed.
inline std::optional<uint64_t> TakeVarint(std::string_view& bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size() && i < 10; ++i) {
    const uint64_t part = static_cast<uint8_t>(bytes[i]) & 0x7f;
    if (i == 9 && part > 1) return std::nullopt;
    value |= part << (7 * i);
    if ((static_cast<uint8_t>(bytes[i]) & 0x80) == 0) {
      if (part == 0 && i > 0) return std::nullopt;
      bytes.remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

// Key of a stream's event: the stream, a zero byte, the version.
inline void AppendStreamKey(std::string& out, std::string_view stream, uint32_t version) {
  out.append(stream);
  out.push_back('\0');
  AppendBigEndian(out, version);
}

}  // namespace iuran::log
