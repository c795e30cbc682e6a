// Checking a whole log: every kind of damage is named with its position, and what is still good.
#include "tests/unit/log/verify_fixture.h"

namespace iuran::log {
namespace {

TEST_F(VerifyTest, AWholeLogHasNoFaults) {
  for (const size_t threads : {1, 2, 5}) {
    EXPECT_THAT(Verify(threads), IsEmpty());
    EXPECT_EQ(report_.size, kSize);
    EXPECT_EQ(read_, kSize) << "each record is shown once";
    EXPECT_EQ(report_.pages, 7u);
    EXPECT_EQ(report_.hashes, kSize / 256);
    EXPECT_EQ(report_.stream_rows, kSize);
    EXPECT_EQ(report_.key_rows, kSize);
    EXPECT_EQ(report_.checkpoints, 2u);
    EXPECT_EQ(report_.root, root_);
    EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, kSize}));
    EXPECT_EQ(report_.signed_to, 1100u);
  }
}

TEST_F(VerifyTest, AnEmptyLogHasNoFaults) {
  folder_ = scratch_ / "empty";
  ASSERT_TRUE(EventLog::Create(folder_));
  EXPECT_THAT(Verify(), IsEmpty());
  EXPECT_EQ(report_.root, EmptyRoot());
  EXPECT_THAT(report_.whole, IsEmpty());
}

TEST_F(VerifyTest, NamesAPageThatCannotBeRead) {
  FlipByte("records", Number(556), 0);
  EXPECT_THAT(Verify(), ElementsAre(AllOf(HasSubstr("positions 556 to 811 cannot be read"),
                                          HasSubstr("its header"))));
  EXPECT_EQ(report_.unread, 256u);
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, 512}, PositionRange{1024, kSize}));
  EXPECT_EQ(report_.signed_to, 1100u) << "the stored hashes stand in for what cannot be read";
  EXPECT_EQ(report_.root, root_);
}

TEST_F(VerifyTest, NamesRecordsThatAreMissing) {
  Put("records", Number(256), std::nullopt);
  EXPECT_THAT(Verify(), ElementsAre("The records at positions 256 to 299 are missing.",
                                    HasSubstr("The checkpoint of 300 records cannot be checked")));
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, 256}, PositionRange{512, kSize}));
  EXPECT_EQ(report_.signed_to, 1100u);
}

TEST_F(VerifyTest, NamesPagesThatOverlap) {
  std::vector<std::string> texts;
  for (uint64_t i = 290; i < 300; ++i) texts.push_back(Text(i));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  Put("records", Number(290), std::string(PageWriter().Write(views)));
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("begins at position 290 does not go on")));
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, 256}, PositionRange{512, kSize}));
  // One whose other records reach into the next tile.
  Put("records", Number(290), std::nullopt);
  Put("records", Number(400), std::string(PageWriter().Write(views)));
  EXPECT_THAT(Verify(), Contains(HasSubstr("begins at position 400 does not go on")));
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, 256}, PositionRange{768, kSize}));
  EXPECT_EQ(report_.unread, 156u) << "those that the page before it holds from there on";
}

TEST_F(VerifyTest, NamesALastPageThatCannotBeRead) {
  FlipByte("records", Number(kSize - 1), 0);
  EXPECT_THAT(Verify(),
              ElementsAre(AllOf(HasSubstr("page of position 1,323 cannot be read: its header")),
                          HasSubstr("What was acknowledged last cannot be checked")));
  EXPECT_EQ(report_.size, kSize);
  EXPECT_EQ(report_.unread, 1u);
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, 1280}));
  fs::remove(scratch_ / "log.daybook");
  EXPECT_THAT(Verify(), Contains(HasSubstr("page of position 1,323 cannot be read")));
}

TEST_F(VerifyTest, IsNotLedToBelieveInRecordsFarAway) {
  const std::string text = "s1 0 k";
  const std::vector<std::string_view> views = {text};
  for (const uint64_t far : {uint64_t{2000}, uint64_t{1} << 40, uint64_t{1} << 63}) {
    Put("records", Number(far), std::string(PageWriter().Write(views)));
    EXPECT_THAT(Verify(),
                ElementsAre(HasSubstr("Behind the end of the log, 1324, there are 1 pages "
                                      "that do not go on from it; the first stands at "
                                      "position " +
                                      std::to_string(far))));
    Put("records", Number(far), std::nullopt);
  }
  // Two that go on from each other.
  for (const uint64_t far : {uint64_t{1} << 40, (uint64_t{1} << 40) + 1}) {
    Put("records", Number(far), std::string(PageWriter().Write(views)));
  }
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("there are 2 pages that do not go on")));
  EXPECT_EQ(report_.size, kSize);
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, kSize}));
}

TEST_F(VerifyTest, NamesRecordsThatWereChanged) {
  std::vector<std::string> texts;
  for (uint64_t i = 556; i < 812; ++i) texts.push_back(Text(i) + (i == 600 ? " more" : ""));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  Put("records", Number(556), std::string(PageWriter().Write(views)));
  EXPECT_THAT(Verify(), ElementsAre("The records at positions 512 to 767 are not what was signed: "
                                    "they do not give hash 2 of level 1 of the tree."));
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, 512}, PositionRange{768, kSize}));
  EXPECT_EQ(report_.signed_to, 1100u);
}

TEST_F(VerifyTest, NamesHashesOfTheTree) {
  FlipByte("tree", '\1' + Number(1), 5);
  EXPECT_THAT(Verify(), ElementsAre("The stored hash 1 of level 1 of the tree (positions 256 to "
                                    "511) was changed; the records are what was signed."));
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, kSize}));
  EXPECT_EQ(report_.root, root_);
  Put("tree", '\1' + Number(1), std::nullopt);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("hash 1 of level 1 of the tree (positions 256 "
                                              "to 511) is missing")));
  Put("tree", '\1' + Number(5), std::string(32, 'h'));
  Put("tree", "x", std::string(32, 'h'));
  EXPECT_THAT(Verify(), AllOf(Contains(HasSubstr("Hash 5 of level 1 of the tree is of records "
                                                 "that are not there")),
                              Contains(HasSubstr("is no hash of the tree"))));
}

TEST_F(VerifyTest, NamesCheckpoints) {
  FlipByte("checkpoints", Number(300), 30);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("The stored checkpoint of 300 records")));
  EXPECT_EQ(report_.signed_to, 1100u);
  const std::string other = *SignCheckpoint({"test.example/log", 1100, Hash{7}, {}}, key_);
  Put("checkpoints", Number(300), other);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("says that it is of 1100")));
  Put("checkpoints", Number(300), std::nullopt);
  Put("checkpoints", Number(1100), other);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("The checkpoint of 1100 records does not fit")));
  EXPECT_EQ(report_.signed_to, 0u);
  Put("checkpoints", Number(2000), *SignCheckpoint({"test.example/log", 2000, root_, {}}, key_));
  EXPECT_THAT(Verify(), Contains(HasSubstr("positions 1,324 to 1,999 are missing")));
}

TEST_F(VerifyTest, HoldsTheLogToACheckpointKeptElsewhere) {
  options_.last_signed = *SignCheckpoint({"test.example/log", kSize, root_, {}}, key_);
  EXPECT_THAT(Verify(), IsEmpty());
  EXPECT_EQ(report_.signed_to, kSize);
  options_.last_signed = *SignCheckpoint({"test.example/log", kSize, Hash{7}, {}}, key_);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("The checkpoint of 1324 records does not fit")));
  options_.last_signed->pop_back();
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("The checkpoint signed last, kept beside the log")));
  options_.last_signed = "";  // a file that was emptied
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("kept beside the log, is not one that this ledger's "
                                              "key has signed")));
  options_.key.reset();
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("kept beside the log, cannot be read")));
}

TEST_F(VerifyTest, HoldsTheLogToWhatWasAcknowledged) {
  const fs::path daybook = scratch_ / "log.daybook";
  ASSERT_TRUE(fs::exists(daybook));
  fs::copy(folder_, scratch_ / "before");
  Append(**EventLog::Open(folder_, Access::kWrite, "test"), 2);
  ASSERT_TRUE(EventLog::Open(folder_, Access::kWrite, "test"));  // the daybook holds them no more
  fs::remove_all(folder_);
  fs::rename(scratch_ / "before", folder_);
  EXPECT_THAT(Verify(), ElementsAre("What was acknowledged last is of 1326 records, and the log "
                                    "ends after 1324: positions 1,324 to 1,325 are missing."));
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, kSize}));
  fs::remove(daybook);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("There is no daybook that can be read")));
}

TEST_F(VerifyTest, NamesChangedRecordsThatNoCheckpointCovers) {
  const std::string text = Text(kSize - 1) + " more";
  const std::vector<std::string_view> views = {text};
  Put("records", Number(kSize - 1), std::string(PageWriter().Write(views)));
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("What was acknowledged last does not fit: some of "
                                              "the first 1324 records")));
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, 1024})) << "what the checkpoint covers";
}

// A power cut took small commits from the database, and the daybook still holds them.
TEST_F(VerifyTest, NamesChangedRecordsWhereTheDaybookHoldsMore) {
  const fs::path daybook = scratch_ / "log.daybook";
  {
    const auto log = *EventLog::Open(folder_, Access::kWrite, "test");
    fs::copy(folder_, scratch_ / "before");
    Append(*log, 2);
    fs::copy(daybook, scratch_ / "noted");
  }
  fs::remove_all(folder_);
  fs::rename(scratch_ / "before", folder_);
  fs::remove(daybook);
  fs::rename(scratch_ / "noted", daybook);
  ASSERT_EQ((*EventLog::Open(folder_, Access::kRead, "test"))->anchor().state,
            Anchor::State::kInDaybook);
  EXPECT_THAT(Verify(), IsEmpty());
  const std::string text = Text(kSize - 1) + " more";
  const std::vector<std::string_view> views = {text};
  Put("records", Number(kSize - 1), std::string(PageWriter().Write(views)));
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("What was acknowledged before the last does not fit: "
                                              "some of the first 1324 records")));
}

TEST_F(VerifyTest, GoesOnAfterARecordThatSaysNothing) {
  std::vector<std::string> texts;
  for (uint64_t i = 300; i < 556; ++i) texts.push_back(i == 310 || i == 311 ? "?" : Text(i));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  Put("records", Number(300), std::string(PageWriter().Write(views)));
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("positions 256 to 511 are not what was signed"),
                                    "Position 310 is gibberish.", "Position 311 is gibberish."));
  EXPECT_EQ(report_.unread, 2u);
  EXPECT_EQ(Verify(2, 1).size(), 1u);
  EXPECT_EQ(count_, 3u) << "all are counted, however few are kept";
}

// RocksDB's checksums: a changed byte of a file is named, or nothing that is read has changed.
TEST_F(VerifyTest, FindsChangedBytesInTheFiles) {
  size_t found = 0, with_something_left = 0;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() != ".sst") continue;
    for (uintmax_t at = 5; at < entry.file_size(); at += 997) {
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(static_cast<std::streamoff>(at));
      const char good = static_cast<char>(file.get());
      const auto write = [&](char byte) {
        file.seekp(static_cast<std::streamoff>(at));
        file.put(byte).flush();
      };
      write(static_cast<char>(good ^ 0x10));
      if (EventLog::Open(folder_, Access::kRead, "test")) {
        const auto sentences = Verify();
        EXPECT_TRUE(!sentences.empty() || report_.root == root_);
        found += sentences.empty() ? 0 : 1;
        with_something_left += !sentences.empty() && !report_.whole.empty() ? 1 : 0;
      } else {
        ++found;
      }
      write(good);
    }
  }
  EXPECT_GT(found, 10u);
  EXPECT_GT(with_something_left, 5u);
  EXPECT_THAT(Verify(), IsEmpty());
}

}  // namespace
}  // namespace iuran::log
