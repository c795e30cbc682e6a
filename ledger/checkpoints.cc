// Signing keys, checkpoints and proofs of a ledger. See checkpoints.h.
#include "ledger/checkpoints.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace iuran::ledger {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLongestKeyFile = 4096;

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

std::string TextOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

fs::path SigningKeyFile(const fs::path& ledger_folder) {
  return ledger_folder / "keys" / "signing.key";
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

Result<void> CreateSigningKey(const fs::path& file, std::string_view origin) {
  IURAN_ASSIGN(const log::SigningKey key, log::SigningKey::Generate(origin));
  SecretLine line;
  line.text.reserve(kLongestKeyFile);  // so that no copy is left behind by growing
  line.text = key.PrivateText();
  line.text += '\n';
  const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  int error_number = out < 0 ? errno : 0;
  if (out >= 0) {
    const ssize_t written = ::write(out, line.text.data(), line.text.size());
    if (written != static_cast<ssize_t>(line.text.size())) {
      error_number = written < 0 ? errno : ENOSPC;
    } else if (::fsync(out) != 0) {
      error_number = errno;
    }
    ::close(out);
    if (error_number != 0) ::unlink(file.c_str());
  }
  if (error_number == 0) return {};
  return Fail(ErrorCode::kIo, fmt::format("The signing key file {} cannot be written: {}.",
                                          file.string(), Reason(error_number)));
}

Result<log::SigningKey> ReadSigningKey(const fs::path& file) {
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
  if (key) return key;
  return Fail(ErrorCode::kKeyMissing,
              fmt::format("{} is no signing key file: {}", file.string(), key.error().message));
}

Result<void> CheckCheckpoints(const log::EventLog& log, const log::VerifierKey& key) {
  IURAN_ASSIGN(const log::TreeHead head, log.Head());
  IURAN_ASSIGN(const std::vector<log::StoredCheckpoint> stored, log.Checkpoints());
  for (const log::StoredCheckpoint& one : stored) {
    const auto opened = log::OpenCheckpoint(one.note, key);
    if (!opened) {
      return Fail(ErrorCode::kLedgerDamaged,
                  fmt::format("The stored checkpoint of {} records is not one that this key has "
                              "signed: {}",
                              one.size, opened.error().message));
    }
    const log::Checkpoint& said = opened->checkpoint;
    if (said.size != one.size || said.size > head.size) return DoesNotFit(one.size, head.size);
    IURAN_ASSIGN(const log::Path proof, log.ProveConsistency(said.size, head.size));
    if (!log::VerifyConsistency(said.size, head.size, said.root, head.root, proof)) {
      return DoesNotFit(one.size, head.size);
    }
  }
  return {};
}

Result<std::string> SignHead(log::EventLog& log, const log::SigningKey& key) {
  IURAN_TRY(CheckCheckpoints(log, key.verifier()));
  IURAN_ASSIGN(const log::TreeHead head, log.Head());
  IURAN_ASSIGN(const std::vector<log::StoredCheckpoint> stored, log.Checkpoints());
  if (!stored.empty() && stored.back().size == head.size) return stored.back().note;
  IURAN_ASSIGN(const std::string note,
               log::SignCheckpoint({key.verifier().name, head.size, head.root, {}}, key));
  IURAN_TRY(log.StoreCheckpoint(head.size, note));
  return note;
}

Result<std::string> AddCosignature(log::EventLog& log, const log::VerifierKey& key,
                                   const log::VerifierKey& witness, std::string_view lines) {
  IURAN_ASSIGN(const std::vector<log::StoredCheckpoint> stored, log.Checkpoints());
  for (auto one = stored.rbegin(); one != stored.rend(); ++one) {
    IURAN_ASSIGN(log::Note note, log::ParseNote(one->note));
    IURAN_TRY(log::AddSignatures(note, lines));
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

Result<log::ProofFile> ProveRecord(const log::EventLog& log, uint64_t position) {
  IURAN_ASSIGN(const std::vector<std::byte> record, log.Read(position));
  IURAN_ASSIGN(std::vector<log::StoredCheckpoint> stored, log.Checkpoints());
  while (!stored.empty() && stored.back().size > log.size()) stored.pop_back();
  if (stored.empty() || stored.back().size <= position) {
    return Fail(
        ErrorCode::kNotFound,
        fmt::format("No checkpoint covers position {} yet. Sign one: iuran checkpoint", position));
  }
  log::ProofFile proof{TextOf(record), position, {}, stored.back().note};
  IURAN_ASSIGN(const log::Note note, log::ParseNote(proof.checkpoint));
  IURAN_ASSIGN(const log::Checkpoint checkpoint, log::ParseCheckpointText(note.text));
  IURAN_ASSIGN(proof.path, log.ProveInclusion(position, stored.back().size));
  if (checkpoint.size != stored.back().size ||
      !log::VerifyInclusion(position, checkpoint.size, log::LeafHash(record), proof.path,
                            checkpoint.root)) {
    return DoesNotFit(stored.back().size, log.size());
  }
  return proof;
}

}  // namespace iuran::ledger
