// What an import reads and writes around the ledger: its files in order, batches, rejects.
#include "tools/import_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tools/temporary_folder.h"
#include "tools/csv_reader.h"
#include "tools/import_batches.h"
#include "tools/rejects.h"

namespace iuran::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

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
