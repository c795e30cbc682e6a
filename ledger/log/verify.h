// Checking a whole log: every page is read once, the tree is computed anew from the records, and
// all that is stored beside them (hashes of the tree, checkpoints, the rows of streams and keys) is
// compared with it. A fault is noted with the positions it is about, and the check goes on. Nothing
// is changed, so that the process may be ended at any time.
//
// Who the records belong to is the owner's to say: a RecordReader names the stream, version and key
// that a record tells of, and sees every record on the way, so that all is read only once.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/error.h"
#include "ledger/log/proof/hash.h"
#include "ledger/log/proof/key.h"

namespace iuran::log {

// What is wrong, as a full sentence that names its position, where it has one.
struct Fault {
  static constexpr uint64_t kNowhere = UINT64_MAX;
  uint64_t position = kNowhere;  // the first one it is about
  std::string sentence;
  uint64_t count = 1;  // of how many faults it tells
};

// Counts faults and keeps those of the lowest positions. From any thread.
class Faults {
 public:
  explicit Faults(size_t kept = 20) : kept_(kept) {}
  void Add(uint64_t position, std::string sentence);
  void Add(std::string sentence) { Add(Fault::kNowhere, std::move(sentence)); }
  // Many of one kind, told by one sentence.
  void AddMany(uint64_t count, uint64_t position, std::string sentence);

  uint64_t count() const;
  std::vector<Fault> List() const;  // in order of position

 private:
  const size_t kept_;
  mutable std::mutex mutex_;
  uint64_t count_ = 0;
  std::vector<Fault> list_;
};

// Digest of a request: the first half of a SHA-256. Tells a repetition from a conflict.
using RequestDigest = std::array<uint8_t, 16>;

// What a record says of itself. Views hold until the reader's next call.
struct RecordNames {
  std::string_view stream;
  uint32_t stream_version = 0;
  std::string_view key;    // empty: none
  RequestDigest digest{};  // of the request, where there is a key
};

// Of one thread. Sees records of consecutive positions in stretches; stretches come in no order.
class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // The error's message is a sentence about the record at that position.
  virtual Result<RecordNames> Read(uint64_t position, Record record) = 0;
};

struct VerifyOptions {
  std::span<RecordReader* const> readers;  // one for each thread to use, one at least
  std::optional<VerifierKey> key;          // nothing: signatures are not checked
  std::vector<VerifierKey> witnesses;      // whose cosignatures are checked where they stand
  // The note of a checkpoint that is kept outside the log, where one is.
  std::optional<std::string> last_signed;
  std::function<void(uint64_t, uint64_t)> progress;  // (records read, records); this thread's
};

struct PositionRange {
  uint64_t from;
  uint64_t to;  // the first one behind it
  friend bool operator==(const PositionRange&, const PositionRange&) = default;
};

struct LogReport {
  uint64_t size = 0;
  uint64_t pages = 0;
  uint64_t unread = 0;  // records that are missing, stand twice or cannot be read
  uint64_t hashes = 0;  // of the tree, stored
  uint64_t checkpoints = 0;
  uint64_t stream_rows = 0;
  uint64_t key_rows = 0;
  std::optional<Hash> root;  // of all records; nothing where some cannot be read
  // Where every record can be read and is what the tree has stored; in steps of 256.
  std::vector<PositionRange> whole;
  uint64_t signed_to = 0;  // the size of the greatest checkpoint that holds
};

// "positions 256 to 511", "position 7"; with groups of thousands.
std::string WordsFor(PositionRange range);

}  // namespace iuran::log
