// An event for readers: as one line of JSON, or as a sentence for the person at the desk.
#pragma once

#include <string>

#include "events/event.h"
#include "tools/json.h"

namespace iuran::tools {

// The event as one JSON object: position, stream, version, recorded_at, day, type, author,
// source {channel, file_sha256, line}, key, corrects, data {...}. These names are stable. Amounts
// are strings of rupiah, digests hex, null where nothing applies.
void WriteEvent(JsonWriter& json, const events::Event& event);

// "Paid 16,800 (payment P-1, from remittance R-1)." Says what, not when.
std::string InWords(const events::Body& body);

std::string Hex(const events::Digest& digest);

}  // namespace iuran::tools
