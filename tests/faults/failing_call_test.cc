// The N-th call of a short scenario fails, for every N: by an error once or from then on, by a disk
// that is full, by a read that ends early. When the fault is gone the ledger opens, and every
// receipt is honoured; also where the power fails right after, since a sync that failed may have
// left anything on the disk.
#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "tests/faults/faulty_ledger.h"

namespace iuran::tests {
namespace {

// Goes on after a failure as a program that is started again does. A fault must never show as an
// answer that is wrong: reading everything in between gives the right answer or an error.
class Scenario {
 public:
  explicit Scenario(FaultyLedger& ledger) : ledger_(ledger) {}

  void Run() {
    Do([&] { return ledger_.Append(4); });
    Do([&] { return ledger_.Append(4); });
    Do([&] { return ledger_.Append(700); });
    Do([&] { return ledger_.StoreCheckpoint(); });
    Do([&] { return ledger_.log()->Flush(); });
    Do([&] { return ledger_.Append(4); });
    ledger_.Close();
    Do([&] { return ledger_.Append(200); });
    Do([&] { return ledger_.log()->Purge(log::Table::kVault); });
    Do([&] { return ledger_.Append(4); });
    ledger_.Close();
  }

 private:
  template <typename Step>
  void Do(Step step) {
    if (ledger_.log() == nullptr) {
      if (!ledger_.Open()) return;
      const Reading reading = ReadAll(*ledger_.log(), ledger_.receipts());
      ASSERT_NE(reading.outcome, Reading::kChanged) << "while the fault was there: " << reading.why;
      // What it was not to tell for certain is known when the fault is gone.
      const Receipts& receipts = ledger_.receipts();
      if (receipts.batch_in_doubt || receipts.note_in_doubt) {
        if (reading.outcome != Reading::kSame) return ledger_.Close();
        ledger_.ExpectReceiptsHonoured();
      }
    }
    if (!step()) ledger_.Close();
  }

  FaultyLedger& ledger_;
};

class FailingCall : public ::testing::Test {
 protected:
  // A log with tables, a write-ahead file and checkpoints, closed.
  void SetUp() override {
    ASSERT_TRUE(ledger_.Open());
    for (const size_t most : {size_t{400}, size_t{5}}) ASSERT_TRUE(ledger_.Append(most));
    ASSERT_TRUE(ledger_.StoreCheckpoint());
    ASSERT_TRUE(ledger_.log()->Flush());
    for (const size_t most : {size_t{30}, size_t{5}}) ASSERT_TRUE(ledger_.Append(most));
    ledger_.Close();
    prepared_ = ledger_.Save();
  }

  // Fails every `stride`-th call of these kinds, until one run meets no fault.
  void FailEach(Fault fault, uint64_t stride) {
    const uint64_t begin = 1 + FirstSeed() % stride;
    bool met = true;
    for (uint64_t at = begin; met; at += stride) {
      fault.at = at;
      SCOPED_TRACE("call " + std::to_string(at) + " of kinds " + std::to_string(fault.calls) +
                   (fault.lasting ? " and all later ones" : ""));
      ledger_.Restore(prepared_);
      ledger_.files().Set(fault);
      ASSERT_NO_FATAL_FAILURE(Scenario(ledger_).Run());
      met = ledger_.files().fault_met();
      // One after the other: the program alone ends, or the power fails, before it comes again.
      const uint64_t fate = at / stride % 4;
      if (fate != 0) ledger_.files().CutPower(static_cast<Unsynced>(fate - 1), at);
      ASSERT_NO_FATAL_FAILURE(ledger_.ExpectGoodAfterTheFault());
      // What was shown after the fault is there for good.
      ledger_.files().CutPower(Unsynced::kDropped, at);
      ASSERT_NO_FATAL_FAILURE(ledger_.ExpectGoodAfterTheFault());
      ++trials_;
    }
  }

  void TearDown() override { std::cout << trials_ << " failures; lost 0, not reopenable 0\n"; }

  FaultyLedger ledger_{FirstSeed()};
  FaultyLedger::State prepared_;
  uint64_t trials_ = 0;
};

uint64_t Stride(uint64_t bounded) { return HowMany(2, 1) == 1 ? 1 : bounded; }

TEST_F(FailingCall, AnyCallOnce) {
  for (const unsigned calls : {kOpenCalls, kReadCalls, kSequentialReadCalls, kWriteCalls,
                               kSyncCalls, kNameCalls, kOtherCalls}) {
    Fault fault;
    fault.calls = calls;
    ASSERT_NO_FATAL_FAILURE(FailEach(fault, Stride(13)));
  }
}

TEST_F(FailingCall, AnyCallAndAllLaterOnes) {
  for (const unsigned calls : {unsigned{kAllCalls}, unsigned{kReadCalls | kSequentialReadCalls},
                               unsigned{kWriteCalls}, unsigned{kSyncCalls}, unsigned{kNameCalls}}) {
    Fault fault;
    fault.calls = calls;
    fault.lasting = true;
    ASSERT_NO_FATAL_FAILURE(FailEach(fault, Stride(calls == kAllCalls ? 41 : 13)));
  }
}

TEST_F(FailingCall, AnySync) {
  Fault fault;
  fault.calls = kSyncCalls;
  ASSERT_NO_FATAL_FAILURE(FailEach(fault, Stride(3)));
}

// Not of sequential reads: RocksDB takes a short one for the end of the file, and its own file
// system, which asks until it has all, gives none.
TEST_F(FailingCall, AnyReadEndsEarly) {
  Fault fault;
  fault.kind = Fault::Kind::kShortRead;
  fault.calls = kReadCalls;
  for (const bool lasting : {false, true}) {
    fault.lasting = lasting;
    ASSERT_NO_FATAL_FAILURE(FailEach(fault, Stride(lasting ? 17 : 5)));
  }
}

TEST_F(FailingCall, AFullDisk) {
  const uint64_t stride = HowMany(2, 1) == 1 ? 499 : 23'456;
  const auto allocated = [](Disk& disk) {
    uint64_t bytes = 0;
    for (const std::string& file : disk.AllFiles()) bytes += disk.BytesOf(*disk.Find(file)).size();
    return bytes;
  };
  ledger_.Restore(prepared_);
  const uint64_t before = allocated(ledger_.files().disk());
  Scenario(ledger_).Run();
  const uint64_t most = allocated(ledger_.files().disk()) - before + 300'000;
  for (uint64_t room = FirstSeed() % stride; room < most; room += stride) {
    SCOPED_TRACE("room for " + std::to_string(room) + " bytes");
    ledger_.Restore(prepared_);
    ledger_.files().SetRoom(room);
    ASSERT_NO_FATAL_FAILURE(Scenario(ledger_).Run());
    const uint64_t fate = room / stride % 4;
    if (fate != 0) ledger_.files().CutPower(static_cast<Unsynced>(fate - 1), room);
    ASSERT_NO_FATAL_FAILURE(ledger_.ExpectGoodAfterTheFault());
    ++trials_;
  }
}

}  // namespace
}  // namespace iuran::tests
