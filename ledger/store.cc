// The two stores of the sequencer.
#include "ledger/store.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "events/codec.h"
#include "ledger/book_rows.h"
#include "ledger/locked_folder.h"

namespace iuran::ledger {
namespace {

using log::Batch;
using log::EventLog;
using log::KeyEntry;
using log::Table;

class LogStore final : public Store {
 public:
  explicit LogStore(EventLog& log) : log_(log) {}
  uint64_t size() const override { return log_.size(); }
  Result<std::vector<std::byte>> Read(uint64_t position) const override {
    return log_.Read(position);
  }
  Result<std::vector<uint64_t>> Stream(std::string_view stream) const override {
    return log_.Stream(stream);
  }
  Result<uint32_t> StreamSize(std::string_view stream) const override {
    return log_.StreamSize(stream);
  }
  Result<std::vector<std::optional<KeyEntry>>> FindKeys(
      std::span<const std::string> keys) const override {
    return log_.FindKeys(keys);
  }
  Result<std::vector<std::optional<std::string>>> FindRows(
      Table table, std::span<const std::string> keys) const override {
    return log_.FindRows(table, keys);
  }
  Result<void> Append(const Batch& batch) override { return log_.Append(batch); }

 private:
  EventLog& log_;
};

// Positions and stream versions of the scratch log begin where the base ends. A row deleted in the
// rehearsal is an empty value there: no row of ours is empty.
class ScratchStore final : public Store {
 public:
  ScratchStore(const EventLog& base, std::filesystem::path folder)
      : base_(base), base_size_(base.size()), folder_(std::move(folder)), lock_(folder_) {}
  ~ScratchStore() override {
    scratch_.reset();
    std::error_code ignored;  // What stays is cleared by the next dry run.
    std::filesystem::remove_all(folder_, ignored);
  }

  // Whether nobody can have taken the folder for litter before it was locked.
  bool HoldsFolder() const {
    std::error_code ignored;
    return lock_.locked() && std::filesystem::exists(folder_, ignored);
  }

  Result<void> Open() {
    if (!EventLog::Create(folder_ / "log")) return TookNoMore();
    auto opened = EventLog::Open(folder_ / "log", log::Access::kWrite, "a dry run");
    if (!opened) return TookNoMore();
    scratch_ = *std::move(opened);
    return {};
  }

  uint64_t size() const override { return base_size_ + scratch_->size(); }

  Result<std::vector<std::byte>> Read(uint64_t position) const override {
    return position < base_size_ ? base_.Read(position) : scratch_->Read(position - base_size_);
  }
  Result<std::vector<uint64_t>> Stream(std::string_view stream) const override {
    IURAN_ASSIGN(std::vector<uint64_t> positions, base_.Stream(stream));
    IURAN_ASSIGN(const std::vector<uint64_t> added, scratch_->Stream(stream));
    for (const uint64_t position : added) positions.push_back(base_size_ + position);
    return positions;
  }
  Result<uint32_t> StreamSize(std::string_view stream) const override {
    IURAN_ASSIGN(const uint32_t before, base_.StreamSize(stream));
    IURAN_ASSIGN(const uint32_t added, scratch_->StreamSize(stream));
    return before + added;
  }

  Result<std::vector<std::optional<KeyEntry>>> FindKeys(
      std::span<const std::string> keys) const override {
    IURAN_ASSIGN(std::vector<std::optional<KeyEntry>> found, base_.FindKeys(keys));
    IURAN_ASSIGN(const std::vector<std::optional<KeyEntry>> added, scratch_->FindKeys(keys));
    for (size_t i = 0; i < found.size(); ++i) {
      if (!added[i]) continue;
      found[i] = added[i];
      found[i]->position += base_size_;
    }
    return found;
  }
  Result<std::vector<std::optional<std::string>>> FindRows(
      Table table, std::span<const std::string> keys) const override {
    IURAN_ASSIGN(std::vector<std::optional<std::string>> found, base_.FindRows(table, keys));
    IURAN_ASSIGN(std::vector<std::optional<std::string>> added, scratch_->FindRows(table, keys));
    for (size_t i = 0; i < found.size(); ++i) {
      if (!added[i]) continue;
      found[i] = added[i]->empty() ? std::nullopt : std::move(added[i]);
    }
    return found;
  }

  Result<void> Append(const Batch& batch) override {
    Batch shifted = batch;
    shifted.first_position -= base_size_;
    for (log::NewRecord& record : shifted.records) {
      IURAN_ASSIGN(const uint32_t before, base_.StreamSize(record.stream));
      record.stream_version -= before;
    }
    for (log::RowChange& row : shifted.rows) row.value = row.value.value_or(std::string());
    if (!scratch_->Append(shifted)) return TookNoMore();
    return {};
  }

 private:
  // What the scratch log says of itself would read as if it were the ledger's.
  Result<void> TookNoMore() const {
    return Fail(ErrorCode::kIo,
                fmt::format("The dry run cannot go on: its folder for temporary files, {}, takes "
                            "no more. The ledger is as it was. Set TMPDIR to a folder with more "
                            "room and do the dry run again.",
                            folder_.parent_path().string()));
  }

  const EventLog& base_;
  const uint64_t base_size_;
  const std::filesystem::path folder_;
  const LockedFolder lock_;
  std::unique_ptr<EventLog> scratch_;
};

}  // namespace

std::unique_ptr<Store> StoreIn(log::EventLog& log) { return std::make_unique<LogStore>(log); }

Result<std::unique_ptr<Store>> ScratchStoreOver(const log::EventLog& base) {
  std::error_code failed;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(failed);
  const std::string prefix = "iuran-dry-run-";
  // A killed dry run leaves sealed personal data behind, which forgetting would not reach.
  if (!failed) RemoveUnlocked(parent, prefix);
  while (true) {
    std::string pattern = (parent / (prefix + "XXXXXX")).string();
    if (failed || ::mkdtemp(pattern.data()) == nullptr) {
      return Fail(ErrorCode::kIo,
                  fmt::format("A dry run needs a folder for temporary files, and {} cannot be "
                              "made: {}. Set TMPDIR to a folder with room.",
                              pattern, std::generic_category().message(errno)));
    }
    auto store = std::make_unique<ScratchStore>(base, pattern);
    if (!store->HoldsFolder()) continue;
    IURAN_TRY(store->Open());
    return store;
  }
}

Result<Event> ReadEvent(const Past& past, Position position) {
  IURAN_ASSIGN(const std::vector<std::byte> bytes, past.Read(position.value));
  Result<Event> event = Decode(bytes);
  if (!event && event.error().code == ErrorCode::kLedgerDamaged) {
    event.error().message =
        fmt::format("Position {} cannot be read. {}", position.value, event.error().message);
  } else if (event && event->envelope.position != position) {
    return Fail(ErrorCode::kLedgerDamaged,
                fmt::format("At position {} stands the record of position {}. Restore the ledger "
                            "from a backup.",
                            position.value, event->envelope.position.value));
  }
  return event;
}

Result<EnactedSchemes> LoadSchemes(const Past& past) {
  EnactedSchemes enacted;
  const std::string key(kSchemesRow);
  IURAN_ASSIGN(const std::vector<std::optional<std::string>> rows,
               past.FindRows(log::Table::kBook, std::span(&key, 1)));
  if (!rows[0]) return enacted;
  if (!DecodeRow(*rows[0], enacted.positions)) {
    return Fail(ErrorCode::kLedgerDamaged, "The row that names the schemes enacted is damaged.");
  }
  for (const uint64_t position : enacted.positions) {
    IURAN_ASSIGN(const Event event, ReadEvent(past, Position{position}));
    const auto* body = std::get_if<SchemeEnacted>(&event.body);
    if (body == nullptr) {
      return Fail(ErrorCode::kLedgerDamaged,
                  fmt::format("The event at position {} should enact a scheme.", position));
    }
    IURAN_ASSIGN(auto scheme, rules::Scheme::Parse(body->document));
    enacted.schemes.Enact(Position{position}, std::move(scheme));
  }
  return enacted;
}

}  // namespace iuran::ledger
