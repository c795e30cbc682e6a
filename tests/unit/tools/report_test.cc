// The report writer: one set of rows in its three forms.
#include "tools/report.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>

namespace iuran::tools {
namespace {

using events::Day;
using events::Money;
using events::Month;

// What `write` sends to its Output.
template <typename Write>
std::string Written(Write write) {
  std::FILE* file = std::tmpfile();
  Output out(fileno(file));
  write(out);
  EXPECT_TRUE(out.Finish());
  std::rewind(file);
  std::string text(1 << 16, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

std::string TwoMembers(Format format) {
  return Written([format](Output& out) {
    Report report(out, format,
                  {{"member"},
                   {"arrears", ColumnKind::kAmount, true},
                   {"months_overdue", ColumnKind::kCount, true},
                   {"oldest_overdue"}});
    report.Text("KM-001");
    report.Amount(Money::FromRupiah(1'234'567));
    report.Count(2);
    report.Date(std::optional(Month::Of(2026, 8)));
    report.EndRow();
    report.Text("says \"hi\", twice\x1b");
    report.Amount(Money::FromSen(1680050));
    report.Count(0);
    report.Date(std::optional<Day>());
    report.EndRow();
    report.Finish("Nobody.");
  });
}

TEST(Report, CsvQuotesAsRfc4180AndLeavesEmptyWhatDoesNotApply) {
  EXPECT_EQ(TwoMembers(Format::kCsv),
            "member,arrears,months_overdue,oldest_overdue\n"
            "KM-001,1234567,2,2026-08\n"
            "\"says \"\"hi\"\", twice\x1b\",16800.50,0,\n");
}

TEST(Report, JsonKeepsAmountsAsText) {
  EXPECT_EQ(TwoMembers(Format::kJson),
            "[\n"
            "{\"member\":\"KM-001\",\"arrears\":\"1234567\",\"months_overdue\":2,"
            "\"oldest_overdue\":\"2026-08\"},\n"
            "{\"member\":\"says \\\"hi\\\", twice\\u001b\",\"arrears\":\"16800.50\","
            "\"months_overdue\":0,\"oldest_overdue\":null}\n"
            "]\n");
}

TEST(Report, TableAlignsGroupsAndAddsUp) {
  EXPECT_EQ(TwoMembers(Format::kTable),
            "member                  arrears  months_overdue  oldest_overdue\n"
            "---------------------------------------------------------------\n"
            "KM-001                1,234,567               2  2026-08\n"
            "says \"hi\", twice?     16,800.50               0\n"
            "---------------------------------------------------------------\n"
            "Total of 2         1,251,367.50               2\n");
}

TEST(Report, EmptyReportsSaySo) {
  const auto empty = [](Format format) {
    return Written([format](Output& out) {
      Report(out, format, {{"member"}, {"arrears", ColumnKind::kAmount, true}}).Finish("Nobody.");
    });
  };
  EXPECT_EQ(empty(Format::kTable), "Nobody.\n");
  EXPECT_EQ(empty(Format::kCsv), "member,arrears\n");
  EXPECT_EQ(empty(Format::kJson), "[]\n");
}

TEST(Grouped, GroupsTheWholePartInThrees) {
  EXPECT_EQ(Grouped(int64_t{0}), "0");
  EXPECT_EQ(Grouped(int64_t{999}), "999");
  EXPECT_EQ(Grouped(int64_t{-1000}), "-1,000");
  EXPECT_EQ(Grouped(Money::FromSen(123456789050)), "1,234,567,890.50");
  EXPECT_EQ(Grouped(-Money::FromRupiah(100'000)), "-100,000");
}

// Rulebook 1 allows 10^13 rupiah a row; sums may leave 64 bits of sen and must still print.
TEST(AppendAmount, PrintsBeyond64Bits) {
  Money sum;
  for (int i = 0; i < 30'000; ++i) sum += events::kMaxAmount;
  std::string text;
  AppendAmount(text, sum);
  EXPECT_EQ(text, "300000000000000000");
  text.clear();
  for (int i = 0; i < 10; ++i) sum = sum + sum;
  AppendAmount(text, sum);
  EXPECT_EQ(text, "307200000000000000000");
}

TEST(Output, TellsAFullDiskAndForgivesAReaderThatLeft) {
  std::FILE* full = std::fopen("/dev/full", "w");
  ASSERT_NE(full, nullptr);
  Output out(fileno(full));
  out.Write("figures");
  const auto finished = out.Finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(ExitCode(finished.error().code), 4);
  EXPECT_FALSE(out.wanted());
  std::fclose(full);
}

}  // namespace
}  // namespace iuran::tools
