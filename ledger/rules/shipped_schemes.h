// The scheme documents of ledger/tariffs, built into the program so that it needs no files. `init`
// enacts them; from then on the ledger's own copies are the law.
#pragma once

#include <string_view>
#include <vector>

#include "events/ids.h"

namespace iuran::rules {

struct ShippedScheme {
  events::SchemeId id;        // the file's name without .json, and the document's "scheme"
  std::string_view document;  // JSON text, for the life of the program
};

// By id.
const std::vector<ShippedScheme>& ShippedSchemes();

}  // namespace iuran::rules
