// Catching up, rebuilding and folding one member are the same fold (digests), whatever the cuts,
// the threads, the memory and the interruptions; and what cannot be folded parks it.
#include "projections/runner.h"

#include "projections/view.h"
#include "tests/unit/projections/support.h"

namespace iuran::projections {
namespace {

TEST(Runner, RebuildEqualsIncrementalEqualsOneByOneAtRandomCuts) {
  for (uint32_t seed = 1; seed <= 12; ++seed) {
    MemoryLog log(1 + seed % 9);
    AddRandomPast(log, seed, 40, 1500);
    std::mt19937 random(seed);
    const auto threads = [&random] { return static_cast<unsigned>(1 + random() % 3); };
    TemporaryFolder folder;
    while (true) {
      auto store = Must(Store::OpenToWrite(folder / "store"));
      const uint64_t cursor = store->state().cursor;
      if (cursor == log.size()) break;
      const MemoryLog known = log.Cut(std::min<uint64_t>(log.size(), cursor + 1 + random() % 600));
      RunOptions options;
      options.threads = threads();
      options.save_every_events = 1 + random() % 400;
      if (random() % 2) options.memory_bytes = 1;  // everything is loaded again and again
      const RunOutcome outcome = Must(CatchUp(*store, known, options));
      ASSERT_EQ(outcome.cursor, known.size());
      ASSERT_EQ(DigestOfStore(*store), DigestAtOnce(known, threads()));
    }
    auto store = Must(Store::OpenToRead(folder / "store"));
    EXPECT_EQ(DigestOfStore(*store), DigestOneByOne(log, 40, Must(store->ReadGroups())));
    EXPECT_EQ(store->state().members, 40u);
    EXPECT_EQ(store->state().groups, Must(store->ReadGroups()).size());
  }
}

TEST(Runner, GoesOnWhereItWasStopped) {
  MemoryLog log(256);
  AddRandomPast(log, 5, 300, 20'000);
  TemporaryFolder folder;
  int runs = 0;
  for (uint64_t cursor = 0; cursor < log.size(); ++runs) {
    auto store = Must(Store::OpenToWrite(folder / "store"));
    ASSERT_EQ(store->state().cursor, cursor);
    std::atomic<bool> stop{false};
    RunOptions options;
    options.stop = &stop;
    options.save_every_events = 6000;
    options.progress = [&stop](uint64_t, uint64_t) { stop = true; };
    const RunOutcome outcome = Must(CatchUp(*store, log, options));
    ASSERT_GT(outcome.cursor, cursor);
    cursor = outcome.cursor;
    // What a kill leaves is what was saved last.
    ASSERT_EQ(DigestOfStore(*store), DigestAtOnce(log.Cut(cursor), 2));
  }
  EXPECT_EQ(runs, 4);
}

// A record of a newer program: a fact this one does not know.
std::string Unknown(const MemoryLog& log, uint64_t position) {
  std::string bytes = log.BytesAt(position);
  std::optional<std::string> found;
  // The discriminant of the fact and the schema version are two-byte words of the data section.
  for (size_t fact = 0; fact + 1 < bytes.size() && fact < 64; fact += 2) {
    for (size_t version = 0; version + 1 < bytes.size() && version < 64; version += 2) {
      std::string changed = bytes;
      changed[fact] = 99;
      changed[version] = 2;
      std::vector<std::byte> aligned(changed.size());
      std::copy(changed.begin(), changed.end(), reinterpret_cast<char*>(aligned.data()));
      const auto read = Decode(aligned);
      if (!read && read.error().code == ErrorCode::kUnknownEvent) found = changed;
    }
  }
  return found.value();
}

struct Fault {
  std::string name;
  std::function<void(MemoryLog&, uint64_t)> put;
};

std::vector<Fault> Faults() {
  return {{"unknown", [](MemoryLog& log, uint64_t at) { log.Replace(at, Unknown(log, at)); }},
          {"damaged", [](MemoryLog& log, uint64_t at) { log.Replace(at, "no record at all"); }},
          {"misplaced", [](MemoryLog& log, uint64_t at) { log.Replace(at, log.BytesAt(at - 1)); }},
          {"unreadable",
           [](MemoryLog& log, uint64_t at) {
             log.Break(at, Error{ErrorCode::kLedgerDamaged, "The page is damaged."});
           }},
          {"unfit", [](MemoryLog& log, uint64_t at) {
             MemoryLog other = log.Cut(at);
             other.Add(Payment("P-x", "M-x", 4711, Day::Of(2024, 1, 1), 1));
             log.Replace(at, other.BytesAt(at));
           }}};
}

TEST(Runner, ParksAtWhatCannotBeFoldedAndGoesOnOnceItCan) {
  for (const Fault& fault : Faults()) {
    for (const uint64_t at : {700u, 9499u}) {
      SCOPED_TRACE(fault.name + " at " + std::to_string(at));
      MemoryLog good(1);
      AddRandomPast(good, 11, 60, 9500);
      MemoryLog log = good;
      fault.put(log, at);
      TemporaryFolder folder;
      auto store = Must(Store::OpenToWrite(folder / "store"));
      RunOptions options;
      options.save_every_events = 3000;
      for (int attempt = 0; attempt < 2; ++attempt) {  // the second is no other
        const RunOutcome outcome = Must(CatchUp(*store, log, options));
        ASSERT_TRUE(outcome.parked.has_value());
        EXPECT_EQ(outcome.parked->position, at);
        EXPECT_EQ(outcome.cursor, at);
        EXPECT_EQ(store->state().cursor, at);
        EXPECT_EQ(store->state().parked, outcome.parked);
        EXPECT_THAT(outcome.parked->reason, testing::HasSubstr(std::to_string(at)));
        EXPECT_EQ(DigestOfStore(*store), DigestAtOnce(good.Cut(at), 2));
      }
      // Answers known before the event are there, others are refused.
      EXPECT_TRUE(AccountsView::Open(log, *store, at, 2).has_value());
      const auto beyond = AccountsView::Open(log, *store, at + 1, 2);
      ASSERT_FALSE(beyond.has_value());
      EXPECT_THAT(beyond.error().message,
                  testing::HasSubstr("--known-at " + std::to_string(at - 1)));
      // A program that can fold it, or a log that was repaired.
      EXPECT_EQ(Must(CatchUp(*store, good, options)).parked, std::nullopt);
      EXPECT_EQ(store->state().parked, std::nullopt);
      EXPECT_EQ(DigestOfStore(*store), DigestAtOnce(good, 2));
    }
  }
}

TEST(Runner, ALogThatCannotBeReadIsNoFaultOfTheEvent) {
  MemoryLog log;
  AddRandomPast(log, 2, 10, 400);
  log.Break(333, Error{ErrorCode::kIo, "The disk does not answer."});
  TemporaryFolder folder;
  auto store = Must(Store::OpenToWrite(folder / "store"));
  const auto outcome = CatchUp(*store, log, {});
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, ErrorCode::kIo);
  EXPECT_EQ(store->state(), StoreState{});
}

TEST(Runner, RowsOfAnotherFoldVersionAreFoldedAgain) {
  MemoryLog log;
  AddRandomPast(log, 3, 20, 600);
  TemporaryFolder folder;
  {
    auto store = Must(Store::OpenToWrite(folder / "store"));
    ASSERT_OK(CatchUp(*store, log, {}));
    StoreState older = store->state();
    older.fold_version = kFoldVersion + 1;
    auto changes = store->NewChanges(older.generation);
    changes->PutMember("M-3", "rows of another program");
    ASSERT_OK(store->Commit(*changes, &older));
  }
  EXPECT_EQ(Must(Store::OpenToRead(folder / "store"))->state().cursor, 0u);
  auto store = Must(Store::OpenToWrite(folder / "store"));
  EXPECT_EQ(store->state().cursor, 0u);
  ASSERT_OK(CatchUp(*store, log, {}));
  EXPECT_EQ(DigestOfStore(*store), DigestAtOnce(log, 1));
}

TEST(Runner, AStoreAheadOfItsLogIsRefused) {
  MemoryLog log;
  AddRandomPast(log, 3, 20, 600);
  TemporaryFolder folder;
  auto store = Must(Store::OpenToWrite(folder / "store"));
  ASSERT_OK(CatchUp(*store, log, {}));
  const MemoryLog shorter = log.Cut(599);
  EXPECT_EQ(CatchUp(*store, shorter, {}).error().code, ErrorCode::kLedgerDamaged);
  EXPECT_EQ(AccountsView::Open(shorter, *store, 599, 1).error().code, ErrorCode::kLedgerDamaged);
}

// Rows of one table only would be an answer that leaves people out.
TEST(Store, WithATableMissingIsDamagedForReadersToo) {
  MemoryLog log;
  AddRandomPast(log, 3, 20, 600);
  TemporaryFolder folder;
  for (const uint64_t size : {200u, 400u, 600u}) {
    auto store = Must(Store::OpenToWrite(folder / "store"));
    ASSERT_OK(CatchUp(*store, log.Cut(size), {}));
  }
  std::vector<std::filesystem::path> tables;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "store")) {
    if (entry.path().extension() == ".sst") tables.push_back(entry.path());
  }
  ASSERT_GE(tables.size(), 2u);
  for (const std::filesystem::path& table : tables) {
    std::filesystem::rename(table, folder / "taken away");
    const auto store = Store::OpenToRead(folder / "store");
    ASSERT_FALSE(store.has_value()) << table;
    EXPECT_EQ(store.error().code, ErrorCode::kLedgerDamaged);
    std::filesystem::rename(folder / "taken away", table);
  }
  EXPECT_EQ(DigestOfStore(*Must(Store::OpenToRead(folder / "store"))), DigestAtOnce(log, 1));
}

// A backup of the log was put back and went on to where the accounts had been folded to.
TEST(Runner, AStoreFoldedFromOtherEventsIsRefused) {
  MemoryLog log;
  AddRandomPast(log, 3, 20, 600);
  TemporaryFolder folder;
  auto store = Must(Store::OpenToWrite(folder / "store"));
  ASSERT_OK(CatchUp(*store, log, {}));
  MemoryLog other = log.Cut(599);
  for (const char* payment : {"P-x", "P-y"}) {
    other.Add(Payment(payment, RandomMember(0).text(), 0, Day::Of(2031, 1, 1), 7));
    EXPECT_EQ(CatchUp(*store, other, {}).error().code, ErrorCode::kLedgerDamaged);
    EXPECT_EQ(AccountsView::Open(other, *store, 600, 1).error().code, ErrorCode::kLedgerDamaged);
  }
}

TEST(Store, HasOneWriter) {
  TemporaryFolder folder;
  auto store = Must(Store::OpenToWrite(folder / "store"));
  const auto second = Store::OpenToWrite(folder / "store");
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kLedgerLocked);
}

}  // namespace
}  // namespace iuran::projections
