// Texts of keys: read in one form only, and what is read works as a key.
//   t TEXT              a verifier key or a signer key
//   k ...               keys made of what follows, their texts changed
#include "ledger/log/proof/encoding.h"
#include "ledger/log/proof/hash.h"
#include "ledger/log/proof/key.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/signers.h"

namespace iuran::log {
namespace {

void TrySigning(const SigningKey& key) {
  const Signature signature = key.Sign("text");
  std::string bytes(signature.begin(), signature.end());
  IURAN_CHECK(key.verifier().Verify("text", bytes), "a key verifies what it signed");
  IURAN_CHECK(!key.verifier().Verify("test", bytes), "and nothing else");
  bytes[40] = static_cast<char>(bytes[40] ^ 1);
  IURAN_CHECK(!key.verifier().Verify("text", bytes), "and no other signature");
  const auto verifier = VerifierKey::Parse(key.verifier().Text());
  IURAN_CHECK(verifier && verifier->public_key == key.verifier().public_key,
              "the public half of a key can be handed out");
}

// Whether it is a key of either kind.
bool Try(std::string_view text) {
  const auto verifier = VerifierKey::Parse(text);
  const auto signer = SigningKey::Parse(text);
  IURAN_CHECK(!verifier || !signer, "a text is a public key or a private one");
  if (verifier) {
    IURAN_CHECK(verifier->Text() == text, "a verifier key has one form");
    IURAN_CHECK(IsKeyName(verifier->name), "and a name that notes can carry");
    (void)verifier->Verify("text", std::string(64, 'x'));
  }
  if (signer) {
    IURAN_CHECK(signer->PrivateText() == text, "a signer key has one form");
    TrySigning(*signer);
  }
  return verifier || signer;
}

void TryMade(FuzzedDataProvider& in) {
  VerifierKey key;
  key.type = in.ConsumeBool() ? KeyType::kSignature : KeyType::kCosignature;
  key.name = in.ConsumeRandomLengthString(40);
  for (uint8_t& byte : key.public_key) byte = in.ConsumeIntegral<uint8_t>();
  const std::string text = key.Text();
  IURAN_CHECK(Try(text) == IsKeyName(key.name), "a key of a good name can be read");
  Try(fuzz::Changed(text, in));
  Try(fuzz::Changed(std::string(fuzz::kLogPrivate), in));
}

}  // namespace
}  // namespace iuran::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace iuran;
  const std::string_view input = fuzz::Bytes(data, size);
  if (input.starts_with('t')) log::Try(input.substr(1));
  if (input.starts_with('k')) {
    FuzzedDataProvider in = fuzz::Provider(input.substr(1));
    log::TryMade(in);
  }
  return 0;
}
