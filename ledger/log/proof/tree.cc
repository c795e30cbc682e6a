// Growing the tree, and the arithmetic of tiles.
#include "ledger/log/proof/tree.h"

#include <bit>
#include <cstring>

#include "events/check.h"

namespace iuran::log {

namespace {

// How many hashes stand in a level of a tree of `size` leaves.
uint64_t LevelSize(int level, uint64_t size) {
  return level < kTileLevels ? size >> (kTileHeight * level) : 0;
}

std::string IndexPath(const Tile& tile) {
  std::string path;
  for (uint64_t rest = tile.index; path.empty() || rest > 0; rest /= 1000) {
    const std::string digits = std::to_string(1000 + rest % 1000).substr(1);
    path = path.empty() ? digits : "x" + digits + "/" + path;
  }
  if (tile.width < kTileWidth) path += ".p/" + std::to_string(tile.width);
  return path;
}

}  // namespace

Hash Frontier::Root() const {
  if (size_ == 0) return EmptyRoot();
  int height = std::countr_zero(size_);
  Hash root = roots_[height];
  for (++height; height < 64; ++height) {
    if (size_ >> height & 1) root = NodeHash(roots_[height], root);
  }
  return root;
}

void Frontier::Add(int height, Hash hash, std::vector<TileHash>* made) {
  const uint64_t added = uint64_t{1} << height;
  IURAN_CHECK(size_ % added == 0 && size_ <= UINT64_MAX - added,
              "a subtree is appended at a multiple of its size, below 2^64 leaves");
  const uint64_t size = size_ + added;
  const auto note = [&](int at) {
    if (made != nullptr && at > 0 && at % kTileHeight == 0) {
      made->push_back(TileHash{at / kTileHeight, (size >> at) - 1, hash});
    }
  };
  note(height);
  for (; size_ >> height & 1; note(height)) {
    hash = NodeHash(roots_[height], hash);
    ++height;
  }
  roots_[height] = hash;
  size_ = size;
}

void Frontier::Append(std::span<const Hash> leaves, std::vector<TileHash>* made) {
  for (const Hash& leaf : leaves) Add(0, leaf, made);
}

void Frontier::AppendSubtree(int level, const Hash& root, std::vector<TileHash>* made) {
  IURAN_CHECK(level >= 0 && level < kTileLevels, "a tree of 64 bits has eight levels of tiles");
  Add(kTileHeight * level, root, made);
}

std::string Frontier::Serialise() const {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(size_ >> (8 * i)));
  for (int height = 63; height >= 0; --height) {
    if (size_ >> height & 1) {
      bytes.append(reinterpret_cast<const char*>(roots_[height].data()), sizeof(Hash));
    }
  }
  return bytes;
}

Result<Frontier> Frontier::Restore(std::string_view bytes) {
  Frontier frontier;
  if (bytes.size() >= 8) {
    for (int i = 0; i < 8; ++i) {
      frontier.size_ |= uint64_t{static_cast<uint8_t>(bytes[i])} << (8 * i);
    }
  }
  if (bytes.size() != 8 + sizeof(Hash) * std::popcount(frontier.size_)) {
    return Fail(ErrorCode::kLedgerDamaged,
                "The stored frontier of the tree does not have the length that its size asks for. "
                "The tree can be computed again from the records.");
  }
  bytes.remove_prefix(8);
  for (int height = 63; height >= 0; --height) {
    if (frontier.size_ >> height & 1) {
      std::memcpy(frontier.roots_[height].data(), bytes.data(), sizeof(Hash));
      bytes.remove_prefix(sizeof(Hash));
    }
  }
  return frontier;
}

uint32_t TileWidth(int level, uint64_t index, uint64_t size) {
  const uint64_t hashes = LevelSize(level, size);
  if (index > hashes / kTileWidth) return 0;
  const uint64_t width = hashes - index * kTileWidth;
  return width < kTileWidth ? static_cast<uint32_t>(width) : kTileWidth;
}

std::vector<Tile> CompletedTiles(uint64_t from, uint64_t to) {
  std::vector<Tile> tiles;
  for (int level = 0; level < kTileLevels; ++level) {
    const uint64_t end = LevelSize(level, to) / kTileWidth;
    for (uint64_t index = LevelSize(level, from) / kTileWidth; index < end; ++index) {
      tiles.push_back(Tile{level, index, kTileWidth});
    }
  }
  return tiles;
}

std::vector<Tile> PartialTiles(uint64_t size) {
  std::vector<Tile> tiles;
  for (int level = 0; level < kTileLevels; ++level) {
    const uint64_t hashes = LevelSize(level, size);
    const uint32_t width = static_cast<uint32_t>(hashes % kTileWidth);
    if (width > 0) tiles.push_back(Tile{level, hashes / kTileWidth, width});
  }
  return tiles;
}

std::string TilePath(const Tile& tile) {
  return "tile/" + std::to_string(tile.level) + "/" + IndexPath(tile);
}

std::string EntriesPath(const Tile& tile) { return "tile/entries/" + IndexPath(tile); }

void AppendEntry(std::string& bundle, Record record) {
  IURAN_CHECK(record.size() <= kMaxRecordBytes, "a record fits an entry bundle");
  bundle.push_back(static_cast<char>(record.size() >> 8));
  bundle.push_back(static_cast<char>(record.size()));
  bundle.append(reinterpret_cast<const char*>(record.data()), record.size());
}

}  // namespace iuran::log
