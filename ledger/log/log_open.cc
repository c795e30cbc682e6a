// The event log: made, opened, closed, looked after. See event_log.h.
#include <fmt/format.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "events/check.h"
#include "ledger/log/bytes.h"
#include "ledger/log/log_impl.h"
#include "ledger/log/manifest_tail.h"
#include "ledger/log/verify_parts.h"

namespace iuran::log {
namespace {

namespace fs = std::filesystem;

constexpr size_t kCachedStreams = size_t{1} << 17;  // a generation; about 20 MiB for both
// A writer that closes leaves no more than this to be replayed by the next opening.
constexpr uint64_t kWriteAheadBytesLeft = uint64_t{1} << 20;
constexpr size_t kWriteAheadFilesLeft = 8;

// Makes the entries of a folder durable: files made, renamed or removed in it.
rocksdb::Status SyncFolder(rocksdb::Env& env, const fs::path& folder) {
  std::unique_ptr<rocksdb::Directory> directory;
  rocksdb::Status status = env.NewDirectory(folder, &directory);
  if (status.ok()) status = directory->Fsync();
  return status;
}

// Removes a folder that holds no others, as far as it can.
void RemoveFolder(rocksdb::Env& env, const fs::path& folder) {
  std::vector<std::string> names;
  env.GetChildren(folder, &names).PermitUncheckedError();
  for (const std::string& name : names) env.DeleteFile(folder / name).PermitUncheckedError();
  env.DeleteDir(folder).PermitUncheckedError();
}

Error AlreadyThere(const fs::path& folder) {
  return {ErrorCode::kLedgerExists,
          fmt::format("There is something at {} already. Choose a folder that does not exist yet.",
                      folder.string())};
}

// The daybook comes before the folder: beside no log it is in nobody's way, and a log without one
// would not open.
Result<void> MakeDaybook(rocksdb::Env& env, const fs::path& folder) {
  // Another program may have been faster, and this would be its daybook.
  if (env.FileExists(folder).ok()) return tl::unexpected(AlreadyThere(folder));
  const rocksdb::Status status = Daybook::Create(*env.GetFileSystem(), Daybook::FileOf(folder));
  if (status.ok()) return {};
  return tl::unexpected(ErrorOf(status, folder, "made"));
}

// Gives the finished log its name, durably.
Result<void> Rename(rocksdb::Env& env, const fs::path& from, const fs::path& folder) {
  rocksdb::Status status = SyncFolder(env, from);
  if (status.ok()) {
    // Another program may have been faster. A folder with anything in it is never replaced.
    if (env.FileExists(folder).ok()) return tl::unexpected(AlreadyThere(folder));
    status = env.RenameFile(from, folder);
  }
  if (status.ok()) {
    status = SyncFolder(env, fs::absolute(folder).parent_path());
    if (status.ok()) return {};
    RemoveFolder(env, folder);
  }
  return Fail(ErrorCode::kIo,
              fmt::format("The folder {} cannot be made: {}. Choose another place, or look at what "
                          "is there.",
                          folder.string(), status.ToString()));
}

RootOf RootsIn(std::shared_ptr<const Store> store) {
  return [store = std::move(store)](uint64_t size) {
    return EventLogOnRocksDb::FindFrontier(store, size).map([](const Frontier& tree) {
      return tree.Root();
    });
  };
}

// Where an opening failed because a power cut tore the end of the list of tables, its length
// without that. What was not durable held nothing that is not in the write-ahead files; it is
// looked besides whether they are whole, and at the size, but for an accepted loss, and the roots.
std::optional<uint64_t> LengthBeforeTear(const Error& error, rocksdb::Env& env,
                                         const fs::path& folder, const FoundDaybook& found,
                                         Loss loss) {
  if (error.code != ErrorCode::kLedgerDamaged) return std::nullopt;
  return WholeBeforeTornTail(env, folder, [&](const std::shared_ptr<const Store>& store) {
    const auto size = EventLogOnRocksDb::FindSize(*store);
    return size && CheckNoHole(found, *store, *size) &&
           CheckRoots(found, folder, *size, RootsIn(store)) &&
           (loss == Loss::kAccept || CheckNotBehind(found, *store, *size));
  });
}

// What is missing may be found and put back; an opening for writing gives up the files that RocksDB
// does not go on from. So it is looked before, and what a power cut tore is mended.
Result<void> LookBeforeWriting(rocksdb::Env& env, const fs::path& folder, const FoundDaybook& found,
                               Loss loss) {
  auto seen = Store::Open(env, folder, Access::kRead);
  if (!seen) {
    const auto length = LengthBeforeTear(seen.error(), env, folder, found, loss);
    if (length) return CutTornManifest(env, folder, *length);
    return tl::unexpected(std::move(seen.error()));
  }
  IURAN_ASSIGN(const uint64_t size, EventLogOnRocksDb::FindSize(**seen));
  IURAN_TRY(CheckNoHole(found, **seen, size));
  Result<void> whole = CheckNotBehind(found, **seen, size);
  if (whole) return whole;
  // The log of another history is not behind.
  IURAN_TRY(CheckRoots(found, folder, size, RootsIn(*std::move(seen))));
  return loss == Loss::kAccept ? Result<void>() : whole;
}

Result<std::unique_ptr<Store>> OpenForReading(rocksdb::Env& env, const fs::path& folder,
                                              const FoundDaybook& found) {
  auto store = Store::Open(env, folder, Access::kRead);
  if (!store && LengthBeforeTear(store.error(), env, folder, found, Loss::kRefuse)) {
    return Fail(ErrorCode::kLedgerDamaged,
                fmt::format("A power cut tore the end of the list of tables of the log at {}. "
                            "Nothing is lost: the next command that writes, such as 'iuran "
                            "recover', mends it.",
                            folder.string()));
  }
  return store;
}

}  // namespace

Result<void> EventLog::Create(const fs::path& folder) {
  return EventLogOnRocksDb::CreateOn(*rocksdb::Env::Default(), folder);
}

Result<void> EventLogOnRocksDb::CreateOn(rocksdb::Env& env, const fs::path& folder) {
  if (env.FileExists(folder).ok()) return tl::unexpected(AlreadyThere(folder));
  // A crash half way leaves this folder behind, and never a log that is not whole.
  fs::path unfinished = folder;
  unfinished += fmt::format(".unfinished-{}", getpid());
  RemoveFolder(env, unfinished);
  Result<void> made = Store::Create(env, unfinished);
  if (made) made = MakeDaybook(env, folder);
  if (made) made = Rename(env, unfinished, folder);
  if (!made) RemoveFolder(env, unfinished);
  return made;
}

Result<std::unique_ptr<EventLog>> EventLog::Open(const fs::path& folder, Access access,
                                                 std::string_view purpose, Loss loss) {
  return EventLogOnRocksDb::OpenOn(*rocksdb::Env::Default(), folder, access, purpose, loss);
}

Result<std::unique_ptr<EventLog>> EventLogOnRocksDb::OpenOn(rocksdb::Env& env,
                                                            const fs::path& folder, Access access,
                                                            std::string_view purpose, Loss loss) {
  IURAN_TRY(Store::CheckPresent(env, folder));
  Opened opened;
  if (access == Access::kWrite) {
    IURAN_ASSIGN(opened.lock, WriterLock::Take(folder, purpose));
  }
  rocksdb::FileSystem& files = *env.GetFileSystem();
  IURAN_ASSIGN(FoundDaybook found, FindDaybook(files, folder));
  if (access == Access::kWrite) {
    IURAN_TRY(LookBeforeWriting(env, folder, found, loss));
    IURAN_ASSIGN(opened.store, Store::Open(env, folder, Access::kWrite));
  } else {
    IURAN_ASSIGN(opened.store, OpenForReading(env, folder, found));
  }
  if (access == Access::kRead && loss == Loss::kAccept) {
    opened.size = SizeToVerify(*opened.store, found.content.head.size);
  } else {
    IURAN_ASSIGN(opened.size, FindSize(*opened.store));
    IURAN_TRY(CheckNoHole(found, *opened.store, opened.size));
  }
  opened.anchor = AnchorOf(found, *opened.store, opened.size);
  opened.reached = ReachedHead(found, opened.size);
  if (access == Access::kWrite) {
    IURAN_ASSIGN(opened.writer,
                 AnchoredWriter::Open(files, opened.store, opened.size, std::move(found), loss,
                                      RootsIn(opened.store)));
    IURAN_ASSIGN(opened.size, FindSize(*opened.store));
    IURAN_ASSIGN(opened.frontier, FindFrontier(opened.store, opened.size));
  }
  return std::make_unique<EventLogOnRocksDb>(std::move(opened));
}

EventLogOnRocksDb::EventLogOnRocksDb(Opened opened)
    : lock_(std::move(opened.lock)),
      anchor_(opened.anchor),
      reached_(opened.reached),
      writer_(std::move(opened.writer)),
      view_{std::move(opened.store), opened.size},
      frontier_(opened.frontier),
      versions_(kCachedStreams) {}

// Its last small commits stay in the daybook, for the next opening to post them once more: until
// then they stand twice, and a write-ahead file that rots meanwhile takes nothing away. What fails
// here is in the daybook and the write-ahead files still, and is told at the next opening.
EventLogOnRocksDb::~EventLogOnRocksDb() {
  if (writer_ == nullptr || poisoned_) return;
  const auto [bytes, files] = view_.store->WriteAheadFiles();
  if (bytes > kWriteAheadBytesLeft || files > kWriteAheadFilesLeft) {
    [[maybe_unused]] const Result<void> ignored = view_.store->Flush();
  }
}

Result<uint64_t> EventLogOnRocksDb::FindSize(const Store& store) {
  const std::unique_ptr<rocksdb::Iterator> last(
      store.db().NewIterator({}, store.handle(Family::kRecords)));
  last->SeekToLast();
  if (!last->status().ok()) return tl::unexpected(ErrorOf(last->status(), store.folder(), "read"));
  if (!last->Valid()) return 0;
  const std::optional<size_t> count = CountOfPage(last->value().ToStringView());
  if (last->key().size() != sizeof(uint64_t) || !count) {
    return tl::unexpected(Damaged(store.folder(), "The last page of its records cannot be read."));
  }
  return ReadBigEndian<uint64_t>(last->key().ToStringView()) + *count;
}

Result<void> EventLogOnRocksDb::CheckWriter() const {
  if (writer_ != nullptr) return {};
  return Fail(ErrorCode::kUsage, "This ledger is open for reading only. Open it for writing.");
}

Result<void> EventLogOnRocksDb::CheckWhole() const {
  if (!poisoned_) return {};
  return Fail(ErrorCode::kIo,
              "An earlier recording failed, so that the state on disk is not known; nothing was "
              "recorded now. Start the program again: it opens the ledger anew.");
}

Result<void> EventLogOnRocksDb::Purge(Table table) {
  IURAN_TRY(CheckWriter());
  IURAN_TRY(CheckWhole());
  const std::lock_guard guard(writing_);
  IURAN_TRY(view_.store->Purge(FamilyOf(table)));
  const rocksdb::Status status = writer_->Wipe(HeadNow());
  if (status.ok()) return {};
  poisoned_ = true;
  return tl::unexpected(ErrorOf(status, view_.store->folder(), "purged"));
}

Result<void> EventLogOnRocksDb::Flush() {
  IURAN_TRY(CheckWriter());
  // Not beside a commit: that would go to a new write-ahead file before the old one is synced.
  const std::lock_guard guard(writing_);
  return view_.store->Flush();
}

Result<void> EventLogOnRocksDb::CatchUp() {
  if (writer_ != nullptr) return {};
  const std::lock_guard guard(catching_up_);
  View view = Now();
  IURAN_ASSIGN(view.store, Store::Open(view.store->env(), view.store->folder(), Access::kRead));
  IURAN_ASSIGN(const uint64_t found, FindSize(*view.store));
  // The store opened anew may have missed the newest write-ahead file, being there too early for
  // it, or the file has rotted. Then this reader stays where it was: it never goes back.
  const std::shared_ptr<const Store> before = Now().store;
  if (found < view.size || view.store->rows() < before->rows()) return {};
  if (view.store->hole() && !before->hole()) return {};
  view.size = found;
  Show(std::move(view));
  return {};
}

Result<std::vector<SizeOnDisk>> EventLogOnRocksDb::SizesOnDisk() const {
  return Now().store->SizesOnDisk();
}

}  // namespace iuran::log
