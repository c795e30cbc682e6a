// The writing half of the codec; for codec.cc alone.
#pragma once

#include <cstdint>
#include <string>

#include "events/event.h"

namespace iuran::events {

// The canonical bytes of an event in order (validity.h), as a program of that schema version writes
// them.
std::string Serialize(const Event& event, uint16_t schema_version);

}  // namespace iuran::events
