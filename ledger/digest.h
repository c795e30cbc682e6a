// SHA-256 where the ledger needs it: of requests, files and commitments.
#pragma once

#include <string_view>

#include "events/event.h"
#include "ledger/rules/book.h"
#include "ledger/rules/command.h"

namespace iuran::ledger {

events::Digest Sha256(std::string_view bytes);

// What a request says, without personal data, without the reason of what is known by its row, where
// it came from and who asked: equal values give equal digests, however they were written (`16800`
// and `16800.00`). First half of a SHA-256.
rules::RequestDigest DigestOf(const rules::Request& request);

}  // namespace iuran::ledger
