// An event as a sentence for the person at the desk, and figures as they are read aloud.
#pragma once

#include <cstdint>
#include <string>

#include "events/event.h"

namespace iuran::events {

// Digits in groups of three: "16,800", "1,234,567.50", "-16,800".
std::string Grouped(Money amount);
std::string Grouped(int64_t count);

// "Paid 16,800 (payment P-1, from remittance R-1)." Says what, not when.
std::string InWords(const Body& body);

}  // namespace iuran::events
