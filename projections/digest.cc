#include "projections/digest.h"

#include <openssl/evp.h>

#include "events/check.h"

namespace iuran::projections {

struct Sha256::Context {
  EVP_MD_CTX* md = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(md); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  IURAN_CHECK(
      context_->md != nullptr && EVP_DigestInit_ex(context_->md, EVP_sha256(), nullptr) == 1,
      "OpenSSL has SHA-256");
}

Sha256::~Sha256() = default;

void Sha256::Add(std::string_view bytes) {
  IURAN_CHECK(EVP_DigestUpdate(context_->md, bytes.data(), bytes.size()) == 1,
              "SHA-256 takes any bytes");
}

events::Digest Sha256::Finish() {
  events::Digest digest{};
  IURAN_CHECK(EVP_DigestFinal_ex(context_->md, digest.data(), nullptr) == 1, "SHA-256 ends once");
  return digest;
}

void AccountsDigest::Add(char kind, std::string_view id, std::string_view row) {
  char head[17] = {kind};
  for (size_t i = 0; i < 8; ++i) {
    head[1 + i] = static_cast<char>(uint64_t{id.size()} >> (56 - 8 * i));
    head[9 + i] = static_cast<char>(uint64_t{row.size()} >> (56 - 8 * i));
  }
  sha256_.Add({head, sizeof head});
  sha256_.Add(id);
  sha256_.Add(row);
}

Result<events::Digest> DigestOfLastRecord(const log::EventLog& log, uint64_t cursor) {
  events::Digest digest{};
  if (cursor == 0) return digest;
  IURAN_ASSIGN(const std::vector<std::byte> record, log.Read(cursor - 1));
  IURAN_CHECK(
      EVP_Digest(record.data(), record.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1,
      "SHA-256 takes any bytes");
  return digest;
}

}  // namespace iuran::projections
