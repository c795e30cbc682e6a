// Reads rows of comma-separated values (RFC 4180) from a file of any size.
//
// Why own code: the packaged CSV library reads typed columns into fixed templates; it cannot go on
// after a bad row, name the column of a bad value, or take line breaks inside quotes. A book of
// record must do all three: every row is read, or answered with its line and the reason.
//
// Memory is one block, whatever the size of the file. Touches nothing but the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/error.h"
#include "tools/file_digest.h"

namespace iuran::tools {

// Bytes of one row at most, its line break not counted.
inline constexpr size_t kMaxRowBytes = size_t{64} << 10;

// What can be wrong with the form of a row. Reading goes on behind it: at the line after the one
// where the row begins, so that a quote never closed costs its own line and no more.
enum class CsvFault : uint8_t {
  kNone,
  kTooLong,            // more than kMaxRowBytes
  kUnterminatedQuote,  // no closing quote within kMaxRowBytes or the file
  kTextAfterQuote,     // "abc"d
  kQuoteInText,        // ab"c
  kNotUtf8,            // the fields are there, one of them is not UTF-8
};
// What is wrong with the row and what would be valid, in one or two sentences; empty for kNone.
std::string_view Explain(CsvFault fault);

struct CsvRow {
  uint64_t line = 0;  // physical line where the row begins, from 1
  CsvFault fault = CsvFault::kNone;
  size_t faulty_field = 0;  // where the fault was met, from 0
  // Whole where there is no fault, or kNotUtf8. Quotes are taken off and doubled ones halved.
  std::span<const std::string_view> fields;
};

// Accepts LF and CRLF, a byte-order mark, and a last line without a line break. Empty lines are no
// rows. A carriage return that ends no line is a character of its field.
class CsvReader {
 public:
  // kNotFound where there is no such file; kUsage where it is a folder or no regular file; kIo.
  static Result<CsvReader> Open(const std::filesystem::path& file,
                                size_t block_bytes = size_t{1} << 20);
  CsvReader(CsvReader&&) noexcept;
  CsvReader& operator=(CsvReader&&) noexcept;
  ~CsvReader();

  // Reads the next row; false at the end of the file. kIo where the file cannot be read on.
  Result<bool> Next();
  // SHA-256 of the whole file as it was read, once Next has met its end.
  events::Digest TakeDigest() { return digest_.Finish(); }
  // The row read last; valid until the next call of Next.
  const CsvRow& row() const { return row_; }

 private:
  CsvReader(std::string file, int descriptor, size_t block_bytes);

  Result<void> Fill();
  Result<bool> SkipLine();
  void TakeRow();
  void SplitPlain(const char* begin, const char* end);
  const char* SplitQuoted(const char* begin, const char* limit);
  void Fault(CsvFault fault);
  void CheckUtf8(const char* begin, const char* end);

  std::string file_;
  int descriptor_ = -1;
  size_t block_bytes_;
  std::unique_ptr<char[]> buffer_;  // block_bytes_ and room for what is left of the block before
  size_t capacity_;
  const char* at_;   // the next byte to read
  const char* end_;  // behind the last byte in the buffer
  bool at_end_of_file_ = false;
  FileDigest digest_;  // of what was read
  uint64_t line_ = 1;  // of at_
  CsvRow row_;
  std::vector<std::string_view> fields_;
  std::string unquoted_;  // the text of fields whose quotes were doubled
};

}  // namespace iuran::tools
