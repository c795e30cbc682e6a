// The request that an event was recorded from. An event keeps all that its request says, but for
// personal data; so the digest beside its idempotency key can be computed anew, by whoever checks
// the key.
#pragma once

#include <optional>

#include "events/event.h"
#include "ledger/rules/command.h"

namespace iuran::rules {

// Nothing for what is recorded without a request: the opening of a ledger, an accepted loss. Of a
// proposal it is what was proposed.
std::optional<Request> RecordedRequest(const Body& body);
Request RecordedRequest(const ProposedFact& fact);

}  // namespace iuran::rules
