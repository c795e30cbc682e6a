#include "tools/events_at.h"

#include <algorithm>

#include "events/check.h"
#include "events/codec.h"
#include "events/words.h"

namespace iuran::tools {
namespace {

// Reading on over fewer records than this costs less than seeking.
constexpr uint64_t kNearEvents = 2048;

}  // namespace

Result<EventsAt> EventsAt::Read(const log::EventLog& log, std::vector<events::Position> positions) {
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  EventsAt result;
  result.events_.reserve(positions.size());
  for (auto first = positions.begin(); first != positions.end();) {
    auto last = first;
    while (last + 1 != positions.end() && (last + 1)->value - last->value < kNearEvents) ++last;
    IURAN_ASSIGN(const auto records, log.Scan(first->value, last->value + 1));
    while (first <= last) {
      IURAN_ASSIGN(const bool more, records->NextPage());
      if (!more) {
        return Fail(ErrorCode::kLedgerDamaged,
                    "The log has no event at position " + std::to_string(first->value) + ".");
      }
      const uint64_t begin = records->first_position();
      for (; first <= last && first->value < begin + records->count(); ++first) {
        IURAN_ASSIGN(const events::Event event,
                     events::Decode(records->record(first->value - begin)));
        result.events_.emplace_back(
            *first, Named{events::TypeName(event.body), events::InWords(event.body)});
      }
    }
  }
  return result;
}

const EventsAt::Named& EventsAt::At(events::Position position) const {
  const auto found =
      std::lower_bound(events_.begin(), events_.end(), position,
                       [](const auto& entry, events::Position p) { return entry.first < p; });
  IURAN_CHECK(found != events_.end() && found->first == position, "only events read are asked for");
  return found->second;
}

}  // namespace iuran::tools
