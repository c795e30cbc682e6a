// What a later version of a scheme document must keep: members have what the version in force
// allows, and every later one must be able to price and cover them.
#pragma once

#include <optional>

#include "ledger/rules/decide.h"

namespace iuran::rules {

// The rejection of `after` as the version that follows `before`, or nothing.
std::optional<Rejected> CheckLaterVersion(const Scheme& before, const Scheme& after);

}  // namespace iuran::rules
