// A writer that is killed, or cut off from power, while two write-ahead files hold what is in no
// table yet. RocksDB goes on with the second where the first ends too early; what is missing then
// must be brought back by the daybook, or the log must not open.
#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "ledger/log/bytes.h"
#include "ledger/log/daybook.h"
#include "ledger/log/store.h"
#include "tests/faults/faulty_ledger.h"

namespace iuran::tests {
namespace {

using log::Access;

class TwoWriteAheadFiles : public ::testing::Test {
 protected:
  // Commits of a few records with a row of so many bytes, until a second file begins; and some
  // small ones. RocksDB syncs the first file before it writes tables, unless its syncs are held.
  void Fill(size_t row_bytes, bool hold_syncs = false) {
    ASSERT_TRUE(ledger_.Open());
    ledger_.files().HoldTables(hold_syncs);
    for (int behind = 0; behind < 4;) {
      ASSERT_TRUE(Append(3, behind > 0 ? 100 : row_bytes));
      if (Files().size() == 2) ++behind;
    }
    ASSERT_EQ(Files().size(), 2u);
  }

  Result<void> Append(size_t most, size_t row_bytes) {
    OwnedBatch batch = ledger_.receipts().model.NextBatch(ledger_.random(), most);
    std::string row(row_bytes, '\0');
    for (size_t i = 0; i < row.size(); i += 8) row[i] = static_cast<char>(ledger_.random()());
    batch.rows = {{log::Table::kBook, "row/" + std::to_string(batch.first_position % 3), row}};
    return ledger_.Append(std::move(batch));
  }

  // The writer stops where it is; what it did not sync is still there.
  void Stop() {
    Fault stop;
    stop.kind = Fault::Kind::kStop;
    ledger_.files().Set(stop);
    ledger_.Close();
    stopped_ = ledger_.Save();
  }

  // Write-ahead files with anything in them, the older one first.
  std::vector<std::string> Files() {
    const Disk& disk = ledger_.files().disk();
    std::vector<std::string> files;
    for (const std::string& file : disk.AllFiles()) {
      if (file.ends_with(".log") && !BytesOf(file).empty()) files.push_back(file);
    }
    return files;
  }

  const std::string& BytesOf(const std::string& file) {
    const Disk& disk = ledger_.files().disk();
    return disk.BytesOf(*disk.Find(file));
  }

  // Whether what the files bring has a hole.
  bool HasHole() {
    const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(
        std::shared_ptr<rocksdb::FileSystem>(&ledger_.files(), [](rocksdb::FileSystem*) {}));
    const auto store = log::Store::Open(*env, ledger_.folder(), Access::kRead);
    return store && (*store)->hole().has_value();
  }

  // What a power cut leaves of a change of the list of tables that was not yet synced.
  void TearTheListOfTables() {
    std::string name = BytesOf(ledger_.folder() + "/CURRENT");
    name = ledger_.folder() + "/" + name.substr(0, name.find('\n'));
    const std::string torn = std::string("\x01\x02\x03\x04\x64\x00\x01", 7);
    ledger_.files().disk().Replace(name, BytesOf(name) + torn + std::string(100, '\0'));
  }

  FaultyLedger ledger_{5};
  FaultyLedger::State stopped_;
};

// Of RocksDB's log files: blocks of 32 KiB, records of checksum, length and kind.
struct Header {
  size_t at;
  char kind;
  size_t length;
};
std::vector<Header> HeadersIn(const std::string& bytes) {
  constexpr size_t kBlock = 32'768;
  std::vector<Header> headers;
  for (size_t at = 0; at + 7 <= bytes.size();) {
    if (kBlock - at % kBlock < 7) {
      at += kBlock - at % kBlock;
      continue;
    }
    const size_t length = log::ReadLittleEndian<uint16_t>(bytes.data() + at + 4);
    headers.push_back({at, bytes[at + 6], length});
    at += 7 + length;
  }
  return headers;
}

// All of it was acknowledged and synced, and the daybook has none of it. A turned bit makes a
// record one that an earlier use of the file left, and so the file's end.
TEST_F(TwoWriteAheadFiles, RotInTheOlderOneIsFound) {
  ASSERT_NO_FATAL_FAILURE(Fill(size_t{5} << 19));
  ASSERT_NO_FATAL_FAILURE(Stop());
  const bool at_length = HowMany(2, 1) == 1;
  const std::string older = Files().front();
  const std::string whole = BytesOf(older);
  uint64_t trial = 0;
  uint64_t refused = 0;
  for (const Header& header : HeadersIn(whole)) {
    const bool begins = header.kind == 1 || header.kind == 2;
    for (int bit = 0; bit < 8; ++bit) {
      ++trial;
      if (begins ? !at_length && bit != 2 : trial % (at_length ? 97 : 1'499) != 0) continue;
      SCOPED_TRACE(older + ", byte " + std::to_string(header.at + 6) + ", bit " +
                   std::to_string(bit));
      const Access access = trial % 3 == 0 ? Access::kRead : Access::kWrite;
      ledger_.Restore(stopped_);
      std::string rotten = whole;
      rotten[header.at + 6] = static_cast<char>(rotten[header.at + 6] ^ (1 << bit));
      ledger_.files().disk().Replace(older, rotten);
      const Result<void> opened = ledger_.Open(access);
      // A reader shows what there is, and says that it is less than was acknowledged.
      ASSERT_TRUE(!opened || (access == Access::kRead &&
                              ledger_.log()->anchor().state == log::Anchor::State::kLost));
      ASSERT_TRUE(BytesOf(older) == rotten) << "something on the disk was changed";
      ++refused;
    }
  }
  ledger_.Close();
  std::cout << refused << " found and told\n";
  EXPECT_GT(refused, 0u);
}

// Nothing of the last commits was synced but in the daybook, which brings all of it back.
TEST_F(TwoWriteAheadFiles, ThePowerFailsBehindSmallCommits) {
  ASSERT_NO_FATAL_FAILURE(Fill(60'000));
  ASSERT_NO_FATAL_FAILURE(Stop());
  const uint64_t first = FirstSeed();
  for (uint64_t seed = first; seed < first + HowMany(12, 400); ++seed) {
    SCOPED_TRACE("IURAN_FAULTS_SEED=" + std::to_string(seed));
    ledger_.Restore(stopped_);
    ledger_.files().CutPower(Unsynced::kTorn, seed);
    if (seed % 2 == 0) TearTheListOfTables();
    ASSERT_NO_FATAL_FAILURE(ledger_.ExpectGoodAfterTheFault());
    ledger_.Close();
  }
}

// The older file ends between two commits, so that there is a hole before those of the other.
TEST_F(TwoWriteAheadFiles, ThePowerFailsAndTheOlderOneEndsBetweenCommits) {
  ASSERT_NO_FATAL_FAILURE(Fill(60'000, /*hold_syncs=*/true));
  ASSERT_NO_FATAL_FAILURE(Stop());
  log::Daybook::Content daybook;
  ASSERT_TRUE(log::Daybook::Parse(BytesOf(ledger_.daybook()), daybook));
  const std::string older = Files().front();
  const std::string whole = BytesOf(older);
  int holes = 0;
  for (const Header& header : HeadersIn(whole)) {
    if ((header.kind != 1 && header.kind != 2) || header.length < 8) continue;
    const auto row = log::ReadLittleEndian<uint64_t>(whole.data() + header.at + 7);
    if (row < daybook.held_rows) continue;
    for (const bool torn : {false, true}) {
      SCOPED_TRACE(older + " of " + std::to_string(header.at) + " bytes");
      ledger_.Restore(stopped_);
      ledger_.files().CutPower(Unsynced::kKept, 1);
      ledger_.files().disk().Replace(older, whole.substr(0, header.at));
      ASSERT_TRUE(HasHole());
      if (torn) TearTheListOfTables();
      const Result<void> read = ledger_.Open(Access::kRead);
      ASSERT_EQ(read.has_value(), !torn);
      if (read) {
        EXPECT_EQ(ledger_.log()->anchor().state, log::Anchor::State::kInDaybook);
      }
      ASSERT_NO_FATAL_FAILURE(ledger_.ExpectGoodAfterTheFault());
      ledger_.Close();
    }
    ++holes;
  }
  EXPECT_GT(holes, 0) << "this test has tried nothing";
}

}  // namespace
}  // namespace iuran::tests
