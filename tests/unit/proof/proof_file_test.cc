// Checkpoints, cosignatures and proof files. The signed bytes were made by another implementation
// of Ed25519 (Python's cryptography) from the seed 00 01 .. 1f, over the example of C2SP
// tlog-cosignature.
#include "ledger/log/proof/proof_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "ledger/log/proof/encoding.h"

namespace iuran::log {
namespace {

constexpr std::string_view kSofaPrivate =
    "PRIVATE+KEY+example.com/behind-the-sofa+1f59e8f5+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
constexpr std::string_view kSofa =
    "example.com/behind-the-sofa+1f59e8f5+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
constexpr std::string_view kWitnessPrivate =
    "PRIVATE+KEY+witness.example.com/w1+a0059f11+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
constexpr std::string_view kWitness =
    "witness.example.com/w1+a0059f11+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
const std::string kBody =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
const std::string kSofaLine =
    "— example.com/behind-the-sofa "
    "H1no9Vbha/V7K+0nOUyOYWY2eeqkJO0R/8eVdJBP1U6klJ63rYHH36AjiNbqMeYZ5wXtNMpYFqOQG4s/"
    "igFrnBBp3AU=\n";
const std::string kWitnessLine =
    "— witness.example.com/w1 oAWfEQAAAABkGFDLBuRDazBLVac2NE+Y+IjbjQOcXLfF9CSDZVUIoS83rE1nFZsVE8YiW"
    "V6Ngr7lV8H6bdoBQGP/l73euDMQ9k+bBQ==\n";
constexpr uint64_t kWitnessTime = 1679315147;

VerifierKey Key(std::string_view text) { return VerifierKey::Parse(text).value(); }
SigningKey Signer(std::string_view text) { return SigningKey::Parse(text).value(); }

std::string WithBit(std::string bytes, size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
  return bytes;
}

TEST(Checkpoint, IsTheTextOfTheFormat) {
  const auto checkpoint = ParseCheckpointText(kBody);
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint->size, 20852163u);
  EXPECT_EQ(CheckpointText(*checkpoint), kBody);
  EXPECT_EQ(SignCheckpoint(*checkpoint, Signer(kSofaPrivate)), kBody + "\n" + kSofaLine);
  const auto extended = ParseCheckpointText(kBody + "one\ntwo\n");
  ASSERT_TRUE(extended);
  EXPECT_THAT(extended->extensions, testing::ElementsAre("one", "two"));
  EXPECT_EQ(CheckpointText(*extended), kBody + "one\ntwo\n");

  const std::string root = kBody.substr(kBody.size() - 45);
  for (const std::string& text :
       {std::string(), std::string("a\n1\n"), "\n1\n" + root, "a\n01\n" + root, "a\n-1\n" + root,
        "a\n\n" + root, std::string("a\n1\nAAAA\n"), "a\n1\n" + root.substr(0, 44),
        "a\n1\n" + root + "\n", "a\n1\n" + root + "x"}) {
    EXPECT_FALSE(ParseCheckpointText(text)) << text;
  }
  Checkpoint other = *checkpoint;
  other.origin = "example.com/other";
  EXPECT_FALSE(SignCheckpoint(other, Signer(kSofaPrivate)));
  other = *checkpoint;
  other.extensions = {"one\ntwo"};
  EXPECT_FALSE(SignCheckpoint(other, Signer(kSofaPrivate)));
}

TEST(Checkpoint, CountsWitnessesThatAreKnown) {
  Note note = ParseNote(kBody + "\n" + kSofaLine).value();
  ASSERT_TRUE(SignNote(note, Signer(kWitnessPrivate), kWitnessTime));
  const std::string bytes = PrintNote(note);
  EXPECT_EQ(bytes, kBody + "\n" + kSofaLine + kWitnessLine);
  // The published keys are of one seed, which no two signers may share.
  const auto w2 = SigningKey::Generate("witness.example.com/w2", KeyType::kCosignature);
  ASSERT_TRUE(w2);
  ASSERT_TRUE(SignNote(note, *w2, 1700000000));
  const std::vector<VerifierKey> witnesses = {w2->verifier()};
  const auto opened = OpenCheckpoint(PrintNote(note), Key(kSofa), witnesses);
  ASSERT_TRUE(opened);
  ASSERT_EQ(opened->cosignatures.size(), 1u);
  EXPECT_EQ(opened->cosignatures[0].witness, "witness.example.com/w2");
  EXPECT_EQ(opened->cosignatures[0].timestamp, 1700000000u);
  EXPECT_TRUE(OpenCheckpoint(bytes, Key(kSofa))->cosignatures.empty());

  const auto verified = OpenNote(bytes, std::vector{Key(kWitness)});
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->verified[0].timestamp, kWitnessTime);
  for (size_t bit = 0; bit < 8 * kWitnessLine.size(); ++bit) {
    EXPECT_FALSE(OpenNote(kBody + "\n" + WithBit(kWitnessLine, bit), std::vector{Key(kWitness)}));
  }
  EXPECT_FALSE(OpenCheckpoint(bytes, Key(kSofa), std::vector{Key(kWitness)}))
      << "one key, two names";
  EXPECT_FALSE(OpenCheckpoint(bytes, Key(kWitness))) << "a witness is not the log";
  const auto plain = SigningKey::Generate("witness.example.com/w3");
  EXPECT_FALSE(OpenCheckpoint(bytes, Key(kSofa), std::vector{plain->verifier()}));
  Note unsigned_by_log{kBody, {}};
  ASSERT_TRUE(SignNote(unsigned_by_log, *w2, 1));
  EXPECT_EQ(OpenCheckpoint(PrintNote(unsigned_by_log), Key(kSofa), witnesses).error().code,
            ErrorCode::kLedgerDamaged);
}

TEST(Checkpoint, KnowsNoTimeBeyondSigned64Bits) {
  const SigningKey key = Signer(kWitnessPrivate);
  for (const uint64_t time : {uint64_t{INT64_MAX}, uint64_t{INT64_MAX} + 1}) {
    const Signature signature =
        key.Sign("cosignature/v1\ntime " + std::to_string(time) + "\n" + kBody);
    const Note note{kBody,
                    {{key.verifier().name, key.verifier().Id(),
                      PutBigEndian(time, 8) + std::string(signature.begin(), signature.end())}}};
    EXPECT_EQ(OpenNote(PrintNote(note), std::vector{key.verifier()}).has_value(),
              time == INT64_MAX);
  }
}

TEST(Checkpoint, ReadsTheTimeOfAForeignCosignature) {
  // From transparency-dev/formats: a signature of Thursday 3 October 2024, 14:06:07 UTC.
  const auto note = ParseNote(
      "x\n\n— w "
      "ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOwor"
      "DcFiEBYJXORmnFBOBA==\n");
  ASSERT_TRUE(note);
  ASSERT_EQ(note->signatures[0].bytes.size(), 72u);
  EXPECT_EQ(TakeBigEndian(note->signatures[0].bytes.substr(0, 8)), 1727964367u);
}

TEST(Checkpoint, IsOfItsOwnLogOnly) {
  // Signed by the right key, but over the text of another log.
  const SigningKey key = Signer(kSofaPrivate);
  Note note{"example.com/other" + kBody.substr(kBody.find('\n')), {}};
  ASSERT_TRUE(SignNote(note, key));
  EXPECT_EQ(OpenCheckpoint(PrintNote(note), key.verifier()).error().code,
            ErrorCode::kLedgerDamaged);
  Note no_checkpoint{"hello\n", {}};
  ASSERT_TRUE(SignNote(no_checkpoint, key));
  EXPECT_EQ(OpenCheckpoint(PrintNote(no_checkpoint), key.verifier()).error().code,
            ErrorCode::kInvalidValue);
}

class ProofFiles : public testing::Test, protected TileReader {
 protected:
  ProofFiles() {
    for (int i = 0; i < 700; ++i) leaves_.push_back(LeafHash(AsRecord(RecordAt(i))));
    frontier_.Append(leaves_, &made_);
  }

  static std::string RecordAt(int index) {
    return "record " + std::to_string(index) + std::string(1, '\0') + std::string(190, 'r');
  }

  Result<void> Read(const Tile& tile, std::span<Hash> hashes) override {
    for (size_t i = 0; i < hashes.size(); ++i) {
      const size_t index = tile.index * kTileWidth + i;
      hashes[i] = tile.level == 0 ? leaves_[index] : made_[index].hash;
    }
    return {};
  }

  std::string Proof(int index) {
    const Checkpoint checkpoint{key_.verifier().name, frontier_.size(), frontier_.Root(), {}};
    const auto position = static_cast<uint64_t>(index);
    return PrintProofFile(ProofFile{RecordAt(index), position,
                                    InclusionProof(*this, position, frontier_.size()).value(),
                                    SignCheckpoint(checkpoint, key_).value()});
  }

  SigningKey key_ = Signer(kSofaPrivate);
  std::vector<Hash> leaves_;
  Frontier frontier_;
  std::vector<TileHash> made_;
};

TEST_F(ProofFiles, ShowTheirRecordToWhoeverHoldsTheKey) {
  for (const int index : {0, 1, 255, 256, 511, 512, 698, 699}) {
    const std::string text = Proof(index);
    EXPECT_LE(text.size(), 4096u);
    const auto proven = CheckProofFile(text, Key(kSofa));
    ASSERT_TRUE(proven) << proven.error().message;
    EXPECT_EQ(proven->record, RecordAt(index));
    EXPECT_EQ(proven->index, static_cast<uint64_t>(index));
    EXPECT_EQ(proven->signed_by.checkpoint.size, 700u);
    EXPECT_EQ(PrintProofFile(*ParseProofFile(text)), text);
  }
  const auto other = SigningKey::Generate("example.com/behind-the-sofa");
  EXPECT_EQ(CheckProofFile(Proof(1), other->verifier()).error().code, ErrorCode::kLedgerDamaged);
}

TEST_F(ProofFiles, ShowEveryChangedBit) {
  const VerifierKey key = Key(kSofa);
  for (const int index : {0, 699}) {
    const std::string text = Proof(index);
    for (size_t bit = 0; bit < 8 * text.size(); ++bit) {
      EXPECT_FALSE(CheckProofFile(WithBit(text, bit), key)) << "bit " << bit << " of\n" << text;
    }
    for (size_t length = 0; length < text.size(); ++length) {
      EXPECT_FALSE(CheckProofFile(text.substr(0, length), key)) << length;
    }
    EXPECT_FALSE(CheckProofFile(text + "\n", key));
    EXPECT_FALSE(CheckProofFile(text + "x", key));
  }
}

TEST_F(ProofFiles, AreNotMixed) {
  const VerifierKey key = Key(kSofa);
  ProofFile proof = ParseProofFile(Proof(5)).value();
  proof.index = 6;
  EXPECT_EQ(CheckProofFile(PrintProofFile(proof), key).error().code, ErrorCode::kLedgerDamaged);
  proof = ParseProofFile(Proof(5)).value();
  proof.path = ParseProofFile(Proof(4))->path;
  EXPECT_FALSE(CheckProofFile(PrintProofFile(proof), key));
  proof = ParseProofFile(Proof(5)).value();
  proof.path.clear();
  EXPECT_FALSE(CheckProofFile(PrintProofFile(proof), key));
  // The two children of a node are no record, though they hash to what stands in the tree.
  proof = ParseProofFile(Proof(0)).value();
  proof.record = std::string(leaves_[0].begin(), leaves_[0].end()) +
                 std::string(leaves_[1].begin(), leaves_[1].end());
  proof.path.erase(proof.path.begin());
  EXPECT_FALSE(CheckProofFile(PrintProofFile(proof), key));
}

TEST_F(ProofFiles, AreReadWithoutHarm) {
  const VerifierKey key = Key(kSofa);
  const std::string text = Proof(300);
  const std::string note = text.substr(text.find("\n\n") + 2);
  std::string hashes;
  for (int i = 0; i < 65; ++i) hashes += EncodeBase64(std::string(32, 'h')) + "\n";
  for (const std::string& wrong :
       {std::string(), std::string("c2sp.org/tlog-proof@v1\n"), "c2sp.org/tlog-proof@v1\n\n" + note,
        "c2sp.org/tlog-proof@v1\nindex 0\n\n" + note,
        "c2sp.org/tlog-proof@v1\nextra \nindex 0\n\n" + note,
        "c2sp.org/tlog-proof@v1\nextra !!!!\nindex 0\n\n" + note,
        "c2sp.org/tlog-proof@v1\nextra YQ==\nindex 00\n\n" + note,
        "c2sp.org/tlog-proof@v1\nextra YQ==\nindex 0\nYQ==\n\n" + note,
        "c2sp.org/tlog-proof@v1\nextra YQ==\nindex 0\n" + hashes + "\n" + note,
        "c2sp.org/tlog-proof@v1\nextra YQ==\nindex 0\n" + std::string(1000, '\n')}) {
    EXPECT_EQ(CheckProofFile(wrong, key).error().code, ErrorCode::kInvalidValue) << wrong;
  }
  std::mt19937_64 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string mangled = text;
    for (size_t changes = 1 + random() % 4; changes > 0; --changes) {
      const size_t at = random() % mangled.size(), from = random() % mangled.size();
      const size_t count = random() % 60;
      if (random() % 2 == 0) {
        mangled.erase(at, count);
      } else {
        mangled.insert(at, mangled.substr(from, count));
      }
      if (mangled.empty()) mangled = "\n";
    }
    EXPECT_EQ(bool(CheckProofFile(mangled, key)), mangled == text);
  }
}

}  // namespace
}  // namespace iuran::log
