// Commits, by way of the daybook or past it; and what an opening makes of a daybook. See
// anchored_writer.h.
#include "ledger/log/anchored_writer.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "ledger/log/bytes.h"
#include "ledger/log/page.h"

namespace iuran::log {
namespace {

using rocksdb::Status;

constexpr const char* kNextStep =
    "Record nothing in another copy meanwhile. Look for the files that are missing, or restore the "
    "newest backup. Where nothing brings back what is missing, 'iuran recover --accept-loss "
    "--reason ...' records that it is lost, and why; then the ledger can be written to again.";

Error BehindIts(const Anchor& anchor, const FoundDaybook& found, uint64_t size) {
  if (anchor.state == Anchor::State::kMissing) {
    return {ErrorCode::kLedgerBehind,
            fmt::format("The daybook {} {}, so that it is not known whether the {} events in the "
                        "ledger are all that were acknowledged. {}",
                        found.file, found.status.IsCorruption() ? "cannot be read" : "is missing",
                        size, kNextStep)};
  }
  if (anchor.state == Anchor::State::kRowsLost) {
    return {ErrorCode::kLedgerBehind,
            fmt::format("What was stored beside the events is missing, such as a checkpoint; all "
                        "{} events are there. {}",
                        anchor.head.size, kNextStep)};
  }
  return {ErrorCode::kLedgerBehind,
          fmt::format("Events are missing: {} were acknowledged, and the ledger has {}. Positions "
                      "{} to {} are lost. {}",
                      anchor.head.size, size, size, anchor.head.size - 1, kNextStep)};
}

// By the numbers of its records and rows alone.
Anchor AnchorByNumbers(const FoundDaybook& found, const Store& store, uint64_t size) {
  if (!found.status.ok()) return {Anchor::State::kMissing, {0, EmptyRoot()}};
  const Daybook::Content& content = found.content;
  const bool lacks = size < content.head.size;
  if (lacks && (content.commits.empty() || content.commits.front().first > size)) {
    return {Anchor::State::kLost, content.head};
  }
  if (store.rows() < content.held_rows) return {Anchor::State::kRowsLost, content.head};
  return {lacks ? Anchor::State::kInDaybook : Anchor::State::kHeld, content.head};
}

// Whether there is a hole that the daybook does not bring back.
bool HasLastingHole(const FoundDaybook& found, const Store& store, uint64_t size) {
  const std::optional<uint64_t> hole = store.hole();
  if (!hole) return false;
  const Daybook::Content& content = found.content;
  return *hole == 0 || !found.status.ok() || *hole < content.held_rows || content.commits.empty() ||
         size > content.head.size;
}

// The number of rows that a database has with all commits of the daybook, and nothing behind them.
// Nothing where there is no commit, or nobody knows: that commit accepted a loss, and brought a
// record by which it would be missed.
std::optional<uint64_t> RowsWithCommits(const FoundDaybook& found) {
  const auto& commits = found.content.commits;
  if (commits.empty() || commits.back().rows == 0) return std::nullopt;
  return commits.back().rows + rocksdb::WriteBatch(commits.back().writes).Count();
}

// Whether the database has rows behind the last commit in the daybook, or those of the daybook once
// more: what was noted behind it has rotted, or an opening that posted it was cut off.
bool GoesOnBehind(const FoundDaybook& found, const Store& store) {
  const std::optional<uint64_t> rows = RowsWithCommits(found);
  return rows && store.rows() > *rows;
}

// Whether the database lacks the last of the commits in the daybook, which may have brought no
// record by which it would be missed: a checkpoint, or rows of the owner's.
bool LacksLastRows(const FoundDaybook& found, const Store& store) {
  const std::optional<uint64_t> rows = RowsWithCommits(found);
  return rows && store.rows() < *rows;
}

// Whether records are missing in the middle of those that the daybook may have to bring back: an
// opening that came upon a hole may have been cut off before it did.
bool LacksRecords(const FoundDaybook& found, const Store& store, uint64_t size) {
  if (found.content.commits.empty()) return false;
  const std::unique_ptr<rocksdb::Iterator> page(
      store.db().NewIterator({}, store.handle(Family::kRecords)));
  std::string key;
  AppendBigEndian(key, found.content.held.size);
  uint64_t next = found.content.held.size;
  for (page->Seek(key); page->Valid() && next < size; page->Next()) {
    if (page->key() != key) return true;
    const std::optional<size_t> count = CountOfPage(page->value().ToStringView());
    if (!count) return false;  // it is damaged, which is another fault
    next += *count;
    key.clear();
    AppendBigEndian(key, next);
  }
  return page->status().ok() && next < size;
}

// Takes the rows of batches into another.
class TakeRows : public rocksdb::WriteBatch::Handler {
 public:
  TakeRows(const Store& store, rocksdb::WriteBatch& all) : store_(store), all_(all) {}
  Status PutCF(uint32_t family, const rocksdb::Slice& key, const rocksdb::Slice& value) override {
    if (family >= kFamilies) return Status::Corruption("a table of another program");
    return all_.Put(store_.handle(static_cast<Family>(family)), key, value);
  }
  Status DeleteCF(uint32_t family, const rocksdb::Slice& key) override {
    if (family >= kFamilies) return Status::Corruption("a table of another program");
    return all_.Delete(store_.handle(static_cast<Family>(family)), key);
  }

 private:
  const Store& store_;
  rocksdb::WriteBatch& all_;
};

Error OtherRecords(const std::filesystem::path& folder, uint64_t size) {
  return Damaged(folder,
                 fmt::format("Its first {} records are not those that were acknowledged: their "
                             "digest is another.",
                             size));
}

Result<void> CheckRoot(const std::filesystem::path& folder, const TreeHead& head,
                       const RootOf& root_of) {
  IURAN_ASSIGN(const Hash root, root_of(head.size));
  if (root == head.root) return {};
  return tl::unexpected(OtherRecords(folder, head.size));
}

}  // namespace

Result<FoundDaybook> FindDaybook(rocksdb::FileSystem& files, const std::filesystem::path& folder) {
  FoundDaybook found;
  found.file = Daybook::FileOf(folder);
  // A reader may come upon one that a writer is just wiping.
  constexpr int kAttempts = 4;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(attempt));
    found.content = Daybook::Content();
    found.status = Daybook::Read(files, found.file, found.content);
    if (!found.status.IsCorruption()) break;
  }
  if (found.status.ok() || found.status.IsNotFound() || found.status.IsCorruption()) return found;
  return Fail(ErrorCode::kIo, fmt::format("The daybook {} cannot be read: {}. Look at the disk and "
                                          "at the permissions, then try again.",
                                          found.file, found.status.ToString()));
}

Anchor AnchorOf(const FoundDaybook& found, const Store& store, uint64_t size) {
  Anchor anchor = AnchorByNumbers(found, store, size);
  const bool is_there =
      anchor.state == Anchor::State::kHeld || anchor.state == Anchor::State::kInDaybook;
  if (is_there && HasLastingHole(found, store, size)) {
    anchor.state = Anchor::State::kRowsLost;
  } else if (anchor.state == Anchor::State::kHeld &&
             (store.hole() || LacksRecords(found, store, size) || LacksLastRows(found, store))) {
    anchor.state = Anchor::State::kInDaybook;
  }
  return anchor;
}

TreeHead ReachedHead(const FoundDaybook& found, uint64_t size) {
  TreeHead reached{0, EmptyRoot()};
  if (!found.status.ok()) return reached;
  if (found.content.held.size <= size) reached = found.content.held;
  for (const Daybook::Commit& commit : found.content.commits) {
    if (commit.head.size <= size) reached = commit.head;
  }
  return reached;
}

Result<void> CheckNotBehind(const FoundDaybook& found, const Store& store, uint64_t size) {
  const Anchor anchor = AnchorByNumbers(found, store, size);
  if (anchor.state == Anchor::State::kHeld || anchor.state == Anchor::State::kInDaybook) return {};
  return tl::unexpected(BehindIts(anchor, found, size));
}

Result<void> CheckNoHole(const FoundDaybook& found, const Store& store, uint64_t size) {
  if (!HasLastingHole(found, store, size)) return {};
  return tl::unexpected(Damaged(
      store.folder(), "Commits in the middle of what its write-ahead files held are missing."));
}

Result<void> CheckRoots(const FoundDaybook& found, const std::filesystem::path& folder,
                        uint64_t size, const RootOf& root_of) {
  const Daybook::Content& content = found.content;
  if (content.held.size <= size) IURAN_TRY(CheckRoot(folder, content.held, root_of));
  for (const Daybook::Commit& commit : content.commits) {
    if (commit.head.size > size) break;
    const Result<Hash> root = root_of(commit.head.size);  // none where there is a hole
    if (root && *root != commit.head.root) {
      return tl::unexpected(OtherRecords(folder, commit.head.size));
    }
  }
  return {};
}

Result<std::unique_ptr<AnchoredWriter>> AnchoredWriter::Open(rocksdb::FileSystem& files,
                                                             std::shared_ptr<Store> store,
                                                             uint64_t size, FoundDaybook found,
                                                             Loss loss, const RootOf& root_of) {
  const Anchor anchor = AnchorOf(found, *store, size);
  const uint64_t rows = store->rows();
  std::unique_ptr<AnchoredWriter> writer(
      new AnchoredWriter(files, std::move(store), std::move(found)));
  if (auto whole = CheckNotBehind(writer->found_, *writer->store_, size); !whole) {
    if (loss == Loss::kRefuse) return tl::unexpected<Error>(std::move(whole.error()));
    IURAN_TRY(writer->PostBehindLostRows(size, root_of));
    return writer;
  }
  const Daybook::Content& content = writer->found_.content;
  const bool post =
      !content.commits.empty() && size <= anchor.head.size &&
      (anchor.state != Anchor::State::kHeld || !GoesOnBehind(writer->found_, *writer->store_));
  if (post) IURAN_TRY(writer->Post(size, root_of));
  IURAN_TRY(CheckRoot(writer->store_->folder(), anchor.head, root_of));
  Status status = Daybook::Open(files, writer->found_.file, content, writer->daybook_);
  // What a killed writer noted may be in memory alone, and from now on it is shown.
  if (status.ok() && post) status = writer->SyncDatabase();
  // What was there already is not missed where it is lost once more.
  const bool lacked = anchor.state != Anchor::State::kHeld;
  if (status.ok() && post) {
    status = writer->daybook_->NoteHead(anchor.head, lacked ? writer->store_->rows() : rows);
  }
  if (status.ok()) return writer;
  return Fail(ErrorCode::kIo, fmt::format("The daybook {} cannot be written to: {}. Look at the "
                                          "disk and at the permissions, then try again.",
                                          writer->found_.file, status.ToString()));
}

// A power cut may have taken commits in the middle and left later ones. So all of them are posted
// again, at one moment, so that the number of rows tells whether they were. To post once more what
// is there changes nothing, unless there are later commits than the daybook knows.
Result<void> AnchoredWriter::Post(uint64_t size, const RootOf& root_of) {
  // Only over what they were decided on: the database of another history is left as it is.
  IURAN_TRY(CheckRoots(found_, store_->folder(), size, root_of));
  rocksdb::WriteBatch all;
  TakeRows rows(*store_, all);
  Status status;
  for (const Daybook::Commit& commit : found_.content.commits) {
    if (status.ok()) status = rocksdb::WriteBatch(commit.writes).Iterate(&rows);
  }
  if (status.ok()) status = store_->db().Write({}, &all);
  if (status.ok()) return {};
  return tl::unexpected(ErrorOf(status, store_->folder(), "written to"));
}

// Rows are lost that stood beside events, and the commits that the daybook has are not. Posting
// them raises the number of rows; so that the loss is known until it is recorded, the daybook is
// made to miss more than there will ever be.
Result<void> AnchoredWriter::PostBehindLostRows(uint64_t size, const RootOf& root_of) {
  const Daybook::Content& content = found_.content;
  if (!found_.status.ok() || content.commits.empty() || content.held.size > size) return {};
  constexpr uint64_t kMoreThanEver = UINT64_MAX;
  Status status =
      Daybook::Create(files_, found_.file, content.held, kMoreThanEver, content.commits);
  if (status.ok()) {
    IURAN_TRY(Post(size, root_of));
    status = SyncDatabase();
  }
  if (status.ok()) return {};
  return tl::unexpected(ErrorOf(status, store_->folder(), "written to"));
}

// The new daybook takes the place of the one that remembers more, and holds the commit that says
// so, at one moment. Before it the loss is not accepted; after it the commit can only be posted.
Status AnchoredWriter::AcceptLoss(rocksdb::WriteBatch& writes, const TreeHead& before,
                                  const TreeHead& after) {
  if (before.size == after.size || writes.GetDataSize() > Daybook::kLargestCommit) {
    return Status::InvalidArgument("A loss is accepted by a small commit that records it");
  }
  // That commit is missed by the record that it brings.
  const Daybook::Commit commit{before.size, after, 0, writes.Data()};
  Status status = Daybook::Create(files_, found_.file, before, store_->rows(), {&commit, 1});
  Daybook::Content content;
  if (status.ok()) status = Daybook::Read(files_, found_.file, content);
  if (status.ok()) status = Daybook::Open(files_, found_.file, content, daybook_);
  if (status.ok()) status = store_->db().Write({}, &writes);
  return status;
}

Status AnchoredWriter::SyncDatabase() {
  // RocksDB ends the program where it is to sync a file that it once failed to write or sync.
  uint64_t failures = 0;
  store_->db().GetIntProperty(rocksdb::DB::Properties::kBackgroundErrors, &failures);
  if (sync_failed_ || failures > 0) return Status::IOError("An earlier write to the disk failed");
  const Status status = store_->db().SyncWAL();
  sync_failed_ = !status.ok();
  return status;
}

Status AnchoredWriter::Commit(rocksdb::WriteBatch& writes, const TreeHead& before,
                              const TreeHead& after) {
  if (daybook_ == nullptr) return AcceptLoss(writes, before, after);
  if (writes.GetDataSize() <= Daybook::kLargestCommit) {
    Status status = daybook_->NoteCommit(before, after, store_->rows(), writes.Data(),
                                         [this] { return SyncDatabase(); });
    if (status.ok()) status = store_->db().Write({}, &writes);
    return status;
  }
  // Not with the commit itself: that may begin a write-ahead file, and a power cut leave the new
  // one and not the end of the old one.
  Status status;
  if (daybook_->has_commits()) status = SyncDatabase();
  rocksdb::WriteOptions durable;
  durable.sync = true;
  if (status.ok()) status = store_->db().Write(durable, &writes);
  if (status.ok()) status = daybook_->NoteHead(after, store_->rows());
  return status;
}

Status AnchoredWriter::Wipe(const TreeHead& head) {
  Status status = SyncDatabase();
  if (status.ok() && daybook_ != nullptr) status = daybook_->Wipe(head, store_->rows());
  return status;
}

}  // namespace iuran::log
