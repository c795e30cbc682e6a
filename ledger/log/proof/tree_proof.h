// Proofs of an RFC 6962 tree: that a leaf stands in it, and that one tree is a beginning of
// another.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "events/error.h"
#include "ledger/log/proof/tree.h"

namespace iuran::log {

using Path = std::vector<Hash>;  // from the leaf's side up

// Where the makers of proofs take hashes from: stored tiles, files, or the records themselves.
class TileReader {
 public:
  virtual ~TileReader() = default;
  // Fills `hashes`, tile.width of them, with the first hashes of the tile.
  virtual Result<void> Read(const Tile& tile, std::span<Hash> hashes) = 0;
};

// The proofs of RFC 6962 2.1.1 and 2.1.2 in the tree of the first `size` leaves. They read each
// tile they need once: at most two of a level. kInvalidValue where index >= size, or old_size >
// size; otherwise what the reader says.
Result<Path> InclusionProof(TileReader& tiles, uint64_t index, uint64_t size);
Result<Path> ConsistencyProof(TileReader& tiles, uint64_t old_size, uint64_t size);

// The root of the tree of the first `size` leaves, from its tiles.
Result<Hash> RootAt(TileReader& tiles, uint64_t size);

// Whether the proof holds (RFC 9162 2.1.3.2 and 2.1.4.2). False for proofs of the wrong length,
// too. Two trees of one size are consistent where the roots are the same and the proof is empty;
// the empty tree is a beginning of every tree, with an empty proof.
[[nodiscard]] bool VerifyInclusion(uint64_t index, uint64_t size, const Hash& leaf,
                                   std::span<const Hash> proof, const Hash& root);
[[nodiscard]] bool VerifyConsistency(uint64_t old_size, uint64_t size, const Hash& old_root,
                                     const Hash& root, std::span<const Hash> proof);

}  // namespace iuran::log
