// The CSV reader: one pass over blocks of the file, with the searches left to memchr.
#include "tools/csv_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "events/utf8.h"

namespace iuran::tools {
namespace {

// The longest row and its CRLF: with so many bytes at hand every row can be judged.
constexpr size_t kWindowBytes = kMaxRowBytes + 2;

std::string Reason(int error_number) { return std::generic_category().message(error_number); }

const char* Find(const char* begin, const char* end, char c) {
  return begin == end
             ? nullptr
             : static_cast<const char*>(std::memchr(begin, c, static_cast<size_t>(end - begin)));
}

std::string_view View(const char* begin, const char* end) {
  return {begin, static_cast<size_t>(end - begin)};
}

bool IsAscii(const char* begin, const char* end) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  uint64_t seen = 0;
  for (; end - begin >= 8; begin += 8) {
    uint64_t word;
    std::memcpy(&word, begin, 8);
    seen |= word & kHighBits;
  }
  for (; begin != end; ++begin) seen |= static_cast<unsigned char>(*begin) & 0x80;
  return seen == 0;
}

}  // namespace

CsvReader::CsvReader(std::string file, int descriptor, size_t block_bytes)
    : file_(std::move(file)),
      descriptor_(descriptor),
      block_bytes_(block_bytes),
      buffer_(new char[block_bytes + kWindowBytes]),
      capacity_(block_bytes + kWindowBytes),
      at_(buffer_.get()),
      end_(at_) {
  // Fields of one row point into it, so it must not move: what is unquoted is never longer.
  unquoted_.reserve(kWindowBytes);
}

CsvReader::CsvReader(CsvReader&& other) noexcept { *this = std::move(other); }

CsvReader& CsvReader::operator=(CsvReader&& other) noexcept {
  if (this == &other) return *this;
  if (descriptor_ >= 0) ::close(descriptor_);
  file_ = std::move(other.file_);
  descriptor_ = std::exchange(other.descriptor_, -1);
  block_bytes_ = other.block_bytes_;
  buffer_ = std::move(other.buffer_);
  capacity_ = other.capacity_;
  at_ = other.at_;
  end_ = other.end_;
  at_end_of_file_ = other.at_end_of_file_;
  digest_ = std::move(other.digest_);
  line_ = other.line_;
  row_ = other.row_;
  fields_ = std::move(other.fields_);
  unquoted_ = std::move(other.unquoted_);
  return *this;
}

CsvReader::~CsvReader() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<CsvReader> CsvReader::Open(const std::filesystem::path& file, size_t block_bytes) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    const bool missing = errno == ENOENT || errno == ENOTDIR;
    return Fail(missing ? ErrorCode::kNotFound : ErrorCode::kIo,
                missing ? fmt::format("There is no file {}.", file.string())
                        : fmt::format("{} cannot be read: {}.", file.string(), Reason(errno)));
  }
  CsvReader reader(file.string(), descriptor, std::max<size_t>(block_bytes, 1));
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) {
    return Fail(ErrorCode::kIo, fmt::format("{} cannot be read: {}.", reader.file_, Reason(errno)));
  }
  if (S_ISDIR(status.st_mode)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{} is a folder where a CSV file is expected.", reader.file_));
  }
  if (!S_ISREG(status.st_mode)) {
    return Fail(ErrorCode::kUsage, fmt::format("{} is no regular file. Save what it gives as a "
                                               "CSV file first: it is read more than once.",
                                               reader.file_));
  }
  IURAN_TRY(reader.Fill());
  if (View(reader.at_, reader.end_).starts_with("\xEF\xBB\xBF")) reader.at_ += 3;
  return reader;
}

// Sees to it that a whole window or the rest of the file stands in the buffer.
Result<void> CsvReader::Fill() {
  while (!at_end_of_file_ && static_cast<size_t>(end_ - at_) < kWindowBytes) {
    const auto kept = static_cast<size_t>(end_ - at_);
    char* const begin = buffer_.get();
    if (at_ != begin) std::memmove(begin, at_, kept);
    at_ = begin;
    end_ = begin + kept;
    const ssize_t got = ::read(descriptor_, begin + kept, std::min(block_bytes_, capacity_ - kept));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return Fail(ErrorCode::kIo,
                  fmt::format("{} cannot be read on at line {}: {}.", file_, line_, Reason(errno)));
    }
    at_end_of_file_ = got == 0;
    digest_.Add({begin + kept, static_cast<size_t>(got)});
    end_ += got;
  }
  return {};
}

Result<bool> CsvReader::Next() {
  row_ = CsvRow();
  fields_.clear();
  while (true) {
    if (static_cast<size_t>(end_ - at_) < kWindowBytes) IURAN_TRY(Fill());
    if (at_ == end_) return false;
    const bool crlf = *at_ == '\r' && (at_ + 1 == end_ || at_[1] == '\n');
    if (*at_ != '\n' && !crlf) break;
    at_ = std::min(at_ + (crlf ? 2 : 1), end_);
    ++line_;
  }
  row_.line = line_;
  TakeRow();
  if (row_.fault == CsvFault::kNone || row_.fault == CsvFault::kNotUtf8) {
    row_.fields = fields_;
    return true;
  }
  return SkipLine();
}

void CsvReader::TakeRow() {
  const auto at_hand = static_cast<size_t>(end_ - at_);
  const char* const limit = at_ + std::min(at_hand, kWindowBytes);
  const char* const newline = Find(at_, limit, '\n');
  const char* const line_end = newline != nullptr ? newline : limit;
  if (Find(at_, line_end, '"') == nullptr) {
    const bool whole = newline != nullptr || limit == end_;
    const char* text_end = line_end;
    if (text_end != at_ && text_end[-1] == '\r') --text_end;
    if (!whole || static_cast<size_t>(text_end - at_) > kMaxRowBytes) {
      return Fault(CsvFault::kTooLong);
    }
    SplitPlain(at_, text_end);
    CheckUtf8(at_, text_end);
    at_ = newline != nullptr ? newline + 1 : limit;
    ++line_;
    return;
  }
  unquoted_.clear();
  const char* const text_end = SplitQuoted(at_, limit);
  if (text_end == nullptr) return;
  if (static_cast<size_t>(text_end - at_) > kMaxRowBytes) return Fault(CsvFault::kTooLong);
  CheckUtf8(at_, text_end);
  line_ += static_cast<uint64_t>(std::count(at_, text_end, '\n')) + 1;
  at_ = text_end;
  if (at_ != end_ && *at_ == '\r') ++at_;
  if (at_ != end_ && *at_ == '\n') ++at_;
}

void CsvReader::SplitPlain(const char* begin, const char* end) {
  while (const char* comma = Find(begin, end, ',')) {
    fields_.push_back(View(begin, comma));
    begin = comma + 1;
  }
  fields_.push_back(View(begin, end));
}

// Splits a row that has quotes. Returns the end of its text, or null after a fault.
const char* CsvReader::SplitQuoted(const char* at, const char* limit) {
  const auto ends_row = [limit](const char* p) {
    return p == limit || *p == '\n' || (*p == '\r' && (p + 1 == limit || p[1] == '\n'));
  };
  while (true) {
    if (at != limit && *at == '"') {
      const char* text = ++at;
      const size_t copied = unquoted_.size();
      const char* quote = Find(at, limit, '"');
      while (quote != nullptr && quote + 1 != limit && quote[1] == '"') {
        unquoted_.append(text, quote + 1);
        text = quote + 2;
        quote = Find(text, limit, '"');
      }
      if (quote == nullptr) return Fault(CsvFault::kUnterminatedQuote), nullptr;
      at = quote + 1;
      if (!ends_row(at) && *at != ',') return Fault(CsvFault::kTextAfterQuote), nullptr;
      if (unquoted_.size() == copied) {
        fields_.push_back(View(text, quote));
      } else {
        unquoted_.append(text, quote);
        fields_.push_back(std::string_view(unquoted_).substr(copied));
      }
    } else {
      const char* const text = at;
      while (!ends_row(at) && *at != ',' && *at != '"') ++at;
      if (at != limit && *at == '"') return Fault(CsvFault::kQuoteInText), nullptr;
      fields_.push_back(View(text, at));
    }
    if (ends_row(at)) break;
    ++at;  // the comma
  }
  if (at == limit && (limit != end_ || !at_end_of_file_)) return Fault(CsvFault::kTooLong), nullptr;
  return at;
}

void CsvReader::Fault(CsvFault fault) {
  row_.fault = fault;
  row_.faulty_field = fault == CsvFault::kTooLong ? 0 : fields_.size();
  fields_.clear();
}

void CsvReader::CheckUtf8(const char* begin, const char* end) {
  if (IsAscii(begin, end)) return;
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (events::IsUtf8(fields_[i])) continue;
    row_.fault = CsvFault::kNotUtf8;
    row_.faulty_field = i;
    return;
  }
}

// Goes on behind a fault at the next physical line, however far it is. True: the row was read.
Result<bool> CsvReader::SkipLine() {
  while (at_ != end_) {
    const char* const newline = Find(at_, end_, '\n');
    at_ = newline != nullptr ? newline + 1 : end_;
    if (newline != nullptr) break;
    IURAN_TRY(Fill());
  }
  ++line_;
  return true;
}

std::string_view Explain(CsvFault fault) {
  switch (fault) {
    case CsvFault::kNone:
      break;
    case CsvFault::kTooLong:
      return "The row is longer than 65536 bytes. Shorten it; see whether a quote or a line break "
             "is missing.";
    case CsvFault::kUnterminatedQuote:
      return "A value begins with a double quote that is never closed. Close it, or write the "
             "value without quotes.";
    case CsvFault::kTextAfterQuote:
      return "Behind the closing double quote of a value stands more text. Write a double quote "
             "inside a quoted value twice.";
    case CsvFault::kQuoteInText:
      return "A double quote stands inside a value that does not begin with one. Put the whole "
             "value in double quotes and write the inner ones twice.";
    case CsvFault::kNotUtf8:
      return "The value is not UTF-8 and is not shown. Save the file as \"CSV UTF-8\".";
  }
  return "";
}

}  // namespace iuran::tools
