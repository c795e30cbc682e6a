// Events known by their positions, read in one pass over the log, for reports that name them.
#pragma once

#include <utility>
#include <vector>

#include "events/event.h"
#include "ledger/log/event_log.h"

namespace iuran::tools {

class EventsAt {
 public:
  struct Named {
    std::string_view type;  // as `iuran events` names it
    std::string words;      // the event as a sentence
  };

  // kLedgerDamaged where there is none at one of them.
  static Result<EventsAt> Read(const log::EventLog& log, std::vector<events::Position> positions);

  // The event at a position that was asked for.
  const Named& At(events::Position position) const;

 private:
  std::vector<std::pair<events::Position, Named>> events_;  // sorted
};

}  // namespace iuran::tools
