// Pages: how consecutive records of one commit are stored as one value (FORMAT.md, "Pages").
// Knows bytes and LZ4; not RocksDB, not positions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/proof/tree.h"

namespace iuran::log {

constexpr size_t kMaxRecordsInPage = 256;
// A page is closed before its records would pass this size.
constexpr size_t kMaxPageBytes = size_t{1} << 20;

// How many of the leading `records` (there must be one or more) the next page takes.
size_t RecordsOfNextPage(std::span<const std::string_view> records);

// Writes pages; keeps its buffers from one to the next.
class PageWriter {
 public:
  // The value of a page of these records, 1 to kMaxRecordsInPage of them, none empty or longer than
  // kMaxRecordBytes. Valid until the next call.
  std::string_view Write(std::span<const std::string_view> records);

 private:
  std::string body_;
  std::string value_;
};

// Number of records that a page's header tells; nothing where this is no page this program reads.
std::optional<size_t> CountOfPage(std::string_view value);

// Reads pages. Trusts no byte of the value.
class PageReader {
 public:
  // Makes `value` the page that is read; it is copied. Returns what is wrong with it, or nothing.
  std::optional<std::string_view> Load(std::string_view value);

  size_t count() const { return count_; }
  // Begins at an address divisible by 8; valid until the next Load. `index` is below count().
  std::span<const std::byte> record(size_t index) const;

 private:
  uint32_t End(size_t index) const;

  std::vector<uint64_t> body_;  // words, for the alignment
  size_t count_ = 0;
};

}  // namespace iuran::log
