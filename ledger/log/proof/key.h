// Ed25519 keys in the text forms of C2SP signed-note:
//   verifier key   NAME+ID+base64(type, public key)
//   signer key     PRIVATE+KEY+NAME+ID+base64(type, seed)
// ID is the first four bytes of SHA-256(NAME, newline, type, public key), in hexadecimal. A text
// that is not exactly what is printed for its key is refused.
//
// Errors are kInvalidValue, and never repeat a private key.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/error.h"

namespace iuran::log {

// What a key signs: the note's text (0x01), or the text behind a time (0x04, a witness's
// cosignature of C2SP tlog-cosignature).
enum class KeyType : uint8_t { kSignature = 0x01, kCosignature = 0x04 };

using PublicKey = std::array<uint8_t, 32>;
using Signature = std::array<uint8_t, 64>;

struct VerifierKey {
  std::string name;
  KeyType type = KeyType::kSignature;
  PublicKey public_key{};

  static Result<VerifierKey> Parse(std::string_view text);
  std::string Text() const;
  uint32_t Id() const;
  // Whether `signature` is of exactly these bytes by this key, whatever its type.
  bool Verify(std::string_view message, std::string_view signature) const;
};

// Holds a private key; wiped from memory when it goes. Move only.
class SigningKey {
 public:
  // A fresh key. kIo where the system has no random numbers to give.
  static Result<SigningKey> Generate(std::string_view name, KeyType type = KeyType::kSignature);
  static Result<SigningKey> Parse(std::string_view text);

  SigningKey(SigningKey&& other) noexcept;
  SigningKey& operator=(SigningKey&& other) noexcept;
  ~SigningKey();

  const VerifierKey& verifier() const { return verifier_; }
  // The private text form: for the key file only. Whoever holds it wipes it.
  std::string PrivateText() const;
  Signature Sign(std::string_view message) const;

 private:
  SigningKey() = default;
  static Result<SigningKey> FromSeed(std::string_view name, KeyType type, std::string_view seed);

  VerifierKey verifier_;
  std::array<uint8_t, 32> seed_{};
};

}  // namespace iuran::log
