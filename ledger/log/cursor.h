// Walks the records of a range of positions, page by page.
#pragma once

#include <rocksdb/iterator.h>

#include <cstdint>
#include <memory>

#include "ledger/log/event_log.h"
#include "ledger/log/page.h"
#include "ledger/log/store.h"

namespace iuran::log {

// Checks that positions follow each other without gaps.
class PageCursor : public RecordCursor {
 public:
  // Positions [from, to); the caller has cut `to` to the size of the log.
  PageCursor(std::shared_ptr<const Store> store, uint64_t from, uint64_t to);

  Result<bool> NextPage() override;
  uint64_t first_position() const override { return first_position_; }
  size_t count() const override { return count_; }
  std::span<const std::byte> record(size_t index) const override;

 private:
  // The entry under the iterator, if there is one, as the page that holds `next_`.
  Result<void> LoadPage();

  const std::shared_ptr<const Store> store_;  // goes after the iterator
  uint64_t next_;                             // the first position not shown yet
  const uint64_t to_;
  std::unique_ptr<rocksdb::Iterator> iterator_;  // made when the first page is asked for
  PageReader page_;
  bool walking_ = false;  // a page has been shown
  size_t skipped_ = 0;    // records of the page before the range
  size_t count_ = 0;
  uint64_t first_position_ = 0;
};

}  // namespace iuran::log
