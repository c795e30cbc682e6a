// What every stored event must satisfy, whichever way it goes: said once, asked by both directions
// of the codec.
#pragma once

#include <cstdint>
#include <string_view>

#include "events/event.h"

namespace iuran::events {

// Bytes of one text of a record at most. A scheme document may take more.
inline constexpr size_t kMaxTextBytes = size_t{4} << 10;

// Bytes of the name of who approved it at most; room for it stands beside the longest document.
inline constexpr size_t kMaxApproverBytes = size_t{1} << 10;

// What is wrong with the event, as the end of a sentence ("its amount is ..."); empty: nothing.
// Asks of each value what rulebook 1 asks of it by itself; what one event asks of another (known
// members, the order of versions) is the ledger's to keep. The stream is not looked at.
std::string_view FaultOf(const Event& event);

// The same for single values.
std::string_view FaultOfText(std::string_view text);
std::string_view FaultOfAmount(Int128 sen);
std::string_view FaultOfDay(Day day);
std::string_view FaultOfMonth(Month month);

}  // namespace iuran::events
