// The tree against the published RFC 6962 vectors and against the definitions of RFC 6962 2.1,
// written down as they stand there (tests/support/rfc6962.h). The vectors are those of Certificate
// Transparency's first implementation, as transparency-dev/merkle publishes them: the leaves and
// roots of testonly/constants.go, the proofs of proof/verify_test.go.
#include "ledger/log/proof/tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "ledger/log/proof/tree_proof.h"
#include "tests/support/rfc6962.h"

namespace iuran::log {
namespace {

using testing::ElementsAre;
using tests::NaivePath;
using tests::NaiveRoot;
using tests::NaiveSubproof;

std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

Hash HashOf(std::string_view hex) {
  Hash hash{};
  const std::string bytes = FromHex(hex);
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

// Tiles as the log keeps them: level 0 from the leaves, the others from what Frontier made.
class GrownTiles : public TileReader {
 public:
  explicit GrownTiles(std::vector<Hash> leaves) : leaves_(std::move(leaves)) {
    std::vector<TileHash> made;
    frontier_.Append(leaves_, &made);
    for (const TileHash& hash : made) {
      auto& level = levels_[static_cast<size_t>(hash.level)];
      EXPECT_EQ(hash.index, level.size()) << "hashes of a level are made in order, each once";
      level.push_back(hash.hash);
    }
    levels_[0] = leaves_;
  }

  Result<void> Read(const Tile& tile, std::span<Hash> hashes) override {
    ++reads;
    const auto& level = levels_[static_cast<size_t>(tile.level)];
    if (fail || tile.index * kTileWidth + tile.width > level.size()) {
      return Fail(ErrorCode::kIo, "The tile is not there.");
    }
    EXPECT_EQ(hashes.size(), tile.width);
    std::copy_n(level.begin() + static_cast<ptrdiff_t>(tile.index * kTileWidth), tile.width,
                hashes.begin());
    return {};
  }

  std::span<const Hash> leaves() const { return leaves_; }
  const Frontier& frontier() const { return frontier_; }
  int reads = 0;
  bool fail = false;

 private:
  std::vector<Hash> leaves_;
  Frontier frontier_;
  std::array<std::vector<Hash>, kTileLevels> levels_;
};

std::vector<Hash> NumberedLeaves(size_t count) {
  std::vector<Hash> leaves;
  for (size_t i = 0; i < count; ++i) leaves.push_back(LeafHash(AsRecord(std::to_string(i))));
  return leaves;
}

// Everything that one wrong bit, a missing or an added hash can do to a proof.
template <typename Verify>
void ExpectOnlyThis(const Path& proof, Verify verify) {
  EXPECT_TRUE(verify(proof));
  for (size_t i = 0; i < proof.size(); ++i) {
    Path changed = proof;
    for (int bit = 0; bit < 256; ++bit) {
      changed[i][static_cast<size_t>(bit / 8)] ^= static_cast<uint8_t>(1 << bit % 8);
      EXPECT_FALSE(verify(changed)) << "hash " << i << ", bit " << bit;
      changed[i][static_cast<size_t>(bit / 8)] ^= static_cast<uint8_t>(1 << bit % 8);
    }
    changed.erase(changed.begin() + static_cast<ptrdiff_t>(i));
    EXPECT_FALSE(verify(changed)) << "without hash " << i;
  }
  for (size_t i = 0; i <= proof.size(); ++i) {
    Path longer = proof;
    longer.insert(longer.begin() + static_cast<ptrdiff_t>(i), i < proof.size() ? proof[i] : Hash{});
    EXPECT_FALSE(verify(longer)) << "with another hash at " << i;
  }
}

class PublishedTree : public testing::Test {
 protected:
  static std::vector<Hash> Leaves() {
    const std::vector<std::string> inputs = {FromHex(""),
                                             FromHex("00"),
                                             FromHex("10"),
                                             FromHex("2021"),
                                             FromHex("3031"),
                                             FromHex("40414243"),
                                             FromHex("5051525354555657"),
                                             FromHex("606162636465666768696a6b6c6d6e6f")};
    std::vector<Record> records;
    for (const std::string& input : inputs) records.push_back(AsRecord(input));
    std::vector<Hash> hashes(records.size());
    HashLeaves(records, hashes);
    return hashes;
  }

  const std::vector<Hash> roots_ = {
      HashOf("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      HashOf("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
      HashOf("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
      HashOf("aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
      HashOf("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
      HashOf("4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
      HashOf("76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
      HashOf("ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
      HashOf("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")};
  GrownTiles tiles_{Leaves()};
};

TEST_F(PublishedTree, HasThePublishedRoots) {
  Frontier frontier;
  EXPECT_EQ(frontier.Root(), roots_[0]);
  for (size_t size = 1; size <= 8; ++size) {
    frontier.Append(tiles_.leaves().subspan(size - 1, 1));
    EXPECT_EQ(frontier.Root(), roots_[size]) << size;
    EXPECT_EQ(RootAt(tiles_, size), roots_[size]) << size;
  }
}

TEST_F(PublishedTree, ProvesInclusionAsPublished) {
  struct Case {
    uint64_t index, size;
    Path path;
  };
  const std::vector<Case> cases = {
      {0, 1, {}},
      {0,
       8,
       {HashOf("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
        HashOf("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
        HashOf("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")}},
      {5,
       8,
       {HashOf("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
        HashOf("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
        HashOf("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")}},
      {2, 3, {HashOf("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")}},
      {1,
       5,
       {HashOf("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        HashOf("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
        HashOf("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")}}};
  for (const Case& c : cases) {
    EXPECT_EQ(InclusionProof(tiles_, c.index, c.size), c.path) << c.index << " of " << c.size;
    const Hash leaf = tiles_.leaves()[c.index];
    ExpectOnlyThis(c.path, [&](const Path& path) {
      return VerifyInclusion(c.index, c.size, leaf, path, roots_[c.size]);
    });
    EXPECT_FALSE(VerifyInclusion(c.index, c.size, leaf, c.path, roots_[0]));
    EXPECT_FALSE(VerifyInclusion(c.index, c.size, roots_[0], c.path, roots_[c.size]));
    EXPECT_FALSE(VerifyInclusion(c.index, 2 * c.size, leaf, c.path, roots_[c.size]));
    for (const uint64_t other : {c.index + 1, c.index - 1, c.index ^ 2, c.size}) {
      EXPECT_FALSE(VerifyInclusion(other, c.size, leaf, c.path, roots_[c.size])) << other;
    }
  }
  EXPECT_EQ(InclusionProof(tiles_, 8, 8).error().code, ErrorCode::kInvalidValue);
  EXPECT_FALSE(VerifyInclusion(0, 0, roots_[0], {}, roots_[0]));
}

TEST_F(PublishedTree, ProvesConsistencyAsPublished) {
  struct Case {
    uint64_t old_size, size;
    Path path;
  };
  const std::vector<Case> cases = {
      {1, 1, {}},
      {1,
       8,
       {HashOf("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
        HashOf("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
        HashOf("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")}},
      {6,
       8,
       {HashOf("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
        HashOf("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
        HashOf("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")}},
      {2,
       5,
       {HashOf("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
        HashOf("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")}},
      {6,
       7,
       {HashOf("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
        HashOf("b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"),
        HashOf("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")}}};
  for (const Case& c : cases) {
    EXPECT_EQ(ConsistencyProof(tiles_, c.old_size, c.size), c.path) << c.old_size << " " << c.size;
    ExpectOnlyThis(c.path, [&](const Path& path) {
      return VerifyConsistency(c.old_size, c.size, roots_[c.old_size], roots_[c.size], path);
    });
    EXPECT_FALSE(VerifyConsistency(c.old_size, c.size, roots_[0], roots_[c.size], c.path));
    EXPECT_FALSE(
        VerifyConsistency(c.old_size, 2 * c.size, roots_[c.old_size], roots_[c.size], c.path));
    EXPECT_FALSE(VerifyConsistency(c.old_size, c.size, roots_[c.old_size], roots_[0], c.path));
  }
  EXPECT_EQ(ConsistencyProof(tiles_, 8, 7).error().code, ErrorCode::kInvalidValue);
  EXPECT_FALSE(VerifyConsistency(8, 7, roots_[8], roots_[7], {}));
  EXPECT_TRUE(VerifyConsistency(0, 7, roots_[0], roots_[7], {}));
  EXPECT_TRUE(VerifyConsistency(0, 0, roots_[0], roots_[0], {}));
  EXPECT_FALSE(VerifyConsistency(0, 0, roots_[0], roots_[1], {}));
  EXPECT_FALSE(VerifyConsistency(0, 7, roots_[1], roots_[7], {}));
  EXPECT_FALSE(VerifyConsistency(0, 7, roots_[0], roots_[7], std::vector{roots_[1]}));
}

TEST(Tree, AgreesWithTheDefinitions) {
  std::mt19937_64 random(6962);
  const auto below = [&](size_t end) { return static_cast<size_t>(random() % end); };
  std::vector<size_t> sizes = {1, 2, 3, 255, 256, 257, 511, 512, 513, 4096};
  while (sizes.size() < 30) sizes.push_back(1 + below(4000));
  GrownTiles tiles(NumberedLeaves(4096));
  for (const size_t size : sizes) {
    const auto leaves = tiles.leaves().first(size);
    const Hash root = NaiveRoot(leaves);
    Frontier frontier;
    frontier.Append(leaves);
    EXPECT_EQ(frontier.Root(), root) << size;
    EXPECT_EQ(RootAt(tiles, size), root) << size;
    for (const size_t index : {size_t{0}, size - 1, below(size), below(size)}) {
      tiles.reads = 0;
      const auto path = InclusionProof(tiles, index, size);
      EXPECT_EQ(path, NaivePath(index, leaves)) << index << " of " << size;
      EXPECT_LE(tiles.reads, 4) << "each tile of the two levels is read once";
      EXPECT_TRUE(VerifyInclusion(index, size, leaves[index], *path, root));
      EXPECT_FALSE(VerifyInclusion(below(size), size, LeafHash(AsRecord("x")), *path, root));
      if (size > 1) {
        const size_t other = (index + 1 + below(size - 1)) % size;
        EXPECT_FALSE(VerifyInclusion(other, size, leaves[index], *path, root));
      }
    }
    for (const size_t old_size : {size_t{1}, size, 1 + below(size), 1 + below(size)}) {
      tiles.reads = 0;
      const auto path = ConsistencyProof(tiles, old_size, size);
      EXPECT_LE(tiles.reads, 4);
      EXPECT_EQ(path, NaiveSubproof(old_size, leaves, true)) << old_size << " to " << size;
      const Hash old_root = NaiveRoot(leaves.first(old_size));
      EXPECT_TRUE(VerifyConsistency(old_size, size, old_root, root, *path));
      if (old_size < size) {
        EXPECT_FALSE(VerifyConsistency(old_size, size, root, root, *path));
        EXPECT_FALSE(VerifyConsistency(old_size, size, old_root, old_root, *path));
      }
    }
  }
}

TEST(Tree, PassesOnWhatTheReaderSays) {
  GrownTiles tiles(NumberedLeaves(300));
  tiles.fail = true;
  EXPECT_EQ(InclusionProof(tiles, 1, 300).error().code, ErrorCode::kIo);
  EXPECT_EQ(ConsistencyProof(tiles, 1, 300).error().code, ErrorCode::kIo);
  EXPECT_EQ(RootAt(tiles, 300).error().code, ErrorCode::kIo);
}

TEST(Frontier, ContinuesWhereItWasStored) {
  const std::vector<Hash> leaves = NumberedLeaves(700);
  for (const size_t size : {0, 1, 255, 256, 257, 511, 699}) {
    Frontier first;
    first.Append(std::span(leaves).first(size));
    const std::string stored = first.Serialise();
    auto restored = Frontier::Restore(stored);
    ASSERT_TRUE(restored) << size;
    EXPECT_EQ(restored->size(), size);
    EXPECT_EQ(restored->Serialise(), stored);
    std::vector<TileHash> made, expected;
    restored->Append(std::span(leaves).subspan(size), &made);
    first.Append(std::span(leaves).subspan(size), &expected);
    EXPECT_EQ(restored->Root(), NaiveRoot(leaves));
    ASSERT_EQ(made.size(), expected.size());
    for (size_t i = 0; i < made.size(); ++i) EXPECT_EQ(made[i].hash, expected[i].hash);
    for (size_t length = 0; length < stored.size(); ++length) {
      EXPECT_FALSE(Frontier::Restore(stored.substr(0, length))) << length;
    }
    EXPECT_EQ(Frontier::Restore(stored + "x").error().code, ErrorCode::kLedgerDamaged);
  }
}

// Whole tiles folded by several threads and appended as subtrees: the same tree.
TEST(Frontier, TakesSubtreesFoldedElsewhere) {
  constexpr size_t kTiles = 260;
  std::vector<Hash> leaves = NumberedLeaves(kTiles * kTileWidth + 3);
  GrownTiles expected(leaves);
  std::vector<Hash> roots(kTiles);
  const auto fold = [&](size_t from) {
    for (size_t tile = from; tile < kTiles; tile += 2) {
      roots[tile] = FoldComplete(std::span(leaves).subspan(tile * kTileWidth, kTileWidth));
    }
  };
  std::thread other(fold, 1);
  fold(0);
  other.join();
  Frontier frontier;
  std::vector<TileHash> made;
  for (const Hash& root : roots) frontier.AppendSubtree(1, root, &made);
  frontier.Append(expected.leaves().last(3), &made);
  EXPECT_EQ(frontier.Root(), expected.frontier().Root());
  ASSERT_EQ(made.size(), kTiles + 1);
  EXPECT_EQ(made[256].level, 2);
  EXPECT_EQ(made[256].index, 0u);
  EXPECT_EQ(made[256].hash, NaiveRoot(expected.leaves().first(65536)));
}

TEST(Tiles, StandWhereTheLayoutSays) {
  // The examples of C2SP tlog-tiles: 70,000 leaves, 256 leaves, and index 1234067.
  const std::vector<Tile> full = CompletedTiles(0, 70'000);
  EXPECT_EQ(full.size(), 274u);
  EXPECT_EQ(full[272], (Tile{0, 272, 256}));
  EXPECT_EQ(full[273], (Tile{1, 0, 256}));
  EXPECT_THAT(PartialTiles(70'000), ElementsAre(Tile{0, 273, 112}, Tile{1, 1, 17}, Tile{2, 0, 1}));
  EXPECT_THAT(CompletedTiles(0, 256), ElementsAre(Tile{0, 0, 256}));
  EXPECT_THAT(PartialTiles(256), ElementsAre(Tile{1, 0, 1}));
  EXPECT_EQ(TilePath(Tile{0, 1'234'067, 256}), "tile/0/x001/x234/067");
  EXPECT_EQ(TilePath(Tile{1, 1'000, 17}), "tile/1/x001/000.p/17");
  EXPECT_EQ(EntriesPath(Tile{0, 0, 1}), "tile/entries/000.p/1");

  EXPECT_THAT(CompletedTiles(255, 256), ElementsAre(Tile{0, 0, 256}));
  EXPECT_TRUE(CompletedTiles(256, 511).empty());
  EXPECT_THAT(CompletedTiles(65'535, 65'536), ElementsAre(Tile{0, 255, 256}, Tile{1, 0, 256}));
  EXPECT_TRUE(PartialTiles(0).empty());
  EXPECT_EQ(PartialTiles(UINT64_MAX).size(), 8u);
  EXPECT_EQ(TileWidth(0, 273, 70'000), 112u);
  EXPECT_EQ(TileWidth(0, 272, 70'000), 256u);
  EXPECT_EQ(TileWidth(0, 274, 70'000), 0u);
  EXPECT_EQ(TileWidth(7, 0, UINT64_MAX), 255u);
}

TEST(Tiles, HoldEntriesBehindTheirLength) {
  std::string bundle;
  AppendEntry(bundle, AsRecord("abc"));
  AppendEntry(bundle, AsRecord(std::string(258, 'x')));
  EXPECT_EQ(bundle, std::string("\0\3abc\1\2", 7) + std::string(258, 'x'));
  bundle.clear();
  AppendEntry(bundle, AsRecord(std::string(kMaxRecordBytes, 'x')));
  EXPECT_EQ(bundle.substr(0, 2), "\xff\xff");
  EXPECT_DEATH(AppendEntry(bundle, AsRecord(std::string(65'536, 'x'))), "fits an entry bundle");
}

TEST(Hashing, IsTheSameForEveryLength) {
  // SHA-256 of a prefix and the record, whatever way it takes through hash.cc.
  for (const size_t length : {0, 1, 54, 55, 63, 64, 200, 510, 511, 512, 513, 70'000}) {
    const std::string record(length, 'r');
    EXPECT_EQ(LeafHash(AsRecord(record)), Sha256(std::string(1, '\0') + record)) << length;
  }
  EXPECT_EQ(Sha256("abc"),
            HashOf("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

}  // namespace
}  // namespace iuran::log
