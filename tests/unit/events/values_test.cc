// The values of rulebook 1: what is taken, what is refused and how the refusal reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "events/event.h"
#include "events/quote.h"
#include "events/utf8.h"

namespace iuran::events {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Money, TakesTheFormsOfRulebook1AndPrintsThemBack) {
  const struct {
    const char* text;
    int64_t sen;
    const char* printed;
  } kCases[] = {
      {"16800", 1'680'000, "16800"},
      {"16800.00", 1'680'000, "16800"},
      {"16800.5", 1'680'050, "16800.50"},
      {"16800.05", 1'680'005, "16800.05"},
      {"0.01", 1, "0.01"},
      {"007", 700, "7"},
      {"10000000000000", 1'000'000'000'000'000, "10000000000000"},
      {"10000000000000.00", 1'000'000'000'000'000, "10000000000000"},
  };
  for (const auto& c : kCases) {
    const auto money = ParseAmount(c.text);
    ASSERT_TRUE(money) << c.text;
    EXPECT_EQ(static_cast<int64_t>(money->sen()), c.sen) << c.text;
    EXPECT_EQ(money->ToString(), c.printed);
  }
  EXPECT_EQ((-Money::FromRupiah(16800)).ToString(), "-16800");
  EXPECT_EQ(Money::FromSen(-5).ToString(), "-0.05");
  EXPECT_EQ(Money().ToString(), "0");
  const Int128 smallest = Int128{1} << 126;
  EXPECT_EQ(Money::FromSen(-smallest - smallest).ToString(),
            "-1701411834604692317316873037158841057.28");
}

TEST(Money, RefusesEverythingElseAndSaysWhatWouldBeValid) {
  for (const char* text : {"",
                           ".",
                           "16800.",
                           ".5",
                           "0",
                           "0.00",
                           "-1",
                           "+1",
                           " 1",
                           "1 ",
                           "1,000",
                           "1.000.000",
                           "16.800",
                           "1e3",
                           "0x10",
                           "Rp16800",
                           "16800.001",
                           "10000000000000.01",
                           "10000000000001",
                           "340282366920938463463374607431768211457",
                           "\xD9\xA1",
                           "1\n"}) {
    const auto money = ParseAmount(text);
    ASSERT_FALSE(money) << text;
    EXPECT_EQ(money.error().code, ErrorCode::kInvalidValue);
    EXPECT_THAT(money.error().message,
                AllOf(HasSubstr(Quoted(text)), HasSubstr("16800 or 16800.00")));
  }
  EXPECT_FALSE(ParseAmount(std::string(70'000, '9')));
  EXPECT_FALSE(ParseAmount(std::string_view("1\0", 2)));
}

TEST(Money, SharesAreRoundedOnceHalfUpFromTheExactDecimal) {
  // Rulebook 2: 1 % of a base, 0.54 % and 3.7 % of a wage.
  EXPECT_EQ(RoundedShare(Money::FromRupiah(1'000'000), 1, 100), Money::FromRupiah(10'000));
  EXPECT_EQ(RoundedShare(Money::FromRupiah(3'333'333), 54, 10'000), Money::FromRupiah(18'000));
  EXPECT_EQ(RoundedShare(Money::FromRupiah(50), 1, 100), Money::FromRupiah(1));
  EXPECT_EQ(RoundedShare(Money::FromRupiah(49), 1, 100), Money());
  EXPECT_EQ(RoundedShare(Money::FromSen(49), 1, 1), Money());
  EXPECT_EQ(RoundedShare(Money::FromSen(50), 1, 1), Money::FromRupiah(1));
  // Halves of an odd number of sen: 16,799.995 is below the half, 16,800.50 on it.
  EXPECT_EQ(RoundedShare(Money::FromSen(1), 49'999, 1'000), Money());
  EXPECT_EQ(RoundedShare(Money::FromSen(1), 50'000, 1'000), Money::FromRupiah(1));

  // The definition: the one whole rupiah r with r - 1/2 <= exact < r + 1/2.
  std::mt19937_64 random(20261122);
  for (int i = 0; i < 20'000; ++i) {
    const auto sen = static_cast<int64_t>(random() % 1'000'000'000'000'001u);
    const auto numerator = static_cast<int64_t>(random() % 20'001);
    const auto denominator = static_cast<int64_t>(random() % 20'000 + 1);
    const Int128 rounded = RoundedShare(Money::FromSen(sen), numerator, denominator).sen();
    ASSERT_EQ(static_cast<int>(rounded % 100), 0);
    const Int128 twice_exact = 2 * Int128{sen} * numerator;
    ASSERT_LE((2 * rounded - 100) * denominator, twice_exact);
    ASSERT_GT((2 * rounded + 100) * denominator, twice_exact);
  }
}

TEST(Calendar, EveryDayOfTheYears1To9999IsWhatCountingSaysItIs) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  Day day = kFirstDay;
  int weekday = 1;  // 0001-01-01 is a Monday.
  for (int year = 1; year <= 9999; ++year) {
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    for (int month = 1; month <= 12; ++month) {
      const int days = kDays[month - 1] + (leap && month == 2 ? 1 : 0);
      const Month contract = Month::Of(year, month);
      ASSERT_EQ(contract.FirstDay(), day);
      ASSERT_EQ(contract.LastDay(), day + (days - 1));
      ASSERT_EQ(contract.DayOf(30), day + (std::min(days, 30) - 1));
      ASSERT_EQ(contract.Year(), year);
      ASSERT_EQ(contract.MonthOfYear(), month);
      for (int d = 1; d <= days; ++d, day = day + 1, weekday = (weekday + 1) % 7) {
        ASSERT_EQ(Month::Containing(day), contract);
        ASSERT_EQ(day.Weekday(), weekday);
      }
    }
  }
  EXPECT_EQ(day, kLastDay + 1);
}

TEST(Calendar, DaysAndMonthsArePrintedAndReadStrictly) {
  for (Day day = kFirstDay; day <= kLastDay; day = day + 97) {
    ASSERT_EQ(ParseDay(day.ToString()).value(), day);
    const Month month = Month::Containing(day);
    ASSERT_EQ(ParseMonth(month.ToString()).value(), month);
  }
  EXPECT_EQ(kFirstDay.ToString(), "0001-01-01");
  EXPECT_EQ(kLastDay.ToString(), "9999-12-31");
  EXPECT_EQ(kLastMonth.ToString(), "9999-12");
  EXPECT_EQ(ParseDay("2024-02-29").value(), Day::Of(2024, 2, 29));
  for (const char* text :
       {"", "2025-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00",
        "2026-01-32", "0000-01-01", "10000-01-01", "2026-1-2", "2026/01/02", "20260102",
        " 2026-01-02", "2026-01-02 ", "-026-01-02", "2026-01-0x", "22-11-2026", "2026-11"}) {
    const auto day = ParseDay(text);
    ASSERT_FALSE(day) << text;
    EXPECT_THAT(day.error().message, AllOf(HasSubstr(Quoted(text)), HasSubstr("YYYY-MM-DD")));
  }
  for (const char* text : {"", "2026", "2026-13", "2026-00", "0000-12", "2026-1", "2026-011",
                           "202611", "2026-11-22", "11-2026", " 2026-11"}) {
    const auto month = ParseMonth(text);
    ASSERT_FALSE(month) << text;
    EXPECT_THAT(month.error().message, AllOf(HasSubstr(Quoted(text)), HasSubstr("YYYY-MM,")));
  }
}

TEST(Calendar, MonthsAreClampedAndMayStepOutsideTheYearsThatCanBeWritten) {
  EXPECT_EQ(Month::Of(2025, 2).DayOf(31).ToString(), "2025-02-28");
  EXPECT_EQ((Month::Of(2026, 7) + 120).ToString(), "2036-07");
  EXPECT_EQ((Month::Of(2026, 1) - 1).ToString(), "2025-12");
  EXPECT_EQ(Month::Of(2026, 3) - Month::Of(2023, 11), 28);
  EXPECT_EQ((kLastMonth + 120).FirstDay() - 1, (kLastMonth + 119).LastDay());
  const Month before = kFirstMonth - 13;  // December of the year -1
  EXPECT_EQ(before.Year(), -1);
  EXPECT_EQ(before.MonthOfYear(), 12);
  EXPECT_EQ(before.LastDay() + 1, (before + 1).FirstDay());
  EXPECT_EQ(Month::Containing(before.FirstDay()), before);
}

TEST(Calendar, TimesAreInUtcWithSixDecimals) {
  const struct {
    const char* text;
    const char* printed;
  } kCases[] = {
      {"2026-11-22T08:15:30Z", "2026-11-22T08:15:30.000000Z"},
      {"2026-11-22T08:15:30.5Z", "2026-11-22T08:15:30.500000Z"},
      {"2026-11-22T08:15:30.123456Z", "2026-11-22T08:15:30.123456Z"},
      {"2026-11-22T00:15:30+08:00", "2026-11-21T16:15:30.000000Z"},
      {"2026-11-22T23:00:00.000001-03:30", "2026-11-23T02:30:00.000001Z"},
      {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
  };
  for (const auto& c : kCases) {
    const auto time = ParseTime(c.text);
    ASSERT_TRUE(time) << c.text;
    EXPECT_EQ(ToString(*time), c.printed);
    EXPECT_EQ(ParseTime(c.printed).value(), *time);
  }
  EXPECT_EQ(ParseTime(ToString(kFirstTime)).value(), kFirstTime);
  EXPECT_EQ(ParseTime(ToString(kLastTime)).value(), kLastTime);
  for (const char* text :
       {"", "2026-11-22", "2026-11-22T08:15:30", "2026-11-22 08:15:30Z", "2026-11-22T24:00:00Z",
        "2026-11-22T08:60:00Z", "2026-11-22T08:15:60Z", "2026-11-22T08:15:30.Z",
        "2026-11-22T08:15:30.1234567Z", "2026-11-22T08:15:30z", "2026-11-22T08:15:30+0800",
        "2026-11-22T08:15:30+24:00", "2026-02-30T08:15:30Z", "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:00:00-08:00", "2026-11-22T08:15:30ZZ"}) {
    const auto time = ParseTime(text);
    ASSERT_FALSE(time) << text;
    EXPECT_THAT(time.error().message, HasSubstr("2026-11-22T08:15:30Z"));
  }
}

TEST(Ids, Are1To64PrintableAsciiCharactersWithoutSpacesAtTheEnds) {
  std::string all;
  for (char c = 0x21; c <= 0x7e; ++c) all += c;
  for (const std::string& text :
       {std::string("M-1"), std::string("a b"), std::string("~"), std::string(64, 'x'),
        all.substr(0, 64), all.substr(all.size() - 64)}) {
    EXPECT_EQ(ParseId<MemberId>(text).value().text(), text);
  }
  for (const std::string& text :
       {std::string(), std::string(" "), std::string(" M"), std::string("M "), std::string(65, 'x'),
        std::string("M\t1"), std::string("M\n"), std::string("M\0001", 3),
        std::string("Jos\xC3\xA9"), std::string("M\x7f"), std::string("M\xff")}) {
    const auto id = ParseId<MemberId>(text);
    ASSERT_FALSE(id) << Quoted(text);
    EXPECT_EQ(id.error().code, ErrorCode::kInvalidValue);
    EXPECT_THAT(id.error().message, HasSubstr("1 to 64 printable ASCII"));
  }
  EXPECT_EQ(Quoted("M\n\xC3"), "\"M\\x0A\\xC3\"");
  EXPECT_LT(Quoted(std::string(70'000, 'x')).size(), 100u);
}

TEST(Utf8, IsWellFormedOrRefused) {
  for (const char* text : {"", "Ende", "Nusa \xC3\xA9", "\xE2\x82\xAC", "\xED\x9F\xBF",
                           "\xF0\x9F\x99\x82", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
  // Cut short, overlong, a surrogate, beyond U+10FFFF, a lone continuation.
  for (const char* text :
       {"\xC3", "\xE2\x82", "\xC0\xAF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xED\xA0\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80", "a\xFF"}) {
    EXPECT_FALSE(IsUtf8(text));
  }
}

TEST(Words, OfTheClosedListsAreThoseOfRulebook1) {
  for (const char* word : {"employer", "cooperative", "congregation", "donor", "agency"}) {
    EXPECT_EQ(Name(ParseGroupKind(word).value()), word);
  }
  for (const char* word : {"other", "transport"}) EXPECT_EQ(Name(ParseSector(word).value()), word);
  for (const char* word : {"self", "state"}) EXPECT_EQ(Name(ParsePayer(word).value()), word);
  for (const char* word : {"contribution", "penalty"}) {
    EXPECT_EQ(Name(ParsePurpose(word).value()), word);
  }
  EXPECT_EQ(ParseGroupKind("Employer").error().message,
            "\"Employer\" is not a kind of group. Write one of: employer, cooperative, "
            "congregation, donor, agency.");
  EXPECT_FALSE(ParseSector(""));
  EXPECT_FALSE(ParsePayer("employer"));
  EXPECT_FALSE(ParsePurpose("contribution "));
}

TEST(Words, ProgrammesAreASetPrintedInOneOrder) {
  EXPECT_EQ(ToString(ParseProgramSet("JHT+JKM+JKK").value()), "JKK+JKM+JHT");
  EXPECT_EQ(ToString(ParseProgramSet("JP+JHT+JKM+JKK").value()), "JKK+JKM+JHT+JP");
  EXPECT_EQ(ToString(ParseProgramSet("JKM").value()), "JKM");
  EXPECT_EQ(ParseProgramSet("JKM+JKK").value(), ParseProgramSet("JKK+JKM").value());
  for (const char* text : {"", "+", "JKK+", "+JKK", "JKK++JKM", "JKK+JKK", "jkk", "JKK JKM",
                           "JKK,JKM", "JKP", "JKK +JKM"}) {
    const auto programs = ParseProgramSet(text);
    ASSERT_FALSE(programs) << text;
    EXPECT_THAT(programs.error().message,
                AllOf(HasSubstr(Quoted(text)), HasSubstr("JKK, JKM, JHT, JP")));
  }
}

TEST(Facts, HaveOneNameAndOneStream) {
  const PaymentReceived payment{PaymentId("P-1"), MemberId("M-1"), {}, {}, {}, {}, {}, {}};
  const MemberExited exit{MemberId("M-1"), {}, {}};
  EXPECT_EQ(StreamOf(payment), "member/M-1");
  EXPECT_EQ(StreamOf(exit), "member/M-1");
  EXPECT_EQ(StreamOf(LedgerOpened{}), "ledger");
  EXPECT_EQ(StreamOf(EventsLost{}), "ledger");
  EXPECT_EQ(StreamOf(SchemeEnacted{SchemeId("bpu"), ""}), "scheme/bpu");
  EXPECT_EQ(StreamOf(CreditRefunded{RefundId("RF-1"), MemberId("M-1"), {}, {}, {}, {}, {}}),
            "member/M-1");
  EXPECT_EQ(StreamOf(PaymentListHeld{RemittanceId("R-1"), 1, {}, {}}), "remittance/R-1");
  EXPECT_EQ(StreamOf(MonthClosed{}), "closing");
  EXPECT_EQ(StreamOf(ChangeProposed{"refund/RF-1", CreditRefunded{}}), "proposal/refund/RF-1");
  EXPECT_EQ(StreamOf(ProposalDeclined{"refund/RF-1", ""}), "proposal/refund/RF-1");
  EXPECT_EQ(TypeName(payment), "payment_received");
  EXPECT_EQ(TypeName(PersonForgotten{}), "person_forgotten");
  EXPECT_THAT(TypeNames(),
              ::testing::ElementsAre(
                  "ledger_opened", "scheme_enacted", "group_registered", "member_enrolled",
                  "attribute_changed", "member_exited", "remittance_received", "payment_received",
                  "payment_reversed", "person_forgotten", "events_lost", "personal_data_corrected",
                  "credit_refunded", "penalty_waived", "remittance_returned", "payment_list_held",
                  "month_closed", "change_proposed", "proposal_declined"));
  EXPECT_EQ(Name(Attribute::kRegion), "region");
  EXPECT_EQ(ToString(AttributeValue(Money::FromRupiah(1'500'000))), "1500000");
  EXPECT_EQ(ToString(AttributeValue(ParseProgramSet("JKM+JKK").value())), "JKK+JKM");
  EXPECT_EQ(ToString(AttributeValue(GroupId("G-1"))), "G-1");
}

}  // namespace
}  // namespace iuran::events
