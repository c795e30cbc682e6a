// The writer's way to the disk: what it has acknowledged stays, and is known outside the database.
// Joins the database and its daybook; FORMAT.md, "The daybook" and "Recovery".
//
// Thread rule: one call at a time.
#pragma once

#include <rocksdb/write_batch.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "ledger/log/daybook.h"
#include "ledger/log/store.h"

namespace iuran::log {

// A daybook as it was read, which must be before the database is opened: the other way round, what
// is written in between would seem to be missing.
struct FoundDaybook {
  std::string file;
  rocksdb::Status status;
  Daybook::Content content;
};
// kIo where it is there and cannot be read.
Result<FoundDaybook> FindDaybook(rocksdb::FileSystem& files, const std::filesystem::path& folder);

// What it means for a database, just opened, with a log of `size` records.
Anchor AnchorOf(const FoundDaybook& found, const Store& store, uint64_t size);
// The last head noted in it that such a database reaches; of no record where there is none.
TreeHead ReachedHead(const FoundDaybook& found, uint64_t size);
// kLedgerBehind where that is less than was acknowledged, rows are missing, or nobody knows.
Result<void> CheckNotBehind(const FoundDaybook& found, const Store& store, uint64_t size);
// kLedgerDamaged where the write-ahead files lost what was durably in them, brought what came after
// it, and the daybook does not bring it back.
Result<void> CheckNoHole(const FoundDaybook& found, const Store& store, uint64_t size);
// The root over the first records of the database, as many as asked for.
using RootOf = std::function<Result<Hash>(uint64_t size)>;
// kLedgerDamaged where the database has other records than were noted. What a power cut may have
// taken from the middle is not looked for.
Result<void> CheckRoots(const FoundDaybook& found, const std::filesystem::path& folder,
                        uint64_t size, const RootOf& root_of);

class AnchoredWriter {
 public:
  // Posts to the database, with a log of `size` and no lasting hole, the commits behind the
  // daybook's last head; on return they are durable. kLedgerBehind where it does not bring back all
  // that was acknowledged, unless that is accepted; kLedgerDamaged where the database has other
  // records than were acknowledged: then nothing is posted over them.
  static Result<std::unique_ptr<AnchoredWriter>> Open(rocksdb::FileSystem& files,
                                                      std::shared_ptr<Store> store, uint64_t size,
                                                      FoundDaybook found, Loss loss,
                                                      const RootOf& root_of);

  // Writes `writes`, which bring the log from one head to the other. Durable on return; on a
  // failure it may be there or not, and nothing more must be written.
  rocksdb::Status Commit(rocksdb::WriteBatch& writes, const TreeHead& before,
                         const TreeHead& after);
  // After rows were purged from the database: from the daybook as well.
  rocksdb::Status Wipe(const TreeHead& head);

 private:
  AnchoredWriter(rocksdb::FileSystem& files, std::shared_ptr<Store> store, FoundDaybook found)
      : files_(files), store_(std::move(store)), found_(std::move(found)) {}

  Result<void> Post(uint64_t size, const RootOf& root_of);
  Result<void> PostBehindLostRows(uint64_t size, const RootOf& root_of);
  rocksdb::Status AcceptLoss(rocksdb::WriteBatch& writes, const TreeHead& before,
                             const TreeHead& after);
  // Makes the database hold durably all it was given.
  rocksdb::Status SyncDatabase();

  rocksdb::FileSystem& files_;
  const std::shared_ptr<Store> store_;
  const FoundDaybook found_;
  bool sync_failed_ = false;
  std::unique_ptr<Daybook> daybook_;  // none where a loss is being accepted, until it is recorded
};

}  // namespace iuran::log
