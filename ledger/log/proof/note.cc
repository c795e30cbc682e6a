// Reading, printing, signing and verifying notes.
#include "ledger/log/proof/note.h"

#include <algorithm>
#include <optional>

#include "events/check.h"
#include "ledger/log/proof/encoding.h"

namespace iuran::log {

namespace {

constexpr std::string_view kSignaturePrefix = "\u2014 ";  // em dash, space
constexpr size_t kKeyIdBytes = 4;
constexpr size_t kTimestampBytes = 8;

tl::unexpected<Error> Malformed(std::string_view what) {
  return Fail(ErrorCode::kInvalidValue,
              "This is not a signed note: " + std::string(what) + ". Take the whole file again.");
}

std::optional<NoteSignature> ParseSignature(std::string_view line) {
  if (!line.starts_with(kSignaturePrefix)) return std::nullopt;
  line.remove_prefix(kSignaturePrefix.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view name = line.substr(0, space);
  const auto bytes = DecodeBase64(line.substr(space + 1));
  if (!IsKeyName(name) || !bytes || bytes->size() <= kKeyIdBytes) return std::nullopt;
  const auto key_id = static_cast<uint32_t>(TakeBigEndian(bytes->substr(0, kKeyIdBytes)));
  return NoteSignature{std::string(name), key_id, bytes->substr(kKeyIdBytes)};
}

Result<std::vector<NoteSignature>> ParseSignatures(std::string_view lines) {
  std::vector<NoteSignature> signatures;
  while (!lines.empty()) {
    const auto line = TakeLine(lines);
    if (!line) return Malformed("its last line does not end");
    auto signature = ParseSignature(*line);
    if (!signature) return Malformed("a line behind the text is not a signature");
    signatures.push_back(*std::move(signature));
    if (signatures.size() > kMaxNoteSignatures) return Malformed("it has over 100 signatures");
  }
  return signatures;
}

bool IsText(std::string_view text) { return text.ends_with('\n') && IsNoteText(text); }

std::string CosignedMessage(uint64_t timestamp, std::string_view text) {
  return "cosignature/v1\ntime " + std::to_string(timestamp) + "\n" + std::string(text);
}

std::optional<uint64_t> TimeIn(std::string_view bytes) {
  if (bytes.size() != kTimestampBytes + sizeof(Signature)) return std::nullopt;
  const uint64_t timestamp = TakeBigEndian(bytes.substr(0, kTimestampBytes));
  return timestamp <= INT64_MAX ? std::optional(timestamp) : std::nullopt;
}

// The time of a signature that holds (0 where it has none); nothing where it does not hold.
std::optional<uint64_t> Verify(const VerifierKey& key, std::string_view text,
                               std::string_view bytes) {
  if (key.type == KeyType::kSignature) {
    return key.Verify(text, bytes) ? std::optional<uint64_t>(0) : std::nullopt;
  }
  const std::optional<uint64_t> timestamp = TimeIn(bytes);
  if (!timestamp) return std::nullopt;
  const bool valid = key.Verify(CosignedMessage(*timestamp, text), bytes.substr(kTimestampBytes));
  return valid ? timestamp : std::nullopt;
}

}  // namespace

std::optional<uint64_t> CosignatureTime(const NoteSignature& signature) {
  return TimeIn(signature.bytes);
}

Result<Note> ParseNote(std::string_view bytes) {
  if (bytes.size() > kMaxNoteBytes) return Malformed("it is longer than a million bytes");
  if (!IsText(bytes))
    return Malformed("it has bytes that no text has, or its last line does not end");
  const size_t end = bytes.rfind("\n\n");
  if (end == std::string_view::npos) return Malformed("no empty line divides text and signatures");
  Note note;
  note.text = bytes.substr(0, end + 1);
  IURAN_ASSIGN(note.signatures, ParseSignatures(bytes.substr(end + 2)));
  if (note.signatures.empty()) return Malformed("nobody signed it");
  return note;
}

std::string PrintNote(const Note& note) {
  std::string bytes = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) {
    bytes += kSignaturePrefix;
    bytes += signature.name + " " +
             EncodeBase64(PutBigEndian(signature.key_id, kKeyIdBytes) + signature.bytes) + "\n";
  }
  return bytes;
}

Result<VerifiedNote> OpenNote(std::string_view bytes, std::span<const VerifierKey> known) {
  VerifiedNote opened;
  IURAN_ASSIGN(opened.note, ParseNote(bytes));
  std::vector<uint32_t> ids;
  for (const VerifierKey& key : known) ids.push_back(key.Id());
  for (const NoteSignature& signature : opened.note.signatures) {
    for (size_t i = 0; i < known.size(); ++i) {
      if (known[i].name != signature.name || ids[i] != signature.key_id) continue;
      const auto timestamp = Verify(known[i], opened.note.text, signature.bytes);
      if (!timestamp) {
        return Fail(
            ErrorCode::kLedgerDamaged,
            "The signature of " + signature.name +
                " does not belong to this text: one of them was changed. Trust neither, and "
                "ask for the original.");
      }
      const bool seen = std::any_of(opened.verified.begin(), opened.verified.end(),
                                    [i](const VerifiedSignature& s) { return s.key == i; });
      if (!seen) opened.verified.push_back(VerifiedSignature{i, *timestamp});
    }
  }
  if (opened.verified.empty()) {
    return Fail(
        ErrorCode::kLedgerDamaged,
        "No key that is known here has signed this text. Check that the verifier key is the "
        "one of this ledger; trust nothing in the text until then.");
  }
  return opened;
}

Result<void> SignNote(Note& note, const SigningKey& key, uint64_t timestamp) {
  IURAN_CHECK(timestamp <= INT64_MAX, "times of cosignatures are below 2^63 seconds");
  if (!IsText(note.text)) {
    return Fail(ErrorCode::kInvalidValue,
                "Only a text without control characters that ends in a newline can be signed.");
  }
  const VerifierKey& verifier = key.verifier();
  NoteSignature signature{verifier.name, verifier.Id(), {}};
  std::string message = note.text;
  if (verifier.type == KeyType::kCosignature) {
    message = CosignedMessage(timestamp, note.text);
    signature.bytes = PutBigEndian(timestamp, kTimestampBytes);
  }
  const Signature signed_bytes = key.Sign(message);
  signature.bytes.append(reinterpret_cast<const char*>(signed_bytes.data()), signed_bytes.size());
  std::erase_if(note.signatures, [&](const NoteSignature& earlier) {
    return earlier.name == signature.name && earlier.key_id == signature.key_id;
  });
  note.signatures.push_back(std::move(signature));
  return {};
}

Result<void> AddSignatures(Note& note, std::string_view lines) {
  IURAN_ASSIGN(const auto added, ParseSignatures(lines));
  std::vector<NoteSignature> all = note.signatures;
  for (const NoteSignature& signature : added) {
    if (std::find(all.begin(), all.end(), signature) == all.end()) all.push_back(signature);
  }
  if (all.size() > kMaxNoteSignatures) return Malformed("it would have over 100 signatures");
  note.signatures = std::move(all);
  return {};
}

}  // namespace iuran::log
