// Imports into a ledger of their own, from files to receipts.
#include "tools/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/unit/tools/temporary_folder.h"
#include "tools/csv_reader.h"

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

// Two batches are under way at a time: that must change nothing, in whatever mode.
TEST_F(ImportTest, ManyBatchesSayAndRecordTheSameAsOne) {
  const auto path = WriteFolder();
  folder_.Write("in/remittances.csv",
                "remittance,received_on,account,amount,payer,channel,bank_reference,list_count,"
                "list_total\n"
                "R-1,2024-02-05,BRI,99000,G-1,transfer,FT1,3,300\n"
                "R-2,2024-02-05,BRI,99000,G-1,transfer,FT2,3,300\n"
                "R-3,2024-02-05,BRI,99000,G-1,transfer,FT3,,\n");
  std::string payments = "payment,paid_on,member,amount,remittance\n";
  for (const char* row :
       {"L-1,2024-02-05,M-1,100,R-1", "L-2,2024-02-05,M-1,100,R-2", "L-3,2024-02-05,M-1,100,R-3",
        "L-4,2024-02-05,M-2,100,R-1", "L-5,2024-02-31,M-2,100,R-2", "L-6,2024-02-05,M-2,100,",
        "L-7,2024-02-05,M-3,100,R-1", "L-8,2024-02-05,M-3,100,R-2", "L-9,2024-02-05,M-999,5,",
        "L-6,2024-02-05,M-2,100,"}) {
    payments += row + std::string("\n");
  }
  folder_.Write("in/payments.csv", payments);
  rejects_file_ = folder_.path() / "rejects.csv";
  for (const ListMode mode : {ListMode::kTake, ListMode::kRefuse, ListMode::kHold}) {
    for (const bool dry_run : {true, false}) {
      std::vector<std::string> said;
      for (const size_t rows_per_batch : {1000, 2, 1}) {
        NewLedger();
        ImportOptions options;
        options.lists = mode;
        options.dry_run = dry_run;
        options.rows_per_batch = rows_per_batch;
        const ImportReport report = Take(path, options);
        ASSERT_FALSE(report.failure) << report.failure->message;
        std::string& all = said.emplace_back(notes_ + folder_.Read("rejects.csv"));
        for (const FileTally& file : report.files) {
          for (const uint64_t count : {file.rows, file.accepted, file.repeated, file.rejected}) {
            all += " " + std::to_string(count);
          }
          all += " to line " + std::to_string(file.last_line) + "\n";
        }
        for (const std::string& event : History()) all += event + "\n";
      }
      EXPECT_THAT(said[0], HasSubstr("remittance R-2"));
      EXPECT_EQ(said[1], said[0]);
      EXPECT_EQ(said[2], said[0]);
    }
  }
}

}  // namespace
}  // namespace iuran::tools
