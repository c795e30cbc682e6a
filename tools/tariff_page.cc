#include "tools/tariff_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/report.h"

namespace iuran::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kSmallestGrouped = 10'000;  // years are read as they are written

std::string InWords(const Json& value);

// {"kind": "percent_of_tier", "percent": "1.00"}: "percent_of_tier, percent 1.00".
std::string ObjectInWords(const Json& object) {
  std::string words;
  for (const auto& [name, value] : object.items()) {
    if (!words.empty()) words += ", ";
    words += name == "kind" ? InWords(value) : name + " " + InWords(value);
  }
  return words;
}

std::string ListInWords(const Json& list) {
  std::string words;
  for (const Json& value : list) {
    if (!words.empty()) words += value.is_object() ? "; " : " ";
    words += InWords(value);
  }
  return words;
}

std::string InWords(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_integer()) {
    const auto number = value.get<int64_t>();
    return number < kSmallestGrouped ? fmt::format("{}", number) : Grouped(number);
  }
  if (value.is_object()) return ObjectInWords(value);
  if (value.is_array()) return ListInWords(value);
  return value.dump();
}

bool IsTable(const Json& value) {
  return value.is_array() && !value.empty() && value.front().is_object();
}

// Every name that some row has, in the order of first appearance, but sources and notes last.
std::vector<std::string> ColumnsOf(const Json& rows) {
  std::vector<std::string> columns;
  std::vector<std::string> last;
  for (const Json& row : rows) {
    for (const auto& [name, value] : row.items()) {
      auto& place = name == "source" || name == "note" ? last : columns;
      if (std::find(place.begin(), place.end(), name) == place.end()) place.push_back(name);
    }
  }
  columns.insert(columns.end(), last.begin(), last.end());
  return columns;
}

void WriteRows(const std::string& title, const Json& rows, Output& out) {
  out.Write(fmt::format("\n{}\n", title));
  const std::vector<std::string> names = ColumnsOf(rows);
  std::vector<Column> columns;
  for (const std::string& name : names) columns.push_back({name});
  Report report(out, Format::kTable, std::move(columns));
  for (const Json& row : rows) {
    for (const std::string& name : names) {
      const auto cell = row.find(name);
      cell == row.end() ? report.Nothing() : report.Text(InWords(*cell));
    }
    report.EndRow();
  }
  report.Finish("");
}

}  // namespace

Result<void> WriteTariffPage(std::string_view document, Output& out) {
  const Json read = Json::parse(document.begin(), document.end(), nullptr, false);
  if (!read.is_object()) {
    return Fail(ErrorCode::kLedgerDamaged, "The scheme document recorded here is no JSON object.");
  }
  for (const auto& [name, value] : read.items()) {
    if (!IsTable(value)) {
      const std::string words = InWords(value);
      out.Write(fmt::format("  {:<14} {}\n", name, words.empty() ? "none" : words));
    }
  }
  for (const auto& [name, value] : read.items()) {
    if (IsTable(value)) WriteRows(name, value, out);
  }
  return {};
}

}  // namespace iuran::tools
