// Rows with personal data: what of them must not be recorded, and what must not be shown. Where the
// columns of a file are out of place, personal data may stand in any of them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/rules/decide.h"

namespace iuran::rules {

inline constexpr size_t kNikDigits = 16;

// What may be behind personal data that are missing, and what to do then; for the end of a message.
inline constexpr std::string_view kMissingDataAdvice =
    "In a ledger restored to an earlier position that may be someone forgotten or corrected since: "
    "record it again with 'iuran forget', or enter the data with the last people.csv or a new one.";

// Whether as many digits as a NIK has stand in a row: a NIK that slipped into another column.
bool HoldsNik(std::string_view value);

// Whether the value is the name, birth date or phone, or holds the NIK.
bool TellsPersonalData(const PersonalData& data, std::string_view value);

// A personal value of the row that stands as its member, group or region too, where it would be
// recorded for ever.
std::optional<Rejected> CheckOutOfPlace(const EnrolMember& request);
// The same of a correction, whose reason is recorded in clear: it must hold no NIK, old or new.
std::optional<Rejected> CheckOutOfPlace(const CorrectPerson& request);

// That the column of a member's row is not valid and what would be, without any value.
std::string MessageWithoutValue(std::string_view column);

}  // namespace iuran::rules
