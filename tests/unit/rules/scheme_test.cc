// The shipped tariff (rulebook 2 and 3) and what a scheme document may say.
#include "ledger/rules/scheme.h"

#include <gmock/gmock.h>

#include "lives.h"

namespace iuran::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Tier {
  int64_t least_income, base, jkk, jht, jkk_jkm, all_three;
};
// PP 44/2015 Lampiran II as printed, typed in apart from the document.
constexpr Tier kTiers[] = {
    {1'000, 1'000'000, 10'000, 20'000, 16'800, 36'800},
    {1'100'000, 1'200'000, 12'000, 24'000, 18'800, 42'800},
    {1'300'000, 1'400'000, 14'000, 28'000, 20'800, 48'800},
    {1'500'000, 1'600'000, 16'000, 32'000, 22'800, 54'800},
    {1'700'000, 1'800'000, 18'000, 36'000, 24'800, 60'800},
    {1'900'000, 2'000'000, 20'000, 40'000, 26'800, 66'800},
    {2'100'000, 2'200'000, 22'000, 44'000, 28'800, 72'800},
    {2'300'000, 2'400'000, 24'000, 48'000, 30'800, 78'800},
    {2'500'000, 2'600'000, 26'000, 52'000, 32'800, 84'800},
    {2'700'000, 2'950'000, 29'500, 59'000, 36'300, 95'300},
    {3'200'000, 3'450'000, 34'500, 69'000, 41'300, 110'300},
    {3'700'000, 3'950'000, 39'500, 79'000, 46'300, 125'300},
    {4'200'000, 4'450'000, 44'500, 89'000, 51'300, 140'300},
    {4'700'000, 4'950'000, 49'500, 99'000, 56'300, 155'300},
    {5'200'000, 5'450'000, 54'500, 109'000, 61'300, 170'300},
    {5'700'000, 5'950'000, 59'500, 119'000, 66'300, 185'300},
    {6'200'000, 6'450'000, 64'500, 129'000, 71'300, 200'300},
    {6'700'000, 6'950'000, 69'500, 139'000, 76'300, 215'300},
    {7'200'000, 7'450'000, 74'500, 149'000, 81'300, 230'300},
    {7'700'000, 7'950'000, 79'500, 159'000, 86'300, 245'300},
    {8'200'000, 8'700'000, 87'000, 174'000, 93'800, 267'800},
    {9'200'000, 9'700'000, 97'000, 194'000, 103'800, 297'800},
    {10'200'000, 10'700'000, 107'000, 214'000, 113'800, 327'800},
    {11'200'000, 11'700'000, 117'000, 234'000, 123'800, 357'800},
    {12'200'000, 12'700'000, 127'000, 254'000, 133'800, 387'800},
    {13'200'000, 13'700'000, 137'000, 274'000, 143'800, 417'800},
    {14'200'000, 14'700'000, 147'000, 294'000, 153'800, 447'800},
    {15'200'000, 15'700'000, 157'000, 314'000, 163'800, 477'800},
    {16'200'000, 16'700'000, 167'000, 334'000, 173'800, 507'800},
    {17'200'000, 17'700'000, 177'000, 354'000, 183'800, 537'800},
    {18'200'000, 18'700'000, 187'000, 374'000, 193'800, 567'800},
    {19'200'000, 19'700'000, 197'000, 394'000, 203'800, 597'800},
    {20'200'000, 20'700'000, 207'000, 414'000, 213'800, 627'800},
};

TEST(Tariff, EveryTierCostsWhatTheAnnexPrints) {
  static_assert(std::size(kTiers) == 33);
  for (size_t i = 0; i < std::size(kTiers); ++i) {
    const Tier& tier = kTiers[i];
    SCOPED_TRACE(tier.least_income);
    // The lower edge, and the last income below the next tier's edge, to the sen.
    const Money top =
        i + 1 < std::size(kTiers) ? Rp(kTiers[i + 1].least_income) - Money::FromSen(1) : kMaxAmount;
    for (const Money income : {Rp(tier.least_income), top}) {
      Attributes member = Someone(0, Sector::kOther, Payer::kSelf, "JKK+JKM+JHT");
      member.income = income;
      const auto lines = Bpu().PriceLines(M("2015-07"), member);
      ASSERT_EQ(lines.size(), 3u);
      EXPECT_EQ(lines[0].amount, Rp(tier.jkk));
      EXPECT_EQ(lines[0].amount, Rp(tier.base / 100));
      EXPECT_EQ(lines[1].amount, Rp(6'800));
      EXPECT_EQ(lines[2].amount, Rp(tier.jht));
      EXPECT_EQ(Bpu().Price(M("2015-07"), member), Rp(tier.all_three));
      member.programs = P("JKK+JKM");
      EXPECT_EQ(Bpu().Price(M("2025-12"), member), Rp(tier.jkk_jkm));
      // Half of every tier is whole rupiah (domain facts 1.6).
      EXPECT_EQ(Bpu().Price(M("2026-04"), member) + Bpu().Price(M("2026-04"), member),
                Rp(tier.jkk_jkm));
      member.programs = P("JHT");  // never halved
      EXPECT_EQ(Bpu().Price(M("2026-04"), member), Rp(tier.jht));
    }
  }
  // Rulebook 2: 1,099,500 is tier 1, 1,100,000 is tier 2.
  EXPECT_EQ(Bpu().Price(M("2024-01"), Someone(1'099'500)), Rp(16'800));
  EXPECT_EQ(Bpu().Price(M("2024-01"), Someone(1'100'000)), Rp(18'800));
}

TEST(Tariff, ReliefOf2026DependsOnSectorPayerAndMonth) {
  const auto other = Someone();
  const auto transport = Someone(1'000'000, Sector::kTransport);
  const auto state = Someone(1'000'000, Sector::kTransport, Payer::kState);
  for (Month month = M("2025-01"); month <= M("2028-01"); ++month) {
    SCOPED_TRACE(month.ToString());
    const bool transport_half = month >= M("2026-01") && month <= M("2027-03");
    const bool other_half = month >= M("2026-04") && month <= M("2026-12");
    EXPECT_EQ(Bpu().Price(month, other), Rp(other_half ? 8'400 : 16'800));
    EXPECT_EQ(Bpu().Price(month, transport), Rp(transport_half ? 8'400 : 16'800));
    EXPECT_EQ(Bpu().Price(month, state), Rp(16'800));
  }
  // Twelve months from July 2026.
  Money sums[3];
  for (Month month = M("2026-07"); month <= M("2027-06"); ++month) {
    sums[0] += Bpu().Price(month, other);
    sums[1] += Bpu().Price(month, transport);
    sums[2] += Bpu().Price(month, state);
  }
  EXPECT_THAT(sums, ElementsAre(Rp(151'200), Rp(126'000), Rp(201'600)));
  // Every line names the law it rests on, the relief included.
  const auto lines = Bpu().PriceLines(M("2026-04"), transport);
  EXPECT_THAT(lines[0].source, testing::AllOf(HasSubstr("PP 44/2015 Lampiran II, row 1"),
                                              HasSubstr("PP 50/2025 art. 4")));
  EXPECT_THAT(lines[1].source, HasSubstr("PP 50/2025"));
}

TEST(Tariff, ARunOfOnePriceEndsWhereThePriceDoes) {
  for (const auto& member : {Someone(), Someone(1'000'000, Sector::kTransport)}) {
    for (Month month = M("2025-06"); month <= M("2027-12"); ++month) {
      const PriceRun run = Bpu().PriceFrom(month, member);
      ASSERT_GE(run.last, month);
      for (Month each = month; each <= std::min(run.last, M("2028-12")); ++each) {
        EXPECT_EQ(Bpu().Price(each, member), run.price) << month.ToString();
      }
    }
  }
}

TEST(DueDay, The15thMovesOverWeekendsAndHolidays) {
  const std::pair<const char*, const char*> kDueDays[] = {
      {"2023-11", "2023-11-15"},  // a Wednesday
      {"2024-06", "2024-06-18"},  // Saturday, Sunday, then Idul Adha on the 17th
      {"2024-09", "2024-09-17"},  // Sunday, then Maulid on the 16th
      {"2023-01", "2023-01-16"},  // Sunday
      {"2025-02", "2025-02-17"},  // Saturday
      {"2026-08", "2026-08-18"},  // Saturday, Sunday, Independence Day
      {"2026-03", "2026-03-16"},  // Sunday
      {"2027-08", "2027-08-16"},  // Sunday; of 2027 no holidays are enacted yet
      {"2015-07", "2015-07-15"}, {"2150-02", "2150-02-16"},  // Sunday, far ahead
  };
  for (const auto& [month, day] : kDueDays) {
    EXPECT_EQ(Bpu().DueDay(M(month)).ToString(), day);
  }
}

TEST(Scheme, SaysWhoItIs) {
  EXPECT_EQ(Bpu().id(), SchemeId("bpu"));
  EXPECT_EQ(Bpu().id(), ShippedSchemes().front().id);
  EXPECT_EQ(Bpu().first_month(), M("2015-07"));
  EXPECT_EQ(Bpu().programs(), P("JKK+JKM+JHT"));
  EXPECT_EQ(Bpu().grace_months(), 3);
  EXPECT_EQ(Bpu().max_months_ahead(), 120);
  EXPECT_FALSE(Bpu().takes_penalty_payments());
}

TEST(SchemeBook, ATariffHoldsFromThePositionWhereItStands) {
  std::string dearer(BpuDocument());
  dearer.replace(dearer.find("6800"), 4, "7000");
  SchemeBook book;
  book.Enact(Position{1}, Scheme::Parse(BpuDocument()).value());
  book.Enact(Position{50}, Scheme::Parse(dearer).value());
  const SchemeId bpu("bpu");
  EXPECT_EQ(book.Find(bpu, Position{0}), nullptr);
  EXPECT_EQ(book.Find(SchemeId("pu"), Position{99}), nullptr);
  EXPECT_EQ(book.Find(bpu, Position{49})->Price(M("2020-01"), Someone()), Rp(16'800));
  EXPECT_EQ(book.Find(bpu, Position{50})->Price(M("2020-01"), Someone()), Rp(17'000));
  EXPECT_TRUE(book.Ids(Position{0}).empty());
  EXPECT_THAT(book.Ids(Position{99}), ElementsAre(bpu));
}

// Each row: something in the shipped document, what takes its place, what the refusal must name.
struct Case {
  const char* text;
  const char* instead;
  const char* place;
  const char* valid;
};
constexpr Case kCases[] = {
    {"{", "[", "", "not JSON text"},
    {"\"format\": 1", "\"format\": 2", "format", "valid is 1."},
    {"\"format\": 1", "\"format\": 1.0", "format", "valid is 1."},
    {"\"format\": 1,", "\"format\": 1, \"format\": 1,", "format", "stands twice"},
    {"\"format\": 1,", "\"format\": 1, \"colour\": 1,", "the top", "no field \"colour\""},
    {"\"currency\": \"IDR\",", "", "the top", "\"currency\" is missing"},
    {"\"currency\": \"IDR\"", "\"currency\": \"Rp\"", "currency", "three capital letters"},
    {"\"first_month\": \"2015-07\"", "\"first_month\": \"2015-13\"", "first_month", "2015-13"},
    {"\"program\": \"JKM\"", "\"program\": \"JKX\"", "programs[1].program", "JKX"},
    {"\"program\": \"JKM\"", "\"program\": \"JKK+JKM\"", "programs[1].program", "one programme"},
    {"\"program\": \"JKM\"", "\"program\": \"JKK\"", "programs[1]", "before it has no \"until\""},
    {"\"program\": \"JKM\", \"from\": \"2015-07\"", "\"program\": \"JKM\", \"from\": \"2015-08\"",
     "programs[1]", "must begin in 2015-07"},
    {"\"from\": \"2015-07\",", "\"from\": \"2015-07\", \"until\": \"2030-01\",", "programs[0]",
     "must have no \"until\""},
    {"\"kind\": \"flat\"", "\"kind\": \"round\"", "programs[1].formula.kind",
     "\"percent_of_income\" or"},
    {"{\"kind\": \"flat\", \"amount\": 6800}", "\"0000-00\"",
     "programs[1].formula: \"0000-00\" stands there", "valid is an object"},
    {"\"kind\": \"flat\", ", "", "programs[1].formula:", "\"kind\" is missing"},
    {"\"kind\": \"none\", ", "", "penalty:", "\"kind\" is missing"},
    {"\"amount\": 6800", "\"amount\": 6800.5", "programs[1].formula.amount", "a whole number"},
    {"\"amount\": 6800", "\"amount\": \"6800\"", "programs[1].formula.amount", "a whole number"},
    {"\"amount\": 6800", "\"amount\": 0", "programs[1].formula.amount", "from 1 to"},
    {"\"percent\": \"1.00\"", "\"percent\": 1.00", "programs[0].formula.percent", "\"1.00\""},
    {"\"percent\": \"1.00\"", "\"percent\": \"1,00\"", "programs[0].formula.percent", "decimal"},
    {"\"percent\": \"1.00\"", "\"percent\": \"1.\"", "programs[0].formula.percent", "decimal"},
    {"\"percent\": \"1.00\"", "\"percent\": \"0.00\"", "programs[0].formula.percent", "more than"},
    {"\"percent\": \"1.00\"", "\"percent\": \"100.01\"", "programs[0].formula.percent", "at most"},
    {"\"income_from\": 0", "\"income_from\": 1", "tiers[0].income_from", "0"},
    {"\"income_from\": 1300000", "\"income_from\": 1100000", "tiers[2].income_from", "above"},
    {"\"base\": 1400000,", "", "tiers[2]", "\"base\" is missing"},
    {"\"base\": 1400000", "\"base\": null", "tiers[2].base", "a whole number"},
    {"\"base\": 1400000, \"source\": \"", "\"base\": 1400000, \"note\": 7, \"source\": \"",
     "tiers[2].note", "text"},
    {"\"sector\": \"other\"", "\"sector\": \"transport\"", "reliefs[2]", "overlaps reliefs[1]"},
    {"\"sector\": \"other\", ", "", "reliefs[2]", "overlaps reliefs[1]"},
    {"\"sector\": \"other\"", "\"sector\": \"farming\"", "reliefs[2].when.sector", "transport"},
    {"\"factor\": \"1/2\"", "\"factor\": \"2/1\"", "reliefs[1].factor", "from 0 to 1"},
    {"\"factor\": \"1/2\"", "\"factor\": \"0.5\"", "reliefs[1].factor", "\"1/2\""},
    {"\"until\": \"2027-03\"", "\"until\": \"2025-03\"", "reliefs[1].until", "not before"},
    {"\"programs\": \"JKK+JKM\"", "\"programs\": \"JKK+JP\"", "reliefs[0].programs",
     "programmes of this scheme"},
    {"\"day\": 15", "\"day\": 32", "due.day", "from 1 to 31"},
    {"to_next_working_day", "to_friday", "due.moved", "to_next_working_day"},
    {"\"2023-01-22\"", "\"2023-01-01\"", "holidays[0].days[1]", "after the one before"},
    {"\"2023-12-25\"", "\"2024-12-25\"", "holidays[0].days[15]", "a day of 2023"},
    {"\"2023-12-25\"", "\"2023-02-30\"", "holidays[0].days[15]", "2023-02-30"},
    {"\"kind\": \"spells\"", "\"kind\": \"none\"", "cover.kind", "\"spells\""},
    {"\"grace_months\": 3", "\"grace_months\": -1", "cover.grace_months", "from 0"},
    {"\"months_ahead\": 120", "\"months_ahead\": 99999", "prepayment.months_ahead", "from 0"},
    {"\"kind\": \"none\"", "\"kind\": \"percent\"", "penalty.kind", "\"none\""},
    {"PP 44/2015 Lampiran II, row 4", "", "tiers[3].source", "text"},
};

TEST(SchemeDocument, IsRefusedWithTheRowAndWhatWouldBeValid) {
  for (const Case& each : kCases) {
    SCOPED_TRACE(std::string(each.text) + " -> " + each.instead);
    std::string document(BpuDocument());
    const size_t at = document.find(each.text);
    ASSERT_NE(at, std::string::npos);
    document.replace(at, std::string(each.text).size(), each.instead);
    const auto scheme = Scheme::Parse(document);
    ASSERT_FALSE(scheme.has_value());
    EXPECT_EQ(scheme.error().code, ErrorCode::kInvalidValue);
    EXPECT_THAT(scheme.error().message,
                testing::AllOf(HasSubstr(each.place), HasSubstr(each.valid)));
  }
}

// What cannot be read is refused before anything of it is believed, in words of our own.
TEST(SchemeDocument, IsWholeJsonTextThatCanBeShown) {
  const auto refusal = [](const std::string& document) {
    const auto scheme = Scheme::Parse(document);
    EXPECT_FALSE(scheme.has_value());
    return scheme ? std::string() : scheme.error().message;
  };
  const std::string document(BpuDocument());
  EXPECT_TRUE(Scheme::Parse(document + " \n").has_value());
  // Behind a zero byte the library reads nothing.
  EXPECT_THAT(refusal(document + std::string(1, '\0')), HasSubstr("a zero byte"));
  EXPECT_THAT(refusal(document + std::string("\0{\"amount\": 9}", 14)), HasSubstr("a zero byte"));
  // Deep enough to exhaust the stack where a value is shown.
  for (const size_t depth : {size_t{17}, size_t{400'000}}) {
    std::string deep = document;
    deep.replace(deep.find("\"format\": 1") + 10, 1,
                 std::string(depth, '[') + std::string(depth, ']'));
    EXPECT_THAT(refusal(deep), HasSubstr("more than 16 deep"));
    EXPECT_THAT(refusal(std::string(depth, '[')), HasSubstr("cannot be read"));
  }
  EXPECT_THAT(refusal("{\n \"format\": \"\xff" + std::string(5000, 'x')),
              testing::EndsWith("JSON text: line 2, column 13 cannot be read."));
  EXPECT_THAT(refusal("{\"a\": [{\"b\": 1}, {\"c\": 1, \"d\": {}, \"c\": 2}]}"),
              HasSubstr("at a[1].c: the field stands twice"));
  EXPECT_THAT(refusal("{\"format\": 1e999}"), HasSubstr("a number at format is too large"));
}

// Rows of one programme that follow each other: the price changes with the contribution month, and
// each amount is rounded once, half up, to whole rupiah.
TEST(SchemeDocument, RowsFollowEachOtherAndRoundHalfUpOnce) {
  std::string document(BpuDocument());
  const std::string row = "{\"program\": \"JKM\", \"from\": \"2015-07\",";
  ASSERT_NE(document.find(row), std::string::npos);
  document.replace(document.find(row), row.size(),
                   "{\"program\": \"JKM\", \"from\": \"2015-07\", \"until\": \"2020-12\", "
                   "\"formula\": {\"kind\": \"flat\", \"amount\": 6801}, \"source\": \"old\"},"
                   "{\"program\": \"JKM\", \"from\": \"2021-01\",");
  const auto jkk = document.find("\"1.00\"");
  document.replace(jkk, 6, "\"0.00025\"");  // of 1,000,000: 2.5
  const auto scheme = Scheme::Parse(document);
  ASSERT_TRUE(scheme.has_value()) << scheme.error().message;
  const auto jkm = Someone(1'000'000, Sector::kTransport, Payer::kSelf, "JKM");
  EXPECT_EQ((*scheme)->Price(M("2020-12"), jkm), Rp(6'801));
  EXPECT_EQ((*scheme)->Price(M("2021-01"), jkm), Rp(6'800));
  EXPECT_EQ((*scheme)->PriceFrom(M("2020-01"), jkm).last, M("2020-12"));
  EXPECT_EQ((*scheme)->PriceLines(M("2020-12"), jkm)[0].source, "old");
  const auto accident = Someone(1'000'000, Sector::kTransport, Payer::kSelf, "JKK");
  EXPECT_EQ((*scheme)->Price(M("2020-01"), accident), Rp(3));
  EXPECT_EQ((*scheme)->Price(M("2026-01"), accident), Rp(1));  // 1.25; half of 3 would be 2
}

}  // namespace
}  // namespace iuran::rules
