// Headers of input files: each way in which one can be wrong has its own message.
#include "tools/input_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/quote.h"
#include "tools/usage.h"

namespace iuran::tools {
namespace {

using events::Quoted;
using Fields = std::span<const std::string_view>;

std::optional<size_t> PlaceOf(InputKind kind, std::string_view name) {
  const auto columns = ColumnsOf(kind);
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == name) return i;
  }
  return std::nullopt;
}

// A name as it is meant where it is written " Paid On".
std::string Plain(std::string_view name) {
  const size_t begin = std::min(name.find_first_not_of(' '), name.size());
  std::string plain(name.substr(begin, name.find_last_not_of(' ') + 1 - begin));
  for (char& c : plain) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == ' ' || c == '-') c = '_';
  }
  return plain;
}

size_t CountKnown(InputKind kind, Fields header) {
  return static_cast<size_t>(std::count_if(
      header.begin(), header.end(),
      [kind](std::string_view name) { return PlaceOf(kind, Plain(name)).has_value(); }));
}

size_t CountMissing(InputKind kind, Fields header) {
  const auto columns = ColumnsOf(kind);
  return static_cast<size_t>(
      std::count_if(columns.begin(), columns.end(), [header](const InputColumn& column) {
        return column.required &&
               std::none_of(header.begin(), header.end(), [&column](std::string_view name) {
                 return Plain(name) == column.name;
               });
      }));
}

// "payments.csv needs the columns payment, ... and may have remittance, ..., in any order."
std::string Rule(InputKind kind) {
  std::vector<std::string_view> required;
  std::vector<std::string_view> optional;
  for (const InputColumn& column : ColumnsOf(kind)) {
    (column.required ? required : optional).push_back(column.name);
  }
  return fmt::format("{} needs the columns {}{}{}, in any order.", FileName(kind),
                     fmt::join(required, ", "), optional.empty() ? "" : " and may have ",
                     fmt::join(optional, ", "));
}

// Columns set apart by something else than commas, as spreadsheets in some countries write them.
bool HasOtherSeparator(Fields header) {
  if (header.size() != 1) return false;
  return std::count(header[0].begin(), header[0].end(), ';') >= 2 ||
         std::count(header[0].begin(), header[0].end(), '\t') >= 2;
}

bool LooksLikeNoText(const CsvRow& header) {
  if (header.fault == CsvFault::kTooLong || header.fault == CsvFault::kNotUtf8) return true;
  return std::any_of(header.fields.begin(), header.fields.end(), [](std::string_view field) {
    return field.starts_with("PK\x03\x04") || field.find('\0') != std::string_view::npos;
  });
}

// The kind whose columns are most like the header.
InputKind NearestKind(Fields header) {
  return *std::max_element(kInputKinds.begin(), kInputKinds.end(), [header](auto a, auto b) {
    const auto likeness = [header](InputKind kind) {
      return static_cast<int64_t>(CountKnown(kind, header)) -
             static_cast<int64_t>(CountMissing(kind, header));
    };
    return likeness(a) < likeness(b);
  });
}

tl::unexpected<Error> Unusable(const std::string& file, uint64_t line, std::string_view problem) {
  return Fail(ErrorCode::kUsage, fmt::format("{}, line {}: {}", file, line, problem));
}

// Whether the row can be a header at all. A first row that is data is not quoted: it may hold
// names.
Result<void> CheckForm(const std::string& file, const CsvRow& header) {
  if (LooksLikeNoText(header)) {
    return Unusable(file, header.line,
                    "this is no CSV text in UTF-8. If it comes from a spreadsheet, save it there "
                    "as \"CSV UTF-8 (comma separated)\".");
  }
  if (header.fault != CsvFault::kNone) {
    return Unusable(file, header.line,
                    "a double quote of the header stands alone. Write the names of the columns "
                    "without quotes, separated by commas.");
  }
  if (HasOtherSeparator(header.fields)) {
    return Unusable(file, header.line,
                    "the columns are not separated by commas. Save the file as CSV with commas, "
                    "not with semicolons or tabs.");
  }
  return {};
}

Result<InputKind> KindOf(const std::filesystem::path& path, const CsvRow& header) {
  if (const auto kind = KindOfFileName(path.filename().string())) return *kind;
  const InputKind nearest = NearestKind(header.fields);
  if (CountKnown(nearest, header.fields) * 2 >= header.fields.size()) return nearest;
  return Unusable(path.string(), header.line,
                  fmt::format("this is not the header of one of the files {}. The first line must "
                              "name the columns. The nearest: {}",
                              AllFileNames(), Rule(nearest)));
}

// For each field its place in ColumnsOf(kind), if the header is in order.
Result<std::vector<size_t>> PlacesOf(const std::string& file, InputKind kind,
                                     const CsvRow& header) {
  if (CountKnown(kind, header.fields) * 2 < header.fields.size()) {
    return Unusable(
        file, header.line,
        fmt::format("this is not the header, which must name the columns. {}", Rule(kind)));
  }
  std::vector<size_t> places;
  std::vector<std::string> absent;
  for (const InputColumn& column : ColumnsOf(kind)) {
    const auto& fields = header.fields;
    if (std::find(fields.begin(), fields.end(), column.name) == fields.end()) {
      absent.emplace_back(column.name);
    }
  }
  for (std::string_view name : header.fields) {
    const auto place = PlaceOf(kind, name);
    if (const std::string plain = Plain(name); !place && PlaceOf(kind, plain)) {
      return Unusable(file, header.line,
                      fmt::format("the column {} must be written \"{}\": names of columns are in "
                                  "lower case, without spaces. {}",
                                  Quoted(name), plain, Rule(kind)));
    }
    if (!place) {
      const std::string meant = Nearest(name, absent);
      return Unusable(
          file, header.line,
          fmt::format("the column {} is not known{} {}", Quoted(name),
                      meant.empty() ? "." : fmt::format("; is it \"{}\"?", meant), Rule(kind)));
    }
    if (std::find(places.begin(), places.end(), *place) != places.end()) {
      return Unusable(file, header.line,
                      fmt::format("the column \"{}\" stands twice. Keep one of them.", name));
    }
    places.push_back(*place);
  }
  for (const InputColumn& column : ColumnsOf(kind)) {
    if (!column.required) continue;
    if (std::find(absent.begin(), absent.end(), column.name) == absent.end()) continue;
    return Unusable(file, header.line,
                    fmt::format("the column \"{}\" is missing. {}", column.name, Rule(kind)));
  }
  return places;
}

}  // namespace

Result<InputFile> InputFile::Open(const std::filesystem::path& path) {
  const std::string file = path.string();
  IURAN_ASSIGN(CsvReader csv, CsvReader::Open(path));
  IURAN_ASSIGN(const bool any, csv.Next());
  if (!any) {
    return Unusable(file, 1,
                    fmt::format("the file is empty; its first line must name the columns. {}",
                                KindOfFileName(path.filename().string())
                                    ? Rule(*KindOfFileName(path.filename().string()))
                                    : "It must be one of " + AllFileNames() + "."));
  }
  IURAN_TRY(CheckForm(file, csv.row()));
  IURAN_ASSIGN(const InputKind kind, KindOf(path, csv.row()));
  IURAN_ASSIGN(std::vector<size_t> places, PlacesOf(file, kind, csv.row()));
  InputFile input(std::move(csv), kind);
  input.columns_ = std::move(places);
  return input;
}

size_t InputFile::row_bytes() const {
  size_t bytes = 0;
  for (const std::string_view field : csv_.row().fields) bytes += field.size();
  return bytes;
}

events::RemittanceId InputFile::remittance() const {
  const CsvRow& row = csv_.row();
  if (kind_ != InputKind::kPayments || row.fault != CsvFault::kNone) return {};
  if (row.fields.size() != columns_.size()) return {};
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (ColumnsOf(kind_)[columns_[i]].name != "remittance") continue;
    if (auto id = events::ParseId<events::RemittanceId>(row.fields[i])) return *std::move(id);
  }
  return {};
}

RowResult InputFile::Read() const {
  const CsvRow& row = csv_.row();
  const auto columns = ColumnsOf(kind_);
  const auto error = [](std::string_view column, std::string_view message) {
    return tl::unexpected<RowError>(MalformedRow(column, std::string(message)));
  };
  if (row.fault != CsvFault::kNone) {
    const bool named = row.fault != CsvFault::kTooLong && row.faulty_field < columns_.size();
    return error(named ? columns[columns_[row.faulty_field]].name : "", Explain(row.fault));
  }
  if (row.fields.size() != columns_.size()) {
    return error("", fmt::format("The row has {} values, the header names {} columns. A value with "
                                 "a comma in it must stand in double quotes.",
                                 row.fields.size(), columns_.size()));
  }
  RowValues values;
  for (size_t i = 0; i < columns_.size(); ++i) values[columns_[i]] = row.fields[i];
  return ReadRow(kind_, values);
}

}  // namespace iuran::tools
