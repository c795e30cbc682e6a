// The vault: personal data, sealed and erasable (design 3).
//
// Each person's data is sealed with AES-256-GCM under a random key of its own; that key is wrapped
// under one derived from the master key, which lies outside the database. The event carries a
// salted commitment only. Deleting the row erases the person; proofs and figures stay. A NIK used
// twice is found by a keyed MAC, since a plain hash of a NIK can be guessed.
//
// The vault makes and reads rows; the log stores them (log::Table::kVault) in the batch of the
// event.
//
//   person/M          1 version byte, wrap nonce 12, wrapped key 32 + tag 16, sealed text + tag 16;
//                     the sealed text is salt 32 and the canonical data
//   nik/<HMAC>        the first members enrolled with that NIK, joined with line feeds
//   check             CheckValue()
//
// Thread rule: every method may be called from any thread; those that seal or open take turns.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "events/event.h"
#include "ledger/rules/command.h"

namespace iuran::ledger {

class Vault {
 public:
  // Writes a new random master key to `file` (mode 0600), which must not exist.
  static Result<void> CreateMasterKey(const std::filesystem::path& file);
  // Reads the master key. kKeyMissing where there is none or it is no such file.
  static Result<Vault> Open(const std::filesystem::path& file);

  Vault(Vault&&) noexcept;
  Vault& operator=(Vault&&) noexcept;
  ~Vault();  // wipes the keys from memory

  struct Sealed {
    std::string row;            // the value to store under PersonKey(member)
    events::Digest commitment;  // for the event: SHA-256(salt, canonical data)
  };
  // Seals `data` for `member` under a fresh key. The member id is bound in, so that rows cannot be
  // swapped. `data` must not be empty().
  Result<Sealed> Seal(const events::MemberId& member, const rules::PersonalData& data) const;
  // Opens a row and checks it against the commitment of the event. kLedgerDamaged.
  Result<rules::PersonalData> Open(const events::MemberId& member, std::string_view row,
                                   const events::Digest& commitment) const;
  // The same without a commitment at hand, for comparing a repeated row.
  Result<rules::PersonalData> Open(const events::MemberId& member, std::string_view row) const;

  // Keys of rows in the vault table.
  static std::string PersonKey(const events::MemberId& member);  // "person/M"
  // "nik/<HMAC-SHA-256 of the NIK under a key derived from the master key, 32 bytes>"; its value
  // names the members enrolled with that NIK, see AddNikOwner / RemoveNikOwner.
  std::string NikKey(std::string_view nik) const;

  // What an event with personal data tells of the file it came from: HMAC-SHA-256 of the file's
  // SHA-256 under a key derived from the master key. The digest itself would let a small file be
  // guessed from the record, also after the person was forgotten; this one can be checked by
  // whoever has the file and the master key.
  events::Digest FileMark(const events::Digest& file_digest) const;

  // A value only this master key gives: stored at init under kCheckKey and compared at opening, so
  // that a wrong key is told at once and not by unreadable people.
  static constexpr std::string_view kCheckKey = "check";
  std::string CheckValue() const;

 private:
  struct Keys;
  explicit Vault(std::unique_ptr<Keys> keys);
  std::unique_ptr<Keys> keys_;
};

// A NIK row names this many members at most, those enrolled first. One tells a double; and where a
// placeholder stands for every NIK that is not known, the row must not grow with the ledger.
inline constexpr size_t kMostNikOwners = 8;

// The value of a NIK row with `member` added at its end where there is room, or taken out. An empty
// result: no row.
std::string AddNikOwner(std::string_view owners, const events::MemberId& member);
std::string RemoveNikOwner(std::string_view owners, const events::MemberId& member);
// The first of `owners` that is not `member`.
std::optional<events::MemberId> OtherNikOwner(std::string_view owners,
                                              const events::MemberId& member);

}  // namespace iuran::ledger
