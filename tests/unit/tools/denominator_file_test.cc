// Denominators from a file, and percentages from whole numbers.
#include "tools/denominator_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tools/temporary_folder.h"

namespace iuran::tools {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Percent, IsRoundedHalfUpFromWholeNumbers) {
  EXPECT_EQ(Percent(0, 7), "0.00");
  EXPECT_EQ(Percent(1, 3), "33.33");
  EXPECT_EQ(Percent(2, 3), "66.67");
  EXPECT_EQ(Percent(1, 20'000), "0.01") << "half of a hundredth, up";
  EXPECT_EQ(Percent(99'999, 2'000'000'000), "0.00") << "just below the half";
  EXPECT_EQ(Percent(100'000, 2'000'000'000), "0.01");
  EXPECT_EQ(Percent(1'005, 100'000), "1.01") << "1.005 is below the half in floating point";
  EXPECT_EQ(Percent(5, 4), "125.00") << "the file may be older than the members";
  EXPECT_EQ(Percent(kMostPersons, kMostPersons), "100.00");
  EXPECT_EQ(Percent(kMostPersons, 1), "10000000000000.00");
}

class DenominatorFile : public ::testing::Test {
 protected:
  std::string ErrorOf(std::string_view text) {
    const auto read = ReadDenominators(folder_.Write("labour.csv", text), "region");
    if (read) return "read";
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidValue);
    return read.error().message;
  }
  TemporaryFolder folder_;
};

TEST_F(DenominatorFile, IsReadInAnyOrderOfColumns) {
  const auto file = folder_.Write("labour.csv",
                                  "\xEF\xBB\xBF"
                                  "date,source,persons,region\r\n"
                                  "2025-02-28,\"BPS, Sakernas\",158400,Sikka\r\n"
                                  "\r\n"
                                  "2024-08-31,Dinas,1,\"Ende, kota\"");
  const auto read = ReadDenominators(file, "region");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ(read->at("Sikka").persons, 158'400);
  EXPECT_EQ(read->at("Sikka").source, "BPS, Sakernas");
  EXPECT_EQ(read->at("Ende, kota").date, events::Day::Of(2024, 8, 31));
}

TEST_F(DenominatorFile, OneWrongValueEndsItWithItsPlace) {
  const std::string header = "region,persons,source,date\n";
  const auto in = [](std::string_view place) {
    return AllOf(HasSubstr("labour.csv, line "), HasSubstr(std::string(place)));
  };
  EXPECT_THAT(ErrorOf(""), in("line 1: The file is empty."));
  EXPECT_THAT(ErrorOf("region,persons,source\n"), in("line 1, column date: "));
  EXPECT_THAT(ErrorOf("region,persons,source,date,note\n"), in("line 1: There is a column too"));
  EXPECT_THAT(ErrorOf("region,persons,source,date,date\n"), in("line 1: There is a column too"));
  for (const std::string persons : {"", "0", "-1", "+1", "1.5", "1,000", " 1", "1 ", "0x1", "1e3",
                                    "100000000001", "99999999999999999999"}) {
    EXPECT_THAT(ErrorOf(header + "Sikka,\"" + persons + "\",BPS,2025-02-28\n"),
                in("line 2, column persons: "));
  }
  EXPECT_THAT(ErrorOf(header + "Ende,1,BPS,2025-02-28\nSikka,1,BPS,2025-02-30\n"),
              in("line 3, column date: "));
  EXPECT_THAT(ErrorOf(header + ",1,BPS,2025-02-28\n"), in("line 2, column region: "));
  EXPECT_THAT(ErrorOf(header + "Sikka ,1,BPS,2025-02-28\n"), in("line 2, column region: "));
  EXPECT_THAT(ErrorOf(header + "Sikka,1,,2025-02-28\n"), in("line 2, column source: "));
  EXPECT_THAT(ErrorOf(header + "Sikka,1,BPS\n"), in("line 2: The row has 3 values"));
  EXPECT_THAT(ErrorOf(header + "Sikka,1,\"BPS,2025-02-28\n"), in("line 2, column source: "));
  EXPECT_THAT(ErrorOf(header + "Sikka,1,\xff,2025-02-28\n"), in("line 2, column source: "));
  EXPECT_THAT(ErrorOf(header + "Sikka,1,BPS,2025-02-28\nSikka,2,BPS,2025-02-28\n"),
              in("line 3, column region: \"Sikka\" stands"));
  EXPECT_THAT(ErrorOf(header + "Sikka,5307011204880001,BPS,2025-02-28\n"),
              AllOf(in("line 2, column persons: "), Not(HasSubstr("5307011204880001"))))
      << "may be a NIK";
}

}  // namespace
}  // namespace iuran::tools
