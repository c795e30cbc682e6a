// A scheme document as a page for people: its values and rows, whatever kinds of them it has, each
// with its legal source. Reads the document's text alone.
#pragma once

#include <string_view>

#include "events/error.h"
#include "tools/output.h"

namespace iuran::tools {

// kLedgerDamaged where the text is no JSON object: none such is ever enacted.
Result<void> WriteTariffPage(std::string_view document, Output& out);

}  // namespace iuran::tools
