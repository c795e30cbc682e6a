// Rows of people with columns out of place, from the file to what is said about them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tools/temporary_folder.h"
#include "tools/import.h"

namespace iuran::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ImportOfPersonalData, OutOfPlaceStandsNowhere) {
  TemporaryFolder folder;
  ledger::Options options;
  options.folder = folder.path() / "ledger";
  ASSERT_TRUE(ledger::Ledger::Init(options, {}));
  const auto ledger = *ledger::Ledger::Open(options, log::Access::kWrite);
  const auto path = folder.Write(
      "members.csv",
      "member,scheme,group,region,from,income,sector,payer,programs,name,nik,birth_date,phone\n"
      "M-1,bpu,Maria SECRET,Sikka,2024-01,1000000,,,JKK+JKM,G-1,,,\n"
      "M-2,Maria SECRET,,Sikka,2024-01,1000000,,,JKK+JKM,bpu,,,\n"
      "M-3,bpu,,Sikka,1990-07,1000000,,,JKK+JKM,Maria,,,\n"
      "M-4,bpu,,Sikka,2024-01,812,,,JKK+JKM,Maria,,,\n"
      "5301012345670001,bpu,,Sikka,2024-01,1000000,,,JKK+JKM,Maria,5301012345670001,,\n"
      "M-6,bpu,Maria SECRET,Sikka,2024-01,1000000,,,JKK+JKM,Maria SECRET,,,\n"
      "M-7,bpu,,0812SECRET,2024-01,1000000,,,JKK+JKM,Maria,,,0812SECRET\n"
      "M-8,bpu,,Sikka,2024-01,1000000,,,JKK+JKM,Maria,,,\n"
      "M-8,bpu,,Sikka,2024-02,1000000,,,JKK+JKM,Maria,,,\n");
  const auto take = [&](const std::optional<std::filesystem::path>& rejects_file) {
    std::string told;
    ImportOptions how;
    how.author = "clerk";
    how.note = [&told](std::string_view line) { told += std::string(line) + "\n"; };
    const auto rejects = *Rejects::Open(rejects_file, how.note);
    EXPECT_EQ(Import(*ledger, *PlanImport(path), how, *rejects).rejected(), 8u);
    EXPECT_TRUE(rejects->Finish());
    return told;
  };
  const std::string to_screen = take(std::nullopt);
  take(folder.path() / "rejects.csv");
  const std::string file = folder.Read("rejects.csv");
  for (const std::string& text : {to_screen, file}) {
    for (const char* personal : {"SECRET", "Maria", "1990", "812", "5301"}) {
      EXPECT_THAT(text, Not(HasSubstr(personal)));
    }
  }
  for (const char* told :
       {"line 2, group: What stands in group", "line 3, scheme", "line 4, from", "line 5, income",
        "line 6, member", "line 7, group", "line 8, region", "line 10, member: The member was"}) {
    EXPECT_THAT(to_screen, HasSubstr(told));
  }
  EXPECT_THAT(file, HasSubstr("10,member,conflict,M-8,")) << "an identifier in its place is shown";
}

}  // namespace
}  // namespace iuran::tools
