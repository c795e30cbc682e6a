// Signed notes (C2SP signed-note): a text, and signatures by named keys behind an empty line.
//
//   The text, ending in a newline.
//
//   — NAME base64(key id, signature)
//
// The text of a note means nothing until a known key has signed it: read notes through OpenNote.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/error.h"
#include "ledger/log/proof/key.h"

namespace iuran::log {

constexpr size_t kMaxNoteBytes = 1'000'000;
constexpr size_t kMaxNoteSignatures = 100;

struct NoteSignature {
  std::string name;
  uint32_t key_id = 0;
  std::string bytes;  // behind the key id; for a cosignature time (8 bytes, big-endian), signature
  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct Note {
  std::string text;  // ends in a newline
  std::vector<NoteSignature> signatures;
};

struct VerifiedSignature {
  size_t key;          // which of the known keys
  uint64_t timestamp;  // of a cosignature: seconds since 1970 in UTC; 0 for other signatures
};

struct VerifiedNote {
  Note note;  // with all its signatures, those of unknown keys as well
  std::vector<VerifiedSignature> verified;  // not empty; one for a key, in the note's order
};

// The time that a cosignature states, in seconds since 1970 in UTC; nothing where the bytes are not
// those of one. Worth no more than the signature: verify that.
std::optional<uint64_t> CosignatureTime(const NoteSignature& signature);

// The form only; nothing is verified. kInvalidValue says what is wrong with it.
Result<Note> ParseNote(std::string_view bytes);
std::string PrintNote(const Note& note);

// Parses the note and verifies every signature whose name and key id are of a known key; signatures
// of others are left alone. kInvalidValue where the form is wrong; kLedgerDamaged where no known
// key has signed, or a signature of a known key is wrong, even beside right ones.
Result<VerifiedNote> OpenNote(std::string_view bytes, std::span<const VerifierKey> known);

// Signs the text, in place of an earlier signature by the same key. A cosignature also says when:
// `timestamp` is in seconds since 1970, below 2^63, and is not used by other keys. kInvalidValue
// where the text could not stand in a note.
Result<void> SignNote(Note& note, const SigningKey& key, uint64_t timestamp = 0);

// Appends signature lines as a witness hands them back ("— NAME BASE64", each with a newline),
// without those that are already there. Verifies nothing: open the printed note with the keys.
Result<void> AddSignatures(Note& note, std::string_view lines);

}  // namespace iuran::log
