// Pages of records: layout, compression and bounds. See page.h and FORMAT.md.
#include "ledger/log/page.h"

#include <lz4.h>

#include <cstring>

#include "events/check.h"
#include "ledger/log/bytes.h"

namespace iuran::log {
namespace {

constexpr char kFormat = 1;
enum Compression : char { kRaw = 0, kLz4 = 1 };
constexpr size_t kHeaderBytes = 8;  // format, compression, count (2), size of the body (4)
constexpr size_t kLongestBody = kMaxPageBytes + 4 * kMaxRecordsInPage;  // with the offsets

constexpr size_t Align(size_t size) { return (size + 7) & ~size_t{7}; }

}  // namespace

size_t RecordsOfNextPage(std::span<const std::string_view> records) {
  size_t bytes = 0;
  size_t taken = 0;
  while (taken < records.size() && taken < kMaxRecordsInPage) {
    bytes += Align(records[taken].size());
    if (taken > 0 && bytes > kMaxPageBytes) break;
    ++taken;
  }
  return taken;
}

std::string_view PageWriter::Write(std::span<const std::string_view> records) {
  IURAN_CHECK(!records.empty() && records.size() <= kMaxRecordsInPage, "a page takes 1 to 256");
  size_t size = Align(4 * records.size());
  for (const std::string_view record : records) size = Align(size) + record.size();
  IURAN_CHECK(size <= kLongestBody, "the records fit a page");

  body_.assign(size, '\0');
  size_t end = Align(4 * records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    const size_t begin = Align(end);
    std::memcpy(body_.data() + begin, records[i].data(), records[i].size());
    end = begin + records[i].size();
    WriteLittleEndian(body_.data() + 4 * i, static_cast<uint32_t>(end));
  }

  value_.resize(kHeaderBytes + size);
  // It must save an eighth: below that, reading it raw is worth more than the bytes.
  const int limit = static_cast<int>(size - size / 8);
  const int packed = LZ4_compress_default(body_.data(), value_.data() + kHeaderBytes,
                                          static_cast<int>(size), limit);
  if (packed > 0) {
    value_.resize(kHeaderBytes + static_cast<size_t>(packed));
  } else {
    std::memcpy(value_.data() + kHeaderBytes, body_.data(), size);
  }
  value_[0] = kFormat;
  value_[1] = packed > 0 ? kLz4 : kRaw;
  WriteLittleEndian(value_.data() + 2, static_cast<uint16_t>(records.size()));
  WriteLittleEndian(value_.data() + 4, static_cast<uint32_t>(size));
  return value_;
}

std::optional<size_t> CountOfPage(std::string_view value) {
  if (value.size() < kHeaderBytes || value[0] != kFormat) return std::nullopt;
  const size_t count = ReadLittleEndian<uint16_t>(value.data() + 2);
  if (count == 0 || count > kMaxRecordsInPage) return std::nullopt;
  return count;
}

std::optional<std::string_view> PageReader::Load(std::string_view value) {
  count_ = 0;
  const std::optional<size_t> count = CountOfPage(value);
  if (!count) return "its header is not one that this program writes";
  const size_t size = ReadLittleEndian<uint32_t>(value.data() + 4);
  if (size > kLongestBody) return "it tells a size that no page has";
  if (Align(4 * *count) > size) return "it is shorter than its table of records";
  const std::string_view stored = value.substr(kHeaderBytes);
  body_.resize(Align(size) / 8);
  char* const body = reinterpret_cast<char*>(body_.data());
  if (value[1] == kLz4) {
    const int unpacked = LZ4_decompress_safe(stored.data(), body, static_cast<int>(stored.size()),
                                             static_cast<int>(size));
    if (unpacked < 0 || static_cast<size_t>(unpacked) != size) return "it does not unpack";
  } else if (value[1] == kRaw && stored.size() == size) {
    std::memcpy(body, stored.data(), size);
  } else {
    return "its length is not what its header tells";
  }

  size_t end = Align(4 * *count);
  for (size_t i = 0; i < *count; ++i) {
    const size_t begin = Align(end);
    end = End(i);
    if (end <= begin || end > size) return "its table of records is out of order";
  }
  if (end != size) return "it goes on after its last record";
  count_ = *count;
  return std::nullopt;
}

uint32_t PageReader::End(size_t index) const {
  return ReadLittleEndian<uint32_t>(reinterpret_cast<const char*>(body_.data()) + 4 * index);
}

std::span<const std::byte> PageReader::record(size_t index) const {
  IURAN_CHECK(index < count_, "a record within the page");
  const size_t begin = Align(index == 0 ? 4 * count_ : End(index - 1));
  const auto* body = reinterpret_cast<const std::byte*>(body_.data());
  return {body + begin, End(index) - begin};
}

}  // namespace iuran::log
