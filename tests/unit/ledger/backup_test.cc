// Backups of a ledger, and ledgers made from them.
#include "ledger/backup.h"

#include <set>

#include "ledger/checkpoints.h"
#include "ledger/log/anchor.h"
#include "ledger/verify_ledger.h"
#include "tests/unit/ledger/ledger_fixture.h"

namespace iuran::ledger {
namespace {

using ::testing::HasSubstr;
using namespace tests;

Result<std::string> Sign(Ledger& ledger, const Options& options) {
  IURAN_ASSIGN(const log::VerifierKey own, LedgerKey(ledger.opened()));
  IURAN_ASSIGN(const log::SigningKey key, ReadSigningKey(SigningKeyFile(options.folder), own));
  return SignHead(ledger.log(), key, LastSignedFile(options.folder));
}

class BackupTest : public LedgerFixture {
 protected:
  void SetUp() override {
    InitAndOpen();
    backup_.ledger = options_.folder;
    backup_.backup = root_ / "backup";
    restore_.backup = backup_.backup;
    restore_.target = root_ / "restored";
  }

  BackupReport MustBackUp() {
    backup_.now = options_.clock();
    auto made = MakeBackup(backup_);
    EXPECT_TRUE(made) << made.error().message;
    return made ? *std::move(made) : BackupReport{};
  }
  // Files below `folder` that hold these bytes.
  static size_t FilesHolding(const fs::path& folder, const std::string& bytes) {
    size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string text(std::istreambuf_iterator<char>(in), {});
      if (text.find(bytes) != std::string::npos) ++count;
    }
    return count;
  }
  std::string VaultRow(const std::string& member) {
    const std::string key = Vault::PersonKey(MemberId(member));
    return (*ledger_->log().FindRows(log::Table::kVault, std::span(&key, 1)))[0].value_or("");
  }

  BackupOptions backup_;
  RestoreOptions restore_;
};

TEST_F(BackupTest, ErasedDataLeaveItWithTheNextRun) {
  Submit({Enrol("ANA", {"Ana Goni", "5307015204880002", "", ""}),
          Enrol("BEA", {"Bea Rero", "5307015204880003", "", ""})});
  const std::string ana = VaultRow("ANA");
  const std::string bea = VaultRow("BEA");
  ASSERT_GT(ana.size(), 100u);
  MustBackUp();
  ASSERT_GT(FilesHolding(backup_.backup, ana), 0u);
  ASSERT_TRUE(Forget(*ledger_, MemberId("ANA"), "request", "tester"));
  MustBackUp();
  EXPECT_EQ(FilesHolding(backup_.backup, ana), 0u);
  EXPECT_GT(FilesHolding(backup_.backup, bea), 0u);

  restore_.keys = options_.folder / "keys";
  const auto restored = Restore(restore_);
  ASSERT_TRUE(restored) << restored.error().message;
  options_.folder = restore_.target;
  Reopen();
  const auto person = [&](const char* member) {
    const auto events = ledger_->ReadStream(std::string("member/") + member);
    const auto& enrolled = std::get<MemberEnrolled>(events->front().body);
    return *ledger_->OpenPerson(MemberId(member), enrolled.personal_data_commitment);
  };
  EXPECT_EQ(person("ANA").state, Person::State::kForgotten);
  EXPECT_EQ(person("BEA").data.name, "Bea Rero");
}

TEST_F(BackupTest, RestoredLedgerGoesOnAndIsBackedUpInTheSamePlace) {
  Submit({Enrol("ANA"), Pay("P1", "ANA")});
  ASSERT_TRUE(ledger_->log().Flush());
  const BackupReport first = MustBackUp();
  EXPECT_EQ(first.events_before, 0u);
  EXPECT_EQ(first.manifest.head.size, ledger_->head().value);
  ASSERT_TRUE(Restore(restore_));

  // Both go on and make tables of the same names; the backup must not mix them.
  Submit({Pay("P2", "ANA")});
  ASSERT_TRUE(ledger_->log().Flush());
  MustBackUp();
  const fs::path original = options_.folder;
  options_.folder = restore_.target;
  Reopen();
  Submit({Enrol("BEA"), Pay("P3", "BEA")});
  ASSERT_TRUE(ledger_->log().Flush());
  backup_.ledger = restore_.target;
  const auto refused = MakeBackup(backup_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_THAT(refused.error().message, HasSubstr("does not go on from the backup"));

  // The same events in other tables are the same ledger.
  const auto copy = root_ / "copy";
  options_.folder = copy;
  restore_.target = copy;
  ASSERT_TRUE(Restore(restore_));
  Reopen();
  Submit({Pay("P4", "ANA")});
  ASSERT_TRUE(ledger_->log().Flush());
  backup_.ledger = copy;
  const BackupReport mixed = MustBackUp();
  std::set<std::string> stored;
  for (const BackupFile& file : mixed.manifest.files) stored.insert(file.stored);
  EXPECT_EQ(stored.size(), mixed.manifest.files.size());
  restore_.target = root_ / "last";
  const auto last = Restore(restore_);
  ASSERT_TRUE(last) << last.error().message;
  EXPECT_EQ(last->head.root, ledger_->log().Head()->root);
}

TEST_F(BackupTest, TablesOfTheSameNameFromAnotherHistoryAreNotTakenForCopies) {
  Submit({Enrol("ANA")});
  ledger_.reset();
  const fs::path twin = root_ / "twin";
  fs::copy(options_.folder, twin, fs::copy_options::recursive);
  // Both write their commit to tables of the same numbers; the events are the same but for a byte.
  const fs::path original = options_.folder;
  for (const fs::path& folder : {original, twin}) {
    options_.folder = folder;
    Reopen();
    ASSERT_TRUE(ledger_->log().Flush());
    ledger_.reset();
  }
  backup_.ledger = original;
  MustBackUp();
  backup_.ledger = twin;
  const BackupReport second = MustBackUp();
  size_t beside = 0;
  for (const BackupFile& file : second.manifest.files) beside += file.stored != file.name ? 1 : 0;
  EXPECT_GT(beside, 0u) << "tables of one name in two histories";
  ASSERT_TRUE(Restore(restore_));
}

// A folder with a number for a name may be somebody else's, such as of a year or a month.
TEST_F(BackupTest, RemovesNoFoldersThatItHasNotMade) {
  Submit({Enrol("ANA")});
  MustBackUp();
  const fs::path lists = backup_.backup / "0";
  fs::create_directory(lists);
  std::ofstream(lists / "letters.txt") << "kept";
  const auto refused = MakeBackup(backup_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  EXPECT_TRUE(fs::exists(lists / "letters.txt"));
  fs::remove_all(lists);
  restore_.target = backup_.backup / "2";
  const auto restored = Restore(restore_);
  ASSERT_FALSE(restored) << "the next run would remove it";
  EXPECT_EQ(restored.error().code, ErrorCode::kUsage) << restored.error().message;
  MustBackUp();
}

TEST_F(BackupTest, ALedgerWithoutItsDaybookIsBackedUpAndSaysSo) {
  Submit({Enrol("ANA")});
  ledger_.reset();
  fs::rename(log::DaybookOf(options_.folder / "log"), root_ / "away");
  EXPECT_EQ(MustBackUp().anchor.state, log::Anchor::State::kMissing);
  const auto restored = Restore(restore_);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(restored->nobody_knows);
  EXPECT_FALSE(restored->behind);
  EXPECT_FALSE(fs::exists(log::DaybookOf(restore_.target / "log")));
  Options copy = options_;
  copy.folder = restore_.target;
  EXPECT_TRUE(Ledger::Open(copy, log::Access::kRead));
  const auto refused = Ledger::Open(copy, log::Access::kWrite);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kLedgerBehind);
}

TEST_F(BackupTest, WhatCouldNotBeRestoredTakesThePlaceOfNoBackup) {
  Submit({Enrol("ANA")});
  MustBackUp();
  Submit({Enrol("BEA")});
  const log::TreeHead head = *ledger_->log().Head();
  ledger_.reset();
  ASSERT_TRUE(log::SetAnchor(options_.folder / "log", {head.size, log::Hash{1}}));
  const auto refused = MakeBackup(backup_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kLedgerDamaged) << refused.error().message;
  const auto restored = Restore(restore_);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_LT(restored->head.size, head.size);
}

TEST_F(BackupTest, EveryByteOfItsListIsGuarded) {
  Submit({Enrol("ANA")});
  ASSERT_TRUE(Sign(*ledger_, options_));
  const BackupManifest manifest = MustBackUp().manifest;
  EXPECT_EQ(manifest.head.root, ledger_->log().Head()->root);
  EXPECT_EQ(manifest.checkpoint, ledger_->log().Checkpoints()->back().note);
  const std::string text = Print(manifest);
  ASSERT_TRUE(ParseManifest(text));
  EXPECT_EQ(ParseManifest(text)->files, manifest.files);
  for (size_t at = 0; at < text.size(); ++at) {
    for (const int bit : {1, 16}) {
      std::string other = text;
      other[at] = static_cast<char>(other[at] ^ bit);
      EXPECT_FALSE(ParseManifest(other)) << at;
    }
  }
  EXPECT_FALSE(ParseManifest(text.substr(0, text.size() - 1)));

  BackupManifest leading_out = manifest;
  leading_out.files[0].stored = "../../other";
  EXPECT_FALSE(ParseManifest(Print(leading_out)));
}

TEST_F(BackupTest, StoppedRunsAreGoneOnWith) {
  Submit({Enrol("ANA")});
  MustBackUp();
  Submit({Enrol("BEA")});
  ASSERT_TRUE(ledger_->log().Flush());
  const std::atomic<bool> stop{true};
  backup_.watch.stop = &stop;
  const auto stopped = MakeBackup(backup_);
  ASSERT_FALSE(stopped);
  EXPECT_THAT(stopped.error().message, HasSubstr("Stopped"));
  EXPECT_EQ(ReadManifest(backup_.backup)->number, 1u);
  ASSERT_TRUE(Restore(restore_));
  restore_.watch.stop = &stop;
  restore_.target = root_ / "second";
  EXPECT_FALSE(Restore(restore_));
  EXPECT_FALSE(fs::exists(restore_.target));
  backup_.watch.stop = nullptr;
  EXPECT_EQ(MustBackUp().manifest.head.size, ledger_->head().value);
}

// What a ledger shows of itself: the answers to every kind of key, stream and row.
std::string Shown(const Ledger& ledger) {
  std::string shown;
  for (uint64_t at = 0; at < ledger.head().value; ++at) {
    const auto event = ledger.ReadEvent(Position{at});
    EXPECT_TRUE(event) << event.error().message;
    shown += event->envelope.stream + ToString(event->envelope.recorded_at);
    const auto keys = ledger.log().FindKeys(std::span(&event->envelope.idempotency_key, 1));
    shown += std::to_string((*keys)[0] ? (*keys)[0]->position : UINT64_MAX) + "\n";
  }
  return shown;
}

class RestoreToTest : public BackupTest {
 protected:
  rules::PersonalData Person(const std::string& name, const std::string& nik) {
    return {name, nik, "", ""};
  }
  // A history, and after each step a copy of what the ledger was then.
  void Record(const std::vector<rules::Request>& step) {
    Submit(step);
    sizes_.push_back(ledger_->head().value);
    shown_.push_back(Shown(*ledger_));
    roots_.push_back(ledger_->log().Head()->root);
  }
  std::vector<uint64_t> sizes_;
  std::vector<std::string> shown_;
  std::vector<log::Hash> roots_;
};

TEST_F(RestoreToTest, MakesTheLedgerOfThatTimeAndKeepsWhatIsKnown) {
  const std::string nik = "5307015204880002";
  Record({Group("G"), Enrol("ANA", Person("Ana Goni", nik)), Enrol("CELI", Person("Celi", "")),
          Remit("R1", "G", 50'000)});
  Record({Pay("P1", "ANA", "R1"), Pay("P2", "CELI", "R1")});
  Record({Reverse("P1"), Enrol("BEA", Person("Bea Rero", nik)), Pay("P3", "BEA", "R1")});
  ASSERT_TRUE(Forget(*ledger_, MemberId("CELI"), "request", "tester"));
  rules::Command change = Ask(rules::ChangeAttribute{
      MemberId("ANA"), Attribute::kIncome, Month::Of(2024, 3), Money::FromRupiah(2'000'000)});
  change.source.file_digest = Digest{1};
  change.source.line = 2;
  rules::Command again = change;
  again.source.line = 3;  // known by an alias
  SubmitCommands({change, again});
  Record({Pay("P4", "ANA")});
  const std::string bea = VaultRow("BEA");
  MustBackUp();
  const log::TreeHead all = *ledger_->log().Head();
  restore_.keys = options_.folder / "keys";

  for (size_t step = 0; step < sizes_.size(); ++step) {
    restore_.target = root_.path() / ("to-" + std::to_string(step));
    restore_.to = sizes_[step];
    const auto restored = Restore(restore_);
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(restored->head.size, sizes_[step]);
    EXPECT_EQ(restored->head.root, roots_[step]);
    const bool last = step + 1 == sizes_.size();
    ASSERT_EQ(restored->behind.has_value(), !last);
    EXPECT_EQ(restored->forgotten.size(), last ? 0u : 1u);
    if (restored->behind) {
      EXPECT_EQ(restored->behind->root, all.root);
    }
    options_.folder = restore_.target;
    ledger_.reset();
    {
      const auto reader = Ledger::Open(options_, log::Access::kRead);
      ASSERT_TRUE(reader) << reader.error().message;
      EXPECT_EQ(Shown(**reader), shown_[step]);
      VerifyOptions how;
      how.key = *LedgerKey((*reader)->opened());
      how.master_key = restore_.keys / "master.key";
      log::Faults faults;
      ASSERT_TRUE(VerifyLedger((*reader)->log(), how, faults));
      // That it is behind, and that the data of the one who was forgotten later are missing.
      std::string found;
      for (const log::Fault& fault : faults.List()) found += fault.sentence + "\n";
      EXPECT_EQ(faults.count(), last ? 0u : 2u) << found;
      const std::string nik_key = Vault::Open(restore_.keys / "master.key")->NikKey(nik);
      const auto owners = (*reader)->log().FindRows(log::Table::kVault, std::span(&nik_key, 1));
      EXPECT_EQ((*owners)[0], step < 2 ? "ANA" : "ANA\nBEA");
    }
    EXPECT_EQ(FilesHolding(restore_.target, bea) > 0, step >= 2) << "people enrolled later";
    const auto writer = Ledger::Open(options_, log::Access::kWrite);
    ASSERT_EQ(writer.has_value(), last);
    if (!writer) {
      EXPECT_EQ(writer.error().code, ErrorCode::kLedgerBehind);
    }
  }
}

TEST_F(RestoreToTest, DecidesAfterwardsAsTheLedgerOfThatTimeDid) {
  Record({Group("G"), Enrol("ANA", Person("Ana Goni", "5307015204880002")),
          Remit("R1", "G", 50'000), Pay("P1", "ANA", "R1")});
  const std::vector<rules::Request> later = {Pay("P2", "ANA", "R1"), Reverse("P1"),
                                             Enrol("BEA", Person("Bea", "5307015204880002")),
                                             Pay("P3", "BEA", "R1"), Pay("P4", "BEA", "R1")};
  const std::vector<std::string> told = Submit(later);
  MustBackUp();
  restore_.keys = options_.folder / "keys";
  restore_.to = sizes_[0];
  ASSERT_TRUE(Restore(restore_));
  // Without its daybook nothing is known of what came later; accepting the loss is not tried here.
  ASSERT_TRUE(log::SetAnchor(restore_.target / "log", {sizes_[0], roots_[0]}));
  options_.folder = restore_.target;
  Reopen();
  EXPECT_EQ(Submit(later), told);
  EXPECT_THAT(told[4], HasSubstr("rejected overdrawn"));
}

TEST_F(RestoreToTest, SaysWhatIsMissingAndRefusesWhatIsOfAnotherLedger) {
  Record({Enrol("ANA")});
  MustBackUp();
  ASSERT_TRUE(Sign(*ledger_, options_));
  Record({Enrol("BEA"), Enrol("CELI")});
  const auto note = Sign(*ledger_, options_);
  ASSERT_TRUE(note);
  Record({Enrol("DEDI")});
  std::ofstream(root_ / "note") << *note;
  restore_.known = {root_ / "note"};
  auto restored = Restore(restore_);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(restored->head.size, sizes_[0]);
  ASSERT_TRUE(restored->behind);
  EXPECT_EQ(restored->behind->size, sizes_[1]);
  restore_.known = {root_ / "note", options_.folder, options_.folder / "log.daybook"};
  restore_.target = root_ / "second";
  restored = Restore(restore_);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(restored->behind->size, sizes_[2]);
  Options behind = options_;
  behind.folder = restore_.target;
  const auto refused = Ledger::Open(behind, log::Access::kWrite);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kLedgerBehind);

  // Another ledger with fewer events, and a checkpoint that another key has signed.
  Options other = options_;
  other.folder = root_ / "other";
  ASSERT_TRUE(Ledger::Init(other, {}));
  restore_.target = root_ / "third";
  for (const fs::path& known : {other.folder, root_ / "forged"}) {
    std::ofstream(root_ / "forged") << *Sign(**Ledger::Open(other, log::Access::kWrite), other);
    restore_.known = {known};
    const auto wrong = Restore(restore_);
    ASSERT_FALSE(wrong) << known;
    EXPECT_EQ(wrong.error().code, ErrorCode::kConflict) << wrong.error().message;
    EXPECT_FALSE(fs::exists(restore_.target));
  }
}

}  // namespace
}  // namespace iuran::ledger
