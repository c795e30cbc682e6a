// Foreign bytes as a file of rows: every row is read or told as faulty, in the order of lines,
// however the file is cut into blocks; a row that is read can be written and read again, and is a
// request or a row error for each kind of file.
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "events/utf8.h"
#include "tests/fuzz/input.h"
#include "tools/csv_reader.h"
#include "tools/input_rows.h"

namespace iuran::tools {
namespace {

struct Row {
  uint64_t line;
  CsvFault fault;
  size_t faulty_field;
  std::vector<std::string> fields;
  friend bool operator==(const Row&, const Row&) = default;
};

std::vector<Row> ReadAll(std::string_view text, size_t block_bytes) {
  static const int file = ::memfd_create("rows", 0);
  IURAN_CHECK(::ftruncate(file, 0) == 0, "a file in memory can be emptied");
  IURAN_CHECK(::pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()),
              "and written");
  auto reader = CsvReader::Open("/proc/self/fd/" + std::to_string(file), block_bytes);
  IURAN_CHECK(reader.has_value(), "a file in memory can be opened");
  std::vector<Row> rows;
  for (auto more = reader->Next(); more && *more; more = reader->Next()) {
    const CsvRow& row = reader->row();
    IURAN_CHECK(rows.empty() || row.line > rows.back().line, "rows come in the order of lines");
    rows.push_back({row.line, row.fault, row.faulty_field, {}});
    if (row.fault != CsvFault::kNone) continue;
    rows.back().fields.assign(row.fields.begin(), row.fields.end());
  }
  return rows;
}

std::string Quoted(const Row& row) {
  std::string text;
  for (const std::string& field : row.fields) {
    text += text.empty() ? "\"" : ",\"";
    for (const char c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    text += '"';
  }
  return text + "\r\n";
}

void TryAsRequest(const Row& row) {
  for (const InputKind kind : kInputKinds) {
    if (row.fields.size() != ColumnsOf(kind).size()) continue;
    RowValues values{};
    for (size_t i = 0; i < row.fields.size(); ++i) values[i] = row.fields[i];
    const RowResult request = ReadRow(kind, values);
    if (request) continue;
    const RowError& error = request.error();
    IURAN_CHECK(!error.code.empty() && !error.message.empty(), "a refusal has a code and a reason");
    IURAN_CHECK(events::IsUtf8(error.message) && events::IsUtf8(error.value),
                "and can be written to a report");
  }
}

}  // namespace
}  // namespace iuran::tools

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace iuran::tools;
  const std::string_view text = iuran::fuzz::Bytes(data, size);
  const std::vector<Row> rows = ReadAll(text, 1 << 16);
  IURAN_CHECK(ReadAll(text, 64) == rows, "blocks of any size give the same rows");
  for (const Row& row : rows) {
    if (row.fault != CsvFault::kNone) continue;
    for (const std::string& field : row.fields) {
      IURAN_CHECK(iuran::events::IsUtf8(field), "what is read is text");
    }
    TryAsRequest(row);
    const std::string quoted = Quoted(row);
    if (quoted.size() > kMaxRowBytes) continue;
    const std::vector<Row> again = ReadAll(quoted, 64);
    IURAN_CHECK(again.size() == 1 && again[0].fields == row.fields, "a row can be written again");
  }
  return 0;
}
