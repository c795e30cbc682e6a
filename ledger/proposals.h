// What a ledger remembers of proposals, for those who list them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/ledger.h"

namespace iuran::ledger {

// The event that is known by a key, if it was recorded by a position; as Decide would find it.
Result<std::optional<Event>> FindRecorded(const Ledger& ledger, const std::string& key,
                                          Position known_at);
// Ids of all proposals there ever were, sorted. Reads the whole book.
Result<std::vector<std::string>> ProposalIds(const Ledger& ledger);

}  // namespace iuran::ledger
