// Making proofs from tiles, and checking them.
#include "ledger/log/proof/tree_proof.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

#include "events/check.h"

namespace iuran::log {

namespace {

struct Range {
  uint64_t begin, end;  // of leaves, not empty
  uint64_t size() const { return end - begin; }
  // Where RFC 6962 divides it: behind the largest power of two below its size.
  uint64_t Middle() const { return begin + std::bit_floor(size() - 1); }
};

// The nodes of one tree, folded from its tiles. A proof asks for nodes beside one path from the
// leaf up, then for those along the right edge, so keeping the last tile of a level reads each
// once.
class Nodes {
 public:
  Nodes(TileReader& tiles, uint64_t size) : tiles_(tiles), size_(size) {}

  // The hash over leaves [begin, end), where begin is a multiple of the power of two that is not
  // below the range's size.
  Result<Hash> Over(Range range) {
    // From the right: the smallest complete subtree first, each larger one before what there is.
    uint64_t rest = range.size();
    Hash hash{};
    bool first = true;
    while (rest > 0) {
      const int height = std::countr_zero(rest);
      rest &= rest - 1;
      IURAN_ASSIGN(const Hash left, Complete(height, (range.begin + rest) >> height));
      hash = first ? left : NodeHash(left, hash);
      first = false;
    }
    return hash;
  }

 private:
  struct Loaded {
    uint64_t index = 0;
    std::vector<Hash> hashes;  // empty: nothing loaded
  };

  // The root of a complete subtree.
  Result<Hash> Complete(int height, uint64_t index) {
    const int level = height / kTileHeight;
    const int above = height % kTileHeight;
    const uint64_t first = index << above;
    IURAN_ASSIGN(const Loaded* const tile, Load(level, first / kTileWidth));
    const uint64_t offset = first % kTileWidth;
    const uint64_t count = uint64_t{1} << above;
    IURAN_CHECK(offset + count <= tile->hashes.size(), "a complete subtree stands in its tile");
    std::array<Hash, kTileWidth> scratch;
    std::copy_n(tile->hashes.begin() + static_cast<ptrdiff_t>(offset), count, scratch.begin());
    return FoldComplete(std::span(scratch).first(count));
  }

  Result<const Loaded*> Load(int level, uint64_t index) {
    Loaded& tile = loaded_[static_cast<size_t>(level)];
    if (tile.hashes.empty() || tile.index != index) {
      const uint32_t width = TileWidth(level, index, size_);
      tile.index = index;
      tile.hashes.resize(width);
      IURAN_TRY(tiles_.Read(Tile{level, index, width}, tile.hashes));
    }
    return &tile;
  }

  TileReader& tiles_;
  uint64_t size_;
  std::array<Loaded, kTileLevels> loaded_;
};

Result<Path> HashesOf(TileReader& tiles, uint64_t size, const std::vector<Range>& ranges) {
  Nodes nodes(tiles, size);
  Path path;
  for (const Range& range : ranges) {
    IURAN_ASSIGN(const Hash hash, nodes.Over(range));
    path.push_back(hash);
  }
  return path;
}

// Climbs over the levels where the last node has no sibling: it is its own parent there.
void SkipSingle(uint64_t& first, uint64_t& second) {
  while (first != 0 && (first & 1) == 0) {
    first >>= 1;
    second >>= 1;
  }
}

}  // namespace

Result<Path> InclusionProof(TileReader& tiles, uint64_t index, uint64_t size) {
  if (index >= size) {
    return Fail(ErrorCode::kInvalidValue, "There is no position " + std::to_string(index) +
                                              " in a log of " + std::to_string(size) + " records.");
  }
  std::vector<Range> beside;  // from the root down
  for (Range range{0, size}; range.size() > 1;) {
    const uint64_t middle = range.Middle();
    const bool right = index >= middle;
    beside.push_back(right ? Range{range.begin, middle} : Range{middle, range.end});
    (right ? range.begin : range.end) = middle;
  }
  std::reverse(beside.begin(), beside.end());
  return HashesOf(tiles, size, beside);
}

Result<Path> ConsistencyProof(TileReader& tiles, uint64_t old_size, uint64_t size) {
  if (old_size > size) {
    return Fail(ErrorCode::kInvalidValue, "A log of " + std::to_string(size) +
                                              " records cannot follow on one of " +
                                              std::to_string(old_size) + ".");
  }
  if (old_size == 0 || old_size == size) return Path{};
  std::vector<Range> ranges;  // from the root down
  Range range{0, size};
  while (range.end != old_size) {
    const uint64_t middle = range.Middle();
    const bool right = old_size > middle;
    ranges.push_back(right ? Range{range.begin, middle} : Range{middle, range.end});
    (right ? range.begin : range.end) = middle;
  }
  // Where the old tree is a complete subtree of the new one its root is known to the verifier.
  if (range.begin != 0) ranges.push_back(range);
  std::reverse(ranges.begin(), ranges.end());
  return HashesOf(tiles, size, ranges);
}

Result<Hash> RootAt(TileReader& tiles, uint64_t size) {
  if (size == 0) return EmptyRoot();
  return Nodes(tiles, size).Over(Range{0, size});
}

bool VerifyInclusion(uint64_t index, uint64_t size, const Hash& leaf, std::span<const Hash> proof,
                     const Hash& root) {
  if (index >= size) return false;
  uint64_t node = index, last = size - 1;
  Hash hash = leaf;
  for (const Hash& beside : proof) {
    if (last == 0) return false;
    if ((node & 1) == 1 || node == last) {
      hash = NodeHash(beside, hash);
      SkipSingle(node, last);
    } else {
      hash = NodeHash(hash, beside);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool VerifyConsistency(uint64_t old_size, uint64_t size, const Hash& old_root, const Hash& root,
                       std::span<const Hash> proof) {
  if (old_size > size) return false;
  if (old_size == 0)
    return proof.empty() && old_root == EmptyRoot() && (size > 0 || root == EmptyRoot());
  if (old_size == size) return proof.empty() && old_root == root;
  if (proof.empty()) return false;
  uint64_t node = old_size - 1, last = size - 1;
  while ((node & 1) == 1) {
    node >>= 1;
    last >>= 1;
  }
  // An old tree of a power of two is the first node itself; a proof begins with it otherwise.
  const bool whole = std::has_single_bit(old_size);
  Hash old_hash = whole ? old_root : proof[0];
  Hash hash = old_hash;
  for (const Hash& beside : proof.subspan(whole ? 0 : 1)) {
    if (last == 0) return false;
    if ((node & 1) == 1 || node == last) {
      old_hash = NodeHash(beside, old_hash);
      hash = NodeHash(beside, hash);
      SkipSingle(node, last);
    } else {
      hash = NodeHash(hash, beside);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == old_root && hash == root;
}

}  // namespace iuran::log
