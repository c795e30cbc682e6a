// Checks the form of identifiers, and shows foreign text safely in messages.
#include "events/ids.h"

#include <fmt/format.h>

#include "events/quote.h"

namespace iuran::events {
namespace {

constexpr size_t kMaxIdBytes = 64;
constexpr size_t kMaxQuotedBytes = 80;

constexpr bool IsPrintableAscii(char c) { return c >= 0x20 && c <= 0x7e; }

}  // namespace

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text.substr(0, kMaxQuotedBytes)) {
    if (IsPrintableAscii(c)) {
      quoted += c;
    } else {
      quoted += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    }
  }
  quoted += text.size() > kMaxQuotedBytes ? "...\"" : "\"";
  return quoted;
}

Result<void> CheckIdText(std::string_view text) {
  constexpr std::string_view kRule =
      "An identifier is 1 to 64 printable ASCII characters without spaces at its ends.";
  if (text.empty()) {
    return Fail(ErrorCode::kInvalidValue, fmt::format("The identifier is empty. {}", kRule));
  }
  if (text.size() > kMaxIdBytes) {
    return Fail(ErrorCode::kInvalidValue, fmt::format("The identifier {} is {} bytes long. {}",
                                                      Quoted(text), text.size(), kRule));
  }
  for (char c : text) {
    if (!IsPrintableAscii(c)) {
      return Fail(ErrorCode::kInvalidValue,
                  fmt::format("The identifier {} has a character that is not printable ASCII. {}",
                              Quoted(text), kRule));
    }
  }
  if (text.front() == ' ' || text.back() == ' ') {
    return Fail(
        ErrorCode::kInvalidValue,
        fmt::format("The identifier {} begins or ends with a space. {}", Quoted(text), kRule));
  }
  return {};
}

}  // namespace iuran::events
