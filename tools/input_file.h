// One input file: which of them it is, whether its header is in order, and its rows as requests.
#pragma once

#include <filesystem>
#include <vector>

#include "tools/csv_reader.h"
#include "tools/input_rows.h"

namespace iuran::tools {

// One input file, opened: its header is read and in order.
class InputFile {
 public:
  // The kind is told by the name of the file where it is one of them, else by the header. The
  // errors (kUsage, kNotFound, kIo) name the file, the line, the column and what would be valid.
  static Result<InputFile> Open(const std::filesystem::path& path);

  InputKind kind() const { return kind_; }
  // The next row; false at the end. kIo where the file cannot be read on.
  Result<bool> Next() { return csv_.Next(); }
  // SHA-256 of the whole file as it was read, once Next has met its end.
  events::Digest TakeDigest() { return csv_.TakeDigest(); }
  uint64_t line() const { return csv_.row().line; }
  size_t row_bytes() const;  // of its values
  RowResult Read() const;
  // The remittance that the row, of payments, names, also where the row cannot be read; empty where
  // it names none or that cannot be told.
  events::RemittanceId remittance() const;

 private:
  InputFile(CsvReader csv, InputKind kind) : csv_(std::move(csv)), kind_(kind) {}

  CsvReader csv_;
  InputKind kind_;
  std::vector<size_t> columns_;  // for each field of a row, its place in ColumnsOf(kind_)
};

}  // namespace iuran::tools
