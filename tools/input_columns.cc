// The files and their columns; tools/input_rows.cc reads the values of a row.
#include <fmt/format.h>

#include "tools/input_rows.h"

namespace iuran::tools {
namespace {

constexpr InputColumn Optional(std::string_view name) { return {name, false, false}; }
constexpr InputColumn Personal(std::string_view name) { return {name, false, true}; }

constexpr std::array kGroupColumns = {InputColumn{"group"}, InputColumn{"kind"},
                                      InputColumn{"name"}, InputColumn{"region"},
                                      InputColumn{"risk"}};
constexpr std::array kMemberColumns = {
    InputColumn{"member"},   InputColumn{"scheme"}, InputColumn{"group"},  InputColumn{"region"},
    InputColumn{"from"},     InputColumn{"income"}, InputColumn{"sector"}, InputColumn{"payer"},
    InputColumn{"programs"}, Personal("name"),      Personal("nik"),       Personal("birth_date"),
    Personal("phone")};
constexpr std::array kPersonColumns = {InputColumn{"member"}, Personal("name"),
                                       Personal("nik"),       Personal("birth_date"),
                                       Personal("phone"),     InputColumn{"reason"}};
constexpr std::array kChangeColumns = {InputColumn{"member"}, InputColumn{"what"},
                                       InputColumn{"from"}, InputColumn{"value"},
                                       Optional("reason")};
constexpr std::array kRemittanceColumns = {
    InputColumn{"remittance"},     InputColumn{"received_on"}, InputColumn{"account"},
    InputColumn{"amount"},         InputColumn{"payer"},       InputColumn{"channel"},
    InputColumn{"bank_reference"}, Optional("list_count"),     Optional("list_total")};
constexpr std::array kPaymentColumns = {
    InputColumn{"payment"}, InputColumn{"paid_on"}, InputColumn{"member"}, InputColumn{"amount"},
    Optional("remittance"), Optional("purpose"),    Optional("channel")};
constexpr std::array kCorrectionColumns = {InputColumn{"payment"}, InputColumn{"what"},
                                           InputColumn{"value"}, InputColumn{"reason"}};
constexpr std::array kRefundColumns = {InputColumn{"refund"},      InputColumn{"member"},
                                       InputColumn{"refunded_on"}, InputColumn{"amount"},
                                       InputColumn{"account"},     InputColumn{"reason"}};
constexpr std::array kWaiverColumns = {InputColumn{"waiver"}, InputColumn{"member"},
                                       InputColumn{"waived_on"}, InputColumn{"amount"},
                                       InputColumn{"reason"}};
constexpr std::array kReturnColumns = {InputColumn{"return"},      InputColumn{"remittance"},
                                       InputColumn{"returned_on"}, InputColumn{"amount"},
                                       InputColumn{"account"},     InputColumn{"reason"}};
constexpr std::array kReversalColumns = {InputColumn{"payment"}, InputColumn{"reversed_on"},
                                         InputColumn{"reason"}};

constexpr std::array<std::string_view, kInputKinds.size()> kFileNames = {
    "groups.csv",      "members.csv",  "people.csv",      "changes.csv",
    "remittances.csv", "payments.csv", "corrections.csv", "reversals.csv",
    "refunds.csv",     "waivers.csv",  "returns.csv"};

}  // namespace

std::string_view FileName(InputKind kind) { return kFileNames[static_cast<size_t>(kind)]; }

std::optional<InputKind> KindOfFileName(std::string_view leaf) {
  for (InputKind kind : kInputKinds) {
    if (leaf == FileName(kind)) return kind;
  }
  return std::nullopt;
}

std::span<const InputColumn> ColumnsOf(InputKind kind) {
  switch (kind) {
    case InputKind::kGroups:
      return kGroupColumns;
    case InputKind::kMembers:
      return kMemberColumns;
    case InputKind::kChanges:
      return kChangeColumns;
    case InputKind::kRemittances:
      return kRemittanceColumns;
    case InputKind::kPayments:
      return kPaymentColumns;
    case InputKind::kReversals:
      return kReversalColumns;
    case InputKind::kPeople:
      return kPersonColumns;
    case InputKind::kCorrections:
      return kCorrectionColumns;
    case InputKind::kRefunds:
      return kRefundColumns;
    case InputKind::kWaivers:
      return kWaiverColumns;
    case InputKind::kReturns:
      return kReturnColumns;
  }
  return {};
}

std::string AllFileNames() { return fmt::format("{}", fmt::join(kFileNames, ", ")); }

}  // namespace iuran::tools
