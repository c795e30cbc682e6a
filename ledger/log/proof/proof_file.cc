// Writing, reading and checking proof files.
#include "ledger/log/proof/proof_file.h"

#include <cstring>
#include <optional>

#include "ledger/log/proof/encoding.h"

namespace iuran::log {

namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr size_t kMaxPath = 64;                     // a tree of 2^64 leaves is no higher
constexpr size_t kMaxFileBytes = size_t{64} << 20;  // far above any record

tl::unexpected<Error> Malformed(std::string_view what) {
  return Fail(ErrorCode::kInvalidValue,
              "This is not a proof file: " + std::string(what) + ". Take the whole file again.");
}

// The rest of a line that begins with `word`.
std::optional<std::string_view> Behind(std::string_view word,
                                       const std::optional<std::string_view>& line) {
  if (!line || !line->starts_with(word)) return std::nullopt;
  return line->substr(word.size());
}

}  // namespace

std::string PrintProofFile(const ProofFile& proof) {
  std::string text = std::string(kFirstLine) + "\n";
  text += std::string(kExtra) + EncodeBase64(proof.record) + "\n";
  text += std::string(kIndex) + std::to_string(proof.index) + "\n";
  for (const Hash& hash : proof.path) {
    text += EncodeBase64({reinterpret_cast<const char*>(hash.data()), hash.size()}) + "\n";
  }
  return text + "\n" + proof.checkpoint;
}

Result<ProofFile> ParseProofFile(std::string_view text) {
  if (text.size() > kMaxFileBytes) return Malformed("it is too long");
  if (TakeLine(text) != kFirstLine) return Malformed("it does not begin as one");
  const auto extra = Behind(kExtra, TakeLine(text));
  if (!extra) return Malformed("it does not hold the record");
  auto record = DecodeBase64(*extra);
  if (!record || record->empty()) return Malformed("the record in it cannot be read");
  const auto index_text = Behind(kIndex, TakeLine(text));
  const auto index = index_text ? ParseDecimal(*index_text) : std::nullopt;
  if (!index) return Malformed("it does not say which position it is for");
  ProofFile proof{*std::move(record), *index, {}, {}};
  for (auto line = TakeLine(text); !line || !line->empty(); line = TakeLine(text)) {
    const auto bytes = line ? DecodeBase64(*line) : std::nullopt;
    if (!bytes || bytes->size() != sizeof(Hash) || proof.path.size() == kMaxPath) {
      return Malformed("a line of the proof is not a hash");
    }
    std::memcpy(proof.path.emplace_back().data(), bytes->data(), sizeof(Hash));
  }
  proof.checkpoint = text;
  return proof;
}

Result<ProvenRecord> CheckProofFile(std::string_view text, const VerifierKey& log,
                                    std::span<const VerifierKey> witnesses) {
  IURAN_ASSIGN(ProofFile proof, ParseProofFile(text));
  ProvenRecord proven;
  IURAN_ASSIGN(proven.signed_by, OpenCheckpoint(proof.checkpoint, log, witnesses));
  const Checkpoint& checkpoint = proven.signed_by.checkpoint;
  if (!VerifyInclusion(proof.index, checkpoint.size, LeafHash(AsRecord(proof.record)), proof.path,
                       checkpoint.root)) {
    return Fail(ErrorCode::kLedgerDamaged,
                "The record in this file does not stand at position " +
                    std::to_string(proof.index) + " of " + checkpoint.origin +
                    " as that log signed it. The file proves nothing: ask for the original.");
  }
  proven.record = std::move(proof.record);
  proven.index = proof.index;
  return proven;
}

}  // namespace iuran::log
