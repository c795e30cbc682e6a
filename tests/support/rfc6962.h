// The definitions of RFC 6962 2.1, as they stand there: slow and obvious, to hold the real ones to.
#pragma once

#include <bit>
#include <optional>
#include <span>
#include <utility>

#include "ledger/log/proof/tree_proof.h"

namespace iuran::tests {

using log::Hash;
using log::NodeHash;
using log::Path;

// 2.1, 2.1.1 and 2.1.2, over leaf hashes.
inline Hash NaiveRoot(std::span<const Hash> d) {
  if (d.empty()) return log::Sha256("");
  if (d.size() == 1) return d[0];
  const size_t k = std::bit_floor(d.size() - 1);
  return NodeHash(NaiveRoot(d.first(k)), NaiveRoot(d.subspan(k)));
}

inline Path NaivePath(size_t m, std::span<const Hash> d) {
  if (d.size() <= 1) return {};
  const size_t k = std::bit_floor(d.size() - 1);
  Path path = m < k ? NaivePath(m, d.first(k)) : NaivePath(m - k, d.subspan(k));
  path.push_back(m < k ? NaiveRoot(d.subspan(k)) : NaiveRoot(d.first(k)));
  return path;
}

inline Path NaiveSubproof(size_t m, std::span<const Hash> d, bool whole) {
  if (m == d.size()) return whole ? Path{} : Path{NaiveRoot(d)};
  const size_t k = std::bit_floor(d.size() - 1);
  Path path =
      m <= k ? NaiveSubproof(m, d.first(k), whole) : NaiveSubproof(m - k, d.subspan(k), false);
  path.push_back(m <= k ? NaiveRoot(d.subspan(k)) : NaiveRoot(d.first(k)));
  return path;
}

// 2.1.1 read from the other end: the root of n leaves that a path from leaf m leads to; nothing
// where it does not have the length of one.
inline std::optional<Hash> RootOfPath(uint64_t m, uint64_t n, const Hash& leaf,
                                      std::span<const Hash> path) {
  if (m >= n || path.empty() != (n == 1)) return std::nullopt;
  if (n == 1) return leaf;
  const uint64_t k = std::bit_floor(n - 1);
  const auto below = path.first(path.size() - 1);
  const auto child = m < k ? RootOfPath(m, k, leaf, below) : RootOfPath(m - k, n - k, leaf, below);
  if (!child) return std::nullopt;
  return m < k ? NodeHash(*child, path.back()) : NodeHash(path.back(), *child);
}

// 2.1.2 likewise: the roots of the first m leaves and of all n, 0 < m <= n. `whole`: the subtree is
// all of the old tree, whose root, `old_root`, the proof leaves out.
inline std::optional<std::pair<Hash, Hash>> RootsOfSubproof(uint64_t m, uint64_t n, bool whole,
                                                            const Hash& old_root,
                                                            std::span<const Hash> path) {
  if (m == n) {
    if (path.size() != (whole ? 0 : 1)) return std::nullopt;
    const Hash& root = whole ? old_root : path[0];
    return std::pair(root, root);
  }
  if (path.empty()) return std::nullopt;
  const uint64_t k = std::bit_floor(n - 1);
  const auto below = path.first(path.size() - 1);
  const auto child = m <= k ? RootsOfSubproof(m, k, whole, old_root, below)
                            : RootsOfSubproof(m - k, n - k, false, old_root, below);
  if (!child) return std::nullopt;
  const auto& [first, all] = *child;
  if (m <= k) return std::pair(first, NodeHash(all, path.back()));
  return std::pair(NodeHash(path.back(), first), NodeHash(path.back(), all));
}

}  // namespace iuran::tests
