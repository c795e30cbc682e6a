#include "tools/denominator_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "events/check.h"
#include "events/quote.h"
#include "tools/csv_reader.h"
#include "tools/input_text.h"

namespace iuran::tools {
namespace {

constexpr size_t kColumns = 4;
using Names = std::array<std::string_view, kColumns>;

class File {
 public:
  File(const std::filesystem::path& path, std::string_view part)
      : path_(path.string()), names_{part, "persons", "source", "date"} {}

  // Where each column stands in the header.
  Result<void> TakeHeader(const CsvRow& row) {
    if (row.fault != CsvFault::kNone) return Wrong(row, {}, Explain(row.fault));
    for (size_t i = 0; i < kColumns; ++i) {
      const auto found = std::find(row.fields.begin(), row.fields.end(), names_[i]);
      if (found == row.fields.end()) {
        return Wrong(row, names_[i], "The column is missing. " + Rule());
      }
      places_[i] = static_cast<size_t>(found - row.fields.begin());
    }
    if (row.fields.size() == kColumns) return {};
    return Wrong(row, {}, "There is a column too many, or one stands twice. " + Rule());
  }

  Result<void> Take(const CsvRow& row, Denominators& all) const {
    if (row.fault != CsvFault::kNone) return Wrong(row, ColumnAt(row), Explain(row.fault));
    if (row.fields.size() != kColumns) {
      return Wrong(row, {},
                   fmt::format("The row has {} values, the header names {} columns. A value with a "
                               "comma in it must stand in double quotes.",
                               row.fields.size(), kColumns));
    }
    const std::string_view key = row.fields[places_[0]];
    IURAN_TRY(CheckText(row, 0));
    Denominator denominator;
    IURAN_ASSIGN(denominator.persons, ReadPersons(row));
    IURAN_TRY(CheckText(row, 2));
    denominator.source = row.fields[places_[2]];
    const auto day = events::ParseDay(row.fields[places_[3]]);
    if (!day) return Wrong(row, names_[3], day.error().message);
    denominator.date = *day;
    if (all.emplace(key, std::move(denominator)).second) return {};
    return Wrong(row, names_[0],
                 fmt::format("{} stands in the file twice. Keep one of the rows.",
                             events::Quoted(Shown(key))));
  }

  Error Empty() const {
    return {ErrorCode::kInvalidValue,
            fmt::format("{}, line 1: The file is empty. {}", path_, Rule())};
  }

 private:
  std::string Rule() const {
    return fmt::format("The file has the columns {}, in any order, and no others.",
                       fmt::join(names_, ", "));
  }

  tl::unexpected<Error> Wrong(const CsvRow& row, std::string_view column,
                              std::string_view problem) const {
    return Fail(ErrorCode::kInvalidValue,
                fmt::format("{}, line {}{}{}: {}", path_, row.line,
                            column.empty() ? "" : ", column ", column, problem));
  }

  std::string_view ColumnAt(const CsvRow& row) const {
    for (size_t i = 0; i < kColumns; ++i) {
      if (row.fault != CsvFault::kTooLong && places_[i] == row.faulty_field) return names_[i];
    }
    return {};
  }

  Result<void> CheckText(const CsvRow& row, size_t column) const {
    const std::string_view text = row.fields[places_[column]];
    if (text.empty()) return Wrong(row, names_[column], "The value is empty. Write one.");
    if (text.front() != ' ' && text.back() != ' ' && !HasControlCharacter(text)) return {};
    return Wrong(row, names_[column],
                 fmt::format("{} has a space at an end or a control character in it. Write it "
                             "without.",
                             events::Quoted(Shown(text))));
  }

  Result<int64_t> ReadPersons(const CsvRow& row) const {
    const std::string_view text = row.fields[places_[1]];
    int64_t persons = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), persons);
    if (read.ec == std::errc() && read.ptr == text.data() + text.size() && persons >= 1 &&
        persons <= kMostPersons) {
      return persons;
    }
    return Wrong(row, names_[1],
                 fmt::format("{} is no number of persons. Write digits only, such as 158400: at "
                             "least 1.",
                             events::Quoted(Shown(text))));
  }

  const std::string path_;
  const Names names_;
  std::array<size_t, kColumns> places_{};
};

}  // namespace

Result<Denominators> ReadDenominators(const std::filesystem::path& path, std::string_view part) {
  File file(path, part);
  IURAN_ASSIGN(CsvReader csv, CsvReader::Open(path));
  IURAN_ASSIGN(bool more, csv.Next());
  if (!more) return tl::unexpected<Error>(file.Empty());
  IURAN_TRY(file.TakeHeader(csv.row()));
  Denominators all;
  for (;;) {
    IURAN_ASSIGN(more, csv.Next());
    if (!more) return all;
    IURAN_TRY(file.Take(csv.row(), all));
  }
}

std::string Percent(int64_t count, int64_t persons) {
  IURAN_CHECK(count >= 0 && count <= kMostPersons && persons >= 1 && persons <= kMostPersons,
              "a percentage is of a counted part");
  // Of a hundredth of a percent, twice as many and half of one more: whole numbers all the way.
  const int64_t hundredths = (count * 20'000 + persons) / (2 * persons);
  return fmt::format("{}.{:02}", hundredths / 100, hundredths % 100);
}

}  // namespace iuran::tools
