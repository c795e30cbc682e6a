#include "tools/file_digest.h"

#include <openssl/evp.h>

#include "events/check.h"

namespace iuran::tools {

struct FileDigest::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(evp); }
};

FileDigest::FileDigest() : context_(std::make_unique<Context>()) {
  IURAN_CHECK(EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) == 1,
              "OpenSSL computes SHA-256");
}
FileDigest::~FileDigest() = default;
FileDigest::FileDigest(FileDigest&&) noexcept = default;
FileDigest& FileDigest::operator=(FileDigest&&) noexcept = default;

void FileDigest::Add(std::string_view bytes) {
  IURAN_CHECK(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1,
              "OpenSSL computes SHA-256");
}

events::Digest FileDigest::Finish() {
  events::Digest digest{};
  IURAN_CHECK(EVP_DigestFinal_ex(context_->evp, digest.data(), nullptr) == 1,
              "OpenSSL computes SHA-256");
  return digest;
}

}  // namespace iuran::tools
