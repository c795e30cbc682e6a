// The key a ledger signs its checkpoints with, and the checkpoints it has signed.
//
// The key lies outside the database, in the signer form of C2SP signed-note: whoever holds it can
// sign another history, so that it is as secret as the master key. Its name is the log's origin.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "ledger/log/event_log.h"
#include "ledger/log/proof/checkpoint.h"
#include "ledger/log/proof/key.h"
#include "ledger/log/proof/proof_file.h"

namespace iuran::ledger {

// <folder>/keys/signing.key
std::filesystem::path SigningKeyFile(const std::filesystem::path& ledger_folder);

// A name that no other log has: "iuran/" and 16 random hexadecimal digits.
Result<std::string> RandomOrigin();

// Writes a new key to `file` (mode 0600), which must not exist. kInvalidValue where the origin is
// no name for a key.
Result<void> CreateSigningKey(const std::filesystem::path& file, std::string_view origin);
// kKeyMissing where there is none, or it is no such file.
Result<log::SigningKey> ReadSigningKey(const std::filesystem::path& file);

// That every stored checkpoint is signed by the key and is of a beginning of what is recorded now.
// kLedgerDamaged names the first that is not.
Result<void> CheckCheckpoints(const log::EventLog& log, const log::VerifierKey& key);

// Checks the earlier checkpoints, then signs and stores one of all that is recorded, and returns
// its note. Where that very size was signed before, the note that is stored, with its cosignatures.
Result<std::string> SignHead(log::EventLog& log, const log::SigningKey& key);

// Adds a witness's signature lines to the stored checkpoint they sign, and returns its note.
// kInvalidValue where they sign none that is stored.
Result<std::string> AddCosignature(log::EventLog& log, const log::VerifierKey& key,
                                   const log::VerifierKey& witness, std::string_view lines);

// The proof that the record at `position` stands in the newest stored checkpoint. kNotFound where
// no checkpoint covers it yet; kLedgerDamaged where the proof would not hold.
Result<log::ProofFile> ProveRecord(const log::EventLog& log, uint64_t position);

}  // namespace iuran::ledger
