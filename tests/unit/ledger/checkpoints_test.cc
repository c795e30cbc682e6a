// Checkpoints of a log that goes on, that is another, and with a witness.
#include "ledger/checkpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/scratch_folder.h"

namespace iuran::ledger {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using tests::ScratchFolder;

class CheckpointsTest : public ::testing::Test {
 protected:
  std::unique_ptr<log::EventLog> LogOf(const std::string& name, char letter) {
    EXPECT_TRUE(log::EventLog::Create(scratch_.path() / name));
    auto log = log::EventLog::Open(scratch_.path() / name, log::Access::kWrite, "test");
    EXPECT_TRUE(log);
    const std::string bytes(100, letter);
    EXPECT_TRUE((*log)->Append({0, {{"s", 0, bytes, "", {}}, {"s", 1, "same", "", {}}}, {}}));
    return std::move(*log);
  }
  static void AddMore(log::EventLog& log, const std::string& bytes = "more") {
    const auto size = static_cast<uint32_t>(log.size());
    EXPECT_TRUE(log.Append({size, {{"s", size, bytes, "", {}}}, {}}));
  }
  void ExpectRefused(const Result<std::string>& outcome, const std::string& message) {
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::kLedgerDamaged);
    EXPECT_THAT(outcome.error().message, HasSubstr(message));
  }

  ScratchFolder scratch_;
  fs::path signed_ = scratch_ / "signed.checkpoint";
  log::SigningKey key_ = log::SigningKey::Generate("log.example").value();
};

TEST_F(CheckpointsTest, AreSignedOnlyOfWhatGoesOnFromEveryEarlierOne) {
  const auto log = LogOf("a", 'a');
  const auto first = SignHead(*log, key_, signed_);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(SignHead(*log, key_, signed_), *first);
  AddMore(*log);
  const auto second = SignHead(*log, key_, signed_);
  ASSERT_TRUE(second);
  EXPECT_EQ(log::OpenCheckpoint(*second, key_.verifier())->checkpoint.size, 3u);
  EXPECT_EQ(log->Checkpoints()->size(), 2u);
  EXPECT_TRUE(CheckCheckpoints(*log, key_.verifier()));

  const auto other = LogOf("b", 'b');
  AddMore(*other);
  ASSERT_TRUE(other->StoreCheckpoint(2, *first));
  fs::remove(signed_);
  ExpectRefused(SignHead(*other, key_, signed_), "checkpoint of 2 records does not fit");
  EXPECT_EQ(other->Checkpoints()->size(), 1u);
  EXPECT_FALSE(fs::exists(signed_));
  ExpectRefused(ProveRecord(*other, key_.verifier(), 0), "of 2 records, does not prove");
  EXPECT_EQ(CheckCheckpoints(*other, key_.verifier()).error().code, ErrorCode::kLedgerDamaged);
}

// The database may be put back or replaced; what was signed last is not forgotten with it.
TEST_F(CheckpointsTest, AreRememberedOutsideTheLog) {
  const auto log = LogOf("a", 'a');
  AddMore(*log);
  ASSERT_TRUE(SignHead(*log, key_, signed_));

  const auto fork = LogOf("b", 'a');  // the same so far
  ExpectRefused(SignHead(*fork, key_, signed_), "checkpoint of 3 records does not fit");
  AddMore(*fork, "other");
  ExpectRefused(SignHead(*fork, key_, signed_), "checkpoint of 3 records does not fit");
  EXPECT_TRUE(fork->Checkpoints()->empty());

  const auto copy = LogOf("c", 'a');
  AddMore(*copy);
  AddMore(*copy, "and on");
  EXPECT_TRUE(SignHead(*copy, key_, signed_)) << "the same log, wherever it stands";

  const auto other_key = log::SigningKey::Generate("log.example");
  ExpectRefused(SignHead(*log, *other_key, signed_), "not one that this ledger's key has signed");
  for (const char* const text :
       {"no note", ""}) {  // an emptied file remembers nothing, and says so
    std::ofstream(signed_) << text;
    ExpectRefused(SignHead(*copy, key_, signed_), signed_.string());
  }
  fs::remove(signed_);
  fs::create_directory(signed_);
  EXPECT_EQ(SignHead(*copy, key_, signed_).error().code, ErrorCode::kIo);
}

TEST_F(CheckpointsTest, KeepTheSignaturesOfWitnessesThatHold) {
  const auto witness = log::SigningKey::Generate("witness", log::KeyType::kCosignature);
  const auto stranger = log::SigningKey::Generate("witness", log::KeyType::kCosignature);
  const auto log = LogOf("a", 'a');
  const auto signed_note = SignHead(*log, key_, signed_);
  ASSERT_TRUE(signed_note);
  const auto line_of = [&](const log::SigningKey& signer, uint64_t time) {
    auto note = log::ParseNote(*signed_note);
    EXPECT_TRUE(log::SignNote(*note, signer, time));
    return log::PrintNote(*note).substr(signed_note->size());
  };
  const std::string line = line_of(*witness, 1'700'000'000);
  AddMore(*log);
  ASSERT_TRUE(SignHead(*log, key_, signed_)) << "lines of an earlier checkpoint find theirs";
  const auto kept = AddCosignature(*log, key_.verifier(), witness->verifier(),
                                   line + line_of(*stranger, 1'700'000'001));
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(*kept, *signed_note + line) << "without what was not checked";
  EXPECT_EQ(log->Checkpoints()->front().note, *kept);
  EXPECT_EQ(log->Checkpoints()->back().note.find("witness"), std::string::npos);

  const auto refused = AddCosignature(*log, key_.verifier(), stranger->verifier(), line);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("no signature of witness under any checkpoint"));
}

TEST_F(CheckpointsTest, AreSignedWithTheLedgersOwnKeyAlone) {
  const auto own = CreateSigningKey(scratch_ / "own.key", "log.example");
  const auto other = CreateSigningKey(scratch_ / "other.key", "log.example");
  ASSERT_TRUE(own && other);
  const auto key = LedgerKey({"Asia/Makassar", "IDR", own->Text()});
  ASSERT_TRUE(key);
  const auto read = ReadSigningKey(scratch_ / "own.key", *key);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->verifier().Text(), own->Text());
  const auto refused = ReadSigningKey(scratch_ / "other.key", *key);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kKeyMissing);
  EXPECT_THAT(refused.error().message, HasSubstr("is not this ledger's"));
  EXPECT_EQ(ReadSigningKey(scratch_ / "no.key", *key).error().code, ErrorCode::kKeyMissing);

  EXPECT_EQ(LedgerKey({"Asia/Makassar", "IDR", ""}).error().code, ErrorCode::kKeyMissing);
  EXPECT_EQ(LedgerKey({"Asia/Makassar", "IDR", "x"}).error().code, ErrorCode::kLedgerDamaged);
  EXPECT_EQ(CreateSigningKey(scratch_ / "long.key", std::string(256, 'o')).error().code,
            ErrorCode::kInvalidValue);
}

}  // namespace
}  // namespace iuran::ledger
