// Strict readers of small texts. OpenSSL decodes base64; what it forgives is refused here.
#include "ledger/log/proof/encoding.h"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "events/check.h"

namespace iuran::log {

namespace {

// OpenSSL counts in int.
constexpr size_t kMaxEncoded = size_t{1} << 30;

// How many bytes begin with this one; 0 where no character does.
size_t SequenceLength(uint32_t first) {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

// Takes one character off `text`; nothing where it does not begin with well-formed UTF-8.
std::optional<uint32_t> TakeCharacter(std::string_view& text) {
  const auto byte = [&](size_t i) -> uint32_t { return static_cast<uint8_t>(text[i]); };
  const uint32_t first = byte(0);
  const size_t length = SequenceLength(first);
  if (length == 0 || length > text.size()) return std::nullopt;
  uint32_t character = length == 1 ? first : first & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return std::nullopt;
    character = character << 6 | (byte(i) & 0x3f);
  }
  const bool overlong = (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
  const bool surrogate = character >= 0xd800 && character < 0xe000;
  if (overlong || surrogate || character > 0x10ffff) return std::nullopt;
  text.remove_prefix(length);
  return character;
}

bool IsSpace(uint32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

template <typename Accepts>
bool AllCharacters(std::string_view text, Accepts accepts) {
  while (!text.empty()) {
    const auto character = TakeCharacter(text);
    if (!character || !accepts(*character)) return false;
  }
  return true;
}

}  // namespace

std::string EncodeBase64(std::string_view bytes) {
  IURAN_CHECK(bytes.size() < kMaxEncoded / 2, "what is encoded is of moderate size");
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  return text;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0 || text.size() >= kMaxEncoded) return std::nullopt;
  std::string bytes(text.size() / 4 * 3 + 1, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  if (static_cast<size_t>(length) < padding) return std::nullopt;
  bytes.resize(static_cast<size_t>(length) - padding);
  // OpenSSL forgives white space and stray bits; one text alone stands for these bytes.
  if (EncodeBase64(bytes) != text) return std::nullopt;
  return bytes;
}

std::optional<uint64_t> ParseDecimal(std::string_view text) {
  uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || std::to_string(value) != text) return std::nullopt;
  return value;
}

std::string PrintHex32(uint32_t value) {
  std::string text(8, '0');
  for (int i = 7; i >= 0; --i, value >>= 4) text[i] = "0123456789abcdef"[value & 15];
  return text;
}

std::optional<uint32_t> ParseHex32(std::string_view text) {
  uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, 16);
  if (error != std::errc() || rest != end || PrintHex32(value) != text) return std::nullopt;
  return value;
}

std::string PutBigEndian(uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i)));
  return out;
}

uint64_t TakeBigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

std::optional<std::string_view> TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

bool IsNoteText(std::string_view text) {
  return AllCharacters(text, [](uint32_t c) { return c >= 0x20 || c == '\n'; });
}

bool IsKeyName(std::string_view text) {
  return !text.empty() &&
         AllCharacters(text, [](uint32_t c) { return c >= 0x20 && c != '+' && !IsSpace(c); });
}

}  // namespace iuran::log
