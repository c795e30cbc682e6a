#include "ledger/rules/personal.h"

#include <fmt/format.h>

#include <algorithm>

namespace iuran::rules {
namespace {

std::string_view Rule(std::string_view column) {
  if (column == "member") {
    return "It is an identifier of 1 to 64 printable ASCII characters that is not personal data "
           "itself.";
  }
  if (column == "scheme") return "It is the identifier of an enacted scheme.";
  if (column == "group") {
    return "It is the identifier of a registered group, one with a risk class where a programme is "
           "priced by it; without such a programme it may be empty.";
  }
  if (column == "region") {
    return "It is one line of text in UTF-8 that is not personal data; it may be empty.";
  }
  if (column == "from") {
    return "It is a month, written YYYY-MM, not before the first month of the scheme.";
  }
  if (column == "income") {
    return "It is an amount in rupiah, at least 1000, in digits without separators, such as "
           "1000000.";
  }
  if (column == "sector") return "It is transport, other or empty.";
  if (column == "payer") return "It is self, state or empty.";
  if (column == "programs") {
    return "It is one or more programmes of the scheme, joined with +, such as JKK+JKM.";
  }
  if (column == "nik") return "A NIK is 16 digits, without spaces or points; it may be empty.";
  if (column == "reason") {
    return "It is one line of text in UTF-8 that is no personal data and holds no 16 digits in a "
           "row: it is recorded for ever and cannot be erased.";
  }
  if (column == "birth_date") {
    return "A birth date is a day of the calendar, written YYYY-MM-DD; it may be empty.";
  }
  return "It is one line of text in UTF-8 without control characters; it may be empty.";
}

std::optional<Rejected> NotShown(const char* column) {
  return Rejected{Rejection::kInvalidValue, column, MessageWithoutValue(column)};
}

}  // namespace

bool HoldsNik(std::string_view value) {
  size_t digits = 0;
  return std::any_of(value.begin(), value.end(), [&](char c) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    return digits == kNikDigits;
  });
}

bool TellsPersonalData(const PersonalData& data, std::string_view value) {
  if (value.empty()) return false;
  if (!data.nik.empty() && value.find(data.nik) != std::string_view::npos) return true;
  return value == data.name || value == data.birth_date || value == data.phone;
}

std::optional<Rejected> CheckOutOfPlace(const EnrolMember& request) {
  const auto check = [&](const char* column, std::string_view value) -> std::optional<Rejected> {
    if (!TellsPersonalData(request.personal_data, value)) return std::nullopt;
    return NotShown(column);
  };
  if (auto bad = check("member", request.member.text())) return bad;
  if (auto bad = check("group", request.attributes.group.text())) return bad;
  return check("region", request.attributes.region);
}

std::optional<Rejected> CheckOutOfPlace(const CorrectPerson& request) {
  const std::string& member = request.member.text();
  if (TellsPersonalData(request.personal_data, member)) return NotShown("member");
  const bool tells = TellsPersonalData(request.personal_data, request.reason);
  return tells || HoldsNik(request.reason) ? NotShown("reason") : std::nullopt;
}

std::string MessageWithoutValue(std::string_view column) {
  return fmt::format("What stands in {} is not valid and is not shown. {}", column, Rule(column));
}

}  // namespace iuran::rules
