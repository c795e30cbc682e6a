// The rows of the input files of rulebook 1 and of ledger/rules/README.md: which columns they have,
// and what each asks for. Pure: files are opened in tools/input_file.h.
//
// A value that cannot be read is answered with its column and what would be valid. The value of a
// personal column (name, nik, birth_date, phone) stands in no message and in no RowError; where one
// of them is filled, no other value of the row does either, since columns may be out of place.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "events/error.h"
#include "ledger/rules/command.h"

namespace iuran::tools {

// In the order a folder is taken.
enum class InputKind : uint8_t {
  kGroups,
  kMembers,
  kPeople,
  kChanges,
  kRemittances,
  kPayments,
  kCorrections,
  kReversals,
  kRefunds,
  kWaivers,
  kReturns,
};
inline constexpr std::array kInputKinds = {
    InputKind::kGroups,      InputKind::kMembers,  InputKind::kPeople,      InputKind::kChanges,
    InputKind::kRemittances, InputKind::kPayments, InputKind::kCorrections, InputKind::kReversals,
    InputKind::kRefunds,     InputKind::kWaivers,  InputKind::kReturns};

struct InputColumn {
  std::string_view name;
  bool required = true;
  bool personal = false;
};

std::string_view FileName(InputKind kind);  // "groups.csv"
std::optional<InputKind> KindOfFileName(std::string_view leaf);
std::span<const InputColumn> ColumnsOf(InputKind kind);
// "groups.csv, members.csv, ...", for messages.
std::string AllFileNames();

// Why a row asks for nothing that could be recorded.
struct RowError {
  std::string_view code;  // "malformed_row", or the name of a rules::Rejection
  std::string column;     // empty where the row as a whole is meant
  std::string value;      // as read; empty where it is not shown or none is meant
  std::string message;    // one or two sentences
};
using RowResult = tl::expected<rules::Request, RowError>;

// The values of one row, in the order of ColumnsOf; those of absent columns are empty.
inline constexpr size_t kMostColumns = 13;
using RowValues = std::array<std::string_view, kMostColumns>;

RowResult ReadRow(InputKind kind, const RowValues& values);
// The same for columns named one by one, in any order; CHECKs that they are columns of the kind.
RowResult ReadRow(InputKind kind,
                  std::span<const std::pair<std::string_view, std::string_view>> row);

// A RowError for a row whose form is wrong, whatever its values ("malformed_row").
RowError MalformedRow(std::string_view column, std::string message);

}  // namespace iuran::tools
