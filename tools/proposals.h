// Proposals: what one person asked for and another must approve, as known at a position.
#pragma once

#include <string>
#include <vector>

#include "ledger/ledger.h"

namespace iuran::tools {

struct Proposal {
  enum class State { kOpen, kApproved, kDeclined };
  events::Event event;  // of a ChangeProposed
  State state = State::kOpen;
  // Where and by whom it was approved or declined.
  std::optional<events::Position> ended_at;
  std::string ended_by;

  const events::ChangeProposed& fact() const {
    return std::get<events::ChangeProposed>(event.body);
  }
};
std::string_view Name(Proposal::State state);  // "open", "approved", "declined"

// All of them, in order of their positions.
Result<std::vector<Proposal>> ProposalsKnownAt(const ledger::Ledger& ledger,
                                               events::Position known_at);

}  // namespace iuran::tools
