// What the document of a scheme with employers may say, row by row, and what a later version of a
// document must keep. The rest of the form is in scheme_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/rules/later_version.h"
#include "lives.h"

namespace iuran::rules {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string Replaced(std::string_view document, std::string_view text, std::string_view instead) {
  std::string changed(document);
  const size_t at = changed.find(text);
  EXPECT_NE(at, std::string::npos) << text;
  if (at != std::string::npos) changed.replace(at, text.size(), instead);
  return changed;
}

// Each row: something in the shipped document, what takes its place, what the refusal must name.
struct Case {
  const char* text;
  const char* instead;
  const char* place;
  const char* valid;
};
constexpr Case kCases[] = {
    {"\"party\": \"employer\"", "\"party\": \"boss\"", "programs[0].formula.party",
     "\"member\", \"employer\" or \"worker\""},
    {"\"0.24\", ", "", "programs[0].formula.percents", "each risk class from 1 to 5"},
    {"\"0.24\"", "0.24", "programs[0].formula.percents[0]", "decimal text"},
    {"\"party\": \"worker\"", "\"party\": \"employer\"", "programs[2].formula.parts[1].party",
     "no part yet"},
    {"{\"party\": \"employer\", \"percent\": \"0.30\"}", "", "programs[1].formula.parts",
     "at least one part"},
    {"\"percent\": \"3.70\"", "\"percent\": \"370\"", "programs[2].formula.parts[0].percent",
     "at most 100"},
    {"\"ceiling\": 7000000", "\"ceiling\": 0", "programs[3].formula.ceiling", "from 1 to"},
    {"\"ceiling\": 7000000", "\"cap\": 7000000", "programs[3].formula", "no field \"cap\""},
    {"\"until\": \"2016-02\"", "\"until\": \"2016-03\"", "programs[4]", "must begin in 2016-04"},
    {"\"until\": \"2016-02\"", "\"until\": \"2015-02\"", "programs[3].until", "not before"},
    {"\"not_applied\": \"Only for employers who had paid up to 2020-07.\"", "\"not_applied\": \"\"",
     "reliefs[0].not_applied", "text"},
    {"\"program\": \"JKM\", \"percent\"", "\"program\": \"JKK\", \"percent\"",
     "fund_split[0].out_of[1].program", "not named yet"},
    {"\"program\": \"JKM\", \"percent\"", "\"program\": \"JP\", \"percent\"",
     "fund_split[0].out_of[1].program", "\"programs\""},
    {"\"from_state\": \"0.22\"", "\"from_state\": \"0\"", "fund_split[0].from_state",
     "more than 0"},
    {"\"until\": \"2023-09\"", "\"until\": \"2023-10\"", "fund_split[1]", "overlaps fund_split[0]"},
    {"\"fund\": \"JKP\", ", "", "fund_split[0]", "\"fund\" is missing"},
    {"\"kind\": \"employment\"", "\"kind\": \"job\"", "cover.kind", "\"spells\" or \"employment\""},
    {"\"kind\": \"per_started_month\"", "\"kind\": \"daily\"", "penalty.kind",
     "\"none\" or \"per_started_month\""},
    {"\"percent\": \"2.00\", \"from\": \"2015-07\"", "\"percent\": \"2.00\", \"from\": \"2015-08\"",
     "penalty.rows[0]", "must begin in 2015-07"},
    {"\"percent\": \"2.00\", \"from\": \"2015-07\"",
     "\"percent\": \"2.00\", \"from\": \"2015-07\", \"until\": \"2030-01\"", "penalty.rows[0]",
     "must have no \"until\""},
    {"\"rows\": [", "\"rows\": [], \"more\": [", "penalty", "no field \"more\""},
};

TEST(PuDocument, IsRefusedWithTheRowAndWhatWouldBeValid) {
  for (const Case& each : kCases) {
    SCOPED_TRACE(std::string(each.text) + " -> " + each.instead);
    const auto scheme = Scheme::Parse(Replaced(PuDocument(), each.text, each.instead));
    ASSERT_FALSE(scheme.has_value());
    EXPECT_EQ(scheme.error().code, ErrorCode::kInvalidValue);
    EXPECT_THAT(scheme.error().message, AllOf(HasSubstr(each.place), HasSubstr(each.valid)));
  }
  const size_t rows = PuDocument().find("\"rows\": [");
  const std::string none = std::string(PuDocument().substr(0, rows)) + "\"rows\": []}}";
  EXPECT_THAT(Scheme::Parse(none).error().message,
              AllOf(HasSubstr("penalty.rows"), HasSubstr("at least one row")));
}

// A law that lowers the penalty of some months is a row, and so is a relief with its factor:
// written down and not applied, it changes nothing; applied, one rounding takes the percentage and
// it.
TEST(PuDocument, ReliefsAndPenaltiesAreDatedRows) {
  const std::string lower = Replaced(
      PuDocument(), "{\"percent\": \"2.00\", \"from\": \"2015-07\"",
      "{\"percent\": \"2.00\", \"from\": \"2015-07\", \"until\": \"2020-07\", \"source\": \"a\"},"
      "{\"percent\": \"0.50\", \"from\": \"2020-08\", \"until\": \"2021-01\", \"source\": "
      "\"PP 49/2020\"},{\"percent\": \"2.00\", \"from\": \"2021-02\"");
  const auto scheme = Scheme::Parse(lower).value();
  EXPECT_EQ(scheme->Penalty(M("2020-07"), Rp(100'000), D("2021-12-31")).amount, Rp(34'000));
  EXPECT_EQ(scheme->Penalty(M("2020-08"), Rp(100'000), D("2021-12-31")).amount, Rp(8'000));
  EXPECT_EQ(scheme->Penalty(M("2020-08"), Rp(100'000), D("2021-12-31")).source, "PP 49/2020");
  EXPECT_EQ(scheme->Penalty(M("2021-02"), Rp(100'000), D("2021-12-31")).amount, Rp(20'000));

  const InForce worker = Worker(2'500'000, 3, "JKK+JKM");
  EXPECT_EQ(Pu().Price(M("2020-08"), worker), Rp(29'750));
  const auto relieved =
      Scheme::Parse(Replaced(PuDocument(),
                             "\"not_applied\": \"Only for employers who had paid up to 2020-07.\",",
                             ""))
          .value();
  EXPECT_EQ(relieved->Price(M("2020-07"), worker), Rp(29'750));
  EXPECT_EQ(relieved->Price(M("2020-08"), worker), Rp(223 + 75));  // 222.50
  EXPECT_EQ(relieved->PriceFrom(M("2020-08"), worker).last, M("2021-01"));
  EXPECT_THAT(std::string(relieved->PriceLines(M("2020-08"), worker)[0].source),
              AllOf(HasSubstr("PP 44/2015"), HasSubstr("PP 49/2020")));
}

TEST(PuDocument, ALaterVersionKeepsWhatMembersHave) {
  const auto message = [](std::string_view text, std::string_view instead) {
    const auto later = Scheme::Parse(Replaced(PuDocument(), text, instead));
    EXPECT_TRUE(later.has_value()) << later.error().message;
    const auto refused = CheckLaterVersion(Pu(), **later);
    return refused ? refused->message : std::string();
  };
  EXPECT_EQ(message("\"0.24\"", "\"0.25\""), "");
  EXPECT_THAT(
      message("{\"kind\": \"percent_of_income\", \"parts\": [{\"party\": \"employer\", "
              "\"percent\": \"0.30\"}]}",
              "{\"kind\": \"percent_by_risk_class\", \"party\": \"employer\", \"percents\": "
              "[\"1\", \"1\", \"1\", \"1\", \"1\"]}"),
      HasSubstr("prices JKM by risk class"));
  EXPECT_THAT(CheckLaterVersion(Pu(), Bpu())->message, HasSubstr("no row for JP"));
}

}  // namespace
}  // namespace iuran::rules
