// Keys and notes against the vectors of golang.org/x/mod/sumdb/note and C2SP signed-note.
#include "ledger/log/proof/note.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/log/proof/encoding.h"

namespace iuran::log {
namespace {

constexpr std::string_view kPeter =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view kPeterPrivate =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr std::string_view kEnoch =
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const std::string kText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
const std::string kPeterLine =
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const std::string kEnochLine =
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/"
    "5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

VerifierKey Key(std::string_view text) { return VerifierKey::Parse(text).value(); }

ErrorCode CodeOf(const Result<VerifiedNote>& result) {
  EXPECT_FALSE(result);
  return result ? ErrorCode::kUsage : result.error().code;
}

TEST(Encoding, ReadsOneFormOnly) {
  EXPECT_EQ(EncodeBase64("light w"), "bGlnaHQgdw==");
  for (const std::string_view bytes : {"", "a", "ab", "abc", "\xff\xfe\xfd\xfc"}) {
    EXPECT_EQ(DecodeBase64(EncodeBase64(bytes)), bytes);
  }
  for (const std::string_view text : {"YQ=", "YQ", "YR==", "YWJ=", " YQ==", "YQ==\n", "Y\nQ=",
                                      "YQ==YQ==", "====", "=", "Y===", "YW\0=", "YW-_", "YQ=a"}) {
    EXPECT_FALSE(DecodeBase64(text)) << text;
  }
  EXPECT_EQ(ParseDecimal("0"), 0u);
  EXPECT_EQ(ParseDecimal("18446744073709551615"), UINT64_MAX);
  for (const std::string_view text :
       {"", "00", "01", "+1", "-1", " 1", "1 ", "1a", "18446744073709551616"}) {
    EXPECT_FALSE(ParseDecimal(text)) << text;
  }
  EXPECT_EQ(ParseHex32("00abcdef"), 0xabcdefu);
  for (const std::string_view text : {"", "0", "00ABCDEF", "000abcdef", "0x012345", "-0012345"}) {
    EXPECT_FALSE(ParseHex32(text)) << text;
  }
  EXPECT_TRUE(IsNoteText("Kupang \u2014 \U0001F30A\n\n"));
  for (const std::string_view text :
       {"\xc0\x80", "\xe0\x81\x81", "\xf0\x80\x81\x81", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff",
        "\xe2\x80", "\x80", "a\tb", "a\r\n", "\x1f"}) {
    EXPECT_FALSE(IsNoteText(text));
  }
  EXPECT_TRUE(IsKeyName("example.org/iuran"));
  for (const std::string_view name : {"", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\u3000", "a\n"}) {
    EXPECT_FALSE(IsKeyName(name));
  }
}

TEST(Key, PrintsAsItIsRead) {
  EXPECT_EQ(Key(kPeter).Text(), kPeter);
  EXPECT_EQ(Key(kPeter).Id(), 0xc74f20a3u);
  EXPECT_EQ(Key(kEnoch).Text(), kEnoch);
  const auto signer = SigningKey::Parse(kPeterPrivate);
  ASSERT_TRUE(signer);
  EXPECT_EQ(signer->PrivateText(), kPeterPrivate);
  EXPECT_EQ(signer->verifier().Text(), kPeter);
  // A witness's key of type 0x04, from transparency-dev/formats.
  const auto witness =
      VerifierKey::Parse("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2");
  ASSERT_TRUE(witness);
  EXPECT_EQ(witness->type, KeyType::kCosignature);
}

TEST(Key, RefusesEveryMangledText) {
  for (const std::string& whole : {std::string(kPeter), std::string(kPeterPrivate)}) {
    const auto refused = [](const std::string& text) {
      return !VerifierKey::Parse(text) && !SigningKey::Parse(text);
    };
    for (size_t i = 0; i <= whole.size(); ++i) {
      for (size_t j = i; j <= whole.size(); ++j) {
        if (i == 0 && j == whole.size()) continue;
        // What stands behind PRIVATE+KEY+ reads as a verifier key of another public key, whose id
        // it does not have.
        EXPECT_TRUE(refused(whole.substr(i, j - i))) << i << " to " << j;
      }
    }
    for (size_t bit = 0; bit < 8 * whole.size(); ++bit) {
      std::string text = whole;
      text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
      EXPECT_TRUE(refused(text)) << text;
    }
  }
  // Of the wrong length, and of an unknown type, with the ids that would fit.
  EXPECT_FALSE(VerifierKey::Parse(
      "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="));
  EXPECT_FALSE(
      VerifierKey::Parse("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));
  const auto wrong = SigningKey::Parse(std::string(kPeterPrivate) + "A");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message.find("AYEK"), std::string::npos) << "no private key in a message";
}

TEST(Key, IsMadeAndMoved) {
  auto made = SigningKey::Generate("EnochRoot");
  ASSERT_TRUE(made);
  SigningKey key = std::move(*made);
  const auto again = SigningKey::Parse(key.PrivateText());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->verifier().Text(), key.verifier().Text());
  EXPECT_NE(SigningKey::Generate("EnochRoot")->PrivateText(), key.PrivateText());
  EXPECT_EQ(SigningKey::Generate("Enoch Root").error().code, ErrorCode::kInvalidValue);
  const Signature signature = key.Sign("hi");
  std::string bytes(signature.begin(), signature.end());
  EXPECT_TRUE(key.verifier().Verify("hi", bytes));
  EXPECT_FALSE(key.verifier().Verify("ho", bytes));
  EXPECT_FALSE(key.verifier().Verify("hi", bytes.substr(1)));
  EXPECT_FALSE(key.verifier().Verify("hi", ""));
  bytes[0] = static_cast<char>(bytes[0] ^ 1);
  EXPECT_FALSE(key.verifier().Verify("hi", bytes));
}

TEST(Note, IsSignedAsPublished) {
  const auto key = SigningKey::Parse(kPeterPrivate);
  ASSERT_TRUE(key);
  Note note{kText, {}};
  ASSERT_TRUE(SignNote(note, *key));
  EXPECT_EQ(PrintNote(note), kText + "\n" + kPeterLine);
  // A signature of the same key is replaced, others stay.
  note.signatures = {{"PeterNeumann", 0xc74f20a3, "bad"}, {"Other", 1, "sig"}};
  ASSERT_TRUE(SignNote(note, *key));
  EXPECT_EQ(PrintNote(note), kText + "\n— Other AAAAAXNpZw==\n" + kPeterLine);
  for (const std::string text : {"", "abc", "a\tb\n", "\xff\n"}) {
    Note wrong{text, {}};
    EXPECT_FALSE(SignNote(wrong, *key)) << text;
  }
}

TEST(Note, IsOpenedByAnyKnownKey) {
  const std::vector<VerifierKey> peter = {Key(kPeter)};
  const std::vector<VerifierKey> both = {Key(kEnoch), Key(kPeter)};
  const std::string bytes = kText + "\n" + kPeterLine + kEnochLine;
  const auto by_peter = OpenNote(bytes, peter);
  ASSERT_TRUE(by_peter);
  EXPECT_EQ(by_peter->note.text, kText);
  EXPECT_EQ(by_peter->verified.size(), 1u);
  EXPECT_EQ(by_peter->note.signatures.size(), 2u);
  EXPECT_EQ(PrintNote(by_peter->note), bytes);
  const auto by_both = OpenNote(bytes, both);
  ASSERT_TRUE(by_both);
  ASSERT_EQ(by_both->verified.size(), 2u);
  EXPECT_EQ(by_both->verified[0].key, 1u) << "in the order of the note";
  EXPECT_EQ(by_both->verified[1].key, 0u);

  EXPECT_EQ(CodeOf(OpenNote(bytes, {})), ErrorCode::kLedgerDamaged);
  EXPECT_EQ(CodeOf(OpenNote(kText + "\n" + kEnochLine, peter)), ErrorCode::kLedgerDamaged);
  // A wrong signature of a known key spoils the note, a right one beside it or not.
  std::string wrong = kPeterLine;
  wrong.insert(60, "ABCD");
  EXPECT_EQ(CodeOf(OpenNote(kText + "\n" + wrong, both)), ErrorCode::kLedgerDamaged);
  EXPECT_EQ(CodeOf(OpenNote(kText + "\n" + kPeterLine + wrong, peter)), ErrorCode::kLedgerDamaged);
  // Said twice is said once; another name or id is another key.
  EXPECT_EQ(OpenNote(kText + "\n" + kPeterLine + kPeterLine, peter)->verified.size(), 1u);
  EXPECT_FALSE(OpenNote(kText + "\n" + "— Carmen" + kPeterLine.substr(16), peter));
}

TEST(Note, HasOneForm) {
  const std::vector<VerifierKey> peter = {Key(kPeter)};
  std::string many;
  for (int i = 0; i < 101; ++i) many += kPeterLine;
  const std::vector<std::string> wrong = {
      kText,
      kText + "\n",
      kText + "\n" + kPeterLine.substr(0, kPeterLine.size() - 1),
      "\x01" + kText + "\n" + kPeterLine,
      "\xff" + kText + "\n" + kPeterLine,
      kText + "\n— Bad Name " + kPeterLine.substr(17),
      kText + "\n" + kPeterLine + "Unexpected line.\n",
      kText + "\n— PeterNeumann x08gow==\n",
      kText + "\n" + many,
      std::string(kMaxNoteBytes, 'x') + "\n\n" + kPeterLine,
      kPeterLine,
      ""};
  for (const std::string& bytes : wrong) {
    EXPECT_EQ(CodeOf(OpenNote(bytes, peter)), ErrorCode::kInvalidValue) << bytes.substr(0, 200);
  }
  // The last empty line divides: a text may hold others, and even lines that look like signatures.
  const auto parsed = ParseNote(kText + "\n" + kPeterLine + "\n" + kEnochLine);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->text, kText + "\n" + kPeterLine);
  // The example of C2SP signed-note, whose key is not published.
  const std::string spec =
      "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito "
      "sera.\n\n"
      "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouF"
      "SQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
  ASSERT_TRUE(ParseNote(spec));
  EXPECT_EQ(PrintNote(*ParseNote(spec)), spec);
  EXPECT_EQ(ParseNote(spec)->signatures[0].key_id, 0x367ba04bu);
}

TEST(Note, ShowsEveryChangedBit) {
  const std::vector<VerifierKey> peter = {Key(kPeter)};
  const std::string bytes = kText + "\n" + kPeterLine;
  ASSERT_TRUE(OpenNote(bytes, peter));
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(OpenNote(changed, peter)) << "bit " << bit;
  }
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(OpenNote(bytes.substr(0, length), peter)) << length;
    EXPECT_FALSE(OpenNote(bytes.substr(length + 1), peter)) << length;
  }
}

TEST(Note, TakesLinesOfWitnesses) {
  Note note = ParseNote(kText + "\n" + kPeterLine).value();
  ASSERT_TRUE(AddSignatures(note, kEnochLine + kPeterLine));
  EXPECT_EQ(PrintNote(note), kText + "\n" + kPeterLine + kEnochLine);
  EXPECT_FALSE(AddSignatures(note, kEnochLine + "\n"));
  EXPECT_FALSE(AddSignatures(note, "EnochRoot rwz+eBz="));
  EXPECT_EQ(note.signatures.size(), 2u) << "as it was";
}

}  // namespace
}  // namespace iuran::log
