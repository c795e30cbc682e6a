// A small ledger whose files are not as they were left: cut short at every byte, with every byte
// changed, with every bit turned, at rest and while they are read. Allowed are the right answer to
// everything, or an error that says why: from opening, or from reading all of it. Never a wrong
// answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "ledger/log/daybook.h"
#include "tests/faults/faulty_ledger.h"

namespace iuran::tests {
namespace {

using log::Access;

class ChangedBytes : public ::testing::Test {
 protected:
  // Tables of two openings, then small commits in the write-ahead file and the daybook, as a writer
  // leaves them that is killed. At length it is smaller, so that all of its bits can be turned.
  void SetUp() override {
    new_ = ledger_.Save();
    ASSERT_TRUE(ledger_.Open());
    for (const size_t most : {AtLength() ? size_t{24} : size_t{320}, size_t{5}}) {
      ASSERT_TRUE(ledger_.Append(most));
    }
    ASSERT_TRUE(ledger_.StoreCheckpoint());
    ASSERT_TRUE(ledger_.log()->Flush());
    ASSERT_TRUE(ledger_.Open());
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(ledger_.Append(AtLength() ? 3 : 5));
    ASSERT_TRUE(ledger_.StoreCheckpoint());
    ASSERT_TRUE(ledger_.Append(5));
    ASSERT_NO_FATAL_FAILURE(Kill());
    ledger_.Restore(prepared_);
    ASSERT_NO_FATAL_FAILURE(ledger_.ExpectGoodAfterTheFault());
  }

  // Prepares what is on the disk when the writer is killed now.
  void Kill() {
    Fault stop;
    stop.kind = Fault::Kind::kStop;
    ledger_.files().Set(stop);
    ledger_.Close();
    ledger_.files().CutPower(Unsynced::kKept, 0);
    prepared_ = ledger_.Save();
  }

  // Goes on from there with one opening more.
  void Prepare(const std::function<void()>& steps) {
    ledger_.Restore(prepared_);
    ASSERT_TRUE(ledger_.Open());
    ASSERT_NO_FATAL_FAILURE(steps());
    ledger_.Close();
    prepared_ = ledger_.Save();
  }

  void TearDown() override {
    std::cout << same_ + refused_ << " trials: " << refused_ << " found and told, " << same_
              << " changed nothing; changed answers 0\n";
  }

  void ExpectRightOrRefused(Access access) {
    const Result<void> opened = ledger_.Open(access);
    if (!opened) {
      ASSERT_FALSE(opened.error().message.empty());
      ++refused_;
      return;
    }
    const Reading reading = ReadAll(*ledger_.log(), prepared_.receipts);
    // A reader shows what the database has, and its anchor tells what it lacks.
    if (reading.outcome == Reading::kChanged && access == Access::kRead &&
        ledger_.log()->anchor().state != log::Anchor::State::kHeld) {
      ++refused_;
    } else {
      ASSERT_NE(reading.outcome, Reading::kChanged) << reading.why;
      ++(reading.outcome == Reading::kSame ? same_ : refused_);
    }
    ledger_.Close();
  }

  // The disk with one file changed.
  void Try(const std::string& file, Access access,
           const std::function<void(std::string& bytes)>& change) {
    ledger_.Restore(prepared_);
    std::string bytes = BytesOf(file);
    change(bytes);
    ledger_.files().disk().Replace(file, std::move(bytes));
    ASSERT_NO_FATAL_FAILURE(ExpectRightOrRefused(access));
  }

  // Turns its bits one by one; where that is found, nothing on the disk may be changed.
  void TryTheListOfTables() {
    for (const std::string& file : Files("")) {
      if (file.find("/MANIFEST-") == file.npos) continue;
      ForEach(file, 8, 131, 1, [&](uint64_t bit) {
        SCOPED_TRACE(file + ", bit " + std::to_string(bit));
        const uint64_t refused = refused_;
        std::string rotten;
        ASSERT_NO_FATAL_FAILURE(Try(file, AccessFor(bit), [&](std::string& bytes) {
          bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
          rotten = bytes;
        }));
        if (refused_ > refused) {
          ASSERT_NO_FATAL_FAILURE(ExpectNothingChangedBut(file, rotten));
        }
      });
    }
    EXPECT_GT(refused_, 0u);
  }

  void ExpectNothingChangedBut(const std::string& changed, const std::string& bytes) {
    const Disk& now = ledger_.files().disk();
    ASSERT_EQ(now.AllFiles(), prepared_.disk.AllFiles());
    for (const std::string& file : now.AllFiles()) {
      ASSERT_TRUE(now.BytesOf(*now.Find(file)) == (file == changed ? bytes : BytesOf(file)))
          << file;
    }
  }

  const std::string& BytesOf(const std::string& file) {
    const Disk& disk = prepared_.disk;
    return disk.BytesOf(*disk.Find(file));
  }

  // Those that end so; all of them for an empty end.
  std::vector<std::string> Files(const std::string& end) {
    std::vector<std::string> files;
    for (const std::string& file : prepared_.disk.AllFiles()) {
      if (file.ends_with(end) && !BytesOf(file).empty()) files.push_back(file);
    }
    EXPECT_FALSE(files.empty()) << end;
    return files;
  }

  // The bytes worth trying. The daybook is mostly zeros that nobody reads: of those, every 4096th.
  std::vector<uint64_t> BytesToTry(const std::string& file) {
    constexpr uint64_t kNear = 64;
    const std::string_view bytes = BytesOf(file);
    std::vector<uint64_t> offsets;
    for (uint64_t at = 0; at < bytes.size(); ++at) {
      const uint64_t begin = at - std::min(at, kNear);
      const bool used = bytes.substr(begin, 2 * kNear).find_first_not_of('\0') != bytes.npos;
      if (used || at % 4096 == 0) offsets.push_back(at);
    }
    return offsets;
  }

  // A reader tries again for a second before it gives up, so that it has its turn now and then.
  static Access AccessFor(uint64_t at) { return at % 61 == 7 ? Access::kRead : Access::kWrite; }

  // Every `stride`-th of the bytes to try, or of their bits; at length every `at_length`-th, or of
  // those the share that IURAN_FAULTS_SEED names of IURAN_FAULTS_SHARES.
  void ForEach(const std::string& file, uint64_t per_byte, uint64_t stride, uint64_t at_length,
               const std::function<void(uint64_t)>& body) {
    const std::vector<uint64_t> bytes = BytesToTry(file);
    if (AtLength()) stride = (IsNeverRead(file) ? 97 : at_length) * Shares();
    for (uint64_t i = FirstSeed() % stride; i < per_byte * bytes.size(); i += stride) {
      body(per_byte * bytes[i / per_byte] + i % per_byte);
      if (HasFatalFailure()) return;
    }
  }

  static bool AtLength() { return HowMany(2, 1) == 1; }
  // RocksDB writes its options down, for people.
  static bool IsNeverRead(const std::string& file) { return file.find("/OPTIONS-") != file.npos; }

  FaultyLedger ledger_{3};
  FaultyLedger::State new_;  // with nothing in it
  FaultyLedger::State prepared_;
  uint64_t same_ = 0;
  uint64_t refused_ = 0;
};

// Every byte of the write-ahead file and the daybook may be the last.
TEST_F(ChangedBytes, CutShort) {
  for (const std::string& end : {std::string(".log"), std::string(".daybook")}) {
    for (const std::string& file : Files(end)) {
      ForEach(file, 1, 331, 1, [&](uint64_t size) {
        SCOPED_TRACE(file + " of " + std::to_string(size) + " bytes");
        ASSERT_NO_FATAL_FAILURE(
            Try(file, AccessFor(size), [&](std::string& bytes) { bytes.resize(size); }));
      });
    }
  }
  EXPECT_GT(same_, 0u) << "the daybook brings nothing back";
}

TEST_F(ChangedBytes, AnyByteOrBitChangedAtRest) {
  for (const std::string& file : Files("")) {
    ForEach(file, 8, 9'001, 1, [&](uint64_t bit) {
      SCOPED_TRACE(file + ", bit " + std::to_string(bit));
      ASSERT_NO_FATAL_FAILURE(Try(file, AccessFor(bit), [&](std::string& bytes) {
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
      }));
    });
    ForEach(file, 1, 3'001, 1, [&](uint64_t at) {
      SCOPED_TRACE(file + ", byte " + std::to_string(at));
      ASSERT_NO_FATAL_FAILURE(Try(file, Access::kWrite, [&](std::string& bytes) {
        bytes[at] = static_cast<char>(~bytes[at]);
      }));
    });
  }
  EXPECT_GT(refused_, 0u);
  EXPECT_GT(same_, 0u);
}

// What rotted in the list of tables looks like what a power cut tore, which a writer cuts off. The
// tables listed last brought no record by which they would be missed, and the write-ahead file that
// had their rows is gone.
TEST_F(ChangedBytes, TheListOfTablesAfterACheckpoint) {
  ASSERT_NO_FATAL_FAILURE(Prepare([this] {
    ASSERT_TRUE(ledger_.Append(5));
    ASSERT_TRUE(ledger_.log()->Flush());
    ASSERT_TRUE(ledger_.StoreCheckpoint());
    ASSERT_TRUE(ledger_.log()->Flush());
  }));
  ASSERT_NO_FATAL_FAILURE(TryTheListOfTables());
}

// Or there are records behind them, so that the size says nothing.
TEST_F(ChangedBytes, TheListOfTablesBeforeMoreRecords) {
  ASSERT_NO_FATAL_FAILURE(Prepare([this] {
    for (int i = 0; i < 2; ++i) {
      ASSERT_TRUE(ledger_.Append(5));
      ASSERT_TRUE(ledger_.log()->Flush());
    }
    ASSERT_TRUE(ledger_.Append(5));
  }));
  ASSERT_NO_FATAL_FAILURE(TryTheListOfTables());
}

// Or the opening that made the list brought them into tables itself. The commit is too large for
// the daybook, which would bring it back, and has too few records for a row of the tree.
TEST_F(ChangedBytes, TheListOfTablesOfAnOpening) {
  ASSERT_NO_FATAL_FAILURE(Prepare([this] {
    OwnedBatch batch = ledger_.receipts().model.NextBatch(ledger_.random(), 1);
    batch.records.front().key = "payment/" + std::to_string(batch.first_position * 7919);
    std::string row(log::Daybook::kLargestCommit, '\0');
    for (char& byte : row) byte = static_cast<char>(ledger_.random()());
    batch.rows = {{log::Table::kBook, "row/1", row}, {log::Table::kVault, "row/2", row}};
    ASSERT_TRUE(ledger_.Append(std::move(batch)));
  }));
  log::Daybook::Content daybook;
  ASSERT_TRUE(log::Daybook::Parse(BytesOf(ledger_.daybook()), daybook));
  ASSERT_TRUE(daybook.commits.empty());
  ASSERT_NO_FATAL_FAILURE(Prepare([this] { ASSERT_TRUE(ledger_.Append(1)); }));
  ASSERT_NO_FATAL_FAILURE(TryTheListOfTables());
}

// Or openings that recorded nothing left empty write-ahead files, older than the one that is gone,
// and the writer was killed, so that it did not clear them away.
TEST_F(ChangedBytes, TheListOfTablesOfAKilledWriter) {
  ledger_.Restore(new_);
  for (int idle = 0; idle < 3; ++idle) ASSERT_TRUE(ledger_.Open());
  OwnedBatch batch = ledger_.receipts().model.NextBatch(ledger_.random(), 100);
  std::string row(2 * log::Daybook::kLargestCommit, '\0');
  for (char& byte : row) byte = static_cast<char>(ledger_.random()());
  batch.rows = {{log::Table::kBook, "row/1", row}};
  ASSERT_TRUE(ledger_.Append(std::move(batch)));
  ASSERT_TRUE(ledger_.log()->Flush());
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(ledger_.Append(900));
  ASSERT_NO_FATAL_FAILURE(Kill());
  ASSERT_NO_FATAL_FAILURE(TryTheListOfTables());
}

// A checkpoint brings no record by which it would be missed, and a writer that closes leaves it in
// the write-ahead file.
TEST_F(ChangedBytes, TheCheckpointStoredLast) {
  ASSERT_NO_FATAL_FAILURE(Prepare([this] {
    ASSERT_TRUE(ledger_.Append(5));
    ASSERT_TRUE(ledger_.StoreCheckpoint());
  }));
  constexpr uint64_t kLastBits = 8 * 48;  // all in its own write
  const std::string file = Files(".log").back();
  const uint64_t bits = 8 * BytesOf(file).size();
  for (uint64_t bit = bits - kLastBits; bit < bits; bit += AtLength() ? 1 : 37) {
    for (const Access access : {Access::kWrite, Access::kRead}) {
      SCOPED_TRACE(file + ", bit " + std::to_string(bit));
      ASSERT_NO_FATAL_FAILURE(Try(file, access, [&](std::string& bytes) {
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
      }));
    }
  }
  EXPECT_GT(same_, 0u) << "the daybook brings it back";
}

// RocksDB looks at the end of a table before it verifies what stands there.
TEST_F(ChangedBytes, TheEndOfATable) {
  constexpr size_t kEnd = 160;
  const std::string table = Files(".sst").front();
  const size_t size = BytesOf(table).size();
  for (size_t at = size - kEnd; at < size; ++at) {
    SCOPED_TRACE(table + ", byte " + std::to_string(at));
    ASSERT_NO_FATAL_FAILURE(
        Try(table, Access::kWrite, [&](std::string& bytes) { bytes[at] ^= '\x80'; }));
  }
  EXPECT_GT(refused_, 0u);
}

// What a read got wrong once does no harm for good: the files are as they were.
TEST_F(ChangedBytes, AnyBitTurnedWhileItIsRead) {
  for (const std::string& file : Files("")) {
    ForEach(file, 8, 29'001, 37, [&](uint64_t bit) {
      SCOPED_TRACE(file + ", bit " + std::to_string(bit));
      ledger_.Restore(prepared_);
      ledger_.files().FlipOnRead(file, bit / 8, static_cast<uint8_t>(1 << bit % 8));
      ASSERT_NO_FATAL_FAILURE(ExpectRightOrRefused(Access::kWrite));
      ledger_.Close();
      ASSERT_NO_FATAL_FAILURE(ledger_.ExpectGoodAfterTheFault());
    });
  }
}

}  // namespace
}  // namespace iuran::tests
