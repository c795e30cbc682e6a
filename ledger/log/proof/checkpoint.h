// Checkpoints (C2SP tlog-checkpoint): a note whose text says which log, how many records, and the
// root over them; signed by the log, and by witnesses that saw it grow (C2SP tlog-cosignature).
//
//   ORIGIN
//   SIZE
//   base64(ROOT)
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/error.h"
#include "ledger/log/proof/hash.h"
#include "ledger/log/proof/note.h"

namespace iuran::log {

struct Checkpoint {
  std::string origin;  // the name of the log, which is the name of its key
  uint64_t size = 0;
  Hash root{};
  std::vector<std::string> extensions;  // further lines; this log writes none
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// The text of the note, and back. kInvalidValue.
std::string CheckpointText(const Checkpoint& checkpoint);
Result<Checkpoint> ParseCheckpointText(std::string_view text);

// A signed note of it. kInvalidValue where the origin is not the name of the key.
Result<std::string> SignCheckpoint(const Checkpoint& checkpoint, const SigningKey& key);

struct Cosignature {
  size_t index;  // of the witness among those given
  std::string witness;
  uint64_t timestamp;  // seconds since 1970 in UTC, as the witness states it
};

struct OpenedCheckpoint {
  Checkpoint checkpoint;
  std::vector<Cosignature> cosignatures;  // of the witnesses given, one for each that signed
};

// A checkpoint that the log's key has signed, under the origin of the key's name. Signatures of the
// given witnesses are verified, and wrong ones refuse the whole; how many are needed is the
// caller's to judge. kInvalidValue for a wrong form, kLedgerDamaged for a wrong or missing
// signature.
Result<OpenedCheckpoint> OpenCheckpoint(std::string_view note, const VerifierKey& log,
                                        std::span<const VerifierKey> witnesses = {});

}  // namespace iuran::log
