// The vault: personal data, sealed and erasable (design 3).
//
// Each person's data is sealed with AES-256-GCM under a random key of its own; that key is wrapped
// under one derived from the master key, which lies outside the database. The event carries a salted
// commitment only. Deleting the row erases the person; proofs and figures stay. A NIK used twice is
// found by a keyed MAC, since a plain hash of a NIK can be guessed.
//
// The vault makes and reads rows; the log stores them (log::Table::kVault) in the batch of the event.
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
  // Opens a row and checks it against the commitment of the event. kLedgerDamaged or kKeyMissing.
  Result<rules::PersonalData> Open(const events::MemberId& member, std::string_view row,
                                   const events::Digest& commitment) const;
  // The same without a commitment at hand, for comparing a repeated row.
  Result<rules::PersonalData> Open(const events::MemberId& member, std::string_view row) const;

  // Keys of rows in the vault table.
  static std::string PersonKey(const events::MemberId& member);   // "person/M"
  // "nik/<HMAC-SHA-256 of the NIK under a key derived from the master key>"; its value names the
  // members enrolled with that NIK, see AddNikOwner / RemoveNikOwner.
  std::string NikKey(std::string_view nik) const;

  // Proof that a row of check material was made with this master key: stored at init, checked at
  // opening, so that a wrong key is told at once and not by unreadable people.
  std::string CheckValue() const;

 private:
  struct Keys;
  explicit Vault(std::unique_ptr<Keys> keys);
  std::unique_ptr<Keys> keys_;
};

}  // namespace iuran::ledger
