// Compact values as bytes: variable-length integers (7 bits a byte, low first) and counted texts.
// Rows of the projections' store are made of them. Reading never leaves the row: the first thing
// that does not fit makes the reader fail for good, and what it returns from then on is empty.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace iuran::projections {

class ByteWriter {
 public:
  void Byte(uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void Unsigned(uint64_t value) {
    for (; value >= 0x80; value >>= 7) Byte(static_cast<uint8_t>(value | 0x80));
    Byte(static_cast<uint8_t>(value));
  }
  // Zigzag: small values of either sign are short.
  void Signed(int64_t value) {
    Unsigned((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
  }
  void Text(std::string_view text) {
    Unsigned(text.size());
    out_.append(text);
  }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  bool failed() const { return failed_; }
  // All of the bytes were read, and all of them made sense.
  bool Done() const { return !failed_ && at_ == end_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }
  void Fail() {
    failed_ = true;
    at_ = end_;
  }

  uint8_t Byte() {
    if (at_ == end_) {
      Fail();
      return 0;
    }
    return static_cast<uint8_t>(*at_++);
  }
  uint64_t Unsigned() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = Byte();
      if (shift == 63 && byte > 1) break;
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    Fail();
    return 0;
  }
  int64_t Signed() {
    const uint64_t value = Unsigned();
    return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }
  // An integer of at most `max`.
  uint64_t UpTo(uint64_t max) {
    const uint64_t value = Unsigned();
    if (value > max) Fail();
    return failed_ ? 0 : value;
  }
  // How many items follow, of which each takes at least one byte.
  size_t Count() { return static_cast<size_t>(UpTo(left())); }
  std::string_view Text() {
    const size_t size = Count();
    if (failed_ || size > left()) {
      Fail();
      return {};
    }
    const std::string_view text(at_, size);
    at_ += size;
    return text;
  }

 private:
  const char* at_;
  const char* end_;
  bool failed_ = false;
};

}  // namespace iuran::projections
