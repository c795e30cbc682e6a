// Writing the tiles. See export_tiles.h.
#include "tools/export_tiles.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "ledger/log/proof/checkpoint.h"
#include "ledger/log/proof/tree.h"

namespace iuran::tools {
namespace {

namespace fs = std::filesystem;

std::string_view BytesOf(std::span<const log::Hash> hashes) {
  return {reinterpret_cast<const char*>(hashes.data()), hashes.size_bytes()};
}

// The folder of an export, held alone for as long as this lives.
class Folder {
 public:
  static Result<Folder> Open(const fs::path& path) {
    std::error_code failed;
    fs::create_directories(path, failed);
    Folder folder(path, ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.fd_ < 0) return folder.CannotWrite(path, errno);
    if (::flock(folder.fd_, LOCK_EX | LOCK_NB) == 0) return folder;
    return Fail(ErrorCode::kConflict,
                fmt::format("Another process exports to {} now. Wait for it.", path.string()));
  }
  Folder(Folder&& other) noexcept
      : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    if (fd_ >= 0) ::close(fd_);
  }

  uint64_t files() const { return files_; }

  // The checkpoint exported before; empty where there is none. A folder with anything but what an
  // export writes before its first checkpoint is not taken for one.
  Result<std::string> Checkpoint() const {
    std::ifstream in(path_ / "checkpoint", std::ios::binary);
    if (in) return std::string{std::istreambuf_iterator<char>(in), {}};
    std::error_code failed;
    for (const fs::directory_entry& entry : fs::directory_iterator(path_, failed)) {
      const fs::path name = entry.path().filename();
      if (name == "tile" || name == kFresh) continue;
      return Fail(ErrorCode::kUsage,
                  fmt::format("{} is not empty and holds no checkpoint of an earlier export. Name "
                              "a folder that does not exist yet.",
                              path_.string()));
    }
    if (failed) return CannotWrite(path_, failed.value());
    return std::string();
  }

  // The whole file appears at once.
  Result<void> Write(const std::string& name, std::string_view bytes) {
    const fs::path target = path_ / name;
    const fs::path fresh = path_ / kFresh;
    std::error_code failed;
    fs::create_directories(target.parent_path(), failed);
    errno = 0;
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    // A stream says that it failed, and not always why.
    if (!out) return CannotWrite(fresh, errno != 0 ? errno : EIO);
    if (::rename(fresh.c_str(), target.c_str()) != 0) return CannotWrite(target, errno);
    ++files_;
    return {};
  }

  // Everything written so far is on the disk when it returns.
  Result<void> Sync() const {
    if (::syncfs(fd_) == 0) return {};
    return CannotWrite(path_, errno);
  }

  void RemovePartial(const std::string& full) const {
    std::error_code ignored;  // what stays is in nobody's way
    fs::remove_all(path_ / (full + ".p"), ignored);
  }

 private:
  static constexpr const char* kFresh = ".new";

  Folder(fs::path path, int fd) : path_(std::move(path)), fd_(fd) {}
  static tl::unexpected<Error> CannotWrite(const fs::path& path, int error_number) {
    return Fail(ErrorCode::kIo,
                fmt::format("{} cannot be written: {}. The export as it was before is still "
                            "whole; run it again when that is mended.",
                            path.string(), std::generic_category().message(error_number)));
  }

  fs::path path_;
  int fd_;
  uint64_t files_ = 0;
};

// The hashes of levels 1 and above that were computed from the records, by level.
class Computed {
 public:
  void Add(const std::vector<log::TileHash>& made) {
    for (const log::TileHash& hash : made) {
      Level& level = levels_[static_cast<size_t>(hash.level)];
      if (level.hashes.empty()) level.first = hash.index;
      level.hashes.push_back(hash.hash);
    }
  }
  // Whether the hashes of a tile are those that were computed, as far as they were.
  bool Agrees(const log::Tile& tile, std::span<const log::Hash> hashes) const {
    const Level& level = levels_[static_cast<size_t>(tile.level)];
    for (size_t i = 0; i < hashes.size(); ++i) {
      const uint64_t index = tile.index * log::kTileWidth + i;
      if (index < level.first || index - level.first >= level.hashes.size()) continue;
      if (level.hashes[index - level.first] != hashes[i]) return false;
    }
    return true;
  }

 private:
  struct Level {
    uint64_t first = 0;
    std::vector<log::Hash> hashes;
  };
  std::array<Level, log::kTileLevels> levels_;
};

class Exporter {
 public:
  Exporter(const log::EventLog& log, Folder& folder) : log_(log), folder_(folder) {}

  // Everything of the tree of `to` that was not in the one of `from`, checked against its root.
  Result<void> WriteTree(uint64_t from, const log::Checkpoint& to) {
    const uint64_t begin = from / log::kTileWidth * log::kTileWidth;
    log::Frontier frontier;
    const std::vector<log::Tile> edge = log::PartialTiles(begin);
    for (auto tile = edge.rbegin(); tile != edge.rend(); ++tile) {
      IURAN_TRY(Load(*tile));
      for (const log::Hash& hash : hashes_) frontier.AppendSubtree(tile->level, hash);
    }
    Computed computed;
    std::vector<log::TileHash> made;
    for (uint64_t first = begin; first < to.size; first += log::kTileWidth) {
      const uint64_t index = first / log::kTileWidth;
      IURAN_TRY(WriteLeaves({0, index, log::TileWidth(0, index, to.size)}));
      made.clear();
      frontier.Append(hashes_, &made);
      computed.Add(made);
    }
    if (frontier.Root() != to.root) return IsNotWhatWasSigned(to.size);
    std::vector<log::Tile> above = log::CompletedTiles(from, to.size);
    const std::vector<log::Tile> partial = log::PartialTiles(to.size);
    above.insert(above.end(), partial.begin(), partial.end());
    for (const log::Tile& tile : above) {
      if (tile.level == 0) continue;
      IURAN_TRY(Load(tile));
      if (!computed.Agrees(tile, hashes_)) return IsNotWhatWasSigned(to.size);
      IURAN_TRY(folder_.Write(TilePath(tile), BytesOf(hashes_)));
    }
    return {};
  }

  // The partial tiles of an earlier checkpoint, where those at `now` are not full.
  Result<void> WritePartial(uint64_t size, uint64_t now) {
    for (const log::Tile& tile : log::PartialTiles(size)) {
      if (log::TileWidth(tile.level, tile.index, now) == log::kTileWidth) continue;
      if (tile.level == 0) {
        IURAN_TRY(WriteLeaves(tile));
        continue;
      }
      IURAN_TRY(Load(tile));
      IURAN_TRY(folder_.Write(TilePath(tile), BytesOf(hashes_)));
    }
    return {};
  }

 private:
  static tl::unexpected<Error> IsNotWhatWasSigned(uint64_t size) {
    return Fail(ErrorCode::kLedgerDamaged,
                fmt::format("What is recorded is not what the checkpoint of {} records says: a "
                            "record or a stored hash was changed. The export was not finished and "
                            "its checkpoint is the one before. Copy the ledger away as it is, and "
                            "compare it with a backup.",
                            size));
  }

  Result<void> Load(const log::Tile& tile) {
    hashes_.resize(tile.width);
    return log_.ReadTile(tile, hashes_);
  }

  // A tile of level 0, computed from the records, and the bundle of these; leaves the hashes.
  Result<void> WriteLeaves(const log::Tile& tile) {
    const uint64_t first = tile.index * log::kTileWidth;
    hashes_.clear();
    bundle_.clear();
    IURAN_ASSIGN(const auto cursor, log_.Scan(first, first + tile.width));
    for (;;) {
      IURAN_ASSIGN(const bool more, cursor->NextPage());
      if (!more) break;
      for (size_t i = 0; i < cursor->count(); ++i) {
        hashes_.push_back(log::LeafHash(cursor->record(i)));
        log::AppendEntry(bundle_, cursor->record(i));
      }
    }
    IURAN_TRY(folder_.Write(EntriesPath(tile), bundle_));
    return folder_.Write(TilePath(tile), BytesOf(hashes_));
  }

  const log::EventLog& log_;
  Folder& folder_;
  std::vector<log::Hash> hashes_;
  std::string bundle_;
};

// How many records an earlier export holds, where what is recorded goes on from it.
Result<uint64_t> SizeBefore(const log::EventLog& log, const log::VerifierKey& key,
                            const std::string& note, const log::Checkpoint& newest,
                            const fs::path& folder) {
  if (note.empty()) return 0;
  const auto before = log::OpenCheckpoint(note, key);
  if (!before) {
    return Fail(ErrorCode::kConflict,
                fmt::format("The checkpoint in {} is not one of this ledger: {} Name another "
                            "folder.",
                            folder.string(), before.error().message));
  }
  const log::Checkpoint& old = before->checkpoint;
  if (old.size <= newest.size) {
    IURAN_ASSIGN(const log::Hash root, log.RootAt(old.size));
    if (root == old.root) return old.size;
  }
  return Fail(ErrorCode::kLedgerDamaged,
              fmt::format("{} holds an export of {} records signed by this ledger, and what is "
                          "recorded now does not go on from them: some are gone or are not what "
                          "they were. Nothing was exported. Copy both folders away as they are, "
                          "and compare the ledger with a backup.",
                          folder.string(), old.size));
}

}  // namespace

Result<ExportedTiles> ExportTiles(const log::EventLog& log, const log::VerifierKey& key,
                                  const fs::path& folder) {
  IURAN_ASSIGN(std::vector<log::StoredCheckpoint> stored, log.Checkpoints());
  while (!stored.empty() && stored.back().size > log.size()) stored.pop_back();
  if (stored.empty()) {
    return Fail(ErrorCode::kNotFound,
                "No checkpoint is stored yet, and what is exported is what one has signed. Sign "
                "one: iuran checkpoint");
  }
  const std::string& note = stored.back().note;
  IURAN_ASSIGN(const log::OpenedCheckpoint newest, log::OpenCheckpoint(note, key));
  const uint64_t size = newest.checkpoint.size;

  IURAN_ASSIGN(Folder files, Folder::Open(folder));
  IURAN_ASSIGN(const std::string old_note, files.Checkpoint());
  IURAN_ASSIGN(const uint64_t before, SizeBefore(log, key, old_note, newest.checkpoint, folder));
  if (old_note == note) return ExportedTiles{size, before, 0};
  Exporter exporter(log, files);
  if (before < size) IURAN_TRY(exporter.WriteTree(before, newest.checkpoint));
  for (const log::StoredCheckpoint& earlier : stored) {
    if (earlier.size <= before || earlier.size == size) continue;
    IURAN_TRY(exporter.WritePartial(earlier.size, size));
  }
  IURAN_TRY(files.Sync());
  IURAN_TRY(files.Write("checkpoint", note));
  IURAN_TRY(files.Sync());
  for (const log::Tile& tile : log::CompletedTiles(before, size)) {
    files.RemovePartial(TilePath(tile));
    if (tile.level == 0) files.RemovePartial(EntriesPath(tile));
  }
  return ExportedTiles{size, before, files.files()};
}

}  // namespace iuran::tools
