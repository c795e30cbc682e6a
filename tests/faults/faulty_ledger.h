// One event log on a disk that fails, and the receipts of what it acknowledged. Every test of this
// folder runs it into some fault and then asks whether the receipts are honoured.
#pragma once

#include <rocksdb/env.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "ledger/log/event_log.h"
#include "tests/support/files/faulty_file_system.h"
#include "tests/support/log_model.h"
#include "tests/support/scratch_folder.h"

namespace iuran::tests {

// How much of a test to run: `bounded`, or `at_length` with IURAN_FAULTS=long; IURAN_FAULTS=7 runs
// seven times the bounded number.
uint64_t HowMany(uint64_t bounded, uint64_t at_length);
// The first seed: IURAN_FAULTS_SEED, else 1.
uint64_t FirstSeed();
// Into how many shares what is run at length is cut, for as many processes: IURAN_FAULTS_SHARES,
// else 1.
uint64_t Shares();

// What the log has acknowledged, and what it was asked for without saying how it ended.
struct Receipts {
  LogModel model;
  std::map<uint64_t, std::string> notes;
  std::optional<OwnedBatch> batch_in_doubt;
  std::optional<std::pair<uint64_t, std::string>> note_in_doubt;
};

// What reading all of a log, every way there is, came to.
struct Reading {
  enum Outcome { kSame, kRefused, kChanged };
  Outcome outcome;
  std::string why;
};
// Refused is what ends with an error. Changed is any answer that is not that of the receipts; where
// there are doubts, either answer is the same.
Reading ReadAll(const log::EventLog& log, const Receipts& receipts);

class FaultyLedger {
 public:
  // A disk with nothing but the folders above `folder`.
  static Disk EmptyDiskFor(const std::string& folder);
  // Begins with an empty log.
  explicit FaultyLedger(uint64_t seed);
  ~FaultyLedger();

  FaultyFileSystem& files() { return *files_; }
  const std::string& folder() const { return folder_; }
  std::string daybook() const { return folder_ + ".daybook"; }
  Receipts& receipts() { return receipts_; }
  log::EventLog* log() { return log_.get(); }
  std::mt19937_64& random() { return random_; }

  // Everything but the random numbers; not while the log is open.
  struct State {
    Disk disk;
    Receipts receipts;
  };
  State Save();
  void Restore(const State& state);

  Result<void> Create();
  Result<void> Open(log::Access access = log::Access::kWrite);
  void Close() { log_.reset(); }
  // Each takes a receipt or keeps the doubt. After a doubt the log is to be closed.
  Result<void> Append(size_t most_records);
  Result<void> Append(OwnedBatch batch);
  Result<void> StoreCheckpoint();
  // Any of the above, or flush, purge, or close and open.
  Result<void> RandomStep();

  // For an opening for writing that met no fault: settles the doubts by what is there, whole or not
  // at all, and fails the test where an acknowledged thing is not as it was. Where reading meets a
  // fault, an error is an answer.
  void ExpectReceiptsHonoured();
  // Heals the files, opens for writing, and expects that, twice, with appends in between.
  void ExpectGoodAfterTheFault();

 private:
  void SettleDoubts();

  ScratchFolder scratch_;  // holds the writer's lock alone
  std::string folder_;
  std::mt19937_64 random_;
  std::shared_ptr<FaultyFileSystem> files_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<log::EventLog> log_;
  Receipts receipts_;
};

}  // namespace iuran::tests
