// Foreign bytes as a file of rows: every row is read or told as faulty, in the order of lines, and
// every row that is read is a request or a row error for each kind of file.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "events/check.h"
#include "tools/csv_reader.h"
#include "tools/input_rows.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace iuran::tools;
  static const int file = ::memfd_create("rows", 0);
  IURAN_CHECK(::ftruncate(file, 0) == 0, "a file in memory can be emptied");
  IURAN_CHECK(::pwrite(file, data, size, 0) == static_cast<ssize_t>(size), "and written");
  auto reader = CsvReader::Open("/proc/self/fd/" + std::to_string(file), 64);
  IURAN_CHECK(reader.has_value(), "a file in memory can be opened");
  uint64_t line = 0;
  for (auto more = reader->Next(); more && *more; more = reader->Next()) {
    const CsvRow& row = reader->row();
    IURAN_CHECK(row.line > line, "rows come in the order of lines");
    line = row.line;
    if (row.fault != CsvFault::kNone) continue;
    for (InputKind kind : kInputKinds) {
      if (row.fields.size() != ColumnsOf(kind).size()) continue;
      RowValues values{};
      for (size_t i = 0; i < row.fields.size(); ++i) values[i] = row.fields[i];
      (void)ReadRow(kind, values);
    }
  }
  return 0;
}
