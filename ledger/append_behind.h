// Appends one commit on a thread of its own while the next is being decided: the past as it will be
// once that commit is in the store. Appending costs about as much as deciding, so that together
// they take half the time.
//
// Thread rule: one thread calls everything here; only the append itself runs elsewhere.
#pragma once

#include <future>
#include <optional>
#include <string_view>
#include <vector>

#include "ledger/flat_map.h"
#include "ledger/rules/book.h"
#include "ledger/store.h"

namespace iuran::ledger {

// An event decided and encoded.
struct PendingEvent {
  std::string stream;
  uint32_t stream_version = 0;
  std::string bytes;
  std::string key;
  rules::RequestDigest digest{};
};

// A batch with the texts that its records point to. Moving it leaves them where they are.
struct Commit {
  std::vector<PendingEvent> events;
  log::Batch batch;
};

class AppendBehind final : public Past {
 public:
  explicit AppendBehind(Store& base) : base_(base) {}
  ~AppendBehind() override;

  // Appends while the caller waits: where nothing is to be decided meanwhile. The commit before
  // must be finished.
  Result<void> Append(const Commit& commit);
  // Begins to append; the commit before must be finished. It counts as past from now on.
  void Start(Commit commit);
  // Waits for the commit under way and says what became of it; done at once where there is none.
  // Where it failed, whatever was decided after it began stands on nothing.
  Result<void> Finish();

  uint64_t size() const override;
  Result<std::vector<std::byte>> Read(uint64_t position) const override;
  Result<std::vector<uint64_t>> Stream(std::string_view stream) const override;
  Result<uint32_t> StreamSize(std::string_view stream) const override;
  Result<std::vector<std::optional<log::KeyEntry>>> FindKeys(
      std::span<const std::string> keys) const override;
  Result<std::vector<std::optional<std::string>>> FindRows(
      log::Table table, std::span<const std::string> keys) const override;

 private:
  using Index = FlatMap<size_t, std::string_view>;

  Index& RowsOf(log::Table table) const { return rows_[static_cast<size_t>(table)]; }

  Store& base_;
  std::optional<Commit> commit_;  // under way
  std::future<Result<void>> outcome_;
  // Of the commit under way: where a key, a row and the last event of a stream stand in it. Looking
  // up changes nothing, but FlatMap has one Find for both uses.
  mutable Index keys_;
  mutable Index streams_;
  mutable Index rows_[2];
};

}  // namespace iuran::ledger
