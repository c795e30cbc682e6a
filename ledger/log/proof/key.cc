// Ed25519 by OpenSSL, and the text forms of keys.
#include "ledger/log/proof/key.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstring>
#include <memory>
#include <optional>

#include "events/check.h"
#include "ledger/log/proof/encoding.h"
#include "ledger/log/proof/hash.h"

namespace iuran::log {

namespace {

constexpr std::string_view kPrivatePrefix = "PRIVATE+KEY+";

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

const uint8_t* Data(std::string_view bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}

std::string_view View(const std::array<uint8_t, 32>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The parts of NAME+ID+base64(type, 32 bytes).
struct Parts {
  std::string name;
  uint32_t id;
  KeyType type;
  std::string material;
};

std::optional<Parts> Split(std::string_view text) {
  const size_t first = text.find('+');
  if (first == std::string_view::npos) return std::nullopt;
  const size_t second = text.find('+', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const std::string_view name = text.substr(0, first);
  const auto id = ParseHex32(text.substr(first + 1, second - first - 1));
  auto material = DecodeBase64(text.substr(second + 1));
  if (!IsKeyName(name) || !id || !material || material->size() != 33) return std::nullopt;
  const auto type = static_cast<KeyType>(material->front());
  std::optional<Parts> parts;
  if (type == KeyType::kSignature || type == KeyType::kCosignature) {
    parts = Parts{std::string(name), *id, type, material->substr(1)};
  }
  OPENSSL_cleanse(material->data(), material->size());
  return parts;
}

// The text form behind `prefix`. Leaves no other copy of the material in memory.
std::string Join(std::string_view prefix, const VerifierKey& key, std::string_view material) {
  std::string typed;
  typed.reserve(1 + material.size());
  typed.push_back(static_cast<char>(key.type));
  typed += material;
  std::string encoded = EncodeBase64(typed);
  std::string text;
  text.reserve(prefix.size() + key.name.size() + 10 + encoded.size());
  text += prefix;
  text += key.name + "+" + PrintHex32(key.Id()) + "+";
  text += encoded;
  OPENSSL_cleanse(typed.data(), typed.size());
  OPENSSL_cleanse(encoded.data(), encoded.size());
  return text;
}

}  // namespace

Result<VerifierKey> VerifierKey::Parse(std::string_view text) {
  const auto parts = Split(text);
  if (!parts) {
    return Fail(ErrorCode::kInvalidValue,
                "This is not a verifier key. One looks like NAME+1a2b3c4d+BASE64, on one line.");
  }
  VerifierKey key;
  key.name = parts->name;
  key.type = parts->type;
  std::memcpy(key.public_key.data(), parts->material.data(), key.public_key.size());
  if (key.Id() != parts->id) {
    return Fail(ErrorCode::kInvalidValue,
                "The verifier key of " + parts->name +
                    " does not have the id it states: a part of it was changed or left out. "
                    "Copy the whole key again.");
  }
  return key;
}

std::string VerifierKey::Text() const { return Join("", *this, View(public_key)); }

uint32_t VerifierKey::Id() const {
  const Hash hash = Sha256(name + "\n" + static_cast<char>(type) + std::string(View(public_key)));
  return static_cast<uint32_t>(TakeBigEndian(View(hash).substr(0, 4)));
}

bool VerifierKey::Verify(std::string_view message, std::string_view signature) const {
  const Key key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()));
  const Context context(EVP_MD_CTX_new());
  IURAN_CHECK(key && context, "OpenSSL verifies Ed25519");
  const bool valid =
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), Data(signature), signature.size(), Data(message),
                       message.size()) == 1;
  if (!valid) ERR_clear_error();
  return valid;
}

SigningKey::SigningKey(SigningKey&& other) noexcept { *this = std::move(other); }

SigningKey& SigningKey::operator=(SigningKey&& other) noexcept {
  if (this != &other) {
    verifier_ = std::move(other.verifier_);
    seed_ = other.seed_;
    OPENSSL_cleanse(other.seed_.data(), other.seed_.size());
  }
  return *this;
}

SigningKey::~SigningKey() { OPENSSL_cleanse(seed_.data(), seed_.size()); }

Result<SigningKey> SigningKey::FromSeed(std::string_view name, KeyType type,
                                        std::string_view seed) {
  if (!IsKeyName(name)) {
    return Fail(ErrorCode::kInvalidValue,
                "A key needs a name without spaces and plus signs, such as example.org/ledger.");
  }
  SigningKey signer;
  std::memcpy(signer.seed_.data(), seed.data(), signer.seed_.size());
  signer.verifier_.name = name;
  signer.verifier_.type = type;
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, signer.seed_.data(),
                                             signer.seed_.size()));
  size_t length = signer.verifier_.public_key.size();
  const bool done = key && EVP_PKEY_get_raw_public_key(
                               key.get(), signer.verifier_.public_key.data(), &length) == 1;
  IURAN_CHECK(done && length == signer.verifier_.public_key.size(),
              "OpenSSL derives the public half of an Ed25519 key");
  return signer;
}

Result<SigningKey> SigningKey::Generate(std::string_view name, KeyType type) {
  std::array<uint8_t, 32> seed;
  if (RAND_priv_bytes(seed.data(), seed.size()) != 1) {
    return Fail(ErrorCode::kIo,
                "The system gave no random numbers, so no key was made. Try again.");
  }
  auto signer = FromSeed(name, type, View(seed));
  OPENSSL_cleanse(seed.data(), seed.size());
  return signer;
}

Result<SigningKey> SigningKey::Parse(std::string_view text) {
  auto parts =
      text.starts_with(kPrivatePrefix) ? Split(text.substr(kPrivatePrefix.size())) : std::nullopt;
  if (!parts) {
    return Fail(ErrorCode::kInvalidValue,
                "This is not a signer key. One begins with PRIVATE+KEY+ and is one line.");
  }
  auto signer = FromSeed(parts->name, parts->type, parts->material);
  OPENSSL_cleanse(parts->material.data(), parts->material.size());
  if (signer && signer->verifier_.Id() != parts->id) {
    return Fail(ErrorCode::kInvalidValue,
                "The signer key of " + parts->name +
                    " does not have the id it states: a part of it was changed or left out. "
                    "Take the key file from its safe copy.");
  }
  return signer;
}

std::string SigningKey::PrivateText() const { return Join(kPrivatePrefix, verifier_, View(seed_)); }

Signature SigningKey::Sign(std::string_view message) const {
  const Key key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed_.data(), seed_.size()));
  const Context context(EVP_MD_CTX_new());
  Signature signature;
  size_t length = signature.size();
  const bool done =
      key && context &&
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), signature.data(), &length, Data(message), message.size()) == 1;
  IURAN_CHECK(done && length == signature.size(), "OpenSSL signs with Ed25519");
  return signature;
}

}  // namespace iuran::log
