// Whether a scheme document may come into force: it can be read, and where it follows a version in
// force, it keeps what members have under that one: every later one must be able to price and cover
// them.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "ledger/rules/decide.h"

namespace iuran::rules {

// The document, read, or why it may not come into force, whatever it follows. `currency` is the
// ledger's; empty where it is not known yet.
std::variant<std::shared_ptr<const Scheme>, Rejected> ReadVersion(std::string_view document,
                                                                  std::string_view currency);

// The rejection of `after` as the version that follows `before`, which is of the same scheme.
std::optional<Rejected> CheckLaterVersion(const Scheme& before, const Scheme& after);

}  // namespace iuran::rules
