// Rulebook 1: which rows are accepted, repeated or rejected, and with which column and reason.
#include "ledger/rules/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/rules/shipped_schemes.h"
#include "tests/support/map_book.h"

namespace iuran {
namespace {

using namespace rules;
using testing::AllOf;
using testing::HasSubstr;
using tests::MapBook;

// What deciding asks of a scheme, without a tariff behind it.
class PlainScheme : public Scheme {
 public:
  PlainScheme(std::string id, std::string_view programs, std::string_view by_risk, bool penalties)
      : id_(std::move(id)), programs_(*ParseProgramSet(programs)), penalties_(penalties) {
    if (!by_risk.empty()) by_risk_ = *ParseProgramSet(by_risk);
  }
  const SchemeId& id() const override { return id_; }
  const std::string& title() const override { return title_; }
  const std::string& currency() const override { return currency_; }
  Month first_month() const override { return Month::Of(2015, 7); }
  ProgramSet programs() const override { return programs_; }
  ProgramSet programs_by_risk_class() const override { return by_risk_; }
  bool takes_penalty_payments() const override { return penalties_; }
  int64_t max_months_ahead() const override { return 120; }
  int64_t grace_months() const override { return 3; }
  Money Price(Month, const InForce&) const override { return Money(); }
  std::vector<PriceLine> PriceLines(Month, const InForce&) const override { return {}; }
  Day DueDay(Month month) const override { return DueDayBeforeMoving(month); }
  Day DueDayBeforeMoving(Month month) const override { return month.DayOf(15); }

 private:
  SchemeId id_;
  std::string title_, currency_ = "IDR";
  ProgramSet programs_, by_risk_;
  bool penalties_;
};

class DecideTest : public testing::Test {
 protected:
  DecideTest() {
    book_.AddScheme(std::make_shared<PlainScheme>("bpu", "JKK+JKM+JHT", "", false));
    book_.Submit(RegisterGroup{GroupId("KSP"), GroupKind::kCooperative, "Kopdit", "Ende", {}});
    book_.Submit(Enrol("M-1"));
  }

  static EnrolMember Enrol(const std::string& member) {
    EnrolMember r;
    r.member = MemberId(member);
    r.scheme = SchemeId("bpu");
    r.from = Month::Of(2024, 1);
    r.attributes.group = GroupId("KSP");
    r.attributes.region = "Ende";
    r.attributes.income = Money::FromRupiah(1'000'000);
    r.attributes.programs = *ParseProgramSet("JKK+JKM");
    return r;
  }
  static ReceivePayment Pay(const std::string& payment, const char* amount = "16800") {
    ReceivePayment r;
    r.payment = PaymentId(payment);
    r.paid_on = Day::Of(2024, 1, 10);
    r.member = MemberId("M-1");
    r.amount = *ParseAmount(amount);
    return r;
  }
  static ReceiveRemittance Remit(const std::string& remittance, int64_t rupiah) {
    return {RemittanceId(remittance),
            Day::Of(2024, 2, 1),
            "BRI",
            Money::FromRupiah(rupiah),
            "KSP",
            "va",
            "ref"};
  }
  static ChangeAttribute Change(Attribute attribute, Month from, AttributeValue value) {
    return {MemberId("M-1"), attribute, from, std::move(value)};
  }
  static Command FromFile(Request request, uint8_t file, uint32_t line) {
    Command command;
    command.request = std::move(request);
    command.source.file_digest = Digest{file};
    command.source.line = line;
    return command;
  }

  Accepted ExpectAccepted(const Decision& decision) {
    const auto* accepted = std::get_if<Accepted>(&decision);
    EXPECT_NE(accepted, nullptr) << Told(decision);
    return accepted != nullptr ? *accepted : Accepted();
  }
  void ExpectRepeated(const Decision& decision, uint64_t position) {
    const auto* repeated = std::get_if<Repeated>(&decision);
    ASSERT_NE(repeated, nullptr) << Told(decision);
    EXPECT_EQ(repeated->position.value, position);
  }
  void ExpectRejected(const Decision& decision, Rejection code, const std::string& column,
                      const std::string& part_of_message) {
    const auto* rejected = std::get_if<Rejected>(&decision);
    ASSERT_NE(rejected, nullptr) << Told(decision);
    EXPECT_EQ(Name(rejected->code), Name(code)) << rejected->message;
    EXPECT_EQ(rejected->column, column) << rejected->message;
    EXPECT_THAT(rejected->message, HasSubstr(part_of_message));
  }
  static std::string Told(const Decision& decision) {
    if (const auto* rejected = std::get_if<Rejected>(&decision)) return rejected->message;
    return std::holds_alternative<Repeated>(decision) ? "repeated" : "accepted";
  }

  MapBook book_;
};

TEST_F(DecideTest, AcceptsEachKindWithItsStreamKeyAndBusinessDay) {
  const Day today = Day::Of(2026, 11, 22);
  struct Case {
    Request request;
    const char* stream;
    const char* key;
    Day day;
  };
  const Case cases[] = {
      {RegisterGroup{GroupId("G"), GroupKind::kAgency, "Dinas", "Ende", 2}, "group/G", "group/G",
       today},
      {Enrol("M-2"), "member/M-2", "member/M-2", Day::Of(2024, 1, 1)},
      {Change(Attribute::kIncome, Month::Of(2024, 5), Money::FromRupiah(2'000'000)), "member/M-1",
       "", Day::Of(2024, 5, 1)},
      {ChangeExit{MemberId("M-1"), Day::Of(2025, 3, 31)}, "member/M-1", "", Day::Of(2025, 3, 31)},
      {ChangeExit{MemberId("M-1"), std::nullopt}, "member/M-1", "", today},
      {Remit("R-1", 50'000), "remittance/R-1", "remittance/R-1", Day::Of(2024, 2, 1)},
      {Pay("P-1"), "member/M-1", "payment/P-1", Day::Of(2024, 1, 10)},
      {ReversePayment{PaymentId("P-1"), Day::Of(2024, 3, 3), "typo"}, "member/M-1", "reversal/P-1",
       Day::Of(2024, 3, 3)},
      {ForgetPerson{MemberId("M-1"), "asked"}, "member/M-1", "forgotten/M-1", today},
  };
  for (const Case& c : cases) {
    const Accepted accepted = ExpectAccepted(book_.Submit(c.request, today));
    EXPECT_EQ(accepted.stream, c.stream);
    EXPECT_EQ(accepted.idempotency_key, c.key);
    EXPECT_EQ(accepted.day, c.day) << accepted.day.ToString() << " for " << c.stream;
  }
  const auto& enrolled = std::get<MemberEnrolled>(book_.accepted()[3].body);
  EXPECT_EQ(enrolled.number.value, 1u) << "members are numbered from 0 in order of enrolment";
  EXPECT_EQ(book_.accepted()[9].corrects, Position{8}) << "a reversal names its payment's event";
}

TEST_F(DecideTest, TellsTheSameContentFromAnother) {
  ExpectRepeated(book_.Submit(Enrol("M-1")), 1);
  EnrolMember richer = Enrol("M-1");
  richer.attributes.income = Money::FromRupiah(1'000'001);
  ExpectRejected(book_.Submit(richer), Rejection::kConflict, "member", "position 1");

  ExpectAccepted(book_.Submit(Pay("P-1", "16800")));
  ExpectRepeated(book_.Submit(Pay("P-1", "16800.00")), 2);
  ExpectRejected(book_.Submit(Pay("P-1", "16800.01")), Rejection::kConflict, "payment", "P-1");

  ExpectRepeated(
      book_.Submit(RegisterGroup{GroupId("KSP"), GroupKind::kCooperative, "Kopdit", "Ende", {}}),
      0);
  ExpectRejected(
      book_.Submit(RegisterGroup{GroupId("KSP"), GroupKind::kCooperative, "Kopdit", "Ende", 1}),
      Rejection::kConflict, "group", "KSP");

  ExpectAccepted(book_.Submit(Remit("R-1", 100)));
  ExpectRepeated(book_.Submit(Remit("R-1", 100)), 3);
  ExpectRejected(book_.Submit(Remit("R-1", 101)), Rejection::kConflict, "remittance", "R-1");

  const ReversePayment reversal{PaymentId("P-1"), Day::Of(2024, 3, 3), "typo"};
  ExpectAccepted(book_.Submit(reversal));
  ExpectRepeated(book_.Submit(reversal), 4);
  ExpectRejected(book_.Submit(ReversePayment{PaymentId("P-1"), Day::Of(2024, 3, 4), "typo"}),
                 Rejection::kConflict, "payment", "P-1");
}

TEST_F(DecideTest, PersonalDataBelongToTheContentUntilForgotten) {
  EnrolMember person = Enrol("M-2");
  person.personal_data = {"Maria Bunga", "5308014107900001", "1990-07-01", "081234567890"};
  ExpectAccepted(book_.Submit(person));
  ExpectRepeated(book_.Submit(person), 2);
  EnrolMember other = person;
  other.personal_data.phone = "081234567891";
  const Decision conflict = book_.Submit(other);
  ExpectRejected(conflict, Rejection::kConflict, "member", "at position 2");
  EXPECT_THAT(Told(conflict), Not(HasSubstr("0812")));

  ExpectAccepted(book_.Submit(ForgetPerson{MemberId("M-2"), "asked"}));
  ExpectRepeated(book_.Submit(ForgetPerson{MemberId("M-2"), "again"}), 3);
  ExpectRepeated(book_.Submit(other), 2);
  ExpectAccepted(book_.Submit(ForgetPerson{MemberId("M-1"), "nothing was ever given"}));

  for (const auto& [nik, birth_date, column] :
       {std::tuple{"530801410790000", "", "nik"}, std::tuple{"53080141079000O1", "", "nik"},
        std::tuple{"", "1990-02-30", "birth_date"}}) {
    EnrolMember bad = Enrol("M-3");
    bad.personal_data = {"Maria", nik, birth_date, ""};
    const Decision decision = book_.Submit(bad);
    ExpectRejected(decision, Rejection::kInvalidValue, column, "");
    EXPECT_THAT(Told(decision), AllOf(Not(HasSubstr("5308")), Not(HasSubstr("1990"))));
  }
}

TEST_F(DecideTest, RejectsEnrolmentsNotOfTheRulebook) {
  const auto with = [](auto change) {
    EnrolMember r = Enrol("M-9");
    change(r);
    return Request(r);
  };
  ExpectRejected(book_.Submit(with([](auto& r) { r.scheme = SchemeId("pu"); })),
                 Rejection::kUnknownReference, "scheme", "enacted are: bpu");
  ExpectRejected(book_.Submit(with([](auto& r) { r.attributes.group = GroupId("X"); })),
                 Rejection::kUnknownReference, "group", "Group X");
  ExpectAccepted(book_.Submit(with([](auto& r) { r.attributes.group = GroupId(); })));
  const auto again = [&](auto change) {
    EnrolMember r = Enrol("M-10");
    change(r);
    return book_.Submit(Request(r));
  };
  ExpectRejected(again([](auto& r) { r.from = Month::Of(2015, 6); }), Rejection::kInvalidValue,
                 "from", "2015-07");
  ExpectRejected(again([](auto& r) { r.attributes.income = *ParseAmount("999.99"); }),
                 Rejection::kInvalidValue, "income", "1000");
  ExpectRejected(again([](auto& r) { r.attributes.programs = *ParseProgramSet("JKK+JP"); }),
                 Rejection::kInvalidValue, "programs", "JKK+JKM+JHT");
  ExpectRejected(again([](auto& r) { r.attributes.programs = ProgramSet(); }),
                 Rejection::kInvalidValue, "programs", "Nothing");
  ExpectRejected(again([](auto& r) { r.attributes.region = "\xC3("; }), Rejection::kInvalidValue,
                 "region", "UTF-8");
  ExpectRejected(again([](auto& r) { r.attributes.region = std::string(70'000, 'x'); }),
                 Rejection::kInvalidValue, "region", "4096");
  ExpectRejected(again([](auto& r) { r.member = MemberId(" M"); }), Rejection::kInvalidValue,
                 "member", "");
  ExpectAccepted(again([](auto& r) {
    r.from = Month::Of(2015, 7);
    r.attributes.income = Money::FromRupiah(1000);
    r.attributes.region = "Ende \xC3\xA9";
  }));
}

TEST_F(DecideTest, RejectsUnknownReferencesAndValues) {
  ReceivePayment payment = Pay("P-9");
  payment.member = MemberId("M-404");
  ExpectRejected(book_.Submit(payment), Rejection::kUnknownReference, "member", "M-404");
  payment = Pay("P-9");
  payment.remittance = RemittanceId("R-404");
  ExpectRejected(book_.Submit(payment), Rejection::kUnknownReference, "remittance", "R-404");
  payment = Pay("P-9");
  payment.purpose = Purpose::kPenalty;
  ExpectRejected(book_.Submit(payment), Rejection::kInvalidValue, "purpose", "contribution");
  payment = Pay("P-9");
  payment.amount = Money::FromSen(kMaxAmount.sen() + 1);
  ExpectRejected(book_.Submit(payment), Rejection::kInvalidValue, "amount", "at most");
  payment.amount = Money();
  ExpectRejected(book_.Submit(payment), Rejection::kInvalidValue, "amount", "more than 0");

  ExpectRejected(book_.Submit(ReversePayment{PaymentId("P-404"), Day::Of(2024, 3, 3), "x"}),
                 Rejection::kUnknownReference, "payment", "P-404");
  ExpectRejected(book_.Submit(ForgetPerson{MemberId("M-404"), "x"}), Rejection::kUnknownReference,
                 "member", "M-404");
  ExpectRejected(book_.Submit(ChangeExit{MemberId("M-404"), std::nullopt}),
                 Rejection::kUnknownReference, "member", "M-404");
  ReceiveRemittance remittance = Remit("R-9", 100);
  remittance.payer = "nobody";
  ExpectRejected(book_.Submit(remittance), Rejection::kUnknownReference, "payer", "nobody");
  remittance.payer = "M-1";
  ExpectAccepted(book_.Submit(remittance));
  ExpectRejected(book_.Submit(RegisterGroup{GroupId("G-9"), GroupKind::kEmployer, "PT", "Ende", 6}),
                 Rejection::kInvalidValue, "risk", "6");
  ExpectRejected(book_.Submit(EnactScheme{SchemeId("bpu"), "{"}), Rejection::kInvalidValue,
                 "document", "");
}

// A version that cannot price what members already have would leave them without figures for ever.
TEST_F(DecideTest, ALaterVersionOfASchemeLeavesNothingOut) {
  const std::string shipped(ShippedSchemes().front().document);
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string document = shipped;
    for (size_t at = document.find(from); at != std::string::npos; at = document.find(from, at)) {
      document.replace(at, from.size(), to);
    }
    return EnactScheme{SchemeId("bpu"), document};
  };
  ExpectRejected(book_.Submit(with("2015-07", "2015-08")), Rejection::kInvalidValue, "document",
                 "begin no later");
  const size_t row = shipped.find(",\n    {\"program\": \"JHT\"");
  ASSERT_NE(row, std::string::npos);
  ExpectRejected(book_.Submit(with(shipped.substr(row, shipped.find("\n  ]", row) - row), "")),
                 Rejection::kInvalidValue, "document", "JHT");
  ExpectAccepted(book_.Submit(with("\"amount\": 6800", "\"amount\": 7000")));
  ExpectAccepted(book_.Submit(with("2015-07", "2015-06")));
}

TEST_F(DecideTest, ARemittanceNeverPaysOutMoreThanItHolds) {
  ExpectAccepted(book_.Submit(Remit("R-1", 33'600)));
  const auto draw = [&](const char* payment, const char* amount) {
    ReceivePayment r = Pay(payment, amount);
    r.remittance = RemittanceId("R-1");
    return book_.Submit(r);
  };
  ExpectAccepted(draw("P-1", "16800"));
  ExpectRejected(draw("P-2", "16800.01"), Rejection::kOverdrawn, "amount", "16800 of it is left");
  ExpectAccepted(draw("P-3", "16800"));
  ExpectRejected(draw("P-4", "1"), Rejection::kOverdrawn, "amount", "0 of it is left");
  ExpectRepeated(draw("P-3", "16800"), 4);
  ExpectAccepted(
      book_.Submit(ReversePayment{PaymentId("P-1"), Day::Of(2024, 3, 3), "wrong member"}));
  ExpectAccepted(draw("P-4", "16800"));
}

TEST_F(DecideTest, ChangesAreKnownByWhatWasSaidLast) {
  const Month may = Month::Of(2024, 5);
  const auto income = [&](int64_t rupiah) {
    return Change(Attribute::kIncome, may, Money::FromRupiah(rupiah));
  };
  ExpectAccepted(book_.Submit(income(2'000'000)));  // position 2
  ExpectRepeated(book_.Submit(income(2'000'000)), 2);
  ExpectAccepted(book_.Submit(income(3'000'000)));  // 3
  ExpectAccepted(book_.Submit(income(2'000'000)));  // 4: said last was 3,000,000
  ExpectAccepted(book_.Submit(Change(Attribute::kIncome, may + 1, Money::FromRupiah(2'000'000))));

  const ChangeExit leaves{MemberId("M-1"), Day::Of(2025, 1, 31)};
  const ChangeExit stays{MemberId("M-1"), std::nullopt};
  ExpectAccepted(book_.Submit(leaves));  // 6
  ExpectRepeated(book_.Submit(leaves), 6);
  ExpectAccepted(book_.Submit(stays));  // 7
  ExpectRepeated(book_.Submit(stays), 7);
  ExpectAccepted(book_.Submit(leaves));  // 8

  ExpectRejected(book_.Submit(Change(Attribute::kRegion, Month::Of(2023, 12), std::string("Alor"))),
                 Rejection::kBeforeEnrolment, "from", "2024-01");
  ExpectRejected(book_.Submit(ChangeExit{MemberId("M-1"), Day::Of(2023, 12, 31)}),
                 Rejection::kBeforeEnrolment, "value", "2024-01-01");
  ExpectAccepted(book_.Submit(ChangeExit{MemberId("M-1"), Day::Of(2024, 1, 1)}));

  ExpectRejected(book_.Submit(Change(Attribute::kPrograms, may, *ParseProgramSet("JP"))),
                 Rejection::kInvalidValue, "value", "JP");
  ExpectRejected(book_.Submit(Change(Attribute::kIncome, may, *ParseAmount("999"))),
                 Rejection::kInvalidValue, "value", "999");
  ExpectRejected(book_.Submit(Change(Attribute::kGroup, may, GroupId("X"))),
                 Rejection::kUnknownReference, "value", "X");
  ExpectAccepted(book_.Submit(Change(Attribute::kGroup, may, GroupId())));
}

// Importing a file twice changes nothing, also where one of its rows was repeated the first time.
TEST_F(DecideTest, RowsOfAFileAreKnownByFileAndLine) {
  const Month may = Month::Of(2024, 5);
  const auto income = [&](int64_t rupiah) {
    return Change(Attribute::kIncome, may, Money::FromRupiah(rupiah));
  };
  ExpectAccepted(book_.Submit(income(2'000'000)));  // 2
  ExpectRepeated(book_.Submit(FromFile(income(2'000'000), 7, 2)), 2);
  ExpectAccepted(book_.Submit(FromFile(income(3'000'000), 7, 3)));  // 3
  ExpectAccepted(book_.Submit(FromFile(income(4'000'000), 8, 2)));  // 4: another file
  ExpectRepeated(book_.Submit(FromFile(income(2'000'000), 7, 2)), 2);
  ExpectRepeated(book_.Submit(FromFile(income(3'000'000), 7, 3)), 3);
  EXPECT_EQ(book_.accepted().size(), 5u);
}

// What `pu` brings as data: programmes priced by the risk class of the group (rulebook 1).
TEST_F(DecideTest, ProgrammesPricedByRiskNeedAGroupWithAClass) {
  book_.AddScheme(std::make_shared<PlainScheme>("pu", "JKK+JKM+JHT+JP", "JKK", true));
  book_.Submit(RegisterGroup{GroupId("PT"), GroupKind::kEmployer, "PT", "Ende", 3});
  const auto enrol = [&](const char* member, const char* group, const char* programs) {
    EnrolMember r = Enrol(member);
    r.scheme = SchemeId("pu");
    r.attributes.group = GroupId(group);
    r.attributes.programs = *ParseProgramSet(programs);
    return book_.Submit(r);
  };
  ExpectRejected(enrol("W-1", "KSP", "JKK+JP"), Rejection::kInvalidValue, "group", "KSP");
  ExpectRejected(enrol("W-1", "", "JKK"), Rejection::kInvalidValue, "group", "risk class");
  ExpectAccepted(enrol("W-1", "KSP", "JKM+JP"));
  ExpectAccepted(enrol("W-2", "PT", "JKK+JKM"));

  const auto change = [&](const char* member, Attribute attribute, int month,
                          AttributeValue value) {
    return book_.Submit(
        ChangeAttribute{MemberId(member), attribute, Month::Of(2024, month), std::move(value)});
  };
  ExpectRejected(change("W-1", Attribute::kPrograms, 5, *ParseProgramSet("JKK")),
                 Rejection::kInvalidValue, "value", "KSP");
  ExpectAccepted(change("W-1", Attribute::kGroup, 5, GroupId("PT")));
  ExpectAccepted(change("W-1", Attribute::kPrograms, 6, *ParseProgramSet("JKK")));
  // JKK holds from June, so no group without a class may hold in June, whenever it began.
  ExpectRejected(change("W-1", Attribute::kGroup, 5, GroupId("KSP")), Rejection::kInvalidValue,
                 "value", "KSP");
  ExpectRejected(change("W-2", Attribute::kGroup, 7, GroupId()), Rejection::kInvalidValue, "value",
                 "in none");
  ReceivePayment penalty = Pay("P-1");
  penalty.member = MemberId("W-1");
  penalty.purpose = Purpose::kPenalty;
  ExpectAccepted(book_.Submit(penalty));
}

}  // namespace
}  // namespace iuran
