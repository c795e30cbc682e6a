// Signed notes and checkpoints: read in one form only, and believed only where the text is the one
// that was signed.
//   t TEXT   a note, the text of a checkpoint, or signature lines
//   c ...    a checkpoint made of what follows, signed, and changed
#include "ledger/log/proof/checkpoint.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/signers.h"

namespace iuran::log {
namespace {

const std::vector<VerifierKey>& Known() {
  static const std::vector<VerifierKey> kKnown = {fuzz::Log().verifier(),
                                                  fuzz::Witness().verifier()};
  return kKnown;
}

void TryText(std::string_view text) {
  if (const auto checkpoint = ParseCheckpointText(text)) {
    IURAN_CHECK(CheckpointText(*checkpoint) == text, "a checkpoint has one form");
  }
  const auto note = ParseNote(text);
  if (note) {
    IURAN_CHECK(PrintNote(*note) == text, "a note has one form");
    IURAN_CHECK(!note->signatures.empty() && note->signatures.size() <= kMaxNoteSignatures,
                "a note is signed");
    Note more = *note;
    if (AddSignatures(more, text.substr(note->text.size() + 1))) {
      IURAN_CHECK(more.signatures == note->signatures, "a signature is added once");
    }
  }
  const auto opened = OpenNote(text, Known());
  if (opened) {
    IURAN_CHECK(note.has_value() && opened->note.text == note->text, "what opens is a note");
    for (const VerifiedSignature& signature : opened->verified) {
      IURAN_CHECK(signature.key < Known().size(), "signed by a known key");
    }
  }
  if (const auto checkpoint = OpenCheckpoint(text, Known()[0], std::span(Known()).subspan(1))) {
    IURAN_CHECK(opened && CheckpointText(checkpoint->checkpoint) == opened->note.text,
                "what a checkpoint says is what was signed");
  }
  Note lines;
  if (AddSignatures(lines, text)) {
    IURAN_CHECK(lines.signatures.empty() == text.empty(), "lines are taken whole");
  }
}

// The printed note with its text, one of its signatures, or anything at all changed.
std::string ChangedNote(Note note, FuzzedDataProvider& in) {
  switch (in.ConsumeIntegralInRange<int>(0, 2)) {
    case 0:
      note.text = fuzz::Changed(note.text, in);
      return PrintNote(note);
    case 1: {
      const auto which = in.ConsumeIntegralInRange<size_t>(0, note.signatures.size() - 1);
      NoteSignature& signature = note.signatures[which];
      signature.bytes = fuzz::Changed(signature.bytes, in);
      return PrintNote(note);
    }
    default:
      return fuzz::Changed(PrintNote(note), in);
  }
}

void TryMade(FuzzedDataProvider& in) {
  Checkpoint checkpoint{fuzz::Log().verifier().name, in.ConsumeIntegral<uint64_t>(), {}, {}};
  checkpoint.root.fill(in.ConsumeIntegral<uint8_t>());
  for (int lines = in.ConsumeIntegralInRange<int>(0, 3); lines > 0; --lines) {
    checkpoint.extensions.push_back(in.ConsumeRandomLengthString(30));
  }
  const auto signed_note = SignCheckpoint(checkpoint, fuzz::Log());
  if (!signed_note) return;  // a line that no note can hold
  Note note = ParseNote(*signed_note).value();
  const auto time = in.ConsumeIntegralInRange<uint64_t>(0, INT64_MAX);
  const bool cosigned = in.ConsumeBool();
  if (cosigned) IURAN_CHECK(SignNote(note, fuzz::Witness(), time), "a witness can sign it");
  const auto open = [](std::string_view text) {
    return OpenCheckpoint(text, Known()[0], std::span(Known()).subspan(1));
  };
  const auto whole = open(PrintNote(note));
  IURAN_CHECK(whole && whole->checkpoint == checkpoint, "what was signed can be opened");
  IURAN_CHECK(whole->cosignatures.size() == (cosigned ? 1 : 0), "with its witness");
  const auto changed = open(ChangedNote(note, in));
  if (!changed) return;
  IURAN_CHECK(changed->checkpoint == checkpoint, "nothing of a signed text can be changed");
  for (const Cosignature& cosignature : changed->cosignatures) {
    IURAN_CHECK(cosigned && cosignature.timestamp == time, "nor of a witness's time");
  }
}

}  // namespace
}  // namespace iuran::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace iuran;
  const std::string_view input = fuzz::Bytes(data, size);
  if (input.starts_with('t')) log::TryText(input.substr(1));
  if (input.starts_with('c')) {
    FuzzedDataProvider in = fuzz::Provider(input.substr(1));
    log::TryMade(in);
  }
  return 0;
}
