// Rows with personal data: what of them must not be recorded, and what must not be shown. Where the
// columns of a file are out of place, personal data may stand in any of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/rules/decide.h"

namespace iuran::rules {

// Whether the value is the name, birth date or phone, or holds the NIK.
bool TellsPersonalData(const PersonalData& data, std::string_view value);

// A personal value of the row that stands as its member, group or region too, where it would be
// recorded for ever.
std::optional<Rejected> CheckOutOfPlace(const EnrolMember& request);

// That the column of a member's row is not valid and what would be, without any value.
std::string MessageWithoutValue(std::string_view column);

}  // namespace iuran::rules
