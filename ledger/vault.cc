// The vault on OpenSSL: HKDF-SHA-256 for the keys, AES-256-GCM for wrapping and sealing,
// HMAC-SHA-256 for NIKs. Contexts are made once, since making one costs more than sealing a person.
#include "ledger/vault.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

#include "events/check.h"
#include "ledger/bytes.h"
#include "ledger/digest.h"
#include "ledger/master_key.h"

namespace iuran::ledger {

using events::Digest;
using events::MemberId;

namespace {

constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;
constexpr size_t kSaltBytes = 32;
constexpr uint8_t kRowVersion = 1;

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}
uint8_t* Bytes(std::string& text) { return reinterpret_cast<uint8_t*>(text.data()); }

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freer<EVP_CIPHER_CTX_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER, Freer<EVP_CIPHER_free>>;
using Mac = std::unique_ptr<EVP_MAC, Freer<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Freer<EVP_MAC_CTX_free>>;
using Kdf = std::unique_ptr<EVP_KDF, Freer<EVP_KDF_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, Freer<EVP_KDF_CTX_free>>;

// HKDF-SHA-256 (RFC 5869) of the master key; `purpose` keeps the derived keys apart.
void Derive(const Secret& master, std::string_view purpose, uint8_t* out) {
  const Kdf kdf(EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr));
  const KdfContext context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  char digest[] = "SHA256";
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
                                        const_cast<uint8_t*>(master.bytes.data()), kKeyBytes),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, const_cast<char*>(purpose.data()),
                                        purpose.size()),
      OSSL_PARAM_construct_end()};
  IURAN_CHECK(context && EVP_KDF_derive(context.get(), out, kKeyBytes, parameters) == 1,
              "OpenSSL derives keys");
}

// Encrypts `text` onto the end of `out`, and its tag behind it. A null key: the one set before.
void SealInto(EVP_CIPHER_CTX* context, const EVP_CIPHER* cipher, const uint8_t* key,
              const uint8_t* nonce, std::string_view bound, std::string_view text,
              std::string& out) {
  const size_t at = out.size();
  out.resize(at + text.size() + kTagBytes);
  int length = 0;
  const bool done = EVP_EncryptInit_ex2(context, cipher, key, nonce, nullptr) == 1 &&
                    EVP_EncryptUpdate(context, nullptr, &length, Bytes(bound),
                                      static_cast<int>(bound.size())) == 1 &&
                    EVP_EncryptUpdate(context, Bytes(out) + at, &length, Bytes(text),
                                      static_cast<int>(text.size())) == 1 &&
                    EVP_EncryptFinal_ex(context, Bytes(out) + at + text.size(), &length) == 1 &&
                    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, kTagBytes,
                                        Bytes(out) + at + text.size()) == 1;
  IURAN_CHECK(done, "OpenSSL encrypts");
}

// The reverse; false where anything was altered. `out` has room for the text without its tag.
bool OpenInto(EVP_CIPHER_CTX* context, const EVP_CIPHER* cipher, const uint8_t* key,
              const uint8_t* nonce, std::string_view bound, std::string_view sealed, uint8_t* out) {
  const std::string_view text = sealed.substr(0, sealed.size() - kTagBytes);
  std::string tag(sealed.substr(text.size()));
  int length = 0;
  return EVP_DecryptInit_ex2(context, cipher, key, nonce, nullptr) == 1 &&
         EVP_DecryptUpdate(context, nullptr, &length, Bytes(bound),
                           static_cast<int>(bound.size())) == 1 &&
         EVP_DecryptUpdate(context, out, &length, Bytes(text), static_cast<int>(text.size())) ==
             1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
         EVP_DecryptFinal_ex(context, out + text.size(), &length) == 1;
}

// Commits to salt and data without telling them: the salt is random and lies in the sealed row.
Digest CommitmentTo(std::string_view salt_and_data) {
  SecretText text;
  text.text = "iuran personal data 1";
  text.text += salt_and_data;
  return Sha256(text.text);
}

Error Unreadable(const MemberId& member) {
  return {
      ErrorCode::kLedgerDamaged,
      fmt::format("The personal data of member {} cannot be opened: the stored row is damaged or "
                  "was sealed with another master key.",
                  member.text())};
}

}  // namespace

struct Vault::Keys {
  Secret nik_key;
  Secret file_key;
  Secret check;
  Cipher cipher{EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
  Mac hmac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  std::mutex turn;                             // guards what stands below
  CipherContext wrap{EVP_CIPHER_CTX_new()};    // holds the wrapping key
  CipherContext unwrap{EVP_CIPHER_CTX_new()};  // the same
  CipherContext person{EVP_CIPHER_CTX_new()};
  MacContext nik;

  explicit Keys(const Secret& master) {
    IURAN_CHECK(cipher && hmac && wrap && unwrap && person, "OpenSSL has AES-256-GCM and HMAC");
    Secret wrapping;
    Derive(master, "iuran wrap person keys 1", wrapping.bytes.data());
    Derive(master, "iuran recognise niks 1", nik_key.bytes.data());
    Derive(master, "iuran mark source files 1", file_key.bytes.data());
    Derive(master, "iuran check master key 1", check.bytes.data());
    nik.reset(EVP_MAC_CTX_new(hmac.get()));
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    const uint8_t* key = wrapping.bytes.data();
    const bool done = EVP_EncryptInit_ex2(wrap.get(), cipher.get(), key, nullptr, nullptr) == 1 &&
                      EVP_DecryptInit_ex2(unwrap.get(), cipher.get(), key, nullptr, nullptr) == 1 &&
                      nik &&
                      EVP_MAC_init(nik.get(), nik_key.bytes.data(), kKeyBytes, parameters) == 1;
    IURAN_CHECK(done, "OpenSSL takes the keys");
  }
};

Vault::Vault(std::unique_ptr<Keys> keys) : keys_(std::move(keys)) {}
Vault::Vault(Vault&&) noexcept = default;
Vault& Vault::operator=(Vault&&) noexcept = default;
Vault::~Vault() = default;

Result<void> Vault::CreateMasterKey(const std::filesystem::path& file) {
  return WriteNewMasterKey(file);
}

Result<Vault> Vault::Open(const std::filesystem::path& file) {
  Secret master;
  IURAN_TRY(ReadMasterKey(file, master));
  return Vault(std::make_unique<Keys>(master));
}

Result<Vault::Sealed> Vault::Seal(const MemberId& member, const rules::PersonalData& data) const {
  IURAN_CHECK(!data.empty(), "there is something to seal");
  // One draw gives the person's key, the salt of the commitment and the nonce of the wrapping.
  std::array<uint8_t, kKeyBytes + kSaltBytes + kNonceBytes> random;
  if (RAND_priv_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    return Fail(ErrorCode::kIo, "The system gives no random numbers to seal personal data with.");
  }
  const std::string_view drawn(reinterpret_cast<const char*>(random.data()), random.size());
  const std::string_view key = drawn.substr(0, kKeyBytes);
  const std::string_view nonce = drawn.substr(kKeyBytes + kSaltBytes);
  SecretText text;
  text.text.reserve(kSaltBytes + 16 + data.name.size() + data.nik.size() + data.birth_date.size() +
                    data.phone.size());
  text.text = drawn.substr(kKeyBytes, kSaltBytes);
  for (const std::string* part : {&data.name, &data.nik, &data.birth_date, &data.phone}) {
    PutText(text.text, *part);
  }
  Sealed sealed;
  sealed.commitment = CommitmentTo(text.text);
  sealed.row.reserve(1 + kNonceBytes + kKeyBytes + 2 * kTagBytes + text.text.size());
  PutU8(sealed.row, kRowVersion);
  sealed.row += nonce;
  // A key of its own seals one text once, so that nonce may be zero.
  constexpr std::array<uint8_t, kNonceBytes> kOnlyNonce{};
  {
    const std::lock_guard lock(keys_->turn);
    SealInto(keys_->wrap.get(), nullptr, nullptr, Bytes(nonce), member.text(), key, sealed.row);
    SealInto(keys_->person.get(), keys_->cipher.get(), Bytes(key), kOnlyNonce.data(), member.text(),
             text.text, sealed.row);
  }
  OPENSSL_cleanse(random.data(), random.size());
  return sealed;
}

namespace {

struct Opened {
  rules::PersonalData data;
  Digest commitment;
};

// Salt and canonical data, taken apart.
std::optional<Opened> Parse(std::string_view text) {
  ByteReader reader(text);
  reader.Take(kSaltBytes);
  Opened opened;
  for (std::string* part :
       {&opened.data.name, &opened.data.nik, &opened.data.birth_date, &opened.data.phone}) {
    *part = reader.TakeText();
  }
  if (!reader.done()) return std::nullopt;
  opened.commitment = CommitmentTo(text);
  return opened;
}

template <typename Keys>
Result<Opened> OpenRow(Keys& keys, const MemberId& member, std::string_view row) {
  ByteReader reader(row);
  const uint8_t version = reader.TakeU8();
  const std::string_view nonce = reader.Take(kNonceBytes);
  const std::string_view wrapped = reader.Take(kKeyBytes + kTagBytes);
  const std::string_view sealed = reader.Rest();
  if (!reader.ok() || version != kRowVersion || sealed.size() < kSaltBytes + kTagBytes) {
    return tl::unexpected<Error>(Unreadable(member));
  }
  Secret key;
  SecretText text;
  text.text.resize(sealed.size() - kTagBytes);
  constexpr std::array<uint8_t, kNonceBytes> kOnlyNonce{};
  {
    const std::lock_guard lock(keys.turn);
    if (!OpenInto(keys.unwrap.get(), nullptr, nullptr, Bytes(nonce), member.text(), wrapped,
                  key.bytes.data()) ||
        !OpenInto(keys.person.get(), keys.cipher.get(), key.bytes.data(), kOnlyNonce.data(),
                  member.text(), sealed, Bytes(text.text))) {
      return tl::unexpected<Error>(Unreadable(member));
    }
  }
  std::optional<Opened> opened = Parse(text.text);
  if (!opened) return tl::unexpected<Error>(Unreadable(member));
  return *std::move(opened);
}

}  // namespace

Result<rules::PersonalData> Vault::Open(const MemberId& member, std::string_view row,
                                        const Digest& commitment) const {
  IURAN_ASSIGN(Opened opened, OpenRow(*keys_, member, row));
  if (opened.commitment != commitment) {
    return Fail(ErrorCode::kLedgerDamaged,
                fmt::format("The personal data stored of member {} is not what was committed to at "
                            "enrolment.",
                            member.text()));
  }
  return std::move(opened.data);
}

Result<rules::PersonalData> Vault::Open(const MemberId& member, std::string_view row) const {
  IURAN_ASSIGN(Opened opened, OpenRow(*keys_, member, row));
  return std::move(opened.data);
}

std::string Vault::PersonKey(const MemberId& member) { return "person/" + member.text(); }

std::string Vault::NikKey(std::string_view nik) const {
  std::string key = "nik/";
  const size_t head = key.size();
  key.resize(head + kKeyBytes);
  size_t length = 0;
  const std::lock_guard lock(keys_->turn);
  const bool done = EVP_MAC_init(keys_->nik.get(), nullptr, 0, nullptr) == 1 &&
                    EVP_MAC_update(keys_->nik.get(), Bytes(nik), nik.size()) == 1 &&
                    EVP_MAC_final(keys_->nik.get(), Bytes(key) + head, &length, kKeyBytes) == 1;
  IURAN_CHECK(done && length == kKeyBytes, "OpenSSL computes HMAC-SHA-256");
  return key;
}

Digest Vault::FileMark(const Digest& file_digest) const {
  Digest mark;
  size_t length = 0;
  char hash[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash, 0),
                                   OSSL_PARAM_construct_end()};
  const MacContext context(EVP_MAC_CTX_new(keys_->hmac.get()));
  const bool done =
      context &&
      EVP_MAC_init(context.get(), keys_->file_key.bytes.data(), kKeyBytes, parameters) == 1 &&
      EVP_MAC_update(context.get(), file_digest.data(), file_digest.size()) == 1 &&
      EVP_MAC_final(context.get(), mark.data(), &length, mark.size()) == 1;
  IURAN_CHECK(done && length == mark.size(), "OpenSSL computes HMAC-SHA-256");
  return mark;
}

std::string Vault::CheckValue() const {
  return std::string(reinterpret_cast<const char*>(keys_->check.bytes.data()), kKeyBytes);
}

}  // namespace iuran::ledger
