// Proofs and proof files: a proof is accepted exactly where the definitions of RFC 6962 lead to the
// root, for trees of any size, and nothing of a proof file can be changed.
//   t TEXT   a proof file
//   f ...    a proof file of a small tree, made of what follows and changed
//   i ...    an inclusion proof of a tree of any size, to be judged
//   s ...    a consistency proof likewise
#include "ledger/log/proof/proof_file.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/signers.h"
#include "tests/support/rfc6962.h"

namespace iuran::log {
namespace {

const VerifierKey& LogKey() { return fuzz::Log().verifier(); }

Hash AnyHash(FuzzedDataProvider& in) { return Sha256(std::string(1, in.ConsumeIntegral<char>())); }

Hash WithBit(Hash hash, uint8_t bit) {
  hash[bit / 8] = static_cast<uint8_t>(hash[bit / 8] ^ (1 << bit % 8));
  return hash;
}

// How long a proof may be: mostly what a tree of the size asks for, since others soon fail.
Path AnyPath(FuzzedDataProvider& in, uint64_t size) {
  const int height = static_cast<int>(std::bit_width(size - 1));
  Path path(in.ConsumeIntegralInRange<size_t>(0, static_cast<size_t>(height) + 2));
  for (Hash& hash : path) hash = AnyHash(in);
  return path;
}

void TryText(std::string_view text) {
  const auto proof = ParseProofFile(text);
  const auto proven = CheckProofFile(text, LogKey());
  IURAN_CHECK(proof || !proven, "what proves something has the form");
  if (proof) IURAN_CHECK(PrintProofFile(*proof) == text, "a proof file has one form");
  if (!proven) return;
  const Checkpoint& checkpoint = proven->signed_by.checkpoint;
  const auto root = tests::RootOfPath(proof->index, checkpoint.size,
                                      LeafHash(AsRecord(proof->record)), proof->path);
  IURAN_CHECK(root == checkpoint.root, "the definitions lead to the signed root");
}

// The printed file with one of its parts, or anything at all changed.
std::string ChangedFile(ProofFile proof, FuzzedDataProvider& in) {
  switch (in.ConsumeIntegralInRange<int>(0, 3)) {
    case 0:
      proof.record = fuzz::Changed(proof.record, in);
      return PrintProofFile(proof);
    case 1:
      proof.index = in.ConsumeIntegralInRange<uint64_t>(0, 100);
      return PrintProofFile(proof);
    case 2:
      proof.path.resize(in.ConsumeIntegralInRange<size_t>(0, 8));
      for (Hash& hash : proof.path) {
        if (in.ConsumeBool()) hash = WithBit(hash, in.ConsumeIntegral<uint8_t>());
      }
      return PrintProofFile(proof);
    default:
      return fuzz::Changed(PrintProofFile(proof), in);
  }
}

void TryFile(FuzzedDataProvider& in) {
  const auto size = in.ConsumeIntegralInRange<size_t>(1, 40);
  const auto index = in.ConsumeIntegralInRange<size_t>(0, size - 1);
  const std::string record = "r" + in.ConsumeRandomLengthString(30);
  std::vector<Hash> leaves;
  for (size_t i = 0; i < size; ++i) leaves.push_back(Sha256(std::to_string(i)));
  leaves[index] = LeafHash(AsRecord(record));
  const Checkpoint checkpoint{LogKey().name, size, tests::NaiveRoot(leaves), {}};
  const ProofFile proof{record, index, tests::NaivePath(index, leaves),
                        SignCheckpoint(checkpoint, fuzz::Log()).value()};
  IURAN_CHECK(CheckProofFile(PrintProofFile(proof), LogKey()), "a right proof is taken");
  const auto proven = CheckProofFile(ChangedFile(proof, in), LogKey());
  if (!proven) return;
  // What may change is what nobody has signed: signatures of keys not known here.
  IURAN_CHECK(proven->record == record && proven->index == index &&
                  proven->signed_by.checkpoint == checkpoint,
              "nothing of a proof can be changed");
}

void TryInclusion(FuzzedDataProvider& in) {
  const auto size = std::max<uint64_t>(
      1, in.ConsumeIntegral<uint64_t>() >> in.ConsumeIntegralInRange<int>(0, 63));
  const auto index = in.ConsumeBool() ? in.ConsumeIntegralInRange<uint64_t>(0, size - 1)
                                      : in.ConsumeIntegral<uint64_t>();
  const Hash leaf = AnyHash(in);
  const Path path = AnyPath(in, size);
  const auto root = tests::RootOfPath(index, size, leaf, path);
  if (root) {
    IURAN_CHECK(VerifyInclusion(index, size, leaf, path, *root), "a right proof is taken");
    const Hash other = WithBit(*root, in.ConsumeIntegral<uint8_t>());
    IURAN_CHECK(!VerifyInclusion(index, size, leaf, path, other), "for its root alone");
  }
  const Hash other = path.empty() || in.ConsumeBool() ? leaf : path.back();
  IURAN_CHECK(VerifyInclusion(index, size, leaf, path, other) == (root == other),
              "a proof is taken where the definition leads to the root");
}

void TryConsistency(FuzzedDataProvider& in) {
  const auto size = std::max<uint64_t>(
      1, in.ConsumeIntegral<uint64_t>() >> in.ConsumeIntegralInRange<int>(0, 63));
  const auto old_size = in.ConsumeIntegralInRange<uint64_t>(1, size);
  const Hash old_root = AnyHash(in);
  const Path path = AnyPath(in, size);
  const auto roots = tests::RootsOfSubproof(old_size, size, true, old_root, path);
  const auto verify = [&](const Hash& from, const Hash& to) {
    return VerifyConsistency(old_size, size, from, to, path);
  };
  if (roots) {
    const auto& [from, to] = *roots;
    IURAN_CHECK(verify(from, to), "a right proof is taken");
    const auto bit = in.ConsumeIntegral<uint8_t>();
    IURAN_CHECK(!verify(from, WithBit(to, bit)), "for its new root alone");
    IURAN_CHECK(!verify(WithBit(from, bit), to), "and for its old root alone");
  } else {
    const Hash root = AnyHash(in);
    IURAN_CHECK(!verify(old_root, root) && !verify(old_root, old_root), "and no other proof");
  }
  IURAN_CHECK(!VerifyConsistency(size, old_size, old_root, old_root, path) ||
                  (size == old_size && path.empty()),
              "no tree is a beginning of a smaller one");
}

}  // namespace
}  // namespace iuran::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace iuran;
  const std::string_view input = fuzz::Bytes(data, size);
  if (input.empty()) return 0;
  const std::string_view rest = input.substr(1);
  FuzzedDataProvider in = fuzz::Provider(rest);
  if (input[0] == 't') log::TryText(rest);
  if (input[0] == 'f') log::TryFile(in);
  if (input[0] == 'i') log::TryInclusion(in);
  if (input[0] == 's') log::TryConsistency(in);
  return 0;
}
