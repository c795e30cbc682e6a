#include "tools/report.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "events/check.h"

namespace iuran::tools {
namespace {

// Columns on a screen: code points, which is right for the scripts of names here.
size_t Width(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

void AppendCsvText(std::string& line, std::string_view value) {
  if (value.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += value;
    return;
  }
  line += '"';
  for (const char c : value) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

}  // namespace

void AddFormatOption(CLI::App& command, Format& format) {
  command
      .add_option_function<std::string>(
          "--format",
          [&format](const std::string& word) {
            if (word == "table") {
              format = Format::kTable;
            } else if (word == "csv") {
              format = Format::kCsv;
            } else if (word == "json") {
              format = Format::kJson;
            } else {
              throw CLI::ValidationError("--format", "'" + word + "' is none of table, csv, json");
            }
          },
          "How to print it: table (default), csv or json")
      ->type_name("FORMAT");
}

Report::Report(Output& out, Format format, std::vector<Column> columns)
    : out_(out), format_(format), columns_(std::move(columns)) {
  if (format_ == Format::kCsv) {
    for (const Column& column : columns_) {
      text_ += text_.empty() ? "" : ",";
      text_ += column.name;
    }
    text_ += '\n';
    out_.Write(text_);
    text_.clear();
  } else if (format_ == Format::kTable) {
    for (const Column& column : columns_) widths_.push_back(Width(column.name));
    totals_.resize(columns_.size());
  } else {
    out_.Write("[");
  }
}

const Column& Report::NextColumn() {
  IURAN_CHECK(next_column_ < columns_.size(), "a row has no more cells than columns");
  const Column& column = columns_[next_column_++];
  if (format_ == Format::kCsv && next_column_ > 1) text_ += ',';
  if (format_ == Format::kJson) {
    if (next_column_ == 1) {
      text_ += rows_ == 0 ? "\n" : ",\n";
      json_.Restart();
      json_.BeginObject();
    }
    json_.Name(column.name);
  }
  return column;
}

void Report::Text(std::string_view value) {
  if (value.empty()) return Nothing();
  NextColumn();
  switch (format_) {
    case Format::kCsv:
      AppendCsvText(text_, value);
      break;
    case Format::kJson:
      json_.Text(value);
      break;
    case Format::kTable:
      TableCell(value);
      break;
  }
}

void Report::Amount(events::Money value) {
  NextColumn();
  switch (format_) {
    case Format::kCsv:
      AppendAmount(text_, value);
      break;
    case Format::kJson:
      json_.Amount(value);
      break;
    case Format::kTable:
      totals_[next_column_ - 1] += value;
      TableCell(Grouped(value));
      break;
  }
}

void Report::Count(int64_t value) {
  NextColumn();
  switch (format_) {
    case Format::kCsv:
      AppendAmount(text_, events::Money::FromRupiah(value));
      break;
    case Format::kJson:
      json_.Count(value);
      break;
    case Format::kTable:
      totals_[next_column_ - 1] += events::Money::FromRupiah(value);
      TableCell(Grouped(value));
      break;
  }
}

void Report::Nothing() {
  NextColumn();
  if (format_ == Format::kJson) json_.Null();
  if (format_ == Format::kTable) TableCell("");
}

void Report::EndRow() {
  IURAN_CHECK(next_column_ == columns_.size(), "a row has a cell for every column");
  next_column_ = 0;
  ++rows_;
  if (format_ == Format::kTable) return;
  if (format_ == Format::kCsv) text_ += '\n';
  if (format_ == Format::kJson) json_.EndObject();
  out_.Write(text_);
  text_.clear();
}

void Report::Finish(std::string_view when_empty) {
  if (format_ == Format::kJson) {
    out_.Write(rows_ == 0 ? "]\n" : "\n]\n");
  } else if (format_ == Format::kTable && rows_ == 0) {
    out_.Write(std::string(when_empty) + "\n");
  } else if (format_ == Format::kTable) {
    WriteTable();
  }
}

void Report::TableCell(std::string_view text) {
  const size_t begin = cells_.size();
  cells_ += text;
  // A name must not be able to move the cursor of whoever reads the table.
  std::replace_if(
      cells_.begin() + static_cast<std::ptrdiff_t>(begin), cells_.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  cell_ends_.push_back(cells_.size());
  size_t& width = widths_[next_column_ - 1];
  width = std::max(width, Width(text));
}

void Report::WriteTableRow(const std::vector<std::string_view>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += "  ";
    const std::string padding(widths_[i] - std::min(widths_[i], Width(cells[i])), ' ');
    const bool right = columns_[i].kind != ColumnKind::kText;
    if (right) line += padding;
    line += cells[i];
    if (!right) line += padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out_.Write(line += '\n');
}

void Report::WriteTable() {
  std::vector<std::string> totals;
  for (size_t i = 0; i < columns_.size(); ++i) {
    totals.push_back(columns_[i].total ? Grouped(totals_[i]) : "");
  }
  const bool has_totals =
      std::any_of(columns_.begin(), columns_.end(), [](const Column& c) { return c.total; });
  if (has_totals) {
    totals[0] = "Total of " + Grouped(static_cast<int64_t>(rows_));
    for (size_t i = 0; i < columns_.size(); ++i)
      widths_[i] = std::max(widths_[i], Width(totals[i]));
  }

  std::vector<std::string_view> row;
  for (const Column& column : columns_) row.push_back(column.name);
  WriteTableRow(row);
  size_t line = 2 * (columns_.size() - 1);
  for (const size_t width : widths_) line += width;
  const std::string rule = std::string(line, '-') + "\n";
  out_.Write(rule);
  const std::string_view cells = cells_;
  size_t begin = 0;
  for (size_t i = 0; i < cell_ends_.size(); ++i) {
    row[i % columns_.size()] = cells.substr(begin, cell_ends_[i] - begin);
    begin = cell_ends_[i];
    if ((i + 1) % columns_.size() == 0) WriteTableRow(row);
  }
  if (!has_totals) return;
  out_.Write(rule);
  WriteTableRow(std::vector<std::string_view>(totals.begin(), totals.end()));
}

}  // namespace iuran::tools
