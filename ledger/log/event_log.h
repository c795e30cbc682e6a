// The event log: opaque records with positions without gaps, on RocksDB. Knows no event types.
//
// Invariants, held by every Append as one synced atomic batch (ledger/log/FORMAT.md has the bytes):
//   - records stand in pages; positions 0 .. size()-1 all exist, each once;
//   - the versions of a stream are 0 .. n-1 in position order, and the index finds each;
//   - an idempotency key is found with the position and digest it was appended with; that it is used
//     once is for the owner to see to (FindKeys);
//   - the tree of RFC 6962 over the records is grown with them; what of it is final is stored;
//   - rows of the owner (tables kBook, kVault) change with the records that cause them.
//
// One process writes (a lock file names it); others open read-only beside it and see a consistent
// state of what was written before they opened or last called CatchUp. A reader never blocks a
// writer.
//
// Thread rule: the reading methods may be called from any thread at any time; Append from one at a
// time (the ledger's sequencer).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/error.h"
#include "ledger/log/proof/tree_proof.h"
#include "ledger/log/verify.h"

namespace iuran::log {

// Tables of rows that the log stores for its owner in the same batch, and does not understand.
enum class Table : uint8_t { kBook, kVault };

struct NewRecord {
  std::string_view stream;  // not empty, at most 255 bytes, no zero byte
  uint32_t stream_version;  // must be the stream's next
  std::string_view bytes;   // not empty; kept as they are
  std::string_view key;     // idempotency key; empty: none
  RequestDigest digest{};   // of the request, where there is a key
};

struct RowChange {
  Table table;
  std::string key;
  std::optional<std::string> value;  // nothing: the row is deleted
};

// What is appended together or not at all.
struct Batch {
  uint64_t first_position = 0;  // must be size()
  std::vector<NewRecord> records;
  std::vector<RowChange> rows;
};

struct KeyEntry {
  uint64_t position;  // of the first use
  RequestDigest digest;
};

// What a checkpoint says of the log: how many records, and the root over them.
struct TreeHead {
  uint64_t size;
  Hash root;
};

// A signed note about the log's first `size` records, as it was stored.
struct StoredCheckpoint {
  uint64_t size;
  std::string note;
};

// What was acknowledged last, as the daybook beside the database told it when the log was opened.
struct Anchor {
  enum class State : uint8_t {
    kHeld,       // the database holds it
    kInDaybook,  // its last commits stand in the daybook alone: opening for writing posts them
    kLost,       // records that were acknowledged are nowhere
    kRowsLost,   // rows beside the records are, and the records are here or in the daybook; to
                 // verifying, also where the write-ahead files have a hole
    kMissing,    // there is no daybook that can be read, so that nobody knows
  };
  State state;
  TreeHead head;  // means nothing for kMissing
};

// Whether a log that is behind its anchor opens for writing. For reading: whether one opens whose
// end is damaged, so that its size is as good as a guess; such a log is to be verified and nothing
// else.
enum class Loss : uint8_t { kRefuse, kAccept };

struct SizeOnDisk {
  std::string
      part;  // "records", "streams", "keys", "book", "vault", "tree", "write-ahead log", ...
  uint64_t bytes;
};

// Walks records in position order. Bytes are valid until the next call of NextPage; every record
// begins at an address divisible by 8, as Cap'n Proto asks. Must not outlive its log.
class RecordCursor {
 public:
  virtual ~RecordCursor() = default;
  // Loads the next page of records; false at the end of the range.
  virtual Result<bool> NextPage() = 0;
  virtual uint64_t first_position() const = 0;  // of the records shown of this page
  virtual size_t count() const = 0;             // only those within the range asked for
  virtual std::span<const std::byte> record(size_t index) const = 0;
};

enum class Access { kWrite, kRead };

class EventLog {
 public:
  virtual ~EventLog() = default;

  // Makes an empty log in `folder`, which must not exist yet; leaves nothing behind on failure.
  static Result<void> Create(const std::filesystem::path& folder);

  // Opens it. `purpose` names the program for whoever finds the log locked ("iuran import").
  // kLedgerMissing, kLedgerLocked (the message says who holds it, since when), kLedgerDamaged, kIo;
  // for writing also kLedgerBehind, where what was acknowledged is lost. With Loss::kAccept such a
  // log opens, and stays behind until the first Append, which is to say what is missing (see
  // anchor).
  static Result<std::unique_ptr<EventLog>> Open(const std::filesystem::path& folder, Access access,
                                                std::string_view purpose,
                                                Loss loss = Loss::kRefuse);

  // As it was found when the log was opened, before anything was posted from the daybook.
  virtual Anchor anchor() const = 0;

  // Number of records; the next position.
  virtual uint64_t size() const = 0;

  // Appends all of the batch, durably: when it returns, the records survive a power cut. Nothing of
  // it is there on kConflict / kVersionMismatch (a caller's mistake: first_position or a stream
  // version is not the next; both numbers are in the message). After kUnknownOutcome the log takes
  // no more appends until it is opened again.
  virtual Result<void> Append(const Batch& batch) = 0;

  // Records of positions [from, to); `to` is cut to size().
  virtual Result<std::unique_ptr<RecordCursor>> Scan(uint64_t from, uint64_t to) const = 0;
  // One record, in memory aligned to 8 bytes. kNotFound at or beyond size().
  virtual Result<std::vector<std::byte>> Read(uint64_t position) const = 0;

  // Positions of a stream's events with version >= from_version, in order; empty for an unknown
  // one.
  virtual Result<std::vector<uint64_t>> Stream(std::string_view stream,
                                               uint32_t from_version = 0) const = 0;
  // The stream's next version, that is the number of its events; 0 for an unknown one.
  virtual Result<uint32_t> StreamSize(std::string_view stream) const = 0;

  // One answer for each key, in order.
  virtual Result<std::vector<std::optional<KeyEntry>>> FindKeys(
      std::span<const std::string> keys) const = 0;
  virtual Result<std::vector<std::optional<std::string>>> FindRows(
      Table table, std::span<const std::string> keys) const = 0;
  // Every row of a table, visit(key, value), in bytewise order of keys.
  using RowVisitor = std::function<void(std::string_view, std::string_view)>;
  virtual Result<void> VisitRows(Table table, const RowVisitor& visit) const = 0;

  // The tree over all records that are shown.
  virtual Result<TreeHead> Head() const = 0;
  // The first hashes of a tile, tile.width of them; those of level 0 come from the records.
  // kInvalidValue where the tile is not that wide at size().
  virtual Result<void> ReadTile(const Tile& tile, std::span<Hash> hashes) const = 0;
  // The root over the first `size` records. kInvalidValue beyond size(), as for both proofs.
  virtual Result<Hash> RootAt(uint64_t size) const = 0;
  // That the record at `position` stands in the tree of the first `size` records; and that this
  // tree is a beginning of that one.
  virtual Result<Path> ProveInclusion(uint64_t position, uint64_t size) const = 0;
  virtual Result<Path> ProveConsistency(uint64_t from, uint64_t to) const = 0;

  // Keeps a checkpoint, durably, in place of an earlier one of the same size. What it says is the
  // caller's to check. The thread rule of Append holds.
  virtual Result<void> StoreCheckpoint(uint64_t size, std::string_view note) = 0;
  // All of them, by size. A reader may see those of sizes it does not show yet.
  virtual Result<std::vector<StoredCheckpoint>> Checkpoints() const = 0;

  // Removes what deleted rows of a table left behind in the files (after an erasure). A file that a
  // reader or cursor has open stays readable to that one until it closes.
  virtual Result<void> Purge(Table table) = 0;

  // Writer: brings what is in memory into tables, so that the next opening is quick.
  virtual Result<void> Flush() = 0;

  // Reader: sees what the writer has written since. The writer always sees everything.
  virtual Result<void> CatchUp() = 0;

  virtual Result<std::vector<SizeOnDisk>> SizesOnDisk() const = 0;

  // Checks all that is stored, as it is shown now (verify.h). The error means that it could not
  // even begin; what is wrong with the log is told as faults.
  virtual Result<LogReport> Verify(const VerifyOptions& options, Faults& faults) const = 0;
};

}  // namespace iuran::log
