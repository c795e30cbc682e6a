// The CSV reader against a slow, obvious splitter, and at its edges.
#include "tools/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "events/utf8.h"
#include "tests/unit/tools/temporary_folder.h"

namespace iuran::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Row {
  uint64_t line = 0;
  CsvFault fault = CsvFault::kNone;
  size_t faulty_field = 0;
  std::vector<std::string> fields;
  friend bool operator==(const Row&, const Row&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Row& row) {
    out << "line " << row.line << " fault " << static_cast<int>(row.fault) << " in field "
        << row.faulty_field << ":";
    for (const std::string& field : row.fields) out << " [" << field.substr(0, 40) << "]";
    return out;
  }
};

std::vector<Row> ReadAll(const std::filesystem::path& file, size_t block_bytes) {
  std::vector<Row> rows;
  auto reader = CsvReader::Open(file, block_bytes);
  EXPECT_TRUE(reader) << reader.error().message;
  while (*reader->Next()) {
    const CsvRow& row = reader->row();
    rows.push_back({row.line, row.fault, row.faulty_field, {}});
    for (std::string_view field : row.fields) rows.back().fields.emplace_back(field);
  }
  return rows;
}

// One row at the front of `text`, character by character. `ends` says that the file ends behind it.
// Returns how many characters it takes; 0 after a fault.
size_t SplitSlowly(const std::string& text, bool ends, Row& row) {
  const auto breaks = [&](size_t i) -> size_t {
    if (i == text.size()) return ends ? 1 : 0;
    if (text[i] == '\n') return 1;
    if (text[i] != '\r') return 0;
    return i + 1 == text.size() ? (ends ? 1 : 0) : (text[i + 1] == '\n' ? 2 : 0);
  };
  const auto fault = [&row](CsvFault kind) {
    row.faulty_field = kind == CsvFault::kTooLong ? 0 : row.fields.size();
    row.fields.clear();
    row.fault = kind;
    return size_t{0};
  };
  size_t i = 0;
  while (true) {
    std::string field;
    if (i < text.size() && text[i] == '"') {
      for (++i;; ++i) {
        if (i >= text.size()) return fault(CsvFault::kUnterminatedQuote);
        if (text[i] != '"') {
          field += text[i];
        } else if (i + 1 < text.size() && text[i + 1] == '"') {
          field += text[i++];
        } else {
          break;
        }
      }
      ++i;
      if (i < text.size() && text[i] != ',' && breaks(i) == 0) {
        return fault(CsvFault::kTextAfterQuote);
      }
    } else {
      for (; i < text.size() && text[i] != ',' && breaks(i) == 0; ++i) {
        if (text[i] == '"') return fault(CsvFault::kQuoteInText);
        field += text[i];
      }
    }
    row.fields.push_back(field);
    if (i == text.size() || text[i] != ',') break;
    ++i;
  }
  if (breaks(i) == 0 || i > kMaxRowBytes) return fault(CsvFault::kTooLong);
  return std::min(i + breaks(i), text.size());
}

std::vector<Row> Reference(std::string text) {
  std::vector<Row> rows;
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  uint64_t line = 1;
  while (!text.empty()) {
    const size_t first_line = std::min(text.find('\n'), text.size() - 1) + 1;
    size_t taken = first_line;
    if (text[0] != '\n' && text != "\r" && !text.starts_with("\r\n")) {
      const std::string window = text.substr(0, kMaxRowBytes + 2);
      Row row;
      row.line = line;
      const size_t split = SplitSlowly(window, window.size() == text.size(), row);
      if (split != 0) taken = split;
      for (size_t i = 0; i < row.fields.size() && row.fault == CsvFault::kNone; ++i) {
        if (events::IsUtf8(row.fields[i])) continue;
        row.fault = CsvFault::kNotUtf8;
        row.faulty_field = i;
      }
      rows.push_back(row);
    }
    const std::string gone = text.substr(0, taken);
    line += static_cast<uint64_t>(std::count(gone.begin(), gone.end(), '\n'));
    text.erase(0, taken);
  }
  return rows;
}

TEST(CsvReader, AgreesWithASlowSplitterOnRandomText) {
  TemporaryFolder folder;
  std::mt19937 random(20261122);
  const std::vector<std::string> pieces = {
      "a",  "bc", ",",    ",",        "\"",   "\"\"",  "\n",
      "\n", "\r", "\r\n", "\xC3\xA9", "\xFF", "\",\"", "P-1,2025-01-02,M-1\n"};
  const std::vector<size_t> block_sizes = {1, 7, 1000, 4096, size_t{1} << 20};
  size_t rows_seen = 0;
  std::array<size_t, 6> faults{};
  for (int round = 0; round < 400; ++round) {
    std::string text = random() % 8 == 0 ? "\xEF\xBB\xBF" : "";
    const bool with_long_rows = round % 10 == 0;
    for (size_t i = random() % 120; i > 0; --i) {
      text += pieces[random() % pieces.size()];
      if (with_long_rows && random() % 16 == 0) text.append(kMaxRowBytes - 40 + random() % 80, 'x');
    }
    const auto file = folder.Write("random.csv", text);
    const auto expected = Reference(text);
    const size_t block =
        with_long_rows ? 1000 + random() % 100000 : block_sizes[random() % block_sizes.size()];
    ASSERT_EQ(ReadAll(file, block), expected) << "round " << round;
    rows_seen += expected.size();
    for (const Row& row : expected) ++faults[static_cast<size_t>(row.fault)];
  }
  EXPECT_GT(rows_seen, 2000u);
  for (size_t count : faults) EXPECT_GT(count, 5u) << "every kind of row was met";
}

TEST(CsvReader, RowsMayBe64KiBAndALongerOneCostsOnlyItself) {
  TemporaryFolder folder;
  const std::string longest(kMaxRowBytes - 2, 'x');
  const auto file =
      folder.Write("long.csv", "a," + longest + "\r\n" + "b," + longest + "x\r\n" + "c,\"" +
                                   longest + "\"\n" + std::string(3 << 20, 'y') + "\nd,1");
  const auto rows = ReadAll(file, size_t{1} << 20);
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_THAT(rows[0].fields, ElementsAre("a", longest));
  EXPECT_EQ(rows[1], (Row{2, CsvFault::kTooLong, 0, {}}));
  EXPECT_EQ(rows[2], (Row{3, CsvFault::kTooLong, 0, {}})) << "quotes count";
  EXPECT_EQ(rows[3], (Row{4, CsvFault::kTooLong, 0, {}})) << "also longer than a block";
  EXPECT_EQ(rows[4], (Row{5, CsvFault::kNone, 0, {"d", "1"}}));
}

TEST(CsvReader, AQuoteNeverClosedCostsItsOwnLine) {
  TemporaryFolder folder;
  std::string text = "P-1,\"M-1\nP-2,M-2\n";
  for (int i = 0; i < 20000; ++i) text += "P-3,M-3\n";
  const auto rows = ReadAll(folder.Write("quote.csv", text), size_t{1} << 16);
  ASSERT_EQ(rows.size(), 20002u);
  EXPECT_EQ(rows[0], (Row{1, CsvFault::kUnterminatedQuote, 1, {}}));
  EXPECT_EQ(rows[1], (Row{2, CsvFault::kNone, 0, {"P-2", "M-2"}}));
  EXPECT_EQ(rows.back().line, 20002u);
}

TEST(CsvReader, SaysWhatItCannotOpen) {
  TemporaryFolder folder;
  const auto missing = CsvReader::Open(folder.path() / "none.csv");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("none.csv"));
  const auto directory = CsvReader::Open(folder.path());
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, ErrorCode::kUsage);
  EXPECT_THAT(directory.error().message, HasSubstr("is a folder"));
  const auto device = CsvReader::Open("/dev/null");
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace iuran::tools
