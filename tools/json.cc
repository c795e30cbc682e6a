#include "tools/json.h"

#include <fmt/format.h>

namespace iuran::tools {

void AppendAmount(std::string& text, events::Money amount) {
  const events::Int128 rupiah = amount.sen() / 100;
  if (amount.sen() % 100 == 0 && rupiah >= INT64_MIN && rupiah <= INT64_MAX) {
    const fmt::format_int digits(static_cast<int64_t>(rupiah));
    text.append(digits.data(), digits.size());
  } else {
    text += amount.ToString();
  }
}

JsonWriter& JsonWriter::Name(std::string_view name) {
  Separate();
  text_ += '"';
  text_ += name;  // our own names need no escapes
  text_ += "\":";
  named_ = true;
  return *this;
}

void JsonWriter::Text(std::string_view value) {
  Separate();
  text_ += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(text_), "\\u{:04x}", byte);
    } else {
      text_ += c;
    }
  }
  text_ += '"';
}

void JsonWriter::Number(uint64_t value) {
  Separate();
  const fmt::format_int digits(value);
  text_.append(digits.data(), digits.size());
}

void JsonWriter::Count(int64_t value) {
  Separate();
  const fmt::format_int digits(value);
  text_.append(digits.data(), digits.size());
}

void JsonWriter::Amount(events::Money value) {
  Separate();
  text_ += '"';
  AppendAmount(text_, value);
  text_ += '"';
}

void JsonWriter::Null() {
  Separate();
  text_ += "null";
}

void JsonWriter::Open(char bracket) {
  Separate();
  text_ += bracket;
  first_ = true;
}

void JsonWriter::Close(char bracket) {
  text_ += bracket;
  first_ = false;
}

void JsonWriter::Separate() {
  if (named_) {
    named_ = false;
    return;
  }
  if (!first_) text_ += ',';
  first_ = false;
}

}  // namespace iuran::tools
