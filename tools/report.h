// A report: rows of named columns, written as a table for people, as CSV (RFC 4180) or as JSON.
//
// CSV: a header row, lines end in LF, amounts in whole rupiah where they are whole, empty where
// nothing applies. JSON: an array of objects; amounts are strings exactly as in CSV, counts are
// numbers, null where nothing applies. Table: aligned, amounts grouped (16,800), control characters
// shown as '?', totals where a column has one; it is held in memory until the end, to be aligned.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/calendar.h"
#include "events/money.h"
#include "events/words.h"
#include "tools/json.h"
#include "tools/output.h"

namespace CLI {
class App;
}

namespace iuran::tools {

enum class Format { kTable, kCsv, kJson };

// --format table|csv|json, default table.
void AddFormatOption(CLI::App& command, Format& format);

enum class ColumnKind { kText, kAmount, kCount };
struct Column {
  std::string_view name;  // lives as long as the report
  ColumnKind kind = ColumnKind::kText;
  bool total = false;  // amounts and counts: summed under the table
};

using events::Grouped;

class Report {
 public:
  Report(Output& out, Format format, std::vector<Column> columns);

  // The cells of a row, in the order of the columns, then EndRow.
  void Text(std::string_view value);
  void Amount(events::Money value);
  void Count(int64_t value);
  void Nothing();
  void Date(std::optional<events::Day> day) { day ? Text(day->ToString()) : Nothing(); }
  void Date(std::optional<events::Month> month) { month ? Text(month->ToString()) : Nothing(); }
  void EndRow();

  // Ends the report. `when_empty` is what a table without rows says to people.
  void Finish(std::string_view when_empty);

 private:
  const Column& NextColumn();
  void TableCell(std::string_view text);
  void WriteTable();
  void WriteTableRow(const std::vector<std::string_view>& cells);

  Output& out_;
  const Format format_;
  const std::vector<Column> columns_;
  size_t next_column_ = 0;
  size_t rows_ = 0;
  std::string text_;  // CSV and JSON: the row at hand
  JsonWriter json_{text_};
  // Table only:
  std::string cells_;
  std::vector<size_t> cell_ends_;
  std::vector<size_t> widths_;
  std::vector<events::Money> totals_;  // counts as rupiah
};

}  // namespace iuran::tools
