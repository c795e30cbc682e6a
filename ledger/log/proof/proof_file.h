// Proof files (C2SP tlog-proof): one text that shows, to whoever holds the log's verifier key, that
// a record stands at a position of the log. Nothing else is needed to check it.
//
//   c2sp.org/tlog-proof@v1
//   extra base64(RECORD)
//   index POSITION
//   base64(HASH)             the inclusion proof, from the leaf's sibling up; none for a lone
//   record
//
//   CHECKPOINT               the signed note, as it is
//
// The form leaves to the application what "extra" holds. Here it is the record, whole: its leaf
// hash is what the proof begins with, so that no byte of it can be changed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "events/error.h"
#include "ledger/log/proof/checkpoint.h"
#include "ledger/log/proof/tree_proof.h"

namespace iuran::log {

struct ProofFile {
  std::string record;  // not empty
  uint64_t index = 0;  // the position
  Path path;
  std::string checkpoint;  // a signed note
};

// What a checked proof file has shown.
struct ProvenRecord {
  std::string record;
  uint64_t index = 0;
  OpenedCheckpoint signed_by;
};

std::string PrintProofFile(const ProofFile& proof);
// The form only. kInvalidValue.
Result<ProofFile> ParseProofFile(std::string_view text);

// Everything: the form, the log's signature and those of the witnesses given, and that the record
// stands there. kInvalidValue for a wrong form, kLedgerDamaged where it proves nothing.
Result<ProvenRecord> CheckProofFile(std::string_view text, const VerifierKey& log,
                                    std::span<const VerifierKey> witnesses = {});

}  // namespace iuran::log
