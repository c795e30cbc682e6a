// The log's anchor: what a daybook beside a database that lost something makes of an opening.
// tests/faults cuts the power anywhere; here each outcome is met once, on real files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "ledger/log/daybook.h"
#include "tests/support/log_model.h"
#include "tests/support/scratch_folder.h"

namespace iuran::log {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using tests::LogModel;
using tests::OwnedBatch;
using State = Anchor::State;

std::string BytesOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class AnchorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(EventLog::Create(folder_));
    Open();
    Grow(900);  // a large commit: its head alone is noted
    Grow(5);
  }

  void Open() {
    log_.reset();
    auto log = EventLog::Open(folder_, Access::kWrite, "test");
    ASSERT_TRUE(log) << log.error().message;
    log_ = std::move(*log);
  }
  void Grow(size_t most) {
    const OwnedBatch batch = model_.NextBatch(random_, most);
    const auto done = log_->Append(batch.View());
    ASSERT_TRUE(done) << done.error().message;
    model_.Apply(batch);
  }
  // The database as it stands, while it is open: as a killed writer leaves it.
  void Keep() { fs::copy(folder_, kept_); }
  void PutBack() {
    log_.reset();
    fs::remove_all(folder_);
    fs::copy(kept_, folder_);
  }
  // A bit of what begins so in a write-ahead file; of its first record for no beginning.
  void RotWriteAhead(const std::string& begin) {
    int changed = 0;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      std::string bytes = BytesOf(entry.path());
      const size_t at = bytes.find(begin);
      if (entry.path().extension() != ".log" || bytes.empty() || at == std::string::npos) continue;
      bytes[at] ^= 1;
      std::ofstream(entry.path(), std::ios::binary | std::ios::trunc) << bytes;
      ++changed;
    }
    ASSERT_EQ(changed, 1);
  }
  // Accepts a loss and records it.
  void Accept(const std::string& stream) {
    const auto log = EventLog::Open(folder_, Access::kWrite, "test", Loss::kAccept);
    ASSERT_TRUE(log) << log.error().message;
    ASSERT_TRUE((*log)->Append({(*log)->size(), {{stream, 0, "accepted", "", {}}}, {}}));
  }
  Anchor AnchorOfReader() {
    const auto log = EventLog::Open(folder_, Access::kRead, "test");
    EXPECT_TRUE(log) << log.error().message;
    return (*log)->anchor();
  }

  tests::ScratchFolder scratch_;
  const fs::path folder_ = scratch_ / "log";
  const fs::path kept_ = scratch_ / "kept";
  const fs::path daybook_ = scratch_ / "log.daybook";
  std::unique_ptr<EventLog> log_;
  LogModel model_;
  std::mt19937_64 random_{7};
};

TEST_F(AnchorTest, HoldsWhatWasAcknowledgedLast) {
  EXPECT_EQ(AnchorOfReader().state, State::kHeld);
  EXPECT_EQ(AnchorOfReader().head.size, model_.records.size());
  EXPECT_EQ(AnchorOfReader().head.root, log_->Head()->root);
  log_.reset();
  EXPECT_EQ(AnchorOfReader().head.size, model_.records.size());
}

TEST_F(AnchorTest, SmallCommitsThatTheDatabaseLostComeBack) {
  Keep();
  for (int i = 0; i < 30; ++i) Grow(6);
  PutBack();
  EXPECT_EQ(AnchorOfReader().state, State::kInDaybook);
  EXPECT_EQ(AnchorOfReader().head.size, model_.records.size());
  Open();
  EXPECT_EQ(log_->anchor().state, State::kInDaybook) << "tells what it found";
  model_.ExpectSameAs(*log_);
  Grow(6);
  Open();
  EXPECT_EQ(log_->anchor().state, State::kHeld);
  model_.ExpectSameAs(*log_);
}

TEST_F(AnchorTest, ManySmallCommitsFillManyHalves) {
  Keep();
  const uint64_t kept = log_->size();
  uint64_t generation = 0;
  for (int i = 0; i < 6000; ++i) {
    Grow(2);
    if (i % 1000 != 999) continue;
    Daybook::Content content;
    ASSERT_TRUE(Daybook::Parse(BytesOf(daybook_), content));
    EXPECT_EQ(content.head.size, log_->size());
    EXPECT_EQ(content.head.root, log_->Head()->root);
    EXPECT_GE(content.generation, generation);
    generation = content.generation;
  }
  EXPECT_GE(generation, 3u) << "each half was written again";
  const std::string daybook = BytesOf(daybook_);
  PutBack();
  std::ofstream(daybook_, std::ios::binary) << daybook;
  EXPECT_EQ(AnchorOfReader().state, State::kLost) << "no half reaches back to " << kept;
}

TEST_F(AnchorTest, ALossIsRefusedUntilItIsAccepted) {
  Keep();
  const uint64_t left = log_->size();
  Grow(900);
  Grow(900);
  const uint64_t acknowledged = log_->size();
  PutBack();
  const auto refused = EventLog::Open(folder_, Access::kWrite, "test");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kLedgerBehind);
  EXPECT_THAT(refused.error().message, HasSubstr("Positions " + std::to_string(left) + " to " +
                                                 std::to_string(acknowledged - 1) + " are lost"));
  EXPECT_EQ(AnchorOfReader().state, State::kLost) << "what is left can be read";
  {
    const auto accepting = EventLog::Open(folder_, Access::kWrite, "test", Loss::kAccept);
    ASSERT_TRUE(accepting) << accepting.error().message;
    EXPECT_EQ((*accepting)->anchor().head.size, acknowledged);
  }
  EXPECT_EQ(AnchorOfReader().state, State::kLost) << "only a commit accepts it";
  Accept("ledger/loss");
  EXPECT_EQ(AnchorOfReader().state, State::kHeld);
  Open();
  EXPECT_EQ(log_->size(), left + 1);
}

// A commit without records that is too large for the daybook, or that no longer stands in it, is
// missed by the number of rows.
TEST_F(AnchorTest, RowsWithoutRecordsAreMissed) {
  for (const bool large : {true, false}) {
    Open();
    std::string note = "a note of an auditor, ";
    for (int i = 0; i < 8'000; ++i) note += std::to_string(random_() % 1'000'000'000);
    Batch rows{log_->size(), {}, {{Table::kBook, "row", note}}};
    if (!large) rows.rows.front().value->resize(50'000);
    ASSERT_TRUE(log_->Append(rows));
    const std::string begin = rows.rows.front().value->substr(0, 40);
    for (int i = 0; !large && i < 25; ++i) {  // until another half is in use
      rows.rows.front().key = "more";
      rows.rows.front().value = std::string(50'000, 'm');
      ASSERT_TRUE(log_->Append(rows));
    }
    fs::remove_all(kept_);
    Keep();
    PutBack();
    RotWriteAhead(begin);
    EXPECT_EQ(AnchorOfReader().state, State::kRowsLost);
    const auto refused = EventLog::Open(folder_, Access::kWrite, "test");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("beside the events"));
    Accept(large ? "ledger/loss" : "ledger/other-loss");
    EXPECT_EQ(AnchorOfReader().state, State::kHeld);
  }
}

// The commits that the daybook has behind lost rows are not lost with them.
TEST_F(AnchorTest, SmallCommitsBehindLostRowsStay) {
  Open();
  ASSERT_TRUE(log_->Append({log_->size(), {}, {{Table::kBook, "row", std::string(99'000, 'r')}}}));
  Grow(5);
  Keep();
  PutBack();
  RotWriteAhead("rrrrrr");
  const auto refused = EventLog::Open(folder_, Access::kWrite, "test");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              HasSubstr("all " + std::to_string(model_.records.size()) + " events are there"));
  {
    const auto accepting = EventLog::Open(folder_, Access::kWrite, "test", Loss::kAccept);
    ASSERT_TRUE(accepting);
  }
  EXPECT_EQ(AnchorOfReader().state, State::kRowsLost) << "it was not recorded yet";
  Accept("ledger/loss");
  Open();
  EXPECT_EQ(log_->size(), model_.records.size() + 1);
}

// An opening posts once more what is there. Where that rots nothing is missing.
TEST_F(AnchorTest, WhatWasPostedOnceMoreIsNotMissed) {
  Open();
  Grow(5);
  Keep();
  PutBack();
  RotWriteAhead("");
  EXPECT_EQ(AnchorOfReader().state, State::kInDaybook);
  Open();
  EXPECT_EQ(log_->size(), model_.records.size());
  model_.ExpectSameAs(*log_);
}

// The message asks to look for files that are missing: so an opening that is refused must leave all
// that is there, or they would not fit any more.
TEST_F(AnchorTest, WhatIsRefusedIsLeftAsItIsSoThatMissingFilesCanBePutBack) {
  Grow(900);
  Keep();
  PutBack();
  const fs::path away = scratch_ / "away";
  fs::create_directory(away);
  for (const auto& entry : fs::directory_iterator(kept_)) {
    if (entry.path().extension() != ".log") continue;
    fs::rename(folder_ / entry.path().filename(), away / entry.path().filename());
  }
  ASSERT_FALSE(fs::is_empty(away));
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto refused = EventLog::Open(folder_, Access::kWrite, "test");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kLedgerBehind) << refused.error().message;
  }
  for (const auto& entry : fs::directory_iterator(away)) {
    EXPECT_FALSE(fs::exists(folder_ / entry.path().filename()));
    fs::rename(entry.path(), folder_ / entry.path().filename());
  }
  Open();
  model_.ExpectSameAs(*log_);
}

// Killed while it accepts: the new daybook stands, the database has nothing of it yet.
TEST_F(AnchorTest, AnAcceptedLossStaysAcceptedHoweverItIsCutOff) {
  Keep();
  const uint64_t left = log_->size();
  Grow(900);
  PutBack();
  const fs::path before = scratch_ / "before";
  fs::copy(folder_, before);
  const std::string remembers = BytesOf(daybook_);
  std::string accepted;
  {
    const auto accepting = EventLog::Open(folder_, Access::kWrite, "test", Loss::kAccept);
    ASSERT_TRUE(accepting) << accepting.error().message;
    ASSERT_TRUE((*accepting)->Append({left, {{"ledger/loss", 0, "accepted", "", {}}}, {}}));
    accepted = BytesOf(daybook_);
  }
  for (const std::string& daybook : {accepted, remembers}) {
    fs::remove_all(folder_);
    fs::copy(before, folder_);
    std::ofstream(daybook_, std::ios::binary) << daybook;
    const auto opened = EventLog::Open(folder_, Access::kWrite, "test");
    EXPECT_EQ(opened.has_value(), daybook == accepted);
    EXPECT_EQ(opened ? (*opened)->size() : left, daybook == accepted ? left + 1 : left);
  }
}

// A daybook of another history must not be posted over a good database.
TEST_F(AnchorTest, AWrongDaybookChangesNothing) {
  for (int i = 0; i < 5; ++i) Grow(3);
  const std::string daybook = BytesOf(daybook_);
  log_.reset();
  const fs::path other = scratch_ / "other";
  ASSERT_TRUE(EventLog::Create(other));
  LogModel model;
  std::mt19937_64 random(99);
  {
    const auto log = EventLog::Open(other, Access::kWrite, "test");
    while (model.records.size() + 8 < model_.records.size()) {
      const OwnedBatch batch = model.NextBatch(random, 40);
      ASSERT_TRUE((*log)->Append(batch.View()));
      model.Apply(batch);
    }
  }
  const std::string right = BytesOf(scratch_ / "other.daybook");
  std::ofstream(scratch_ / "other.daybook", std::ios::binary) << daybook;
  const auto forked = EventLog::Open(other, Access::kWrite, "test");
  ASSERT_FALSE(forked);
  EXPECT_EQ(forked.error().code, ErrorCode::kLedgerDamaged);
  std::ofstream(scratch_ / "other.daybook", std::ios::binary) << right;
  const auto log = EventLog::Open(other, Access::kWrite, "test");
  ASSERT_TRUE(log) << log.error().message;
  model.ExpectSameAs(**log);
}

TEST_F(AnchorTest, WithoutADaybookNobodyKnows) {
  log_.reset();
  const std::string daybook = BytesOf(daybook_);
  for (const std::string& bytes : {std::string(), std::string(daybook.size(), '\0')}) {
    fs::remove(daybook_);
    if (!bytes.empty()) std::ofstream(daybook_, std::ios::binary) << bytes;
    EXPECT_EQ(AnchorOfReader().state, State::kMissing);
    EXPECT_EQ(EventLog::Open(folder_, Access::kWrite, "test").error().code,
              ErrorCode::kLedgerBehind);
  }
  {
    const auto accepting = EventLog::Open(folder_, Access::kWrite, "test", Loss::kAccept);
    ASSERT_TRUE(accepting) << accepting.error().message;
    const OwnedBatch batch = model_.NextBatch(random_, 3);
    ASSERT_TRUE((*accepting)->Append(batch.View()));
    model_.Apply(batch);
  }
  Open();
  EXPECT_EQ(log_->anchor().state, State::kHeld);
  model_.ExpectSameAs(*log_);
}

TEST_F(AnchorTest, OtherRecordsThanWereAcknowledgedAreTold) {
  log_.reset();
  LogModel other;
  const fs::path fork = scratch_ / "fork";
  ASSERT_TRUE(EventLog::Create(fork));
  std::mt19937_64 elsewhere(8);
  {
    const auto log = EventLog::Open(fork, Access::kWrite, "test");
    while (other.records.size() < model_.records.size()) {
      const OwnedBatch batch = other.NextBatch(elsewhere, 50);
      ASSERT_TRUE((*log)->Append(batch.View()));
      other.Apply(batch);
    }
  }
  fs::remove_all(folder_);
  fs::rename(fork, folder_);
  const auto opened = EventLog::Open(folder_, Access::kWrite, "test");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kLedgerDamaged);
  EXPECT_THAT(opened.error().message, HasSubstr("not those that were acknowledged"));
}

TEST_F(AnchorTest, APurgeLeavesNothingOfErasedRowsInTheDaybook) {
  constexpr const char* kSecret = "sealed under a key that goes";
  const uint64_t at = log_->size();
  ASSERT_TRUE(log_->Append({at, {{"x", 0, "r", "", {}}}, {{Table::kVault, "person", kSecret}}}));
  EXPECT_THAT(BytesOf(daybook_), HasSubstr(kSecret));
  ASSERT_TRUE(
      log_->Append({at + 1, {{"x", 1, "r", "", {}}}, {{Table::kVault, "person", std::nullopt}}}));
  ASSERT_TRUE(log_->Purge(Table::kVault));
  EXPECT_EQ(BytesOf(daybook_).find(kSecret), std::string::npos);
  EXPECT_EQ(AnchorOfReader().head.size, at + 2);
}

// Whatever happens to its bytes, a daybook tells of a head that was acknowledged, or of none.
TEST_F(AnchorTest, ADaybookInventsNothing) {
  std::vector<std::pair<uint64_t, Hash>> heads;
  for (int i = 0; i < 12; ++i) {
    Grow(3);
    const TreeHead head = *log_->Head();
    heads.emplace_back(head.size, head.root);
  }
  const std::string whole = BytesOf(daybook_);
  Daybook::Content content;
  ASSERT_TRUE(Daybook::Parse(whole, content));
  ASSERT_EQ(content.head.size, heads.back().first);
  ASSERT_FALSE(content.commits.empty());
  const Daybook::Content all = content;
  const size_t end = Daybook::kHalfBytes * (content.generation % 2) + content.end;
  const auto expect_a_beginning = [&](const std::string& bytes) {
    Daybook::Content found;
    if (!Daybook::Parse(bytes, found)) return;
    if (found.generation != all.generation) return;  // an earlier half, untouched
    ASSERT_LE(found.commits.size(), all.commits.size());
    for (size_t i = 0; i < found.commits.size(); ++i) {
      ASSERT_EQ(found.commits[i].writes, all.commits[i].writes);
    }
    if (!found.commits.empty()) {
      ASSERT_EQ(found.head.root, all.commits[found.commits.size() - 1].head.root);
    }
  };
  const size_t begin = Daybook::kHalfBytes * (content.generation % 2);
  for (size_t i = begin; i < end; ++i) {
    std::string bytes = whole;
    bytes[i] = static_cast<char>(bytes[i] ^ (1 << random_() % 8));
    expect_a_beginning(bytes);
    expect_a_beginning(whole.substr(0, i));
    ASSERT_FALSE(HasFatalFailure()) << "byte " << i;
  }
}

}  // namespace
}  // namespace iuran::log
