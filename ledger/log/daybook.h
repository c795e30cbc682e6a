// The daybook: what was acknowledged last, kept in a file beside the database. It is the log's
// anchor, and the place where small commits become durable. FORMAT.md, "The daybook", has the
// bytes.
//
//   small commit:  written here, synced; then written to the database, which is not synced
//   large commit:  written to the database, synced; then its head alone is noted here, synced
//
// A sync over blocks that exist costs half of one of a file that grows, as write-ahead files do;
// and RocksDB takes a write-ahead file that ends too early for whole, while the daybook remembers.
//
// Invariants: the file has two halves, written in turn from their begin; a half begins with a head,
// and only when the database durably holds all that was noted before; so the commits behind the
// last head are all that a power cut can take from the database. Everything goes through RocksDB's
// FileSystem, as the database's own files do.
#pragma once

#include <rocksdb/file_system.h>
#include <rocksdb/status.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/error.h"
#include "ledger/log/event_log.h"

namespace iuran::log {

class Daybook {
 public:
  // Larger commits are synced in the database. Many of these fit into a half.
  static constexpr size_t kLargestCommit = size_t{64} << 10;
  static constexpr uint64_t kHalfBytes = uint64_t{1} << 20;

  struct Commit {
    uint64_t first;      // position of its first record
    TreeHead head;       // of the log with it
    uint64_t rows;       // the number of its first row; 0: nobody knows
    std::string writes;  // the database's batch
  };
  struct Content {
    TreeHead head{0, EmptyRoot()};  // what was acknowledged last
    TreeHead held{0, EmptyRoot()};  // the last head: the database durably holds it
    uint64_t held_rows = 0;         // and every row of a lower number; 0: nobody knows
    std::vector<Commit> commits;    // behind that: the database may lack them
    uint64_t generation = 0;        // of the half in use; odd: the second half
    uint64_t end = 0;               // of what stands in that half
    bool is_rotten = false;         // the other half was used and has no head: it may be later
  };

  // <log folder>.daybook
  static std::string FileOf(const std::filesystem::path& log_folder);

  // Makes a file with a head (that of an empty log) and perhaps commits behind it that fit into a
  // half, durably and at once, in place of one that is there. `rows` as for NoteHead; 0: not known.
  static rocksdb::Status Create(rocksdb::FileSystem& files, const std::string& file,
                                const TreeHead& head = {0, EmptyRoot()}, uint64_t rows = 0,
                                std::span<const Commit> commits = {});
  // NotFound; Corruption where neither half begins with a head.
  static rocksdb::Status Read(rocksdb::FileSystem& files, const std::string& file,
                              Content& content);
  // The same from the bytes of the file; false where neither half begins with a head.
  static bool Parse(std::string_view bytes, Content& content);

  // Opens it to write behind `content`. The first note of all begins a half.
  static rocksdb::Status Open(rocksdb::FileSystem& files, const std::string& file,
                              const Content& content, std::unique_ptr<Daybook>& daybook);

  // Notes a commit of at most kLargestCommit bytes between two heads; durable on return. Before it
  // begins a half it calls `settle`, which must make the database hold durably all it was given.
  // `rows` is the number of the first row that the commit brings; all before it are then held.
  rocksdb::Status NoteCommit(const TreeHead& before, const TreeHead& after, uint64_t rows,
                             std::string_view writes,
                             const std::function<rocksdb::Status()>& settle);
  // Notes that the database durably holds the log up to `head`, and every row of a lower number
  // than `rows`; durable on return.
  rocksdb::Status NoteHead(const TreeHead& head, uint64_t rows);
  // The same, and overwrites every other byte: rows that were erased may stand in noted commits.
  rocksdb::Status Wipe(const TreeHead& head, uint64_t rows);

  // Whether commits stand behind the last head.
  bool has_commits() const { return has_commits_; }

 private:
  Daybook(std::unique_ptr<rocksdb::FSRandomRWFile> file, const Content& content)
      : file_(std::move(file)),
        generation_(content.generation + (content.is_rotten ? 2 : 0)),
        has_commits_(!content.commits.empty()) {}

  bool Fits(size_t bytes) const { return begun_ && end_ + bytes <= kHalfBytes; }
  uint64_t Begin() const { return generation_ % 2 * kHalfBytes; }
  void BeginHalf();
  // Writes entry_, which ends with `last`, to the end of the half in use, and syncs it. After a
  // failure the next note begins a half.
  rocksdb::Status Write(const TreeHead& last, bool commits);

  std::unique_ptr<rocksdb::FSRandomRWFile> file_;
  uint64_t generation_;
  uint64_t end_ = 0;
  bool begun_ = false;  // a half, since it was opened
  uint64_t last_size_ = 0;
  bool has_commits_;
  std::string entry_;
};

}  // namespace iuran::log
