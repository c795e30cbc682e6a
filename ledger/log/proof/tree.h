// The growing tree: its frontier, and the tiles it is stored in (C2SP tlog-tiles).
//
// The node of height h and index i is the root over the leaves [i * 2^h, (i + 1) * 2^h). A tile of
// level l and index n holds up to 256 consecutive nodes of height 8 * l, from 256 * n on. Only the
// nodes of heights 0, 8, 16, ... stand in tiles; those between are folded from them. Level 0 needs
// no storing where the records are at hand: their leaf hashes are its tiles.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/error.h"
#include "ledger/log/proof/hash.h"

namespace iuran::log {

constexpr uint32_t kTileWidth = 256;
constexpr int kTileHeight = 8;  // 256 = 2^8
constexpr int kTileLevels = 8;  // for up to 2^64 - 1 leaves

// Bytes of one record at most: entry bundles tell the length of an entry in two bytes, and a log
// that holds longer ones could not be handed to anybody in the common layout.
constexpr size_t kMaxRecordBytes = 65'535;

struct Tile {
  int level;       // 0: leaves
  uint64_t index;  // within the level
  uint32_t width;  // number of hashes, 1 to 256; less than 256: partial
  friend bool operator==(const Tile&, const Tile&) = default;
};

// A hash that stands in a tile of level 1 or above: hash `index` of its level, that is hash
// index % 256 of tile index / 256. It never changes once made.
struct TileHash {
  int level;
  uint64_t index;
  Hash hash;
};

// The roots of the complete subtrees that a tree is made of, one for each bit of its size. All that
// is needed to grow the tree and to know its root. A value: copy it to try something out.
class Frontier {
 public:
  uint64_t size() const { return size_; }
  // Costs at most 63 hashes.
  Hash Root() const;

  // Appends leaves. Where `made` is given, the hashes of level 1 and above that become final are
  // appended to it, one for every 256 leaves and a few above, lower levels first where several are
  // made by one leaf.
  void Append(std::span<const Hash> leaves, std::vector<TileHash>* made = nullptr);

  // Appends the root of a complete subtree of 256^level leaves that was folded elsewhere, by
  // another thread for one. The size must be a multiple of 256^level.
  void AppendSubtree(int level, const Hash& root, std::vector<TileHash>* made = nullptr);

  // Size (8 bytes, little-endian), then the roots from the largest subtree to the smallest.
  std::string Serialise() const;
  // kLedgerDamaged where the bytes are not of a frontier's length.
  static Result<Frontier> Restore(std::string_view bytes);

 private:
  void Add(int height, Hash hash, std::vector<TileHash>* made);

  uint64_t size_ = 0;
  std::array<Hash, 64> roots_{};  // by height; only those of the bits set in size_ count
};

// The width of a tile in a tree of `size` leaves; 0 where it does not exist yet.
uint32_t TileWidth(int level, uint64_t index, uint64_t size);

// The tiles that are full in a tree of `to` leaves and were not in one of `from`, level by level.
std::vector<Tile> CompletedTiles(uint64_t from, uint64_t to);

// The partial tiles at the right edge of a tree, from level 0 up.
std::vector<Tile> PartialTiles(uint64_t size);

// Where a tile, and the bundle of the entries of a level-0 tile, stand in the C2SP layout:
// "tile/0/x001/x234/067.p/8" and "tile/entries/x001/x234/067.p/8".
std::string TilePath(const Tile& tile);
std::string EntriesPath(const Tile& tile);

// Appends a record to an entry bundle: its length (two bytes, big-endian), then its bytes.
// The record has at most kMaxRecordBytes.
void AppendEntry(std::string& bundle, Record record);

}  // namespace iuran::log
