// Checking a log: how long it is, where its last page may be damaged or not be its own. See
// verify_parts.h.
#include <fmt/format.h>

#include <algorithm>

#include "ledger/log/bytes.h"
#include "ledger/log/page.h"
#include "ledger/log/verify_parts.h"

namespace iuran::log {
namespace {

constexpr uint64_t kBeyondBelief = uint64_t{1} << 62;

std::string PageKey(uint64_t position) {
  std::string key;
  AppendBigEndian(key, position);
  return key;
}

struct PageSeen {
  uint64_t position;
  std::optional<size_t> count;  // nothing: its header is damaged
  uint64_t SurelyEndsBy() const { return position + count.value_or(kMaxRecordsInPage); }
};

// The page that an iterator is at or, going back, the first that can be one.
std::optional<PageSeen> PageAt(rocksdb::Iterator& page) {
  for (; page.Valid(); page.Prev()) {
    if (page.key().size() != sizeof(uint64_t)) continue;
    const auto position = ReadBigEndian<uint64_t>(page.key().ToStringView());
    if (position >= kBeyondBelief) continue;
    return PageSeen{position, CountOfPage(page.value().ToStringView())};
  }
  return std::nullopt;
}

}  // namespace

// Memory is taken for so many records, so that a page that somebody put far behind the others is
// not believed: what nobody acknowledged must go on from the page before, and leave no hole as long
// as half of all.
uint64_t SizeToVerify(const Store& store, uint64_t acknowledged) {
  const auto open = [&store] {
    return std::unique_ptr<rocksdb::Iterator>(
        store.db().NewIterator({}, store.handle(Family::kRecords)));
  };
  const auto page = open();
  page->SeekToLast();
  for (;;) {
    const std::optional<PageSeen> last = PageAt(*page);
    if (!last) return page->status().ok() ? 0 : acknowledged;
    uint64_t end = last->position + last->count.value_or(1);
    if (!last->count && last->position < acknowledged && acknowledged < last->SurelyEndsBy()) {
      end = acknowledged;
    }
    if (end <= acknowledged) return end;
    page->Prev();
    const std::optional<PageSeen> before = PageAt(*page);
    if (!page->status().ok()) return end;
    if (before && before->SurelyEndsBy() < last->position) continue;
    const auto half = open();
    half->SeekForPrev(PageKey(end / 2));
    const std::optional<PageSeen> middle = PageAt(*half);
    if (!half->status().ok() || (middle && middle->SurelyEndsBy() > end / 2)) return end;
    page->SeekForPrev(PageKey(end / 2));
  }
}

void CheckNothingBehind(const Store& store, uint64_t size, Faults& faults) {
  const std::unique_ptr<rocksdb::Iterator> page(
      store.db().NewIterator({}, store.handle(Family::kRecords)));
  uint64_t pages = 0;
  for (page->Seek(PageKey(size)); page->Valid(); page->Next()) ++pages;
  if (pages > 0) {
    page->Seek(PageKey(size));
    const auto what =
        page->Valid() && page->key().size() == sizeof(uint64_t)
            ? fmt::format("position {}", ReadBigEndian<uint64_t>(page->key().ToStringView()))
            : std::string("a key that is no position");
    faults.AddMany(pages, size,
                   fmt::format("Behind the end of the log, {}, there are {} pages that do not go "
                               "on from it; the first stands at {}.",
                               size, pages, what));
  }
  if (!page->status().ok()) {
    faults.Add(size, fmt::format("What stands behind position {} cannot be read ({}).", size,
                                 page->status().ToString()));
  }
}

}  // namespace iuran::log
