// An event for programs: as one line of JSON. (events/words.h has the sentence for people.)
#pragma once

#include <string>

#include "events/event.h"
#include "events/hex.h"
#include "tools/json.h"

namespace iuran::tools {

// The event as one JSON object: position, stream, version, recorded_at, day, type, author,
// source {channel, file_sha256, line}, key, corrects, data {...}. These names are stable. Amounts
// are strings of rupiah, digests hex, null where nothing applies.
void WriteEvent(JsonWriter& json, const events::Event& event);

using events::Hex;

}  // namespace iuran::tools
