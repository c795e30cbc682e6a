// What became of the money of a bank credit: drawn by payments, returned, or unallocated; and which
// lists of its payments are held. Figures follow the books: a payment that was reversed is drawn
// until the day of the reversal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/ledger.h"

namespace iuran::tools {

struct RemittanceSums {
  events::Money received, allocated, returned;
  events::Money Unallocated() const { return received - allocated - returned; }
};

// A payment drawn on the remittance, by its event: a corrected one has several.
struct DrawnPayment {
  enum class State {
    kDrawn,
    kCorrected,  // it stands elsewhere, with another day or by another member
    kReversed,
  };
  events::Position position;
  events::PaymentReceived fact;
  State state = State::kDrawn;
  std::optional<events::Day> ended_on;  // the day of the reversal or correction
  std::optional<events::Position> ended_at;
};
std::string_view Name(DrawnPayment::State state);  // "drawn", "corrected", "reversed"

struct RemittanceStory {
  events::Day as_of;
  events::Position known_at;
  events::Position position;
  events::RemittanceReceived fact;
  RemittanceSums sums;
  std::vector<DrawnPayment> payments;  // dated up to the as-of day, in order of positions
  std::vector<events::Event> returns;  // the same
  std::vector<events::Event> held;     // lists held, recorded up to the as-of day
};

// From a day on: what is drawn or returned neither then nor on any later day.
struct FreeMoney {
  events::Day from;
  events::Money amount;
};
// In order of days, each more than the one before; the first is of the day it was received. The
// story must be one of all days.
std::vector<FreeMoney> FreeMoneyOf(const RemittanceStory& story);

// kNotFound where no such remittance is known at `known_at`. Reads the log from its position on.
Result<RemittanceStory> TellRemittance(const ledger::Ledger& ledger,
                                       const events::RemittanceId& remittance, events::Day as_of,
                                       events::Position known_at);

// A remittance in a list of all of them.
struct RemittanceLine {
  events::RemittanceId remittance;
  std::optional<events::Day> received_on;  // none: only later than the as-of day
  std::string payer;
  RemittanceSums sums;
  int64_t held_lists = 0;  // lists held while money of it is unallocated; else 0
};

// All that are known, in order of their first events. Reads the log once; memory grows with the
// remittances.
Result<std::vector<RemittanceLine>> ListRemittances(const log::EventLog& log, events::Day as_of,
                                                    events::Position known_at);

}  // namespace iuran::tools
