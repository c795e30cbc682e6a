// Small rows as bytes: little-endian numbers and texts behind their length. For rows and digests
// that the ledger keeps beside the events; events themselves go through events/codec.h.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace iuran::ledger {

inline void PutU8(std::string& out, uint8_t value) { out.push_back(static_cast<char>(value)); }

template <typename Number>
void PutNumber(std::string& out, Number value) {
  char bytes[sizeof(Number)];
  for (size_t i = 0; i < sizeof(Number); ++i) bytes[i] = static_cast<char>(value >> (8 * i));
  out.append(bytes, sizeof(Number));
}
inline void PutU32(std::string& out, uint32_t value) { PutNumber(out, value); }
inline void PutU64(std::string& out, uint64_t value) { PutNumber(out, value); }

inline void PutText(std::string& out, std::string_view text) {
  PutU32(out, static_cast<uint32_t>(text.size()));
  out.append(text);
}

// Takes values off the front of `bytes`. After a read beyond the end every value is empty and ok()
// is false, so that a row is read to its end and then judged once.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool done() const { return ok_ && bytes_.empty(); }

  std::string_view Take(size_t count) {
    if (count > bytes_.size()) ok_ = false;
    if (!ok_) return {};
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  template <typename Number>
  Number TakeNumber() {
    const std::string_view bytes = Take(sizeof(Number));
    Number value = 0;
    for (size_t i = 0; i < bytes.size(); ++i) {
      value = static_cast<Number>(value | Number{static_cast<uint8_t>(bytes[i])} << (8 * i));
    }
    return value;
  }
  uint8_t TakeU8() { return TakeNumber<uint8_t>(); }
  uint32_t TakeU32() { return TakeNumber<uint32_t>(); }
  uint64_t TakeU64() { return TakeNumber<uint64_t>(); }
  std::string_view TakeText() { return Take(TakeU32()); }
  std::string_view Rest() { return Take(bytes_.size()); }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace iuran::ledger
