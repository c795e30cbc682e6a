// One event log on a disk that fails, and its receipts. See faulty_ledger.h.
#include "tests/faults/faulty_ledger.h"

#include <cstdlib>

#include "ledger/log/log_impl.h"
#include "ledger/log/proof/tree.h"

namespace iuran::tests {

using log::Access;
using log::EventLog;

uint64_t HowMany(uint64_t bounded, uint64_t at_length) {
  const char* const asked = std::getenv("IURAN_FAULTS");
  if (asked == nullptr) return bounded;
  if (std::string(asked) == "long") return at_length;
  return bounded * std::strtoull(asked, nullptr, 10);
}

uint64_t FirstSeed() {
  const char* const asked = std::getenv("IURAN_FAULTS_SEED");
  return asked == nullptr ? 1 : std::strtoull(asked, nullptr, 10);
}

uint64_t Shares() {
  const char* const asked = std::getenv("IURAN_FAULTS_SHARES");
  return asked == nullptr ? 1 : std::max<uint64_t>(1, std::strtoull(asked, nullptr, 10));
}

Disk FaultyLedger::EmptyDiskFor(const std::string& folder) {
  Disk disk;
  for (size_t slash = folder.find('/', 1); slash != std::string::npos;
       slash = folder.find('/', slash + 1)) {
    disk.Make(folder.substr(0, slash), true);
  }
  disk.CutPower(Unsynced::kKept, 0);
  return disk;
}

FaultyLedger::FaultyLedger(uint64_t seed)
    : folder_(scratch_ / "log"),
      random_(seed),
      files_(std::make_shared<FaultyFileSystem>()),
      env_(rocksdb::NewCompositeEnv(files_)) {
  std::filesystem::create_directory(folder_);
  files_->disk() = EmptyDiskFor(folder_);
  const Result<void> made = Create();
  EXPECT_TRUE(made) << made.error().message;
}

FaultyLedger::~FaultyLedger() { Close(); }

FaultyLedger::State FaultyLedger::Save() { return {files_->disk(), receipts_}; }

void FaultyLedger::Restore(const State& state) {
  files_->Kill();
  files_->Heal();
  files_->disk() = state.disk;
  receipts_ = state.receipts;
}

Result<void> FaultyLedger::Create() { return log::EventLogOnRocksDb::CreateOn(*env_, folder_); }

Result<void> FaultyLedger::Open(Access access) {
  log_.reset();
  IURAN_ASSIGN(log_, log::EventLogOnRocksDb::OpenOn(*env_, folder_, access, "faults"));
  return {};
}

Result<void> FaultyLedger::Append(size_t most_records) {
  return Append(receipts_.model.NextBatch(random_, most_records));
}

Result<void> FaultyLedger::Append(OwnedBatch batch) {
  const Result<void> appended = log_->Append(batch.View());
  if (appended) {
    receipts_.model.Apply(batch);
  } else {
    receipts_.batch_in_doubt = std::move(batch);
  }
  return appended;
}

Result<void> FaultyLedger::StoreCheckpoint() {
  const uint64_t size = log_->size();
  const std::string note = "a note of " + std::to_string(size) + ", " + std::to_string(random_());
  const Result<void> stored = log_->StoreCheckpoint(size, note);
  if (stored) {
    receipts_.notes[size] = note;
  } else {
    receipts_.note_in_doubt = {size, note};
  }
  return stored;
}

Result<void> FaultyLedger::RandomStep() {
  const uint64_t kind = random_() % 100;
  if (kind < 45) return Append(6);
  if (kind < 72) return Append(250);
  if (kind < 79) return Append(900);
  if (kind < 86) return StoreCheckpoint();
  if (kind < 90) return log_->Flush();
  if (kind < 93) return log_->Purge(log::Table::kVault);
  IURAN_TRY(Open());
  // What an opening shows is as good as acknowledged: whoever repeats a request is told so.
  if (!files_->fault_met()) ExpectReceiptsHonoured();
  return {};
}

void FaultyLedger::SettleDoubts() {
  if (receipts_.batch_in_doubt && log_->size() != receipts_.model.records.size()) {
    receipts_.model.Apply(*receipts_.batch_in_doubt);
  }
  receipts_.batch_in_doubt.reset();
  const auto notes = log_->Checkpoints();
  if (!receipts_.note_in_doubt || !notes) return;
  for (const log::StoredCheckpoint& there : *notes) {
    if (std::pair(there.size, there.note) == *receipts_.note_in_doubt) {
      receipts_.notes[there.size] = there.note;
    }
  }
  receipts_.note_in_doubt.reset();
}

void FaultyLedger::ExpectReceiptsHonoured() {
  SettleDoubts();
  const Reading reading = ReadAll(*log_, receipts_);
  if (reading.outcome == Reading::kRefused && files_->fault_met()) return;
  ASSERT_EQ(reading.outcome, Reading::kSame) << reading.why;
}

void FaultyLedger::ExpectGoodAfterTheFault() {
  files_->Heal();
  for (int i = 0; i < 2; ++i) {
    const Result<void> opened = Open();
    ASSERT_TRUE(opened) << "not reopenable: " << opened.error().message;
    ASSERT_NO_FATAL_FAILURE(ExpectReceiptsHonoured());
    for (const size_t most : {size_t{3}, size_t{250}}) {
      const Result<void> appended = Append(most);
      ASSERT_TRUE(appended) << "takes no more: " << appended.error().message;
    }
    Close();
  }
}

namespace {

// One answer of the log beside the right one.
class Comparison {
 public:
  template <typename T, typename Same>
  bool Holds(const Result<T>& answer, const std::string& what, Same same) {
    if (done_) return false;
    if (!answer) {
      done_ = Reading{Reading::kRefused, what + ": " + answer.error().message};
    } else if (!same(*answer)) {
      done_ = Reading{Reading::kChanged, what};
    }
    return !done_;
  }
  Reading End() const { return done_.value_or(Reading{Reading::kSame, ""}); }

 private:
  std::optional<Reading> done_;
};

Result<std::vector<std::string>> RecordsOf(const EventLog& log) {
  std::vector<std::string> records;
  IURAN_ASSIGN(const auto cursor, log.Scan(0, UINT64_MAX));
  while (true) {
    IURAN_ASSIGN(const bool more, cursor->NextPage());
    if (!more) return records;
    for (size_t i = 0; i < cursor->count(); ++i) {
      const auto bytes = cursor->record(i);
      records.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
  }
}

void CompareIndexes(const EventLog& log, const LogModel& model, Comparison& all) {
  for (const auto& [stream, positions] : model.streams) {
    all.Holds(log.Stream(stream), stream, [&](const auto& found) { return found == positions; });
    all.Holds(log.StreamSize(stream), "size of " + stream,
              [&](uint32_t size) { return size == positions.size(); });
  }
  std::vector<std::string> asked;
  for (uint64_t i = 0; i < model.records.size() + 3; ++i) {
    asked.push_back("payment/" + std::to_string(i * 7919));
  }
  all.Holds(log.FindKeys(asked), "keys", [&](const auto& entries) {
    for (size_t i = 0; i < asked.size(); ++i) {
      const auto known = model.keys.find(asked[i]);
      if (entries[i].has_value() != (known != model.keys.end())) return false;
      if (entries[i] && (entries[i]->position != known->second.position ||
                         entries[i]->digest != known->second.digest)) {
        return false;
      }
    }
    return true;
  });
  asked.clear();
  for (int i = 0; i < 20; ++i) asked.push_back("row/" + std::to_string(i));
  for (const log::Table table : {log::Table::kBook, log::Table::kVault}) {
    all.Holds(log.FindRows(table, asked), "rows", [&](const auto& found) {
      const auto& known = model.rows[static_cast<size_t>(table)];
      for (size_t i = 0; i < asked.size(); ++i) {
        const auto row = known.find(asked[i]);
        if (found[i] != (row == known.end() ? std::nullopt : std::optional(row->second))) {
          return false;
        }
      }
      return true;
    });
  }
}

void CompareTree(const EventLog& log, const LogModel& model, Comparison& all) {
  log::Frontier tree;
  for (const std::string& record : model.records) {
    const log::Hash leaf = log::Sha256(std::string(1, '\0') + record);
    tree.Append(std::span(&leaf, 1));
    if (tree.size() % 257 != 255) continue;
    all.Holds(log.RootAt(tree.size()), "root at " + std::to_string(tree.size()),
              [&](const log::Hash& root) { return root == tree.Root(); });
  }
  all.Holds(log.Head(), "head", [&](const log::TreeHead& head) {
    return head.size == tree.size() && head.root == tree.Root();
  });
}

Reading ReadAllSettled(const EventLog& log, const LogModel& model, const Receipts& receipts) {
  Comparison all;
  all.Holds(
      Result<uint64_t>(log.size()),
      "size " + std::to_string(log.size()) + " and not " + std::to_string(model.records.size()),
      [&](uint64_t size) { return size == model.records.size(); });
  all.Holds(RecordsOf(log), "records", [&](const auto& found) { return found == model.records; });
  CompareIndexes(log, model, all);
  CompareTree(log, model, all);
  all.Holds(log.Checkpoints(), "checkpoints", [&](const auto& found) {
    std::map<uint64_t, std::string> notes;
    for (const log::StoredCheckpoint& there : found) notes[there.size] = there.note;
    if (notes == receipts.notes) return true;
    if (!receipts.note_in_doubt) return false;
    std::map<uint64_t, std::string> with = receipts.notes;
    with[receipts.note_in_doubt->first] = receipts.note_in_doubt->second;
    return notes == with;
  });
  return all.End();
}

}  // namespace

Reading ReadAll(const EventLog& log, const Receipts& receipts) {
  if (!receipts.batch_in_doubt || log.size() == receipts.model.records.size()) {
    return ReadAllSettled(log, receipts.model, receipts);
  }
  LogModel with = receipts.model;
  with.Apply(*receipts.batch_in_doubt);
  return ReadAllSettled(log, with, receipts);
}

}  // namespace iuran::tests
