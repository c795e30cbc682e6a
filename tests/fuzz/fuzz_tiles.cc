// The tree and its tiles: grown in any steps it is the tree of the definitions, its tiles lead back
// to its root, and each tile has a path of its own.
//   g ...     a tree grown in steps, stored and restored between them
//   f BYTES   a stored frontier
//   p ...     the arithmetic of tiles of two sizes
#include <set>

#include "tests/fuzz/input.h"
#include "tests/support/rfc6962.h"

namespace iuran::log {
namespace {

// A tree of `units` complete subtrees of 256^base leaves, in tiles from level `base` up.
class GrownTiles : public TileReader {
 public:
  GrownTiles(int base, std::span<const Hash> units) : base_(base) {
    levels_[static_cast<size_t>(base)].assign(units.begin(), units.end());
  }
  void Keep(const std::vector<TileHash>& made) {
    for (const TileHash& hash : made) {
      if (hash.level <= base_) continue;
      auto& level = levels_.at(static_cast<size_t>(hash.level));
      IURAN_CHECK(hash.index == level.size(), "hashes of a level come in order, each once");
      level.push_back(hash.hash);
    }
  }
  Result<void> Read(const Tile& tile, std::span<Hash> hashes) override {
    const auto& level = levels_.at(static_cast<size_t>(tile.level));
    const uint64_t begin = tile.index * kTileWidth;
    IURAN_CHECK(hashes.size() == tile.width && begin + tile.width <= level.size(),
                "only hashes that are there are asked for");
    std::copy_n(level.begin() + static_cast<ptrdiff_t>(begin), tile.width, hashes.begin());
    return {};
  }
  std::vector<Hash>& level(int number) { return levels_.at(static_cast<size_t>(number)); }

 private:
  int base_;
  std::array<std::vector<Hash>, kTileLevels> levels_;
};

void GrowInSteps(FuzzedDataProvider& in, int base, std::span<const Hash> units, GrownTiles& tiles,
                 Frontier& frontier) {
  for (size_t at = 0; at < units.size();) {
    const auto step = in.ConsumeIntegralInRange<size_t>(1, units.size() - at);
    std::vector<TileHash> made;
    if (base == 0) {
      frontier.Append(units.subspan(at, step), &made);
    } else {
      for (const Hash& unit : units.subspan(at, step)) frontier.AppendSubtree(base, unit, &made);
    }
    tiles.Keep(made);
    at += step;
    const std::string stored = frontier.Serialise();
    frontier = Frontier::Restore(stored).value();
    IURAN_CHECK(frontier.Serialise() == stored, "a frontier is stored in one form");
  }
}

void TryProofs(FuzzedDataProvider& in, std::span<const Hash> leaves, GrownTiles& tiles) {
  const uint64_t size = leaves.size();
  const auto index = in.ConsumeIntegralInRange<uint64_t>(0, size - 1);
  IURAN_CHECK(InclusionProof(tiles, index, size) == tests::NaivePath(index, leaves),
              "a position has one inclusion proof");
  const auto old_size = index + 1;
  IURAN_CHECK(
      ConsistencyProof(tiles, old_size, size) == tests::NaiveSubproof(old_size, leaves, true),
      "two sizes have one consistency proof");
  IURAN_CHECK(RootAt(tiles, old_size) == tests::NaiveRoot(leaves.first(old_size)),
              "tiles lead to the root of every size");
}

void TryGrowing(FuzzedDataProvider& in) {
  const int base = in.ConsumeIntegralInRange<int>(0, kTileLevels - 2);
  const auto count = in.ConsumeIntegralInRange<size_t>(1, in.ConsumeBool() ? 20 : 600);
  std::vector<Hash> units;
  for (size_t i = 0; i < count; ++i) units.push_back(Sha256(std::to_string(i)));
  GrownTiles tiles(base, units);
  Frontier frontier;
  GrowInSteps(in, base, units, tiles, frontier);
  const uint64_t size = uint64_t{count} << (kTileHeight * base);
  const Hash root = tests::NaiveRoot(units);
  IURAN_CHECK(frontier.size() == size && frontier.Root() == root, "a tree grows to its root");
  IURAN_CHECK(RootAt(tiles, size) == root, "tiles lead to it");
  if (base == 0) TryProofs(in, units, tiles);
  // A wrong hash of a tile that RootAt reads: those of the lowest level behind the last full tile.
  std::vector<Hash>& level = tiles.level(base);
  const size_t edge = count - count % kTileWidth;
  const size_t at =
      edge + (count > edge ? in.ConsumeIntegralInRange<size_t>(0, count - edge - 1) : 0);
  if (at < count) {
    level[at][in.ConsumeIntegralInRange<size_t>(0, 31)] ^= 0x10;
    IURAN_CHECK(RootAt(tiles, size) != root, "a wrong hash leads to another root");
  }
}

// Reads what TilePath writes, as C2SP tlog-tiles says it: groups of three digits, all but the last
// behind an x; then the width of a partial tile.
Tile TileOf(std::string_view path) {
  Tile tile{path[5] - '0', 0, kTileWidth};
  path.remove_prefix(7);
  while (path.starts_with('x')) {
    tile.index = tile.index * 1000 + std::stoul(std::string(path.substr(1, 3)));
    path.remove_prefix(5);
  }
  tile.index = tile.index * 1000 + std::stoul(std::string(path.substr(0, 3)));
  path.remove_prefix(3);
  if (path.starts_with(".p/"))
    tile.width = static_cast<uint32_t>(std::stoul(std::string(path.substr(3))));
  return tile;
}

void TryArithmetic(FuzzedDataProvider& in) {
  const uint64_t to = in.ConsumeIntegral<uint64_t>() >> in.ConsumeIntegralInRange<int>(0, 63);
  const uint64_t from = to - in.ConsumeIntegralInRange<uint64_t>(0, std::min<uint64_t>(to, 70'000));
  std::set<std::pair<int, uint64_t>> seen;
  for (const Tile& tile : CompletedTiles(from, to)) {
    IURAN_CHECK(tile.width == kTileWidth && TileWidth(tile.level, tile.index, to) == kTileWidth,
                "a tile is full at the new size");
    IURAN_CHECK(TileWidth(tile.level, tile.index, from) < kTileWidth, "and was not at the old one");
    IURAN_CHECK(seen.emplace(tile.level, tile.index).second, "each is named once");
    IURAN_CHECK(TileOf(TilePath(tile)) == tile, "and has a path of its own");
  }
  for (const Tile& tile : PartialTiles(to)) {
    IURAN_CHECK(TileWidth(tile.level, tile.index, to) == tile.width && tile.width < kTileWidth &&
                    tile.width > 0,
                "a tile at the edge is neither full nor empty");
    IURAN_CHECK(TileWidth(tile.level, tile.index + 1, to) == 0, "and the last of its level");
    IURAN_CHECK(TileOf(TilePath(tile)) == tile, "and has a path of its own");
  }
}

void TryFrontier(std::string_view bytes) {
  auto frontier = Frontier::Restore(bytes);
  if (!frontier) return;
  IURAN_CHECK(frontier->Serialise() == bytes, "a frontier is stored in one form");
  (void)frontier->Root();
  if (frontier->size() == UINT64_MAX) return;
  const uint64_t size = frontier->size();
  std::vector<TileHash> made;
  frontier->Append(std::array<Hash, 1>{}, &made);
  IURAN_CHECK(frontier->size() == size + 1, "a leaf can be appended to any tree");
  IURAN_CHECK(made.empty() == (frontier->size() % kTileWidth != 0), "full tiles are handed out");
}

}  // namespace
}  // namespace iuran::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace iuran;
  const std::string_view input = fuzz::Bytes(data, size);
  if (input.empty()) return 0;
  const std::string_view rest = input.substr(1);
  FuzzedDataProvider in = fuzz::Provider(rest);
  if (input[0] == 'g') log::TryGrowing(in);
  if (input[0] == 'p') log::TryArithmetic(in);
  if (input[0] == 'f') log::TryFrontier(rest);
  return 0;
}
