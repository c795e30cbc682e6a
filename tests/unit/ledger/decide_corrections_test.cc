// ledger/rules/README.md: how mistakes are put right, what two people must agree on, and closings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/rules/decide.h"
#include "ledger/rules/settlement.h"
#include "ledger/rules/shipped_schemes.h"
#include "tests/support/map_book.h"

namespace iuran {
namespace {

using namespace rules;
using testing::HasSubstr;
using tests::MapBook;

class CorrectionsTest : public testing::Test {
 protected:
  CorrectionsTest() {
    for (const ShippedScheme& shipped : ShippedSchemes()) {
      book_.AddScheme(*Scheme::Parse(shipped.document));
    }
    book_.Submit(RegisterGroup{GroupId("PT"), GroupKind::kEmployer, "PT Laut", "Kupang", 1});
    book_.Submit(Enrol("M-1", "bpu", ""));
    book_.Submit(Enrol("M-2", "bpu", ""));
    book_.Submit(Enrol("W-1", "pu", "PT"));
    book_.Submit(ReceiveRemittance{RemittanceId("R-1"), On(1, 5), "BRI", Money::FromRupiah(100'000),
                                   "PT", "va", ""});
  }

  static Day On(int month, int day) { return Day::Of(2024, month, day); }
  static EnrolMember Enrol(const char* member, const char* scheme, const char* group) {
    EnrolMember r;
    r.member = MemberId(member);
    r.scheme = SchemeId(scheme);
    r.from = Month::Of(2024, 1);
    r.attributes.group = GroupId(group);
    r.attributes.income = Money::FromRupiah(4'000'000);
    if (r.scheme.text() == "bpu") r.attributes.income = Money::FromRupiah(1'000'000);
    r.attributes.programs = *ParseProgramSet("JKK+JKM");
    return r;
  }
  Decision Pay(const char* payment, const char* member, Day day, int64_t rupiah,
               const char* remittance = "", Purpose purpose = Purpose::kContribution) {
    return book_.Submit(ReceivePayment{PaymentId(payment), day, MemberId(member),
                                       Money::FromRupiah(rupiah), RemittanceId(remittance), purpose,
                                       "cash"});
  }
  // As one person asks, with or without another who agreed.
  Decision Ask(Request request, const char* author, const char* approver = "") {
    Command command;
    command.request = std::move(request);
    command.author = author;
    command.approver = approver;
    return book_.Submit(command);
  }
  static Accepted Taken(const Decision& decision) {
    const auto* accepted = std::get_if<Accepted>(&decision);
    const auto* rejected = std::get_if<Rejected>(&decision);
    EXPECT_NE(accepted, nullptr) << (rejected != nullptr ? rejected->message : "repeated");
    return accepted != nullptr ? *accepted : Accepted();
  }
  static void ExpectRejected(const Decision& decision, Rejection code, const char* column,
                             const char* text) {
    const auto* rejected = std::get_if<Rejected>(&decision);
    ASSERT_NE(rejected, nullptr);
    EXPECT_EQ(rejected->code, code) << rejected->message;
    EXPECT_EQ(rejected->column, column);
    EXPECT_THAT(rejected->message, HasSubstr(text));
  }
  static bool IsRepeated(const Decision& decision) {
    return std::holds_alternative<Repeated>(decision);
  }
  Money CreditOf(const char* member, Day day) {
    const auto timeline = book_.FindHistory(MemberId(member));
    Settlement settlement;
    Settle(*timeline, *book_.FindScheme(timeline->scheme), day, Position{kNever - 1}, settlement);
    return settlement.credit;
  }
  static RefundCredit Refund(const char* id, int64_t rupiah, Day day = On(2, 1)) {
    return {RefundId(id), MemberId("M-1"), day, Money::FromRupiah(rupiah), "BRI", "moved away"};
  }

  MapBook book_;
};

TEST_F(CorrectionsTest, ACorrectedPaymentIsTurnedRoundOnItsDayAndReceivedAgain) {
  const Position paid{book_.accepted().size()};
  Pay("P-1", "M-1", On(1, 10), 16'800, "R-1");
  const Accepted accepted =
      Taken(book_.Submit(CorrectPayment{PaymentId("P-1"), MemberId("M-2"), "it was hers"}));
  const auto& turned = std::get<PaymentReversed>(accepted.body);
  EXPECT_EQ(turned.reversed_on, On(1, 10));
  EXPECT_EQ(turned.member, MemberId("M-1"));
  EXPECT_EQ(accepted.corrects, paid);
  EXPECT_EQ(accepted.idempotency_key, "");
  ASSERT_EQ(accepted.also.size(), 1u);
  const auto& again = std::get<PaymentReceived>(accepted.also[0].body);
  EXPECT_EQ(again.member, MemberId("M-2"));
  EXPECT_EQ(again.remittance, RemittanceId("R-1"));
  EXPECT_EQ(accepted.also[0].corrects, paid);
  EXPECT_EQ(accepted.also[0].stream, "member/M-2");
  // The remittance holds what it held, and the payment stands where it was corrected to.
  EXPECT_EQ(book_.FindRemittance(RemittanceId("R-1"))->Left(), Money::FromRupiah(83'200));
  EXPECT_TRUE(
      IsRepeated(book_.Submit(CorrectPayment{PaymentId("P-1"), MemberId("M-2"), "it was hers"})));
  const Accepted dated = Taken(book_.Submit(CorrectPayment{PaymentId("P-1"), On(1, 3), "late"}));
  EXPECT_EQ(std::get<PaymentReversed>(dated.body).member, MemberId("M-2"));
  EXPECT_EQ(dated.also[0].day, On(1, 3));
}

// Whoever says so again is told that it is so, whatever has been enacted since.
TEST_F(CorrectionsTest, APenaltyStaysItsMembersWhereTheSchemeTakesNoneAnyMore) {
  Taken(Pay("P-1", "W-1", On(3, 10), 1'000, "", Purpose::kPenalty));
  std::string document;
  for (const ShippedScheme& shipped : ShippedSchemes()) {
    if (shipped.id.text() == "pu") document = shipped.document;
  }
  document.resize(document.find("\"penalty\""));
  book_.AddScheme(*Scheme::Parse(document + R"("penalty": {"kind": "none", "source": "a law"}})"));
  ExpectRejected(Pay("P-2", "W-1", On(3, 10), 1'000, "", Purpose::kPenalty),
                 Rejection::kInvalidValue, "purpose", "contribution");
  EXPECT_TRUE(
      IsRepeated(book_.Submit(CorrectPayment{PaymentId("P-1"), MemberId("W-1"), "it was his"})));
}

TEST_F(CorrectionsTest, WhatCannotBeCorrectedIsToldWhy) {
  Pay("P-1", "M-1", On(1, 10), 16'800);
  Pay("P-2", "W-1", On(3, 10), 1'000, "", Purpose::kPenalty);
  const auto correct = [&](const char* payment, std::variant<Day, MemberId> value,
                           const char* reason = "why") {
    return book_.Submit(CorrectPayment{PaymentId(payment), std::move(value), reason});
  };
  ExpectRejected(correct("P-9", On(1, 1)), Rejection::kUnknownReference, "payment", "P-9");
  ExpectRejected(correct("P-1", MemberId("M-9")), Rejection::kUnknownReference, "value", "M-9");
  ExpectRejected(correct("P-2", MemberId("M-1")), Rejection::kInvalidValue, "value", "penalty");
  ExpectRejected(correct("P-1", On(1, 1), ""), Rejection::kInvalidValue, "reason", "200");
  const std::string long_reason(201, 'x');
  ExpectRejected(correct("P-1", On(1, 1), long_reason.c_str()), Rejection::kInvalidValue, "reason",
                 "201");
  Taken(book_.Submit(ReversePayment{PaymentId("P-1"), On(2, 2), "bounced"}));
  ExpectRejected(correct("P-1", On(1, 1)), Rejection::kConflict, "payment", "reversed");
}

TEST_F(CorrectionsTest, ARefundTakesNoMoreThanTheCredit) {
  Pay("P-1", "M-1", On(1, 10), 20'000);
  EXPECT_EQ(CreditOf("M-1", On(2, 1)), Money::FromRupiah(3'200));
  ExpectRejected(book_.Submit(Refund("RF-1", 3'201)), Rejection::kOverdrawn, "amount", "3200");
  ExpectRejected(book_.Submit(Refund("RF-1", 1, On(1, 9))), Rejection::kInvalidValue, "refunded_on",
                 "2024-01-10");
  Taken(book_.Submit(Refund("RF-1", 3'000)));
  EXPECT_EQ(CreditOf("M-1", On(2, 1)), Money::FromRupiah(200));
  EXPECT_TRUE(IsRepeated(book_.Submit(Refund("RF-1", 3'000))));
  ExpectRejected(book_.Submit(Refund("RF-1", 2'000)), Rejection::kConflict, "refund", "RF-1");
  ExpectRejected(book_.Submit(Refund("RF-2", 100, On(1, 31))), Rejection::kInvalidValue,
                 "refunded_on", "refund");
  ExpectRejected(book_.Submit(Refund("RF-2", 201)), Rejection::kOverdrawn, "amount", "200");
  // What was refunded and then turns out void leaves credit below zero.
  Taken(book_.Submit(ReversePayment{PaymentId("P-1"), On(3, 1), "bounced"}));
  EXPECT_EQ(CreditOf("M-1", On(3, 1)), Money::FromRupiah(-3'000));
  ExpectRejected(book_.Submit(Refund("RF-3", 1, On(3, 1))), Rejection::kOverdrawn, "amount",
                 " 0 of credit");
}

TEST_F(CorrectionsTest, AWaiverTakesNoMoreThanThePenalty) {
  const auto waive = [&](const char* member, int64_t rupiah) {
    return book_.Submit(WaivePenalty{WaiverId("WV-1"), MemberId(member), On(3, 16),
                                     Money::FromRupiah(rupiah), "the bank was closed"});
  };
  ExpectRejected(waive("M-1", 1), Rejection::kInvalidValue, "member", "no penalties");
  // 0.54 % of 4,000,000 is 21,600. January, due on 2024-02-15: two months begun, 864; February:
  // 432.
  ExpectRejected(waive("W-1", 1'297), Rejection::kOverdrawn, "amount", "1296");
  Taken(waive("W-1", 1'296));
}

TEST_F(CorrectionsTest, AReturnTakesNoMoreThanIsLeft) {
  Pay("P-1", "M-1", On(1, 10), 16'800, "R-1");
  const auto give_back = [&](const char* id, int64_t rupiah) {
    return book_.Submit(ReturnRemittance{ReturnId(id), RemittanceId("R-1"), On(2, 2),
                                         Money::FromRupiah(rupiah), "BRI", "sent twice"});
  };
  ExpectRejected(give_back("RT-1", 83'201), Rejection::kOverdrawn, "amount", "83200");
  Taken(give_back("RT-1", 83'000));
  ExpectRejected(Pay("P-2", "M-1", On(1, 11), 201, "R-1"), Rejection::kOverdrawn, "amount", "200");
}

TEST_F(CorrectionsTest, NothingIsReturnedBeforeItWasReceived) {
  const auto give_back = [&](Day day) {
    return book_.Submit(ReturnRemittance{ReturnId("RT-1"), RemittanceId("R-1"), day,
                                         Money::FromRupiah(100), "BRI", "sent twice"});
  };
  ExpectRejected(give_back(On(1, 4)), Rejection::kInvalidValue, "returned_on",
                 "2024-01-05, when remittance R-1 was received");
  Taken(give_back(On(1, 5)));
}

TEST_F(CorrectionsTest, WhatOneAsksForAnotherApproves) {
  Pay("P-1", "M-1", On(1, 10), 20'000);
  const Position proposed{book_.accepted().size()};
  const Accepted proposal = Taken(Ask(Refund("RF-1", 3'000), "Maria Wea"));
  EXPECT_EQ(std::get<ChangeProposed>(proposal.body).id, "refund/RF-1");
  EXPECT_EQ(proposal.stream, "proposal/refund/RF-1");
  EXPECT_EQ(CreditOf("M-1", On(2, 1)), Money::FromRupiah(3'200));
  EXPECT_TRUE(IsRepeated(Ask(Refund("RF-1", 3'000), "Maria Wea")));
  ExpectRejected(Ask(Refund("RF-1", 2'000), "Maria Wea"), Rejection::kConflict, "", "proposed");
  ExpectRejected(Ask(ApproveProposal{"refund/RF-1"}, " maria  WEA"), Rejection::kSamePerson, "",
                 "another person");
  ExpectRejected(Ask(ApproveProposal{"refund/RF-9"}, "Yosef"), Rejection::kUnknownReference, "",
                 "no proposal");
  const Accepted done = Taken(Ask(ApproveProposal{"refund/RF-1"}, "Yosef"));
  EXPECT_EQ(done.author, "Maria Wea");
  EXPECT_EQ(done.approver, "Yosef");
  EXPECT_EQ(done.proposal, proposed);
  EXPECT_EQ(done.idempotency_key, "refund/RF-1");
  EXPECT_EQ(CreditOf("M-1", On(2, 1)), Money::FromRupiah(200));
  EXPECT_TRUE(IsRepeated(Ask(ApproveProposal{"refund/RF-1"}, "Yosef")));
  EXPECT_TRUE(IsRepeated(Ask(Refund("RF-1", 3'000), "Maria Wea")));
  ExpectRejected(Ask(DeclineProposal{"refund/RF-1", "no"}, "Yosef"), Rejection::kConflict, "",
                 "carried out");
  ExpectRejected(Ask(Refund("RF-2", 100), "Maria", "maria"), Rejection::kSamePerson, "", "Maria");
}

TEST_F(CorrectionsTest, TwoSpellingsOfANameAreOnePerson) {
  Pay("P-1", "M-1", On(1, 10), 20'000);
  EXPECT_TRUE(SamePerson("Jos\u00e9 da Costa", "JOS\u00c9  DA COSTA"));
  EXPECT_TRUE(SamePerson("Jos\u00e9", "Jose\u0301")) << "composed or not";
  EXPECT_TRUE(SamePerson("Maria Wea", "Maria\u00a0Wea")) << "a space that does not break";
  EXPECT_FALSE(SamePerson("Jos\u00e9", "Jose"));
  ExpectRejected(Ask(Refund("RF-1", 100), "Jos\u00e9", "JOS\u00c9"), Rejection::kSamePerson, "",
                 "Jos");
  // Nobody is no second person.
  ExpectRejected(Ask(Refund("RF-1", 100), ""), Rejection::kInvalidValue, "", "nobody is named");
  Taken(Ask(Refund("RF-1", 100), "Maria"));
  ExpectRejected(Ask(ApproveProposal{"refund/RF-1"}, ""), Rejection::kInvalidValue, "", "nobody");
}

// A document may come into force a second time, and be proposed a second time in vain.
TEST_F(CorrectionsTest, WhatBecameOfAProposalIsNotTakenFromAnEarlierOne) {
  const std::string document(ShippedSchemes()[0].document);
  const SchemeId scheme = Scheme::Parse(document).value()->id();
  std::string other = document;
  other.replace(other.find("6800"), 4, "6900");
  Taken(Ask(EnactScheme{scheme, other}, "Maria", "Yosef"));
  Taken(Ask(EnactScheme{scheme, document}, "Maria", "Yosef"));
  Taken(Ask(EnactScheme{scheme, other}, "Maria"));
  const std::string id = "scheme/" + scheme.text();
  Taken(Ask(DeclineProposal{id, "not now"}, "Yosef"));
  ExpectRejected(Ask(ApproveProposal{id}, "Yosef"), Rejection::kConflict, "", "declined");
  Taken(Ask(EnactScheme{scheme, other}, "Maria"));
  const Position carried_out{book_.accepted().size()};
  Taken(Ask(ApproveProposal{id}, "Yosef"));
  const Decision again = Ask(ApproveProposal{id}, "Yosef");
  ASSERT_TRUE(IsRepeated(again));
  EXPECT_EQ(std::get<Repeated>(again).position, carried_out);
}

TEST_F(CorrectionsTest, AProposalIsDecidedAnewAndMayBeDeclined) {
  Pay("P-1", "M-1", On(1, 10), 20'000);
  Taken(Ask(Refund("RF-1", 3'000), "Maria"));
  Taken(Ask(Refund("RF-2", 3'200), "Maria", "Yosef"));
  // The credit is gone by now; the proposal stays open until somebody ends it.
  ExpectRejected(Ask(ApproveProposal{"refund/RF-1"}, "Yosef"), Rejection::kOverdrawn, "amount",
                 "0 of credit");
  EXPECT_TRUE(book_.FindProposal("refund/RF-1")->open);
  const Accepted declined = Taken(Ask(DeclineProposal{"refund/RF-1", "spent"}, "Maria"));
  EXPECT_TRUE(declined.corrects.has_value());
  EXPECT_TRUE(IsRepeated(Ask(DeclineProposal{"refund/RF-1", "spent"}, "Maria")));
  ExpectRejected(Ask(ApproveProposal{"refund/RF-1"}, "Yosef"), Rejection::kConflict, "",
                 "declined");
  Pay("P-2", "M-1", On(1, 10), 3'000);
  const Accepted again = Taken(Ask(Refund("RF-1", 3'000), "Maria"));
  EXPECT_THAT(again.idempotency_key, HasSubstr("proposal/refund/RF-1/"));
  // Two who sign together end an open proposal of the same.
  const Accepted both = Taken(Ask(Refund("RF-1", 3'000), "Ana", "Yosef"));
  EXPECT_TRUE(both.proposal.has_value());
  EXPECT_FALSE(book_.FindProposal("refund/RF-1")->open);
}

TEST_F(CorrectionsTest, MonthsAreClosedInTurnAndWhatComesLaterIsMarked) {
  const auto close = [&](int month, uint64_t known = 5) {
    CloseMonth request;
    request.closing.month = Month::Of(2024, month);
    request.closing.known = known;
    return book_.Submit(std::move(request), On(4, 10));
  };
  ExpectRejected(close(4), Rejection::kInvalidValue, "month", "2024-05-01");
  EXPECT_FALSE(Taken(Pay("P-1", "M-1", On(1, 10), 16'800)).adjusts);
  Taken(close(2));
  ExpectRejected(close(4), Rejection::kInvalidValue, "month", "2024-05-01");
  ExpectRejected(close(1), Rejection::kInvalidValue, "month", "2024-03");
  EXPECT_TRUE(IsRepeated(close(2)));
  EXPECT_EQ(Taken(Pay("P-2", "M-1", On(2, 29), 16'800)).adjusts, Month::Of(2024, 3));
  EXPECT_FALSE(Taken(Pay("P-3", "M-1", On(3, 1), 16'800)).adjusts);
  const Accepted moved =
      Taken(book_.Submit(CorrectPayment{PaymentId("P-2"), On(3, 2), "entered wrongly"}));
  EXPECT_EQ(moved.adjusts, Month::Of(2024, 3));
  EXPECT_FALSE(moved.also[0].adjusts);
  ExpectRejected(close(3, 4), Rejection::kInvalidValue, "known_at", "the first 5 events");
  Taken(close(3));
  EXPECT_EQ(Taken(Pay("P-4", "M-1", On(2, 1), 16'800)).adjusts, Month::Of(2024, 4));
}

TEST_F(CorrectionsTest, PersonalDataAreCorrectedUntilThePersonIsForgotten) {
  CorrectPerson request{MemberId("M-1"), {}, "the card was misread"};
  EXPECT_TRUE(IsRepeated(book_.Submit(request)));  // there are none
  request.personal_data.name = "Maria";
  const Accepted first = Taken(book_.Submit(request));
  EXPECT_EQ(first.corrects, book_.FindKey("member/M-1")->position);
  EXPECT_TRUE(IsRepeated(book_.Submit(request)));
  request.personal_data.name = "Mariah";
  const Position before{book_.accepted().size() - 1};
  EXPECT_EQ(Taken(book_.Submit(request)).corrects, before);
  // The enrolment is what it was, whatever was said then.
  EXPECT_TRUE(IsRepeated(book_.Submit(Enrol("M-1", "bpu", ""))));
  EnrolMember other = Enrol("M-1", "bpu", "");
  other.personal_data.name = "Marie";
  EXPECT_TRUE(IsRepeated(book_.Submit(other)));
  other.member = MemberId("M-2");  // not corrected
  ExpectRejected(book_.Submit(other), Rejection::kConflict, "member", "other content");
  request.member = MemberId("M-9");
  ExpectRejected(book_.Submit(request), Rejection::kUnknownReference, "member", "not shown");
  request.member = MemberId("M-1");
  request.reason = "it was 5307014505900001 before";
  ExpectRejected(book_.Submit(request), Rejection::kInvalidValue, "reason", "");
  request.reason = "the card was misread";
  Taken(book_.Submit(ForgetPerson{MemberId("M-1"), "asked to"}));
  ExpectRejected(book_.Submit(request), Rejection::kConflict, "member", "destroyed");
}

// A file that is imported again, every night perhaps, brings nothing older back.
TEST_F(CorrectionsTest, ARowOfPeopleIsKnownByFileAndLine) {
  const auto row = [&](uint8_t file, uint32_t line, const char* name) {
    Command command;
    command.request = CorrectPerson{MemberId("M-1"), {name, "", "", ""}, "misread"};
    command.source.file_digest = Digest{file};
    command.source.line = line;
    command.author = "clerk";
    return book_.Submit(command);
  };
  Taken(row(1, 2, "Maria"));
  Taken(row(1, 3, "Mariah"));
  EXPECT_TRUE(IsRepeated(row(2, 2, "Mariah")));  // held already
  Taken(row(3, 2, "Marie"));
  const size_t recorded = book_.accepted().size();
  for (const auto& [file, line, name] : {std::tuple<uint8_t, uint32_t, const char*>{1, 2, "Maria"},
                                         {1, 3, "Mariah"},
                                         {2, 2, "Mariah"},
                                         {3, 2, "Marie"}}) {
    EXPECT_TRUE(IsRepeated(row(file, line, name)));
  }
  EXPECT_EQ(book_.accepted().size(), recorded);
  // Where the vault has lost what the last of them said, it is said again.
  book_.LosePersonalData(MemberId("M-1"));
  EXPECT_TRUE(IsRepeated(row(1, 3, "Mariah")));
  Taken(row(3, 2, "Marie"));
  EXPECT_TRUE(IsRepeated(row(3, 2, "Marie")));
}

}  // namespace
}  // namespace iuran
