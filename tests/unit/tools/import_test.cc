// Imports into a ledger of their own, from files to receipts.
#include "tools/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/unit/tools/temporary_folder.h"
#include "tools/csv_reader.h"
#include "tools/import_batches.h"

namespace iuran::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A folder with a ledger, files to take in, and what was said about them.
class ImportTest : public ::testing::Test {
 protected:
  void SetUp() override { NewLedger(); }

  void NewLedger() {
    ledger_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_.path() / "ledger", ignored);
    const auto made = ledger::Ledger::Init(Options(), {});
    ASSERT_TRUE(made) << made.error().message;
    Reopen();
  }
  void Reopen() {
    ledger_.reset();
    auto opened = ledger::Ledger::Open(Options(), log::Access::kWrite);
    ASSERT_TRUE(opened) << opened.error().message;
    ledger_ = *std::move(opened);
  }
  ledger::Options Options() const {
    ledger::Options options;
    options.folder = folder_.path() / "ledger";
    return options;
  }

  ImportReport Take(const std::filesystem::path& path, ImportOptions options = {}) {
    const auto plan = PlanImport(path);
    EXPECT_TRUE(plan) << plan.error().message;
    notes_.clear();
    const Note note = [this](std::string_view line) { notes_ += std::string(line) + "\n"; };
    auto rejects = Rejects::Open(rejects_file_, note);
    EXPECT_TRUE(rejects) << rejects.error().message;
    options.author = "clerk";
    options.note = note;
    ImportReport report = Import(*ledger_, *plan, options, **rejects);
    if (!report.failure && !report.interrupted) {
      EXPECT_TRUE((*rejects)->Finish());
    }
    return report;
  }

  // 3 + 40 + 200 good rows and some of each other sort.
  std::filesystem::path WriteFolder() const {
    folder_.Write("in/README.md", "Who is who.\n");
    folder_.Write("in/groups.csv",
                  "group,kind,name,region,risk\nG-1,cooperative,Kopdit,Sikka,\n"
                  "G-2,congregation,Paroki,Ngada,\nG-3,agency,Dinas,Malaka,\n");
    std::string members =
        "member,scheme,group,region,from,income,sector,payer,programs,name,nik,birth_date,phone\n";
    for (int i = 0; i < 40; ++i) {
      members += "M-" + std::to_string(i) + ",bpu,G-1,Sikka,2024-01,1000000,,,JKK+JKM,Maria " +
                 std::to_string(i) + ",53010123456700" + std::to_string(10 + i) + ",,0812\n";
    }
    members += "M-90,bpu,,Sikka,2024-01,1000000,,,JKK+JKM,Secret Name,53010123SECRET,,\n";
    members += "M-91,bpu,,Sikka,2024-01,1000000,,,JKK+JKM,Twin,5301012345670010,,\n";
    folder_.Write("in/members.csv", members);
    std::string payments = "payment,paid_on,member,amount\r\n";
    for (int i = 0; i < 200; ++i) {
      payments +=
          "P-" + std::to_string(i) + ",2024-02-05,M-" + std::to_string(i % 40) + ",16800\r\n";
    }
    payments +=
        "P-7,2024-02-05,M-7,16800\r\nP-7,2024-02-05,M-7,16801\r\n"
        "P-300,2024-02-30,M-7,16800\r\nP-301,2024-02-05,M-999,16800\r\n"
        "\"P-302\n";
    folder_.Write("in/payments.csv", payments);
    return folder_.path() / "in";
  }

  // Every recorded event, without the moment it was recorded at.
  std::vector<std::string> History() const {
    std::vector<std::string> history;
    for (uint64_t at = 0; at < ledger_->head().value; ++at) {
      const auto event = ledger_->ReadEvent(events::Position{at});
      EXPECT_TRUE(event) << event.error().message;
      history.push_back(
          event->envelope.stream + "/" + std::to_string(event->envelope.stream_version) + " " +
          event->envelope.idempotency_key + " line " + std::to_string(event->envelope.source.line));
    }
    return history;
  }

  TemporaryFolder folder_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::optional<std::filesystem::path> rejects_file_;
  std::string notes_;
};

TEST_F(ImportTest, TakesAFolderOnceHoweverOftenItIsImported) {
  const auto path = WriteFolder();
  const uint64_t before = ledger_->head().value;
  const ImportReport first = Take(path);
  ASSERT_FALSE(first.failure) << first.failure->message;
  ASSERT_EQ(first.files.size(), 3u);
  EXPECT_EQ(first.files[0].accepted, 3u);
  EXPECT_EQ(first.files[1].accepted, 41u);
  EXPECT_EQ(first.files[1].rejected, 1u);
  EXPECT_EQ(first.files[1].likely_doubles, 1u);
  EXPECT_EQ(first.files[2].rows, 205u);
  EXPECT_EQ(first.files[2].accepted, 200u);
  EXPECT_EQ(first.files[2].repeated, 1u);
  EXPECT_EQ(first.files[2].rejected, 4u);
  EXPECT_EQ(first.first_position, before);
  EXPECT_EQ(first.next_position, before + 244);
  EXPECT_THAT(notes_, HasSubstr("members.csv, line 43: M-91 has the NIK of M-0."));

  const auto event = ledger_->ReadEvent(events::Position{before + 244 - 1});
  ASSERT_TRUE(event);
  EXPECT_EQ(event->envelope.author, "clerk");
  EXPECT_EQ(event->envelope.source.channel, "import");
  EXPECT_EQ(event->envelope.source.line, 201u);
  EXPECT_EQ(event->envelope.source.file_digest, PlanImport(path / "payments.csv")->files[0].digest);

  const ImportReport second = Take(path);
  ASSERT_FALSE(second.failure);
  EXPECT_EQ(second.next_position, first.next_position);
  EXPECT_EQ(second.files[0].repeated, 3u);
  EXPECT_EQ(second.files[1].repeated, 41u);
  EXPECT_EQ(second.files[2].repeated, 201u);
  EXPECT_EQ(second.rejected(), first.rejected());
}

TEST_F(ImportTest, ARehearsalSaysTheSameAndRecordsNothing) {
  const auto path = WriteFolder();
  const auto before = History();
  ImportOptions options;
  options.dry_run = true;
  options.rows_per_batch = 16;
  const ImportReport dry = Take(path, options);
  ASSERT_FALSE(dry.failure) << dry.failure->message;
  EXPECT_EQ(History(), before);
  EXPECT_EQ(dry.next_position, dry.first_position);
  Reopen();
  const ImportReport real = Take(path);
  for (size_t i = 0; i < real.files.size(); ++i) {
    EXPECT_EQ(dry.files[i].accepted, real.files[i].accepted);
    EXPECT_EQ(dry.files[i].repeated, real.files[i].repeated);
    EXPECT_EQ(dry.files[i].rejected, real.files[i].rejected);
  }
}

TEST_F(ImportTest, TheRejectsFileTellsEveryRejectedRowInOrder) {
  const auto path = WriteFolder();
  rejects_file_ = folder_.path() / "rejects.csv";
  ImportOptions options;
  options.rows_per_batch = 3;
  Take(path, options);
  EXPECT_THAT(notes_, Not(HasSubstr("rejected")));
  const std::string text = folder_.Read("rejects.csv");
  std::vector<std::string> heads;  // file, line, column, code, value
  auto reader = CsvReader::Open(*rejects_file_);
  ASSERT_TRUE(reader);
  while (*reader->Next()) {
    const auto fields = reader->row().fields;
    ASSERT_EQ(fields.size(), 6u);
    EXPECT_THAT(fields[5], Not(IsEmpty()));
    std::string head;
    for (size_t i = 0; i < 5; ++i) head += std::string(fields[i]) + "|";
    heads.push_back(head);
  }
  EXPECT_THAT(heads,
              ElementsAre("file|line|column|code|value|", "members.csv|42|nik|invalid_value||",
                          HasSubstr("payments.csv|203|"),
                          "payments.csv|204|paid_on|invalid_value|2024-02-30|",
                          "payments.csv|205|member|unknown_reference|M-999|",
                          "payments.csv|206|payment|malformed_row||"));
  EXPECT_THAT(text, HasSubstr("conflict"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "rejects.csv.partial"));

  // Without rejected rows the file has its header alone, and takes the place of the one before.
  Take(path / "groups.csv");
  EXPECT_EQ(folder_.Read("rejects.csv"), "file,line,column,code,value,message\n");
}

TEST_F(ImportTest, PersonalDataStandsNeitherInRejectsNorInWhatIsSaid) {
  const auto path = WriteFolder();
  std::string text;
  for (const bool to_file : {true, false}) {
    NewLedger();
    if (to_file) rejects_file_ = folder_.path() / "rejects.csv";
    Take(path);
    text += folder_.Read("rejects.csv") + notes_;
    rejects_file_.reset();
  }
  // The same person with another birth date: a conflict, told without saying which.
  folder_.Write("changed.csv",
                "member,scheme,group,region,from,income,sector,payer,programs,name,nik,birth_date\n"
                "M-0,bpu,G-1,Sikka,2024-01,1000000,,,JKK+JKM,Other Name,5301012345670010,"
                "1999-09-09\n");
  const ImportReport report = Take(folder_.path() / "changed.csv");
  EXPECT_EQ(report.rejected(), 1u);
  text += notes_;
  EXPECT_THAT(text, HasSubstr("members.csv"));
  for (const char* secret :
       {"SECRET", "Secret", "Maria", "Twin", "Other", "5301", "0812", "1999"}) {
    EXPECT_THAT(text, Not(HasSubstr(secret)));
  }
}

TEST_F(ImportTest, ShowsTheFirstTwentyAndCountsTheRest) {
  std::string rows = "payment,reversed_on,reason\n";
  for (int i = 0; i < 30; ++i) rows += "P-" + std::to_string(i) + ",soon,x\n";
  folder_.Write("reversals.csv", rows);
  EXPECT_EQ(Take(folder_.path() / "reversals.csv").rejected(), 30u);
  EXPECT_THAT(notes_, HasSubstr("reversals.csv, line 21, reversed_on: \"soon\" is not a day."));
  EXPECT_THAT(notes_, Not(HasSubstr("line 22")));
  EXPECT_THAT(notes_, HasSubstr("and 10 more rows were rejected"));
  EXPECT_THAT(notes_, HasSubstr("--rejects FILE"));
}

TEST_F(ImportTest, GoesOnWhereItWasStopped) {
  const auto path = WriteFolder();
  ASSERT_FALSE(Take(path).failure);
  const auto whole = History();

  NewLedger();
  std::atomic<bool> stop{false};
  ImportOptions options;
  options.rows_per_batch = 16;
  options.stop = &stop;
  options.progress = [&stop](uint64_t rows) { stop = rows >= 100; };
  rejects_file_ = folder_.path() / "rejects.csv";
  const ImportReport cut = Take(path, options);
  EXPECT_TRUE(cut.interrupted);
  EXPECT_EQ(cut.files.back().file, "payments.csv");
  EXPECT_EQ(cut.files.back().last_line, cut.files.back().rows + 1) << "the header is line 1";
  EXPECT_FALSE(std::filesystem::exists(*rejects_file_));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "rejects.csv.partial"));

  const ImportReport rest = Take(path);
  EXPECT_FALSE(rest.interrupted);
  EXPECT_EQ(rest.files.back().repeated, cut.files.back().rows + 1);
  EXPECT_EQ(History(), whole);
}

TEST_F(ImportTest, GoesOnAfterAKill) {
  const auto path = WriteFolder();
  ASSERT_FALSE(Take(path).failure);
  const auto whole = History();
  NewLedger();
  for (const uint64_t rows : {20, 120, 200}) {
    ledger_.reset();
    tests::ChildProcess child({"import-and-die", folder_.path().string(), std::to_string(rows)});
    const std::string said = child.Output();
    ASSERT_EQ(child.Wait(), -1) << "the import was not killed: " << said;
    Reopen();
    const auto so_far = History();
    // Three rows at most of the first `rows` are no events.
    EXPECT_GE(so_far.size() + 3, rows);
    ASSERT_LT(so_far.size(), whole.size());
    EXPECT_TRUE(std::equal(so_far.begin(), so_far.end(), whole.begin()));
  }
  ASSERT_FALSE(Take(path).failure);
  EXPECT_EQ(History(), whole);
}

TEST_F(ImportTest, AFileThatGoesAwayEndsTheImportAndSaysSo) {
  const auto path = WriteFolder();
  const auto plan = PlanImport(path);
  ASSERT_TRUE(plan);
  std::filesystem::remove(path / "payments.csv");
  auto rejects = Rejects::Open(std::nullopt, [](std::string_view) {});
  const ImportReport report = Import(*ledger_, *plan, {}, **rejects);
  ASSERT_TRUE(report.failure);
  EXPECT_THAT(report.failure->message, HasSubstr("payments.csv"));
  EXPECT_EQ(report.files[1].accepted, 41u) << "what came before is recorded";
}

TEST_F(ImportTest, AFileChangedAfterItWasPlannedIsNotRecordedUnderTheFirstDigest) {
  const auto path = WriteFolder();
  const auto plan = PlanImport(path);
  ASSERT_TRUE(plan);
  folder_.Write("in/payments.csv", "payment,paid_on,member,amount\nP-1,2024-02-05,M-1,99\n");
  auto rejects = Rejects::Open(std::nullopt, [](std::string_view) {});
  const ImportReport report = Import(*ledger_, *plan, {}, **rejects);
  ASSERT_TRUE(report.failure);
  EXPECT_THAT(report.failure->message,
              ::testing::AllOf(HasSubstr("payments.csv"), HasSubstr("was changed")));
  EXPECT_EQ(report.files[1].accepted, 41u) << "what came before is recorded";
  EXPECT_EQ(report.files[2].rows, 0u);
  EXPECT_THAT(ledger_->ReadStream("member/M-1")->size(), 1u);
}

// 4096 rows of 64 KiB would be 256 MiB, and several batches are in memory at once.
TEST(BatchReader, LongRowsMakeShortBatches) {
  TemporaryFolder folder;
  std::string rows = "group,kind,name,region,risk\n";
  for (int i = 0; i < 200; ++i) {
    rows += "G-" + std::to_string(i) + ",cooperative," + std::string(60'000, 'x') + ",Ende,\n";
  }
  const auto plan = PlanImport(folder.Write("groups.csv", rows));
  ASSERT_TRUE(plan) << plan.error().message;
  BatchReader reader(*plan, "clerk", "", 4096);
  size_t told = 0;
  while (const auto batch = reader.Next()) {
    EXPECT_LE(batch->rows() * 60'000, BatchReader::kBytesPerBatch + kMaxRowBytes);
    told += batch->rows();
  }
  EXPECT_EQ(told, 200u);
}

TEST(ImportPlan, NamesFilesInOrderAndWhatItLeavesAlone) {
  TemporaryFolder folder;
  for (const char* name : {"zebra.csv", "reversals.csv", "payments.csv", "groups.csv", ".hidden"}) {
    folder.Write(name, std::string_view(name) == "reversals.csv" ? "payment,reversed_on,reason\n"
                       : std::string_view(name) == "groups.csv"
                           ? "group,kind,name,region,risk\n"
                           : "payment,paid_on,member,amount\n");
  }
  const auto plan = PlanImport(folder.path());
  ASSERT_TRUE(plan) << plan.error().message;
  std::vector<std::string> names;
  for (const PlannedFile& file : plan->files) names.push_back(file.name);
  EXPECT_THAT(names, ElementsAre("groups.csv", "payments.csv", "reversals.csv"));
  EXPECT_THAT(plan->ignored, ElementsAre("zebra.csv"));
}

TEST(ImportPlan, RefusesWhatIsNoInputBeforeAnythingIsRecorded) {
  TemporaryFolder folder;
  folder.Write("empty/notes.txt", "");
  folder.Write("bad/groups.csv", "group,kind,name,region,risk\n");
  folder.Write("bad/payments.csv", "payment,paid_on,member,amonut\n");
  std::filesystem::create_directories(folder.path() / "nested" / "members.csv");
  const std::vector<std::pair<std::string, std::string>> paths = {
      {"nowhere", "There is no file or folder"},
      {"empty", "holds none of the files groups.csv"},
      {"bad", "\"amonut\" is not known; is it \"amount\"?"},
      {"nested", "is a folder where a CSV file is expected"},
      {"empty/notes.txt", "is empty"},
  };
  for (const auto& [path, says] : paths) {
    const auto plan = PlanImport(folder.path() / path);
    ASSERT_FALSE(plan) << path;
    EXPECT_EQ(ExitCode(plan.error().code), 2) << path;
    EXPECT_THAT(plan.error().message, HasSubstr(says));
  }
}

TEST(Rejects, SaysWhereItCannotBeWritten) {
  TemporaryFolder folder;
  const auto is_folder = Rejects::Open(folder.path(), nullptr);
  ASSERT_FALSE(is_folder);
  const auto is_device = Rejects::Open("/dev/null", nullptr);
  ASSERT_FALSE(is_device);
  EXPECT_EQ(ExitCode(is_device.error().code), 2);
  EXPECT_FALSE(std::filesystem::exists("/dev/null.partial"));
  EXPECT_THAT(is_folder.error().message, HasSubstr("is a folder"));
  const auto nowhere = Rejects::Open(folder.path() / "no" / "file.csv", nullptr);
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace iuran::tools
