// Checkpoints of a log that goes on, that is another, and with a witness.
#include "ledger/checkpoints.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/scratch_folder.h"

namespace iuran::ledger {
namespace {

using tests::ScratchFolder;

std::unique_ptr<log::EventLog> LogOf(const std::filesystem::path& folder, char letter) {
  EXPECT_TRUE(log::EventLog::Create(folder));
  auto log = log::EventLog::Open(folder, log::Access::kWrite, "test");
  EXPECT_TRUE(log);
  const std::string bytes(100, letter);
  EXPECT_TRUE((*log)->Append({0, {{"s", 0, bytes, "", {}}, {"s", 1, "same", "", {}}}, {}}));
  return std::move(*log);
}

TEST(Checkpoints, AreSignedOnlyOfWhatGoesOnFromEveryEarlierOne) {
  ScratchFolder scratch;
  const auto key = log::SigningKey::Generate("log.example");
  ASSERT_TRUE(key);
  const auto log = LogOf(scratch / "a", 'a');
  const auto first = SignHead(*log, *key);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(SignHead(*log, *key), *first);
  ASSERT_TRUE(log->Append({2, {{"s", 2, "more", "", {}}}, {}}));
  const auto second = SignHead(*log, *key);
  ASSERT_TRUE(second);
  EXPECT_EQ(log::OpenCheckpoint(*second, key->verifier())->checkpoint.size, 3u);
  EXPECT_EQ(log->Checkpoints()->size(), 2u);

  const auto other = LogOf(scratch / "b", 'b');
  ASSERT_TRUE(other->Append({2, {{"s", 2, "more", "", {}}}, {}}));
  ASSERT_TRUE(other->StoreCheckpoint(2, *first));
  const auto refused = SignHead(*other, *key);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kLedgerDamaged);
  EXPECT_NE(refused.error().message.find("checkpoint of 2 records does not fit"),
            std::string::npos);
  EXPECT_EQ(other->Checkpoints()->size(), 1u);
  EXPECT_FALSE(ProveRecord(*other, 0));
}

TEST(Checkpoints, KeepTheSignaturesOfWitnessesThatHold) {
  ScratchFolder scratch;
  const auto key = log::SigningKey::Generate("log.example");
  const auto witness = log::SigningKey::Generate("witness", log::KeyType::kCosignature);
  const auto log = LogOf(scratch / "a", 'a');
  const auto signed_note = SignHead(*log, *key);
  ASSERT_TRUE(signed_note);
  auto note = log::ParseNote(*signed_note);
  ASSERT_TRUE(note);
  ASSERT_TRUE(log::SignNote(*note, *witness, 1'700'000'000));
  const std::string printed = log::PrintNote(*note);
  const std::string line = printed.substr(signed_note->size());
  const auto kept = AddCosignature(*log, key->verifier(), witness->verifier(), line);
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(*kept, printed);
  EXPECT_EQ(log->Checkpoints()->back().note, printed);
  EXPECT_EQ(SignHead(*log, *key), printed);

  const auto stranger = log::SigningKey::Generate("witness", log::KeyType::kCosignature);
  EXPECT_FALSE(AddCosignature(*log, key->verifier(), stranger->verifier(), line));
}

}  // namespace
}  // namespace iuran::ledger
