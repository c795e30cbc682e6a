// Lists of payments (ledger/rules/README.md): whole or not at all, and what is told of each row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "ledger/digest.h"
#include "ledger/rules/shipped_schemes.h"
#include "tests/support/map_book.h"

namespace iuran {
namespace {

using namespace rules;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::MapBook;

class DecideListTest : public testing::Test {
 protected:
  DecideListTest() {
    book_.AddScheme(*Scheme::Parse(ShippedSchemes().front().document));
    Take(RegisterGroup{GroupId("KSP"), GroupKind::kCooperative, "Kopdit", "Ende", {}});
    for (const char* member : {"ANA", "BENE"}) {
      EnrolMember enrol;
      enrol.member = MemberId(member);
      enrol.scheme = book_.SchemeIds().front();
      enrol.from = Month::Of(2024, 1);
      enrol.attributes.region = "Ende";
      enrol.attributes.income = Money::FromRupiah(1'000'000);
      enrol.attributes.programs = *ParseProgramSet("JKK+JKM");
      Take(enrol);
    }
  }

  void Take(Request request) {
    ASSERT_TRUE(std::holds_alternative<Accepted>(book_.Submit(std::move(request))));
  }
  void Remit(int64_t rupiah, uint32_t count = 0, int64_t total = 0) {
    Take(ReceiveRemittance{RemittanceId("R-1"), Day::Of(2024, 2, 1), "BRI",
                           Money::FromRupiah(rupiah), "KSP", "va", "", count,
                           Money::FromRupiah(total)});
  }
  static ReceivePayment Pay(const char* payment, const char* member, int64_t rupiah) {
    return {PaymentId(payment),
            Day::Of(2024, 2, 1),
            MemberId(member),
            Money::FromRupiah(rupiah),
            RemittanceId("R-1"),
            Purpose::kContribution,
            "va"};
  }
  // Rows of lines 2, 3, ... of a file.
  static ReceiveList List(const std::vector<ReceivePayment>& payments) {
    ReceiveList list;
    list.remittance = RemittanceId("R-1");
    for (const ReceivePayment& payment : payments) {
      list.rows.push_back({payment, static_cast<uint32_t>(list.rows.size() + 2)});
    }
    return list;
  }

  ListDecided Submit(ReceiveList list, uint8_t file = 1) {
    Command command;
    command.request = std::move(list);
    command.source.file_digest = Digest{file};
    command.source.line = 2;
    command.author = "clerk";
    return std::get<ListDecided>(book_.Submit(command));
  }

  // "taken", "repeated 4", "overdrawn amount".
  static std::vector<std::string> Told(const ListDecided& decided) {
    std::vector<std::string> told;
    for (const RowDecision& row : decided.rows) {
      if (std::holds_alternative<TakenRow>(row)) {
        told.push_back("taken");
      } else if (const auto* repeated = std::get_if<Repeated>(&row)) {
        told.push_back("repeated " + std::to_string(repeated->position.value));
      } else {
        const auto& rejected = std::get<Rejected>(row);
        told.push_back(std::string(Name(rejected.code)) + " " + rejected.column);
      }
    }
    return told;
  }
  size_t recorded() const { return book_.accepted().size(); }

  MapBook book_;
};

TEST_F(DecideListTest, AListThatAddsUpIsTakenWholeInOneCommit) {
  Remit(50'400);
  const size_t before = recorded();
  const auto list = List({Pay("P-1", "ANA", 33'600), Pay("P-2", "BENE", 16'800)});
  const ListDecided decided = Submit(list);
  EXPECT_EQ(decided.problem, "");
  EXPECT_THAT(Told(decided), ElementsAre("taken", "taken"));
  ASSERT_TRUE(decided.accepted);
  ASSERT_EQ(decided.accepted->also.size(), 1u);
  // Each is what it would be alone: its key, what its digest says, and its own line.
  const Accepted& second = decided.accepted->also.front();
  EXPECT_EQ(decided.accepted->line, 2u);
  EXPECT_EQ(second.line, 3u);
  EXPECT_EQ(second.idempotency_key, "payment/P-2");
  EXPECT_EQ(second.digest, ledger::DigestOf(list.rows[1].payment));
  EXPECT_EQ(book_.FindRemittance(RemittanceId("R-1"))->Left(), Money());

  EXPECT_THAT(Told(Submit(list)), ElementsAre("repeated " + std::to_string(before),
                                              "repeated " + std::to_string(before + 1)));
  EXPECT_EQ(recorded(), before + 2);
}

TEST_F(DecideListTest, OfAListThatDoesNotAddUpNothingIsRecorded) {
  Remit(50'400);
  const size_t before = recorded();
  const ListDecided decided = Submit(List({Pay("P-1", "ANA", 33'600), Pay("P-2", "BENE", 16'000)}));
  EXPECT_THAT(Told(decided), ElementsAre("list_mismatch remittance", "list_mismatch remittance"));
  EXPECT_EQ(decided.problem, "It comes to 49,600, and the remittance is 50,400: 800 too little.");
  EXPECT_EQ(std::get<Rejected>(decided.rows[0]).message,
            "Nothing of the list of remittance R-1 is recorded. " + decided.problem);
  EXPECT_EQ(recorded(), before);
}

TEST_F(DecideListTest, WhatTheSenderSaysGoesBeforeTheAmount) {
  Remit(60'000, 2, 50'400);
  EXPECT_THAT(Submit(List({Pay("P-1", "ANA", 60'000)})).problem,
              "It has 1 payment, and the sender said 2. It comes to 60,000, and the sender said "
              "50,400: 9,600 too much.");
  EXPECT_EQ(Submit(List({Pay("P-1", "ANA", 33'600), Pay("P-2", "BENE", 16'800)})).problem, "");
}

TEST_F(DecideListTest, OneBadRowIsEnoughAndKeepsItsOwnReason) {
  Remit(50'400);
  ListDecided decided = Submit(List({Pay("P-1", "ANA", 33'600), Pay("P-2", "NOBODY", 16'800)}));
  EXPECT_THAT(Told(decided), ElementsAre("list_mismatch remittance", "unknown_reference member"));
  EXPECT_EQ(decided.problem, "1 of its 2 rows is rejected.");

  // Each row sees those before it.
  decided = Submit(List({Pay("P-1", "ANA", 33'600), Pay("P-2", "BENE", 16'801)}));
  EXPECT_THAT(Told(decided), ElementsAre("list_mismatch remittance", "overdrawn amount"));
  decided = Submit(List({Pay("P-1", "ANA", 25'200), Pay("P-1", "ANA", 25'200)}));
  EXPECT_THAT(Told(decided), ElementsAre("list_mismatch remittance", "conflict payment"));

  // A row that could not be read counts, and its money is not known.
  ReceiveList list = List({Pay("P-1", "ANA", 50'400)});
  list.unreadable = 1;
  EXPECT_EQ(Submit(list).problem, "1 of its 2 rows is rejected.");
}

TEST_F(DecideListTest, WhatIsRecordedBeforeCountsAndStays) {
  Remit(50'400);
  Take(Pay("P-1", "ANA", 33'600));
  const std::string repeated = "repeated " + std::to_string(recorded() - 1);
  EXPECT_THAT(Told(Submit(List({Pay("P-1", "ANA", 33'600), Pay("P-2", "BENE", 16'000)}))),
              ElementsAre(repeated, "list_mismatch remittance"));
  EXPECT_THAT(Told(Submit(List({Pay("P-1", "ANA", 33'600), Pay("P-2", "BENE", 16'800)}))),
              ElementsAre(repeated, "taken"));
  // All of it is there, so that nothing is wrong with it any more.
  ReceiveList part = List({Pay("P-1", "ANA", 33'600)});
  part.hold = true;
  const ListDecided decided = Submit(part);
  EXPECT_THAT(Told(decided), ElementsAre(repeated));
  EXPECT_FALSE(decided.accepted);
}

TEST_F(DecideListTest, APaymentReversedSinceIsNoPartOfANewList) {
  Remit(50'400);
  Take(Pay("P-1", "ANA", 33'600));
  const std::string repeated = "repeated " + std::to_string(recorded() - 1);
  Command reversal;
  reversal.request = ReversePayment{PaymentId("P-1"), Day::Of(2025, 4, 1), "another Ana"};
  reversal.author = "Maria";
  reversal.approver = "Yosef";
  ASSERT_TRUE(std::holds_alternative<Accepted>(book_.Submit(reversal)));
  const ListDecided decided = Submit(List({Pay("P-1", "ANA", 33'600), Pay("P-2", "BENE", 16'800)}));
  EXPECT_THAT(Told(decided), ElementsAre(repeated, "list_mismatch remittance"));
  EXPECT_THAT(decided.problem, HasSubstr("1 of its payments, P-1 first, was reversed since"));
  EXPECT_THAT(decided.problem, HasSubstr("It comes to 16,800"));
  // A list of which nothing is new stays as it is.
  EXPECT_EQ(Submit(List({Pay("P-1", "ANA", 33'600)})).problem, "");
}

TEST_F(DecideListTest, AListIsHeldOncePerFile) {
  Remit(50'400);
  ReceiveList list = List({Pay("P-1", "ANA", 33'600), Pay("P-2", "NOBODY", 16'000)});
  list.hold = true;
  const ListDecided first = Submit(list);
  EXPECT_THAT(Told(first), ElementsAre("list_mismatch remittance", "unknown_reference member"));
  ASSERT_TRUE(first.accepted);
  const auto& held = std::get<PaymentListHeld>(first.accepted->body);
  EXPECT_EQ(held.payments, 2u);
  EXPECT_EQ(held.total, Money::FromRupiah(49'600));
  EXPECT_EQ(held.problem, first.problem);
  EXPECT_EQ(first.accepted->line, 2u);
  const Position at{recorded() - 1};

  // The same file again, also where something else is wrong with it by now.
  Take(Pay("P-1", "ANA", 33'600));
  const ListDecided again = Submit(list);
  EXPECT_FALSE(again.accepted);
  EXPECT_EQ(again.held, at);
  // Another file is another list, and one that adds up is taken.
  EXPECT_TRUE(Submit(list, 2).accepted);
  list.rows[1].payment = Pay("P-2", "BENE", 16'800);
  EXPECT_EQ(Submit(list, 3).problem, "");
}

TEST_F(DecideListTest, WithoutARemittanceNothingCanBeHeld) {
  ReceiveList list = List({Pay("P-1", "ANA", 16'800)});
  list.hold = true;
  const ListDecided decided = Submit(list);
  EXPECT_THAT(Told(decided), ElementsAre("unknown_reference remittance"));
  EXPECT_EQ(decided.problem, "Remittance R-1 is not recorded.");
  EXPECT_FALSE(decided.accepted);
}

TEST_F(DecideListTest, TheLengthOfAListIsBounded) {
  Remit(1'000'000);
  ReceiveList list;
  list.remittance = RemittanceId("R-1");
  list.hold = true;
  for (size_t i = 0; i <= kMostListed; ++i) {
    list.rows.push_back({Pay(("P-" + std::to_string(i)).c_str(), "ANA", 1), 0});
  }
  ListDecided decided = Submit(list);
  EXPECT_THAT(decided.problem, HasSubstr("at most 8192 can be recorded together"));
  EXPECT_FALSE(decided.accepted);
  list.rows.pop_back();
  list.adds_up = false;
  decided = Submit(list);
  EXPECT_THAT(decided.problem, IsEmpty());
  EXPECT_EQ(decided.accepted->also.size() + 1, kMostListed);
}

// An allocation says itself what it comes to.
TEST_F(DecideListTest, AnAllocationNeedNotAddUp) {
  Remit(50'400, 7);
  ReceiveList list = List({Pay("P-1", "ANA", 33'600)});
  list.adds_up = false;
  EXPECT_EQ(Submit(list).problem, "");
  list.rows[0].payment = Pay("P-2", "ANA", 33'600);
  EXPECT_THAT(Told(Submit(list)), ElementsAre("overdrawn amount"));
}

// Of a closed month, each payment that lies in it is marked.
TEST_F(DecideListTest, PaymentsInAClosedMonthAreMarked) {
  Remit(50'400);
  CloseMonth close;
  close.closing.month = Month::Of(2024, 2);
  Command command;
  command.request = close;
  command.author = "one";
  command.approver = "two";
  ASSERT_TRUE(std::holds_alternative<Accepted>(book_.Submit(command)));
  ReceivePayment later = Pay("P-2", "BENE", 16'800);
  later.paid_on = Day::Of(2024, 3, 1);
  const ListDecided decided = Submit(List({Pay("P-1", "ANA", 33'600), later}));
  ASSERT_TRUE(decided.accepted);
  EXPECT_EQ(decided.accepted->adjusts, Month::Of(2024, 3));
  EXPECT_EQ(decided.accepted->also.front().adjusts, std::nullopt);
}

// Whatever is asked, of each remittance: what it holds = what its standing payments have + what was
// returned + what is left, and nothing is below zero. And of a list all is recorded or nothing.
TEST_F(DecideListTest, NoMoneyOfARemittanceIsLost) {
  Remit(300);
  std::map<PaymentId, Money> standing;
  Money returned;
  const auto take = [&](const std::vector<Accepted>& events) {
    for (const Accepted& event : events) {
      if (const auto* paid = std::get_if<PaymentReceived>(&event.body)) {
        EXPECT_TRUE(standing.emplace(paid->payment, paid->amount).second);
      } else if (const auto* reversed = std::get_if<PaymentReversed>(&event.body)) {
        EXPECT_EQ(standing.erase(reversed->payment), 1u);
      } else if (const auto* back = std::get_if<RemittanceReturned>(&event.body)) {
        returned += back->amount;
      }
    }
  };
  std::mt19937 random(4);
  const auto up_to = [&random](int n) {
    return static_cast<int>(random() % static_cast<unsigned>(n));
  };
  size_t taken = 0, refused = 0;
  for (int step = 0; step < 3'000; ++step) {
    const size_t before = recorded();
    const std::string id = "P-" + std::to_string(up_to(200));
    Command command;
    command.author = "one";
    command.approver = "two";
    const int dice = up_to(60);
    if (dice < 12) {
      command.request = ReversePayment{PaymentId(id), Day::Of(2024, 3, 1), "wrong"};
    } else if (dice < 22) {
      command.request = CorrectPayment{PaymentId(id), MemberId(up_to(2) ? "ANA" : "BENE"), "moved"};
    } else if (dice == 22) {
      command.request = ReturnRemittance{
          ReturnId(id), RemittanceId("R-1"), Day::Of(2024, 3, 1), Money::FromRupiah(1 + up_to(3)),
          "BRI",        "too much"};
    } else {
      ReceiveList list;
      list.remittance = RemittanceId("R-1");
      list.adds_up = up_to(20) == 0;
      list.hold = up_to(2) == 0;
      for (int row = up_to(4); row >= 0; --row) {
        const std::string payment = "P-" + std::to_string(up_to(200));
        list.rows.push_back({Pay(payment.c_str(), up_to(9) ? "ANA" : "NOBODY", 1 + up_to(6)), 0});
      }
      command.request = list;
    }
    const Decision decision = book_.Submit(command);
    if (const auto* list = std::get_if<ListDecided>(&decision)) {
      const auto rows = static_cast<size_t>(std::count_if(
          list->rows.begin(), list->rows.end(),
          [](const RowDecision& row) { return std::holds_alternative<TakenRow>(row); }));
      const bool held = list->accepted && !list->problem.empty();
      EXPECT_EQ(recorded() - before, held ? 1 : rows);
      EXPECT_TRUE(list->problem.empty() || rows == 0);
      ++(list->problem.empty() ? taken : refused);
    }
    take({book_.accepted().begin() + static_cast<std::ptrdiff_t>(before), book_.accepted().end()});
    Money drawn;
    for (const auto& [payment, amount] : standing) drawn += amount;
    const auto remittance = *book_.FindRemittance(RemittanceId("R-1"));
    ASSERT_EQ(remittance.amount, drawn + returned + remittance.Left()) << "step " << step;
    ASSERT_GE(remittance.Left(), Money());
  }
  EXPECT_GT(taken, 20u);
  EXPECT_GT(refused, 20u);
}

}  // namespace
}  // namespace iuran
