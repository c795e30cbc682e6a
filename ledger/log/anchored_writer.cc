// Commits, by way of the daybook or past it; and what an opening makes of a daybook. See
// anchored_writer.h.
#include "ledger/log/anchored_writer.h"

#include <fmt/format.h>

#include <utility>

namespace iuran::log {
namespace {

using rocksdb::Status;

constexpr const char* kNextStep =
    "Record nothing in another copy meanwhile. Look for the files that are missing, or restore the "
    "newest backup. Where nothing brings the events back, 'iuran recover --accept-loss --reason "
    "...' records that they are lost, and why; then the ledger can be written to again.";

Error BehindIts(const Anchor& anchor, const FoundDaybook& found, uint64_t size) {
  if (anchor.state == Anchor::State::kMissing) {
    return {ErrorCode::kLedgerBehind,
            fmt::format("The daybook {} {}, so that it is not known whether the {} events in the "
                        "ledger are all that were acknowledged. {}",
                        found.file, found.status.IsCorruption() ? "cannot be read" : "is missing",
                        size, kNextStep)};
  }
  return {ErrorCode::kLedgerBehind,
          fmt::format("Events are missing: {} were acknowledged, and the ledger has {}. Positions "
                      "{} to {} are lost. {}",
                      anchor.head.size, size, size, anchor.head.size - 1, kNextStep)};
}

}  // namespace

Result<FoundDaybook> FindDaybook(rocksdb::FileSystem& files, const std::filesystem::path& folder) {
  FoundDaybook found;
  found.file = Daybook::FileOf(folder);
  found.status = Daybook::Read(files, found.file, found.content);
  if (found.status.ok() || found.status.IsNotFound() || found.status.IsCorruption()) return found;
  return Fail(ErrorCode::kIo, fmt::format("The daybook {} cannot be read: {}. Look at the disk and "
                                          "at the permissions, then try again.",
                                          found.file, found.status.ToString()));
}

Anchor AnchorOf(const FoundDaybook& found, uint64_t size) {
  if (!found.status.ok()) return {Anchor::State::kMissing, {0, EmptyRoot()}};
  const Daybook::Content& content = found.content;
  if (size >= content.head.size) return {Anchor::State::kHeld, content.head};
  const bool kept = !content.commits.empty() && content.commits.front().first <= size;
  return {kept ? Anchor::State::kInDaybook : Anchor::State::kLost, content.head};
}

Result<std::unique_ptr<AnchoredWriter>> AnchoredWriter::Open(rocksdb::FileSystem& files,
                                                             std::shared_ptr<Store> store,
                                                             uint64_t size, FoundDaybook found,
                                                             Loss loss) {
  const Anchor anchor = AnchorOf(found, size);
  std::unique_ptr<AnchoredWriter> writer(
      new AnchoredWriter(files, std::move(store), std::move(found)));
  if (anchor.state == Anchor::State::kLost || anchor.state == Anchor::State::kMissing) {
    if (loss == Loss::kAccept) return writer;
    return tl::unexpected(BehindIts(anchor, writer->found_, size));
  }
  // A power cut may have taken commits in the middle and left later ones. So all of them are posted
  // again; to post them once more changes nothing, unless there are later ones than the daybook
  // knows, which were synced.
  if (size <= anchor.head.size) IURAN_TRY(writer->Post());
  const Status status =
      Daybook::Open(files, writer->found_.file, writer->found_.content, writer->daybook_);
  if (status.ok()) return writer;
  return Fail(ErrorCode::kIo, fmt::format("The daybook {} cannot be written to: {}. Look at the "
                                          "disk and at the permissions, then try again.",
                                          writer->found_.file, status.ToString()));
}

Result<void> AnchoredWriter::Post() {
  for (const Daybook::Commit& commit : found_.content.commits) {
    rocksdb::WriteBatch writes(commit.writes);
    const Status status = store_->db().Write({}, &writes);
    if (!status.ok()) return tl::unexpected(ErrorOf(status, store_->folder(), "written to"));
  }
  return {};
}

Result<void> AnchoredWriter::CheckRoot(const std::function<Result<Hash>(uint64_t)>& root_at) const {
  if (daybook_ == nullptr) return {};
  const TreeHead& head = found_.content.head;
  IURAN_ASSIGN(const Hash root, root_at(head.size));
  if (root == head.root) return {};
  return tl::unexpected(Damaged(
      store_->folder(), fmt::format("Its first {} records are not those that were acknowledged: "
                                    "their digest is another.",
                                    head.size)));
}

Status AnchoredWriter::NoteHead(const TreeHead& head) {
  if (daybook_ == nullptr) {
    Status status = Daybook::Create(files_, found_.file);
    if (status.ok()) status = Daybook::Open(files_, found_.file, {}, daybook_);
    if (!status.ok()) return status;
  }
  return daybook_->NoteHead(head);
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
  const bool small = daybook_ != nullptr && writes.GetDataSize() <= Daybook::kLargestCommit;
  if (small) {
    Status status =
        daybook_->NoteCommit(before, after, writes.Data(), [this] { return SyncDatabase(); });
    if (status.ok()) status = store_->db().Write({}, &writes);
    return status;
  }
  rocksdb::WriteOptions durable;
  durable.sync = true;  // of earlier commits as well
  Status status = store_->db().Write(durable, &writes);
  // A loss is accepted by recording it, and by nothing less.
  if (status.ok() && (daybook_ != nullptr || before.size < after.size)) status = NoteHead(after);
  return status;
}

Status AnchoredWriter::Wipe(const TreeHead& head) {
  Status status = SyncDatabase();
  if (status.ok() && daybook_ != nullptr) status = daybook_->Wipe(head);
  return status;
}

Status AnchoredWriter::Close(const TreeHead& head) {
  if (daybook_ == nullptr || !daybook_->has_commits()) return Status::OK();
  Status status = SyncDatabase();
  if (status.ok()) status = daybook_->NoteHead(head);
  return status;
}

}  // namespace iuran::log
