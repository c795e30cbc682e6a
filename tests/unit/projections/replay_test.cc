// A replay finds what is wrong in the live accounts, and mends it.
#include "projections/replay.h"

#include <fstream>
#include <thread>

#include "projections/runner.h"
#include "projections/view.h"
#include "tests/unit/projections/support.h"

namespace iuran::projections {
namespace {

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() : log_(64) {
    AddRandomPast(log_, 77, 200, 5000);
    store_ = Must(Store::OpenToWrite(folder_ / "store"));
  }

  ReplayReport Swapped() {
    auto replay = Must(Replay::Run(log_, *store_, {}));
    const auto swapped = replay->Swap(folder_ / "store", store_);
    EXPECT_TRUE(swapped.has_value()) << (swapped ? "" : swapped.error().message);
    return replay->report();
  }
  ReplayReport Report() { return Must(Replay::Run(log_, *store_, {}))->report(); }

  TemporaryFolder folder_;
  MemoryLog log_;
  std::unique_ptr<Store> store_;
};

TEST_F(ReplayTest, SaysThatNothingDiffersAtAnyCursor) {
  for (const uint64_t cursor : {0u, 1234u, 5000u}) {
    ASSERT_OK(CatchUp(*store_, log_.Cut(cursor), {}));
    const ReplayReport report = Report();
    EXPECT_TRUE(report.Same());
    EXPECT_EQ(report.events, 5000u);
    EXPECT_EQ(report.live_cursor, cursor);
    EXPECT_EQ(report.live_digest, report.rebuilt_digest);
    EXPECT_EQ(report.live_digest, DigestAtOnce(log_.Cut(cursor), 1));
    EXPECT_EQ(report.digest, DigestAtOnce(log_, 3));
    EXPECT_EQ(report.paid_live, report.paid_rebuilt);
    EXPECT_EQ(report.rows, store_->state().members + store_->state().groups);
    EXPECT_GT(report.EventsPerSecond(), 0u);
  }
}

TEST_F(ReplayTest, FindsEveryKindOfWrongRowAndSwapMendsThem) {
  ASSERT_OK(CatchUp(*store_, log_.Cut(4000), {}));
  const uint32_t generation = store_->state().generation;
  auto changes = store_->NewChanges(generation);
  rules::Timeline richer = *Must(FindOne(log_, RandomMember(3), 4000));
  ASSERT_FALSE(richer.payments.empty());
  richer.payments[0].void_from = Position{rules::kNever};
  richer.payments[0].amount_sen += 12'300;
  changes->PutMember("M-3", EncodeTimeline(richer));
  changes->PutMember("M-2000", EncodeTimeline(Must(FindOne(log_, RandomMember(4), 4000)).value()));
  changes->PutMember("M-5", "garbage");
  changes->PutGroup(GroupId("G-none"), {});
  changes->PutNumber(MemberNumber{6}, "M-7");
  ASSERT_OK(store_->Commit(*changes, nullptr));

  const ReplayReport report = Swapped();
  EXPECT_FALSE(report.Same());
  EXPECT_EQ(report.rows_other, 3u);
  EXPECT_EQ(report.rows_extra, 2u);
  EXPECT_EQ(report.rows_missing, 0u);
  EXPECT_NE(report.live_digest, report.rebuilt_digest);
  EXPECT_NE(report.paid_live, report.paid_rebuilt);
  std::vector<std::string> rows;
  for (const Difference& difference : report.examples) rows.push_back(difference.row);
  EXPECT_THAT(rows, testing::ElementsAre("member M-2000", "member M-3", "member M-5",
                                         "group G-none", "the number of member M-6"));

  // The rebuilt accounts are at the head, in a generation of their own, and alone.
  EXPECT_EQ(store_->state().cursor, 5000u);
  EXPECT_NE(store_->state().generation, generation);
  EXPECT_EQ(DigestOfStore(*store_), report.digest);
  store_.reset();
  store_ = Must(Store::OpenToWrite(folder_ / "store"));
  EXPECT_TRUE(Report().Same());
  EXPECT_EQ(Report().live_digest, report.digest);
}

TEST_F(ReplayTest, WrongCountsAreFound) {
  ASSERT_OK(CatchUp(*store_, log_, {}));
  StoreState state = store_->state();
  ++state.members;
  ++state.groups;
  ASSERT_OK(store_->Commit(*store_->NewChanges(state.generation), &state));
  const ReplayReport report = Swapped();
  EXPECT_EQ(report.rows_other, 2u);
  EXPECT_EQ(report.live_digest, report.rebuilt_digest);
  EXPECT_TRUE(Report().Same());
}

TEST_F(ReplayTest, MissingRowsAndTheirMoneyAreFound) {
  ASSERT_OK(CatchUp(*store_, log_.Cut(4000), {}));
  StoreState state = store_->state();
  state.cursor = 5000;  // as if the last thousand had been passed over
  ASSERT_OK(store_->Commit(*store_->NewChanges(state.generation), &state));
  const ReplayReport report = Swapped();
  EXPECT_GT(report.rows_other, 0u);
  EXPECT_NE(report.paid_live, report.paid_rebuilt);
  EXPECT_TRUE(Report().Same());
}

TEST_F(ReplayTest, AWriterGoesOnFromSwappedAccountsAndReadersAreNotDisturbed) {
  const MemoryLog half = log_.Cut(2500);
  ASSERT_OK(CatchUp(*store_, half, {}));
  const auto reader = Must(Store::OpenToRead(folder_ / "store"));
  const Digest before = DigestOfStore(*reader);
  auto replay = Must(Replay::Run(half, *store_, {}));
  ASSERT_OK(replay->Swap(folder_ / "store", store_));
  EXPECT_EQ(DigestOfStore(*reader), before);
  RunOptions options;
  options.save_every_events = 100;
  options.memory_bytes = 1;
  ASSERT_OK(CatchUp(*store_, log_, options));
  EXPECT_EQ(DigestOfStore(*store_), DigestAtOnce(log_, 1));
}

// Writes over some bytes of every table, at a part of its length.
void DamageTables(const std::filesystem::path& folder, uint64_t part_of_eight) {
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".sst") continue;
    std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(static_cast<std::streamoff>(file.file_size() * part_of_eight / 8));
    bytes.write("damage", 6);
  }
}

TEST(ReplayOfDamage, IsToldAndSwapMakesTheAccountsAnew) {
  MemoryLog log(64);
  AddRandomPast(log, 78, 500, 30'000);
  const TemporaryFolder folder;
  auto store = Must(Store::OpenToWrite(folder / "store"));
  ASSERT_OK(CatchUp(*store, log, {}));
  ASSERT_OK(Must(Replay::Run(log, *store, {}))->Swap(folder / "store", store));  // into tables
  store.reset();

  DamageTables(folder / "store", 4);  // among the members
  store = Must(Store::OpenToWrite(folder / "store"));
  auto replay = Must(Replay::Run(log, *store, {}));
  ASSERT_TRUE(replay->report().unreadable.has_value());
  EXPECT_EQ(replay->report().unreadable->code, ErrorCode::kLedgerDamaged);
  EXPECT_FALSE(replay->report().Same());
  ASSERT_OK(replay->Swap(folder / "store", store));
  EXPECT_TRUE(Must(Replay::Run(log, *store, {}))->report().Same());
  EXPECT_EQ(DigestOfStore(*store), DigestAtOnce(log, 2));
  ASSERT_OK(Must(Replay::Run(log, *store, {}))->Swap(folder / "store", store));
  store.reset();

  DamageTables(folder / "store", 0);  // where the state is
  const auto refused = Store::OpenToWrite(folder / "store");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kLedgerDamaged);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("iuran replay --swap"));
  ASSERT_OK(Store::Destroy(folder / "store"));
  store = Must(Store::OpenToWrite(folder / "store"));
  EXPECT_EQ(store->state(), StoreState{});
}

TEST_F(ReplayTest, AReaderThatOpensWhileTablesChangeSeesOneMoment) {
  std::map<uint64_t, Digest> digests;
  for (uint64_t cursor = 0; cursor <= 5000; cursor += 250) {
    digests[cursor] = DigestAtOnce(log_.Cut(cursor), 1);
  }
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (uint64_t cursor = 250; cursor <= 5000; cursor += 250) {
      const MemoryLog known = log_.Cut(cursor);
      ASSERT_OK(CatchUp(*store_, known, {}));
      ASSERT_OK(Must(Replay::Run(known, *store_, {}))->Swap(folder_ / "store", store_));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // readers get in between swaps
    }
    done = true;
  });
  uint64_t seen = 0;
  for (bool last = false; !last;) {
    last = done;
    const auto reader = Must(Store::OpenToRead(folder_ / "store"));
    EXPECT_GE(reader->state().cursor, seen);
    seen = reader->state().cursor;
    EXPECT_EQ(DigestOfStore(*reader), digests.at(seen));
  }
  writer.join();
  EXPECT_EQ(seen, 5000u);
}

TEST_F(ReplayTest, StopsAtWhatCannotBeFoldedAndSwapsThatFarOnly) {
  log_.Replace(4100, "no record at all");
  ASSERT_OK(CatchUp(*store_, log_, {}));
  const ReplayReport report = Swapped();
  ASSERT_TRUE(report.parked.has_value());
  EXPECT_EQ(report.parked->position, 4100u);
  EXPECT_EQ(report.events, 4100u);
  EXPECT_TRUE(report.Same());  // the live accounts are parked there too
  EXPECT_EQ(store_->state().cursor, 4100u);
  EXPECT_EQ(store_->state().parked, report.parked);
}

}  // namespace
}  // namespace iuran::projections
