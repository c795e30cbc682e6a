// The single values of rulebook 1 that Decide checks whatever the past: form, range and length.
// Each check answers with the rejection for the column, or nothing where the value is valid.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "events/validity.h"
#include "ledger/rules/decide.h"

namespace iuran::rules {

// A text of a record, and a scheme document, which with the texts around it must fit one.
inline constexpr size_t kMaxTextBytes = events::kMaxTextBytes;
inline constexpr size_t kMaxDocumentBytes = size_t{48} << 10;

std::optional<Rejected> CheckId(const char* column, std::string_view text);
// Free text: valid UTF-8 without zero bytes, at most kMaxTextBytes.
std::optional<Rejected> CheckText(const char* column, std::string_view text);
// Why something is put right: a text of 1 to 200 characters.
inline constexpr std::ptrdiff_t kMostReasonCharacters = 200;
std::optional<Rejected> CheckReason(const char* column, std::string_view reason);
std::optional<Rejected> CheckAmount(const char* column, Money amount);
std::optional<Rejected> CheckIncome(const char* column, Money income);
std::optional<Rejected> CheckPrograms(const char* column, const Scheme& scheme,
                                      ProgramSet programs);
// The messages never repeat the values.
std::optional<Rejected> CheckPersonalData(const PersonalData& data);

// Who has something recorded: stands in every event, so it is short and one line of UTF-8 text.
inline constexpr size_t kMaxAuthorBytes = 200;
Result<void> CheckAuthor(std::string_view author);

// Whether the request is known by its row of a file: it has no identifier of its own.
bool IsKnownByRow(const Request& request);

// Whether two names are those of one person: without regard to case and to spaces at the ends and
// in rows.
bool SamePerson(std::string_view a, std::string_view b);

// The word of an exit in the book: its day, or nothing for a withdrawal.
std::string ExitWord(const std::optional<Day>& last_day);

}  // namespace iuran::rules
