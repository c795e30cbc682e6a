// Making and opening ledgers: all or nothing, never over something that is there.
#include <chrono>
#include <thread>

#include "ledger/rules/shipped_schemes.h"
#include "tests/support/child_process.h"
#include "tests/unit/ledger/ledger_fixture.h"

namespace iuran::tests {
namespace {

using ledger::Ledger;
using testing::HasSubstr;

class InitTest : public LedgerFixture {};

TEST_F(InitTest, OpensTheBookAndEnactsTheShippedSchemes) {
  Init();
  Reopen();
  EXPECT_EQ(ledger_->opened().time_zone, "Asia/Makassar");
  EXPECT_EQ(ledger_->opened().currency, "IDR");
  const Event opened = *ledger_->ReadEvent(Position{0});
  EXPECT_TRUE(std::holds_alternative<LedgerOpened>(opened.body));
  EXPECT_EQ(opened.envelope.stream, "ledger");
  const auto schemes = ledger_->Schemes();
  ASSERT_TRUE(schemes) << schemes.error().message;
  ASSERT_NE(schemes->Find(SchemeId("bpu"), Position{1}), nullptr);
  EXPECT_EQ(schemes->Find(SchemeId("bpu"), Position{0}), nullptr);
  EXPECT_EQ(ledger_->ReadStream("scheme/bpu")->size(), 1u);
  EXPECT_EQ(ledger_->ReadEvent(ledger_->head()).error().code, ErrorCode::kNotFound);
  // 2026-11-21T16:00:00Z is midnight of the 22nd in Makassar (UTC+8).
  now_ = 1'795'305'600'000'000 - 8 * 3'600'000'000LL;
  EXPECT_EQ(*ledger_->Today(), Day::Of(2026, 11, 22));
  now_ = 1'795'305'600'000'000 - 8 * 3'600'000'000LL - 1;
  EXPECT_EQ(*ledger_->Today(), Day::Of(2026, 11, 21));
}

TEST_F(InitTest, KeepsALedgerInOneCurrency) {
  ledger::Settings settings;
  settings.currency = "VND";
  ASSERT_TRUE(Ledger::Init(options_, settings));
  Reopen();
  EXPECT_EQ(ledger_->opened().currency, "VND");
  EXPECT_TRUE(ledger_->Schemes()->Ids(ledger_->head()).empty());
  std::string document(rules::ShippedSchemes().front().document);
  const auto enact = [&] {
    const rules::Command command = Ask(rules::EnactScheme{SchemeId("bpu"), document});
    return ledger_->Submit(std::span(&command, 1))->front();
  };
  document.replace(document.find("\"IDR\""), 5, "\"VND\"");
  EXPECT_TRUE(std::holds_alternative<ledger::Recorded>(enact()));
  document.replace(document.find("\"VND\""), 5, "\"IDR\"");
  const ledger::Receipt refused = enact();
  ASSERT_TRUE(std::holds_alternative<rules::Rejected>(refused));
  EXPECT_THAT(std::get<rules::Rejected>(refused).message,
              HasSubstr("currency: \"IDR\" stands there; valid is \"VND\""));

  options_.folder = root_ / "other";
  settings.currency = "Rupiah";
  EXPECT_EQ(Ledger::Init(options_, settings).error().code, ErrorCode::kInvalidValue);
  EXPECT_FALSE(fs::exists(options_.folder));
}

TEST_F(InitTest, RefusesWhatIsThere) {
  Init();
  const auto again = Ledger::Init(options_, {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kLedgerExists);
  EXPECT_THAT(again.error().message, HasSubstr("a ledger"));

  ledger::Options other = options_;
  other.folder = root_ / "photos";
  fs::create_directory(other.folder);
  std::ofstream(other.folder / "wedding.jpg") << "x";
  EXPECT_EQ(Ledger::Init(other, {}).error().code, ErrorCode::kLedgerExists);
  EXPECT_TRUE(fs::exists(other.folder / "wedding.jpg"));
  other.folder = root_ / "photos" / "wedding.jpg";
  EXPECT_EQ(Ledger::Init(other, {}).error().code, ErrorCode::kLedgerExists);

  other.folder = root_ / "empty/";
  fs::create_directory(other.folder);
  EXPECT_TRUE(Ledger::Init(other, {})) << "an empty folder is free";
  fs::create_directory(root_ / "here");
  const fs::path before = fs::current_path();
  fs::current_path(root_ / "here");
  other.folder = ".";
  EXPECT_EQ(Ledger::Init(other, {}).error().code, ErrorCode::kUsage) << "nobody's folder goes away";
  fs::current_path(before);
  other.folder = root_ / "new" / "deep";
  EXPECT_TRUE(Ledger::Init(other, {}));

  other.folder = root_ / "nowhere";
  EXPECT_EQ(Ledger::Init(other, {"Atlantis/Poseidonis"}).error().code, ErrorCode::kInvalidValue);
  EXPECT_FALSE(fs::exists(other.folder));
  EXPECT_EQ(Ledger::Open(other, log::Access::kRead).error().code, ErrorCode::kLedgerMissing);
}

TEST_F(InitTest, TellsAMasterKeyThatIsNotTheLedgers) {
  Init();
  options_.master_key = root_ / "other.key";
  ASSERT_TRUE(ledger::Vault::CreateMasterKey(options_.master_key));
  for (const log::Access access : {log::Access::kRead, log::Access::kWrite}) {
    const auto opened = Ledger::Open(options_, access);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kKeyMissing);
  }
  options_.folder = root_ / "second";
  ASSERT_TRUE(Ledger::Init(options_, {})) << "a key kept outside may serve several ledgers";
  EXPECT_TRUE(Ledger::Open(options_, log::Access::kRead));
  EXPECT_FALSE(fs::exists(options_.folder / "keys" / "master.key"));
}

TEST_F(InitTest, OnlyAKeyFileThatIsNotThereIsAbsent) {
  Init();
  const fs::path key = options_.folder / "keys" / "master.key";
  fs::rename(key, root_ / "kept.key");
  EXPECT_TRUE(Ledger::Open(options_, log::Access::kRead)) << "works without personal data";
  fs::create_symlink(key, key);  // as unreadable for every user
  const auto unreadable = Ledger::Open(options_, log::Access::kRead);
  ASSERT_FALSE(unreadable);
  EXPECT_EQ(unreadable.error().code, ErrorCode::kKeyMissing);
  EXPECT_THAT(unreadable.error().message, HasSubstr("cannot be read"));
  fs::remove(key);
  options_.master_key = root_ / "kept.kye";
  const auto misspelt = Ledger::Open(options_, log::Access::kRead);
  ASSERT_FALSE(misspelt);
  EXPECT_THAT(misspelt.error().message, HasSubstr("kept.kye"));
  options_.master_key = root_ / "kept.key";
  EXPECT_TRUE(Ledger::Open(options_, log::Access::kRead));
}

// Another folder for temporary files while it lives.
class TemporaryFilesIn {
 public:
  explicit TemporaryFilesIn(const fs::path& folder) {
    if (const char* before = std::getenv("TMPDIR")) before_ = before;
    ::setenv("TMPDIR", folder.c_str(), 1);
  }
  ~TemporaryFilesIn() {
    if (before_) {
      ::setenv("TMPDIR", before_->c_str(), 1);
    } else {
      ::unsetenv("TMPDIR");
    }
  }

 private:
  std::optional<std::string> before_;
};

TEST_F(InitTest, ADryRunRemovesWhatAKilledOneLeft) {
  InitAndOpen();
  const TemporaryFilesIn temporary(root_.path());
  fs::create_directories(root_ / "iuran-dry-run-killed" / "log");
  EXPECT_TRUE(ledger_->Rehearse(std::vector{Ask(Enrol("M-1"))}));
  EXPECT_FALSE(fs::exists(root_ / "iuran-dry-run-killed"));
  const auto second = *Ledger::Open(options_, log::Access::kRead);
  EXPECT_TRUE(second->Rehearse(std::vector{Ask(Enrol("M-1"))}));
  EXPECT_TRUE(ledger_->Rehearse(std::vector{Ask(Enrol("M-2"))})) << "one that lives is left alone";
  size_t alive = 0;
  for (const auto& entry : fs::directory_iterator(root_.path())) {
    alive += entry.path().filename().string().rfind("iuran-dry-run-", 0) == 0 ? 1 : 0;
  }
  EXPECT_EQ(alive, 2u);
}

TEST_F(InitTest, ADryRunWithoutRoomSaysThatItIsTheDryRun) {
  InitAndOpen();
  const TemporaryFilesIn temporary(root_.path());
  const std::vector commands{Ask(Enrol("M-1"))};
  {
    const SmallFiles full(0);
    const auto told = ledger_->Rehearse(commands);
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().code, ErrorCode::kIo);
    EXPECT_THAT(told.error().message, HasSubstr("The dry run cannot go on"));
  }
  EXPECT_TRUE(ledger_->Rehearse(commands));
  {
    const SmallFiles full(64 << 10);
    std::vector<rules::Command> many;
    for (int i = 0; i < 8000; ++i) many.push_back(Ask(Enrol("M-" + std::to_string(i))));
    const auto told = ledger_->Rehearse(many);
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().code, ErrorCode::kIo);
    EXPECT_THAT(told.error().message, HasSubstr("The dry run cannot go on"));
    EXPECT_THAT(told.error().message, testing::Not(HasSubstr("not known")));
  }
  EXPECT_THAT(Submit({Enrol("M-1")}), testing::ElementsAre(RecordedAt(0)));
}

TEST_F(InitTest, ASecondWriterIsToldAndReadersAreNot) {
  Init();
  Reopen();
  const auto second = Ledger::Open(options_, log::Access::kWrite);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kLedgerLocked);
  EXPECT_TRUE(Ledger::Open(options_, log::Access::kRead));
}

TEST_F(InitTest, KilledAtAnyTimeLeavesAWholeLedgerOrNone) {
  // Each child lives somewhat longer, until one comes to the end.
  bool whole = false;
  for (int64_t milliseconds = 5; !whole; milliseconds += milliseconds / 2) {
    ChildProcess child({"init", options_.folder.string()});
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    child.Kill();
    child.Wait();
    whole = fs::exists(options_.folder);
    ASSERT_TRUE(whole || milliseconds < 60'000) << "no child comes to the end";
  }
  {
    const auto opened = Ledger::Open(options_, log::Access::kWrite);
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_FALSE((*opened)->Schemes()->Ids(Position{UINT64_MAX}).empty());
  }
  fs::remove_all(options_.folder);
  Init();
  Reopen();
  EXPECT_TRUE(ledger_->Schemes());
  std::vector<std::string> left;
  for (const auto& entry : fs::directory_iterator(root_.path()))
    left.push_back(entry.path().filename());
  EXPECT_THAT(left, testing::ElementsAre("book")) << "what a killed init left is cleared away";
}

}  // namespace
}  // namespace iuran::tests
