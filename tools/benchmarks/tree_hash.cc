// How fast records become a root, in memory, beside the same tree hashed with OpenSSL's ordinary
// interface, level by level; and what a proof in that tree costs to make, to hold and to check.
//
//   tree_hash [RECORDS [BYTES [THREADS]]]    prints one line a figure
#include <openssl/evp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "ledger/log/proof/proof_file.h"

namespace {

using namespace iuran::log;
using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Calls work(part) for each of `parts` at once.
template <typename Work>
void Share(size_t parts, Work work) {
  std::vector<std::thread> threads;
  for (size_t part = 1; part < parts; ++part) threads.emplace_back(work, part);
  work(0);
  for (std::thread& thread : threads) thread.join();
}

// The reference: one reused EVP context a thread; leaves shared by all threads, then every level.
class PlainOpenSsl {
 public:
  void Append(uint8_t prefix, std::span<const std::byte> bytes, Hash& hash) {
    unsigned length = 0;
    EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr);
    EVP_DigestUpdate(context_.get(), &prefix, 1);
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
    EVP_DigestFinal_ex(context_.get(), hash.data(), &length);
  }

 private:
  struct Free {
    void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD, Free> algorithm_{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  std::unique_ptr<EVP_MD_CTX, Free> context_{EVP_MD_CTX_new()};
};

Hash PlainRoot(std::span<const Record> records, size_t threads) {
  std::vector<PlainOpenSsl> hashers(threads);
  std::vector<Hash> level(records.size()), above;
  Share(threads, [&](size_t part) {
    for (size_t i = part * level.size() / threads; i < (part + 1) * level.size() / threads; ++i) {
      hashers[part].Append(0, records[i], level[i]);
    }
  });
  while (level.size() > 1) {
    above.resize((level.size() + 1) / 2);
    const size_t pairs = level.size() / 2;
    Share(pairs > 1000 ? threads : 1, [&](size_t part) {
      const size_t parts = pairs > 1000 ? threads : 1;
      for (size_t i = part * pairs / parts; i < (part + 1) * pairs / parts; ++i) {
        hashers[part].Append(1, std::as_bytes(std::span(level).subspan(2 * i, 2)), above[i]);
      }
    });
    if (level.size() % 2 == 1) above.back() = level.back();
    level.swap(above);
  }
  return level[0];
}

// As the log does: whole tiles by all threads, the rest and the tiles above by one.
Hash TreeRoot(std::span<const Record> records, size_t threads, std::vector<Hash>& leaves) {
  const size_t tiles = records.size() / kTileWidth;
  std::vector<Hash> roots(tiles);
  leaves.resize(records.size());
  Share(threads, [&](size_t part) {
    for (size_t i = part * tiles / threads; i < (part + 1) * tiles / threads; ++i) {
      const auto hashes = std::span(leaves).subspan(i * kTileWidth, kTileWidth);
      HashLeaves(records.subspan(i * kTileWidth, kTileWidth), hashes);
      std::array<Hash, kTileWidth> scratch;
      std::copy(hashes.begin(), hashes.end(), scratch.begin());
      roots[i] = FoldComplete(scratch);
    }
  });
  Frontier frontier;
  for (const Hash& root : roots) frontier.AppendSubtree(1, root);
  const auto rest = std::span(leaves).subspan(tiles * kTileWidth);
  HashLeaves(records.subspan(tiles * kTileWidth), rest);
  frontier.Append(rest);
  return frontier.Root();
}

class Tiles : public TileReader {
 public:
  explicit Tiles(std::span<const Hash> leaves) {
    std::vector<TileHash> made;
    Frontier frontier;
    frontier.Append(leaves, &made);
    levels_[0].assign(leaves.begin(), leaves.end());
    for (const TileHash& hash : made) levels_[hash.level].push_back(hash.hash);
  }
  iuran::Result<void> Read(const Tile& tile, std::span<Hash> hashes) override {
    const auto first =
        levels_[tile.level].begin() + static_cast<ptrdiff_t>(tile.index * kTileWidth);
    std::copy_n(first, hashes.size(), hashes.begin());
    return {};
  }

 private:
  std::array<std::vector<Hash>, kTileLevels> levels_;
};

void MeasureProof(std::span<const Record> records, const std::vector<Hash>& leaves,
                  const Hash& root) {
  const auto key = SigningKey::Generate("example.org/ledger");
  if (!key) std::exit(4);
  Tiles tiles(leaves);
  const uint64_t index = records.size() / 3;
  auto start = Clock::now();
  const auto path = InclusionProof(tiles, index, records.size());
  const double made = SecondsSince(start);
  const Record record = records[index];
  const std::string text = PrintProofFile(
      ProofFile{std::string(reinterpret_cast<const char*>(record.data()), record.size()), index,
                *path, *SignCheckpoint({key->verifier().name, records.size(), root, {}}, *key)});
  start = Clock::now();
  const bool holds = CheckProofFile(text, key->verifier()).has_value();
  const double checked = SecondsSince(start);
  if (!holds) std::exit(4);
  std::printf("proof_bytes %zu\nproof_make_ms %.3f\nproof_check_ms %.3f\n", text.size(),
              made * 1000, checked * 1000);
}

}  // namespace

int main(int argc, char** argv) {
  const size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const size_t length = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 200;
  const size_t threads = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1;
  if (count == 0 || threads == 0) {
    std::fprintf(stderr, "usage: tree_hash [RECORDS [BYTES [THREADS]]]\n");
    return 2;
  }
  std::vector<std::byte> bytes(count * length);
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::byte>(i * 2654435761u >> 13);
  std::vector<Record> records;
  for (size_t i = 0; i < count; ++i)
    records.push_back(std::span(bytes).subspan(i * length, length));
  std::vector<Hash> leaves(count);
  Hash plain{}, root{};
  double plain_rate = 0, tree_rate = 0;
  for (int round = 0; round < 5; ++round) {
    auto start = Clock::now();
    plain = PlainRoot(records, threads);
    plain_rate = std::max(plain_rate, static_cast<double>(count) / SecondsSince(start));
    start = Clock::now();
    root = TreeRoot(records, threads, leaves);
    tree_rate = std::max(tree_rate, static_cast<double>(count) / SecondsSince(start));
    if (root != plain) return 4;
  }
  std::printf("plain_per_second %.0f\ntree_per_second %.0f\n", plain_rate, tree_rate);
  MeasureProof(records, leaves, root);
  return 0;
}
