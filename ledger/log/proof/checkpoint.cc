// The text of checkpoints, signed and opened.
#include "ledger/log/proof/checkpoint.h"

#include <algorithm>
#include <cstring>

#include "ledger/log/proof/encoding.h"

namespace iuran::log {

namespace {

tl::unexpected<Error> Malformed(std::string_view what) {
  return Fail(ErrorCode::kInvalidValue, "This is not a checkpoint: " + std::string(what) +
                                            ". It has a line each for the name of the log, the "
                                            "number of records and the root.");
}

// The keys that may sign a checkpoint, the log's first. Nobody may count twice.
Result<std::vector<VerifierKey>> Signers(const VerifierKey& log,
                                         std::span<const VerifierKey> witnesses) {
  if (log.type != KeyType::kSignature) {
    return Fail(ErrorCode::kInvalidValue,
                "The key of " + log.name + " is a witness's, not a log's. Use the log's key.");
  }
  std::vector<VerifierKey> keys{log};
  for (const VerifierKey& witness : witnesses) {
    const bool twice = std::any_of(keys.begin(), keys.end(), [&](const VerifierKey& key) {
      return key.public_key == witness.public_key;
    });
    if (twice || witness.type != KeyType::kCosignature) {
      return Fail(ErrorCode::kInvalidValue,
                  "The key of " + witness.name +
                      (twice ? " is given twice" : " is not a witness's") +
                      ". Give each witness's own cosignature key once.");
    }
    keys.push_back(witness);
  }
  return keys;
}

}  // namespace

std::string CheckpointText(const Checkpoint& checkpoint) {
  const std::string_view root(reinterpret_cast<const char*>(checkpoint.root.data()),
                              checkpoint.root.size());
  std::string text =
      checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + EncodeBase64(root) + "\n";
  for (const std::string& line : checkpoint.extensions) text += line + "\n";
  return text;
}

Result<Checkpoint> ParseCheckpointText(std::string_view text) {
  const auto origin = TakeLine(text);
  const auto size_text = TakeLine(text);
  const auto root_text = TakeLine(text);
  if (!origin || !size_text || !root_text) return Malformed("it has fewer than three lines");
  if (origin->empty()) return Malformed("the name of the log is missing");
  const auto size = ParseDecimal(*size_text);
  if (!size) return Malformed("the second line is not a number of records");
  const auto root = DecodeBase64(*root_text);
  if (!root || root->size() != sizeof(Hash)) return Malformed("the third line is not a root");
  Checkpoint checkpoint;
  checkpoint.origin = *origin;
  checkpoint.size = *size;
  std::memcpy(checkpoint.root.data(), root->data(), sizeof(Hash));
  while (!text.empty()) {
    const auto line = TakeLine(text);
    if (!line || line->empty()) return Malformed("a further line is empty or does not end");
    checkpoint.extensions.emplace_back(*line);
  }
  return checkpoint;
}

Result<std::string> SignCheckpoint(const Checkpoint& checkpoint, const SigningKey& key) {
  if (checkpoint.origin != key.verifier().name) {
    return Fail(ErrorCode::kInvalidValue, "The key of " + key.verifier().name +
                                              " cannot sign a checkpoint of " + checkpoint.origin +
                                              ". Use the key of that log.");
  }
  Note note{CheckpointText(checkpoint), {}};
  IURAN_ASSIGN(const Checkpoint parsed, ParseCheckpointText(note.text));
  if (parsed != checkpoint) return Malformed("a line of it holds a newline");
  IURAN_TRY(SignNote(note, key));
  return PrintNote(note);
}

Result<OpenedCheckpoint> OpenCheckpoint(std::string_view note, const VerifierKey& log,
                                        std::span<const VerifierKey> witnesses) {
  IURAN_ASSIGN(const std::vector<VerifierKey> keys, Signers(log, witnesses));
  IURAN_ASSIGN(const VerifiedNote opened, OpenNote(note, keys));
  const bool by_log = std::any_of(opened.verified.begin(), opened.verified.end(),
                                  [](const VerifiedSignature& s) { return s.key == 0; });
  if (!by_log) {
    return Fail(ErrorCode::kLedgerDamaged, "Witnesses have signed this checkpoint, but " +
                                               log.name +
                                               ", the log itself, has not. Ask for the original.");
  }
  OpenedCheckpoint result;
  IURAN_ASSIGN(result.checkpoint, ParseCheckpointText(opened.note.text));
  if (result.checkpoint.origin != log.name) {
    return Fail(ErrorCode::kLedgerDamaged, "This is a checkpoint of " + result.checkpoint.origin +
                                               ", not of " + log.name + ", whose key is given.");
  }
  for (const VerifiedSignature& signature : opened.verified) {
    if (signature.key == 0) continue;
    result.cosignatures.push_back(
        Cosignature{signature.key - 1, keys[signature.key].name, signature.timestamp});
  }
  return result;
}

}  // namespace iuran::log
