// Texts from outside are UTF-8 or refused.
#pragma once

#include <string_view>

namespace iuran::events {

// Whether `text` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool IsUtf8(std::string_view text);

}  // namespace iuran::events
