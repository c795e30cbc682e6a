// Signing keys, checkpoints and proofs of a ledger. See checkpoints.h.
#include "ledger/checkpoints.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace iuran::ledger {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLongestKeyFile = 4096;
constexpr size_t kLongestOrigin = 255;  // as in C2SP tlog-cosignature

// A private key's text; wiped when it goes.
struct SecretLine {
  std::string text;
  SecretLine() = default;
  SecretLine(const SecretLine&) = delete;
  SecretLine& operator=(const SecretLine&) = delete;
  ~SecretLine() { OPENSSL_cleanse(text.data(), text.size()); }
};

std::string Reason(int error_number) { return std::generic_category().message(error_number); }

tl::unexpected<Error> DoesNotFit(uint64_t size, uint64_t now) {
  return Fail(ErrorCode::kLedgerDamaged,
              fmt::format("The checkpoint of {0} records does not fit what is recorded now ({1} "
                          "records): some of the first {0} are gone or are not what was signed. "
                          "Nothing was signed. Copy the folder away as it is, and compare it with "
                          "a backup.",
                          size, now));
}

// Writes the whole file with mode `mode`, durably; `path` must not exist.
Result<void> WriteNew(const fs::path& path, std::string_view text, mode_t mode) {
  const int out = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  int error_number = out < 0 ? errno : 0;
  if (out >= 0) {
    const ssize_t written = ::write(out, text.data(), text.size());
    if (written != static_cast<ssize_t>(text.size())) {
      error_number = written < 0 ? errno : ENOSPC;
    } else if (::fsync(out) != 0) {
      error_number = errno;
    }
    ::close(out);
    if (error_number != 0) ::unlink(path.c_str());
  }
  if (error_number == 0) return {};
  return Fail(ErrorCode::kIo, fmt::format("The file {} cannot be written: {}.", path.string(),
                                          Reason(error_number)));
}

// That `note` is a checkpoint of the key, and what is recorded goes on from it; returns its size.
// `where` says which one it is.
Result<uint64_t> CheckGoesOn(const log::EventLog& log, const log::TreeHead& head,
                             const log::VerifierKey& key, std::string_view note,
                             const std::string& where) {
  const auto opened = log::OpenCheckpoint(note, key);
  if (!opened) {
    return Fail(ErrorCode::kLedgerDamaged,
                fmt::format("{} is not one that this ledger's key has signed: {}", where,
                            opened.error().message));
  }
  const log::Checkpoint& said = opened->checkpoint;
  if (said.size > head.size) return DoesNotFit(said.size, head.size);
  IURAN_ASSIGN(const log::Path proof, log.ProveConsistency(said.size, head.size));
  if (!log::VerifyConsistency(said.size, head.size, said.root, head.root, proof)) {
    return DoesNotFit(said.size, head.size);
  }
  return said.size;
}

Result<void> CheckStored(const log::EventLog& log, const log::TreeHead& head,
                         const log::VerifierKey& key, const log::StoredCheckpoint& stored) {
  IURAN_ASSIGN(const uint64_t size,
               CheckGoesOn(log, head, key, stored.note,
                           fmt::format("The stored checkpoint of {} records", stored.size)));
  if (size != stored.size) return DoesNotFit(stored.size, head.size);
  return {};
}

Result<void> WriteLastSigned(const fs::path& file, std::string_view note) {
  const fs::path fresh = file.string() + ".new";
  ::unlink(fresh.c_str());  // of a process that was killed
  IURAN_TRY(WriteNew(fresh, note, 0600));
  const int folder = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done =
      folder >= 0 && ::rename(fresh.c_str(), file.c_str()) == 0 && ::fsync(folder) == 0;
  const int error_number = errno;
  if (folder >= 0) ::close(folder);
  if (done) return {};
  return Fail(ErrorCode::kIo, fmt::format("The file {} cannot be written: {}.", file.string(),
                                          Reason(error_number)));
}

}  // namespace

fs::path SigningKeyFile(const fs::path& ledger_folder) {
  return ledger_folder / "keys" / "signing.key";
}
fs::path LastSignedFile(const fs::path& ledger_folder) {
  return ledger_folder / "keys" / "signed.checkpoint";
}

Result<std::optional<std::string>> ReadLastSigned(const fs::path& file) {
  std::error_code failed;
  if (!fs::exists(file, failed) && !failed) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  std::ostringstream note;
  // Unlike the iterators of a buffer, this makes a failure to read a state of the stream.
  if (in.peek() != std::ifstream::traits_type::eof()) note << in.rdbuf();
  if (in && note) return std::move(note).str();
  return Fail(ErrorCode::kIo, fmt::format("The checkpoint signed last cannot be read from {}. Look "
                                          "at the file's permissions.",
                                          file.string()));
}

Result<std::string> RandomOrigin() {
  std::array<uint8_t, 8> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return Fail(ErrorCode::kIo, "The system gives no random numbers for the log's name.");
  }
  std::string origin = "iuran/";
  for (const uint8_t byte : bytes) origin += fmt::format("{:02x}", byte);
  return origin;
}

Result<log::VerifierKey> CreateSigningKey(const fs::path& file, std::string_view origin) {
  if (origin.size() > kLongestOrigin) {
    return Fail(ErrorCode::kInvalidValue,
                fmt::format("The log's name has {} bytes; at most {} are allowed.", origin.size(),
                            kLongestOrigin));
  }
  IURAN_ASSIGN(const log::SigningKey key, log::SigningKey::Generate(origin));
  SecretLine line;
  line.text.reserve(kLongestKeyFile);  // so that no copy is left behind by growing
  line.text = key.PrivateText();
  line.text += '\n';
  IURAN_TRY(WriteNew(file, line.text, 0600));
  return key.verifier();
}

Result<log::VerifierKey> LedgerKey(const events::LedgerOpened& opened) {
  if (opened.verifier_key.empty()) {
    return Fail(ErrorCode::kKeyMissing,
                "This ledger does not say which key is its own: an earlier program made it. Make a "
                "new ledger and import the files again.");
  }
  auto key = log::VerifierKey::Parse(opened.verifier_key);
  if (key) return key;
  return Fail(ErrorCode::kLedgerDamaged,
              "The key that the first event names cannot be read: " + key.error().message);
}

Result<log::SigningKey> ReadSigningKey(const fs::path& file, const log::VerifierKey& own) {
  const int in = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) {
    return Fail(ErrorCode::kKeyMissing, fmt::format("The signing key file {} cannot be read: {}.",
                                                    file.string(), Reason(errno)));
  }
  SecretLine line;
  line.text.resize(kLongestKeyFile);
  const ssize_t length = ::read(in, line.text.data(), line.text.size());
  ::close(in);
  std::string_view text(line.text.data(), length > 0 ? static_cast<size_t>(length) : 0);
  if (text.ends_with('\n')) text.remove_suffix(1);
  auto key = log::SigningKey::Parse(text);
  if (!key) {
    return Fail(ErrorCode::kKeyMissing,
                fmt::format("{} is no signing key file: {}", file.string(), key.error().message));
  }
  if (key->verifier().Text() != own.Text()) {
    return Fail(ErrorCode::kKeyMissing,
                fmt::format("The key in {} is not this ledger's: it is {}, and the ledger's is {}. "
                            "Put the right key file there.",
                            file.string(), key->verifier().Text(), own.Text()));
  }
  return key;
}

Result<void> CheckCheckpoints(const log::EventLog& log, const log::VerifierKey& key) {
  IURAN_ASSIGN(const log::TreeHead head, log.Head());
  IURAN_ASSIGN(const std::vector<log::StoredCheckpoint> stored, log.Checkpoints());
  for (const log::StoredCheckpoint& one : stored) IURAN_TRY(CheckStored(log, head, key, one));
  return {};
}

// Only the newest checkpoints are checked, the one stored and the one remembered, and that is
// enough for all of them. A checkpoint of this key is signed here and nowhere else, after the one
// before it was checked in the same way; so each goes on from the one before. Going on is
// transitive: the root over n records fixes each of them, and with them the root over any first m.
// So what goes on from the newest goes on from all, however many there are, as long as SHA-256 and
// the key hold. That older notes still stand in the database as they were written is another
// question, which CheckCheckpoints answers.
Result<std::string> SignHead(log::EventLog& log, const log::SigningKey& key,
                             const fs::path& last_signed) {
  IURAN_ASSIGN(const log::TreeHead head, log.Head());
  IURAN_ASSIGN(const std::vector<log::StoredCheckpoint> stored, log.Checkpoints());
  if (!stored.empty()) IURAN_TRY(CheckStored(log, head, key.verifier(), stored.back()));
  auto remembered = ReadLastSigned(last_signed);
  if (!remembered) {
    remembered.error().message += " Nothing was signed.";
    return tl::unexpected(std::move(remembered.error()));
  }
  if (*remembered) {
    auto goes_on = CheckGoesOn(log, head, key.verifier(), **remembered,
                               "The checkpoint in " + last_signed.string());
    if (!goes_on) {
      goes_on.error().message += fmt::format(
          " The one in {} was signed last. Where a loss was accepted, tell whoever holds that "
          "checkpoint, and take the file away: what is signed then begins another history.",
          last_signed.string());
      return tl::unexpected(std::move(goes_on.error()));
    }
  }
  if (!stored.empty() && stored.back().size == head.size) return stored.back().note;
  IURAN_ASSIGN(const std::string note,
               log::SignCheckpoint({key.verifier().name, head.size, head.root, {}}, key));
  // Remembered before anybody can see it. A crash between the two does no harm: the same is signed
  // again, or more.
  IURAN_TRY(WriteLastSigned(last_signed, note));
  IURAN_TRY(log.StoreCheckpoint(head.size, note));
  return note;
}

Result<std::string> AddCosignature(log::EventLog& log, const log::VerifierKey& key,
                                   const log::VerifierKey& witness, std::string_view lines) {
  IURAN_ASSIGN(const std::vector<log::StoredCheckpoint> stored, log.Checkpoints());
  for (auto one = stored.rbegin(); one != stored.rend(); ++one) {
    IURAN_ASSIGN(log::Note note, log::ParseNote(one->note));
    IURAN_TRY(log::AddSignatures(note, lines));
    // Of the lines, those of the witness alone: nothing is kept that was not checked.
    IURAN_ASSIGN(const log::Note before, log::ParseNote(one->note));
    std::erase_if(note.signatures, [&](const log::NoteSignature& signature) {
      const bool theirs = signature.name == witness.name && signature.key_id == witness.Id();
      const auto& kept = before.signatures;
      return !theirs && std::find(kept.begin(), kept.end(), signature) == kept.end();
    });
    const std::string cosigned = log::PrintNote(note);
    const std::array<log::VerifierKey, 1> witnesses = {witness};
    const auto opened = log::OpenCheckpoint(cosigned, key, witnesses);
    if (!opened || opened->cosignatures.empty()) continue;
    IURAN_TRY(log.StoreCheckpoint(one->size, cosigned));
    return cosigned;
  }
  return Fail(ErrorCode::kInvalidValue,
              fmt::format("These lines are no signature of {} under any checkpoint of this ledger. "
                          "Give the witness the text that 'iuran checkpoint' prints, and its key "
                          "with --witness.",
                          witness.name));
}

Result<std::string> ProveRecord(const log::EventLog& log, const log::VerifierKey& key,
                                uint64_t position) {
  IURAN_ASSIGN(const std::vector<std::byte> bytes, log.Read(position));
  const std::string record(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  IURAN_ASSIGN(std::vector<log::StoredCheckpoint> stored, log.Checkpoints());
  while (!stored.empty() && stored.back().size > log.size()) stored.pop_back();
  if (stored.empty() || stored.back().size <= position) {
    return Fail(
        ErrorCode::kNotFound,
        fmt::format("No checkpoint covers position {} yet. Sign one: iuran checkpoint", position));
  }
  const log::StoredCheckpoint& newest = stored.back();
  IURAN_ASSIGN(const log::Path path, log.ProveInclusion(position, newest.size));
  std::string text = log::PrintProofFile({record, position, path, newest.note});
  const auto proven = log::CheckProofFile(text, key);
  if (proven && proven->record == record && proven->index == position &&
      proven->signed_by.checkpoint.size == newest.size) {
    return text;
  }
  return Fail(
      ErrorCode::kLedgerDamaged,
      fmt::format("The newest checkpoint, of {} records, does not prove what stands at position "
                  "{} now: the record, the tree or the checkpoint is not what it was. Nothing was "
                  "written. Copy the folder away as it is, and compare it with a backup.",
                  newest.size, position));
}

}  // namespace iuran::ledger
