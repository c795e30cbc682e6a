// A foreign value inside a message.
#pragma once

#include <string>
#include <string_view>

namespace iuran::events {

// `"text"` for an error message: bytes that are not printable ASCII as \xNN, long values cut short,
// so that no input can break a line, a terminal or a report. Not for personal data: that stands in
// no message at all.
std::string Quoted(std::string_view text);

}  // namespace iuran::events
