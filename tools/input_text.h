// What of the input may be shown: in messages, in the rejects file, and how.
#pragma once

#include <string>
#include <string_view>

#include "ledger/rules/command.h"

namespace iuran::tools {

// Control characters (C0, DEL, C1) break lines, terminals and reports.
bool HasControlCharacter(std::string_view text);

// The value for a report of rejected rows: cut short where it is long, escaped where it is not one
// line of UTF-8, empty where it may be a NIK. Not for personal columns.
std::string Shown(std::string_view value);

// The value a request carries in a column, as the input would write it; empty where the column is
// not of the request or must not be shown: of an enrolment with personal data only the member is.
// For reporting what the ledger rejects.
std::string ValueIn(const rules::Request& request, std::string_view column);

}  // namespace iuran::tools
