// The power fails, or the program is killed, in the middle of random histories; again and again,
// now and then while the log is opened after the last time.
#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "tests/faults/faulty_ledger.h"

namespace iuran::tests {
namespace {

// What may happen to what was not synced; or the program alone is gone, and nothing happens to it
// yet.
enum class End { kKilled, kDropped, kKept, kTorn };

void Happen(FaultyFileSystem& files, End end, uint64_t seed) {
  switch (end) {
    case End::kKilled:
      return files.Kill();
    case End::kDropped:
      return files.CutPower(Unsynced::kDropped, seed);
    case End::kKept:
      return files.CutPower(Unsynced::kKept, seed);
    case End::kTorn:
      return files.CutPower(Unsynced::kTorn, seed);
  }
}

// A life of the program: opens, works, and is stopped at some call; or in the middle of no call.
void LiveAndStop(FaultyLedger& ledger) {
  auto& random = ledger.random();
  Fault stop;
  stop.kind = Fault::Kind::kStop;
  const uint64_t span[] = {40, 250, 600, 2500};
  stop.at = 1 + random() % span[random() % 4];
  if (random() % 3 == 0) stop.calls = kSyncCalls | kWriteCalls | kNameCalls;
  ledger.files().Set(stop);
  const uint64_t steps = random() % 60;
  Result<void> going = ledger.Open();
  if (!ledger.files().fault_met()) {
    ASSERT_TRUE(going) << "not reopenable: " << going.error().message;
    ASSERT_NO_FATAL_FAILURE(ledger.ExpectReceiptsHonoured());
  }
  for (uint64_t step = 0; step < steps && going; ++step) going = ledger.RandomStep();
  ASSERT_TRUE(going || ledger.files().fault_met()) << going.error().message;
  stop.at = 1;
  ledger.files().Set(stop);
  ledger.Close();
}

TEST(Power, NothingAcknowledgedIsLostWhereverItFails) {
  const uint64_t first = FirstSeed();
  const uint64_t trials = HowMany(30, 20'000);
  uint64_t records = 0, killed = 0, cut = 0;
  for (uint64_t seed = first; seed < first + trials; ++seed) {
    SCOPED_TRACE("IURAN_FAULTS_SEED=" + std::to_string(seed));
    FaultyLedger ledger(seed);
    auto& random = ledger.random();
    for (uint64_t lives = 1 + random() % 5; lives > 0; --lives) {
      ASSERT_NO_FATAL_FAILURE(LiveAndStop(ledger));
      const End end = static_cast<End>(random() % 4);
      ++(end == End::kKilled ? killed : cut);
      Happen(ledger.files(), end, random());
      ledger.files().Heal();
    }
    ASSERT_NO_FATAL_FAILURE(ledger.ExpectGoodAfterTheFault());
    records += ledger.receipts().model.records.size();
  }
  std::cout << trials << " histories, " << records << " records acknowledged; killed " << killed
            << " times, power cut " << cut << " times; lost 0, not reopenable 0\n";
  RecordProperty("power_cuts", static_cast<int>(cut));
}

// Killed while it brings a commit to disk, the next program finds that commit and shows it, though
// it was never synced. From then on it must be as safe as all that is written behind it.
TEST(Power, WhatAnOpeningShowsOutlivesThePowerCutAfterIt) {
  int shown = 0;
  for (const size_t most : {size_t{5}, size_t{900}}) {
    for (const Unsynced fate : {Unsynced::kDropped, Unsynced::kKept, Unsynced::kTorn}) {
      FaultyLedger ledger(7);
      ASSERT_TRUE(ledger.Open());
      ASSERT_TRUE(ledger.Append(5));
      Fault stop;
      stop.kind = Fault::Kind::kStop;
      stop.calls = kSyncCalls;
      ledger.files().Set(stop);
      ASSERT_FALSE(ledger.Append(most));
      ledger.Close();
      ledger.files().Kill();
      ledger.files().Heal();

      const size_t before = ledger.receipts().model.records.size();
      ASSERT_TRUE(ledger.Open());
      ASSERT_NO_FATAL_FAILURE(ledger.ExpectReceiptsHonoured());
      shown += ledger.receipts().model.records.size() > before ? 1 : 0;
      ASSERT_TRUE(ledger.Append(5));
      ASSERT_TRUE(ledger.Append(900));
      ledger.Close();
      ledger.files().CutPower(fate, 1);
      ASSERT_NO_FATAL_FAILURE(ledger.ExpectGoodAfterTheFault());
    }
  }
  EXPECT_GT(shown, 0) << "this test has tried nothing";
}

// The half-made folder of a making that did not end is no log, and no obstacle.
TEST(Power, AMakingIsThereWholeOrNotAtAll) {
  const uint64_t stride = HowMany(2, 1) == 1 ? 1 : 29;
  for (const End end : {End::kKilled, End::kDropped, End::kKept, End::kTorn}) {
    bool went_through = false;
    for (uint64_t at = 1; !went_through; at += stride) {
      SCOPED_TRACE("stopped at call " + std::to_string(at));
      FaultyLedger ledger(at);
      ledger.files().disk() = FaultyLedger::EmptyDiskFor(ledger.folder());
      Fault stop;
      stop.kind = Fault::Kind::kStop;
      stop.at = at;
      ledger.files().Set(stop);
      const Result<void> made = ledger.Create();
      went_through = !ledger.files().fault_met();
      Happen(ledger.files(), end, at);
      ledger.files().Heal();
      if (!ledger.files().disk().Find(ledger.folder())) {
        ASSERT_FALSE(made) << "made, and not there";
        const Result<void> again = ledger.Create();
        ASSERT_TRUE(again) << again.error().message;
      }
      ASSERT_NO_FATAL_FAILURE(ledger.ExpectGoodAfterTheFault());
    }
  }
}

}  // namespace
}  // namespace iuran::tests
