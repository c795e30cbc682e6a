// The walk over pages. See cursor.h.
#include "ledger/log/cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "events/check.h"
#include "ledger/log/bytes.h"

namespace iuran::log {
namespace {

// Ranges beyond this read ahead and leave the block cache to others.
constexpr uint64_t kLongRange = 16 * kMaxRecordsInPage;

}  // namespace

PageCursor::PageCursor(std::shared_ptr<const Store> store, uint64_t from, uint64_t to)
    : store_(std::move(store)), next_(from), to_(to) {}

Result<bool> PageCursor::NextPage() {
  count_ = 0;
  if (next_ >= to_) return false;
  if (iterator_ == nullptr) {
    rocksdb::ReadOptions options;
    if (to_ - next_ > kLongRange) {
      options.readahead_size = size_t{1} << 20;
      options.fill_cache = false;
    }
    iterator_.reset(store_->db().NewIterator(options, store_->handle(Family::kRecords)));
    std::string key;
    AppendBigEndian(key, next_);
    iterator_->SeekForPrev(key);
  } else {
    iterator_->Next();
  }
  IURAN_TRY(LoadPage());
  return true;
}

Result<void> PageCursor::LoadPage() {
  if (!iterator_->status().ok()) {
    return tl::unexpected(ErrorOf(iterator_->status(), store_->folder(), "read"));
  }
  uint64_t page_position = 0;
  bool found = iterator_->Valid() && iterator_->key().size() == sizeof(page_position);
  if (found) {
    page_position = ReadBigEndian<uint64_t>(iterator_->key().ToStringView());
    if (const auto fault = page_.Load(iterator_->value().ToStringView())) {
      return tl::unexpected(Damaged(
          store_->folder(), fmt::format("The page of records that begins at position {} cannot be "
                                        "read: {}.",
                                        page_position, *fault)));
    }
    // Only the first page of the walk may begin before what is asked for.
    found = page_position <= next_ && next_ < page_position + page_.count() &&
            (!walking_ || page_position == next_);
  }
  if (!found) {
    return tl::unexpected(
        Damaged(store_->folder(), fmt::format("The record at position {} is missing.", next_)));
  }
  walking_ = true;
  skipped_ = next_ - page_position;
  first_position_ = next_;
  count_ = std::min<uint64_t>(page_.count() - skipped_, to_ - next_);
  next_ += count_;
  return {};
}

std::span<const std::byte> PageCursor::record(size_t index) const {
  IURAN_CHECK(index < count_, "a record that is shown");
  return page_.record(skipped_ + index);
}

}  // namespace iuran::log
