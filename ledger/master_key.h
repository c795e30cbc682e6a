// The master key's file, and memory that leaves no copy of a key behind. Belongs to the vault.
#pragma once

#include <openssl/crypto.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "events/error.h"

namespace iuran::ledger {

inline constexpr size_t kKeyBytes = 32;

// Key material; wiped when it goes.
struct Secret {
  std::array<uint8_t, kKeyBytes> bytes{};
  Secret() = default;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

// Text that is secret or personal data; wiped when it goes.
struct SecretText {
  std::string text;
  SecretText() = default;
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  ~SecretText() { OPENSSL_cleanse(text.data(), text.size()); }
};

// As Vault::CreateMasterKey.
Result<void> WriteNewMasterKey(const std::filesystem::path& file);
// As Vault::Open; fills `master`.
Result<void> ReadMasterKey(const std::filesystem::path& file, Secret& master);

}  // namespace iuran::ledger
