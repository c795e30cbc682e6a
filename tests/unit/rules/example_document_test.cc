// The worked example of another country's scheme: what ledger/tariffs/another-country.md says of
// it, worked out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "ledger/rules/scheme_document.h"
#include "lives.h"

namespace iuran::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string ExampleDocument() {
  std::ifstream file(IURAN_EXAMPLES "/vn.json", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
const Scheme& Vn() {
  static const std::shared_ptr<const Scheme> kScheme = Scheme::Parse(ExampleDocument()).value();
  return *kScheme;
}

std::vector<Money> Amounts(std::string_view month, int64_t wage) {
  std::vector<Money> amounts;
  for (const PriceLine& line : Vn().PriceLines(M(month), Worker(wage, 0, "JKK+JKM+JP"))) {
    amounts.push_back(line.amount);
  }
  return amounts;
}

TEST(ExampleDocument, PricesAWageByItsParts) {
  // 0.5 %, 3 %, 14 % and 8 % of 10,000,000.
  EXPECT_THAT(Amounts("2026-06", 10'000'000),
              ElementsAre(Rp(50'000), Rp(300'000), Rp(1'400'000), Rp(800'000)));
  // Of 5,555,555 they are 27,777.775, 166,666.65, 777,777.7 and 444,444.4: half up, each.
  EXPECT_THAT(Amounts("2026-06", 5'555'555),
              ElementsAre(Rp(27'778), Rp(166'667), Rp(777'778), Rp(444'444)));
}

TEST(ExampleDocument, TakesNoMoreOfAWageThanTwentyTimesTheReferenceLevel) {
  // Of 46,800,000, and from July 2026 on of 50,600,000.
  EXPECT_THAT(Amounts("2026-06", 60'000'000),
              ElementsAre(Rp(234'000), Rp(1'404'000), Rp(6'552'000), Rp(3'744'000)));
  EXPECT_THAT(Amounts("2026-07", 60'000'000),
              ElementsAre(Rp(253'000), Rp(1'518'000), Rp(7'084'000), Rp(4'048'000)));
  EXPECT_EQ(Amounts("2026-07", 50'600'000), Amounts("2026-07", 60'000'000));
}

TEST(ExampleDocument, TakesNoLessOfAWageThanTheReferenceLevel) {
  // Of 2,340,000, and from July 2026 on of 2,530,000.
  EXPECT_THAT(Amounts("2025-07", 2'000'000),
              ElementsAre(Rp(11'700), Rp(70'200), Rp(327'600), Rp(187'200)));
  EXPECT_THAT(Amounts("2026-07", 2'000'000),
              ElementsAre(Rp(12'650), Rp(75'900), Rp(354'200), Rp(202'400)));
}

TEST(ExampleDocument, IsDueOnTheLastDayOfTheMonthAfter) {
  // 31 August 2025 was a Sunday, with National Day and the day before it behind it.
  EXPECT_EQ(Vn().DueDay(M("2025-07")), D("2025-09-03"));
  EXPECT_EQ(Vn().DueDay(M("2025-08")), D("2025-09-30"));
  EXPECT_EQ(Vn().DueDay(M("2026-01")), D("2026-03-02"));  // 28 February is a Saturday
  EXPECT_EQ(Vn().DueDay(M("2026-03")), D("2026-05-04"));  // two holidays and a weekend
}

TEST(ExampleDocument, NamesItsBranches) {
  const SchemeDocument document = ReadSchemeDocument(ExampleDocument()).value();
  EXPECT_EQ(document.currency, "VND");
  EXPECT_EQ(document.programs, P("JKK+JKM+JP"));
  EXPECT_THAT(document.program_titles,
              ElementsAre("occupational accidents and diseases", "sickness and maternity", "",
                          "retirement and survivors"));
  const auto refused = [](std::string_view text, std::string_view instead) {
    std::string changed = ExampleDocument();
    changed.replace(changed.find(text), text.size(), instead);
    return Scheme::Parse(changed).error().message;
  };
  EXPECT_THAT(refused("\"JP\": \"ret", "\"JHT\": \"ret"),
              HasSubstr("program_titles: there is no field \"JHT\"; valid are JKK, JKM, JP"));
  EXPECT_THAT(refused("retirement and survivors", ""), HasSubstr("program_titles.JP"));
  EXPECT_THAT(refused("\"floor\": 2340000", "\"floor\": 46800001"),
              HasSubstr("programs[0].formula.ceiling: 46800000 stands there; valid is an amount "
                        "not below `floor`"));
  EXPECT_THAT(refused("\"floor\": 2340000", "\"floor\": 0"),
              HasSubstr("programs[0].formula.floor"));
}

}  // namespace
}  // namespace iuran::rules
