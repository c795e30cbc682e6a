// The key a ledger signs its checkpoints with, and the checkpoints it has signed.
//
// The first event says which public key the ledger has, so that the key is proven with the rest and
// another's cannot take its place. The private key lies outside the database, in the signer form of
// C2SP signed-note: whoever holds it can sign another history, so that it is as secret as the
// master key. Its name is the log's origin. Beside it lies the checkpoint signed last: a signer
// must not forget what it has told the world, not even where the database is put back to an
// earlier state.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "events/event.h"
#include "ledger/log/event_log.h"
#include "ledger/log/proof/checkpoint.h"
#include "ledger/log/proof/key.h"
#include "ledger/log/proof/proof_file.h"

namespace iuran::ledger {

// <folder>/keys/signing.key, and beside it signed.checkpoint
std::filesystem::path SigningKeyFile(const std::filesystem::path& ledger_folder);
std::filesystem::path LastSignedFile(const std::filesystem::path& ledger_folder);
// The note in the latter, as it stands there; nothing where there is no such file. kIo.
Result<std::optional<std::string>> ReadLastSigned(const std::filesystem::path& file);

// A name that no other log has: "iuran/" and 16 random hexadecimal digits.
Result<std::string> RandomOrigin();

// Writes a new key to `file` (mode 0600), which must not exist, and returns its public half.
// kInvalidValue where the origin is no name for a key, or longer than 255 bytes.
Result<log::VerifierKey> CreateSigningKey(const std::filesystem::path& file,
                                          std::string_view origin);

// The key that the ledger's first event names. kKeyMissing where it names none.
Result<log::VerifierKey> LedgerKey(const events::LedgerOpened& opened);
// The private half of `own`. kKeyMissing where there is no such file, or it holds another key.
Result<log::SigningKey> ReadSigningKey(const std::filesystem::path& file,
                                       const log::VerifierKey& own);

// That every stored checkpoint is signed by the key and is of a beginning of what is recorded now.
// kLedgerDamaged names the first that is not.
Result<void> CheckCheckpoints(const log::EventLog& log, const log::VerifierKey& key);

// Checks that what is recorded goes on from the checkpoints signed before, signs and stores one of
// all of it, remembers it in `last_signed`, and returns its note. Where that very size was signed
// before, the note that is stored, with its cosignatures. kLedgerDamaged where it does not go on.
Result<std::string> SignHead(log::EventLog& log, const log::SigningKey& key,
                             const std::filesystem::path& last_signed);

// Adds a witness's signature lines to the stored checkpoint they sign, and returns its note.
// kInvalidValue where they sign none that is stored.
Result<std::string> AddCosignature(log::EventLog& log, const log::VerifierKey& key,
                                   const log::VerifierKey& witness, std::string_view lines);

// The proof file that shows that the record at `position` stands in the newest stored checkpoint;
// it was checked as whoever gets it will. kNotFound where no checkpoint covers the position yet;
// kLedgerDamaged where the proof would not hold.
Result<std::string> ProveRecord(const log::EventLog& log, const log::VerifierKey& key,
                                uint64_t position);

}  // namespace iuran::ledger
