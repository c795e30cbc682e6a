// The entries of the books (rulebook 8), one by one, and the names of accounts.
#include "projections/books.h"

#include "ledger/rules/shipped_schemes.h"
#include "tests/unit/projections/support.h"

namespace iuran::projections {
namespace {

// "2025-01-10 Payment ...: assets:... 16800, ...", the positions behind it in brackets.
std::string Line(const Entry& entry) {
  std::string line = entry.day.ToString() + " " + Describe(entry) + ":";
  for (const Posting& posting : entry.postings) {
    line += " " + NameOf(posting.account) + " " + posting.amount.ToString();
  }
  line += " [" + std::to_string(entry.event.value);
  if (entry.also) line += " " + std::to_string(entry.also->value);
  return line + "]";
}

PaymentReceived Paid(const char* id, Day day, int64_t rupiah) {
  PaymentReceived paid;
  paid.payment = PaymentId(id);
  paid.member = MemberId("ANA");
  paid.paid_on = day;
  paid.amount = Money::FromRupiah(rupiah);
  return paid;
}

RemittanceReceived Remitted() {
  RemittanceReceived fact;
  fact.remittance = RemittanceId("R-1");
  fact.received_on = Day::Of(2025, 1, 9);
  fact.account = "BRI 1";
  fact.amount = Money::FromRupiah(50'000);
  fact.payer = "KOPDIT";
  return fact;
}

// Rows 1 to 3, 7 and 8 of the table.
TEST(Books, EntriesOfEvents) {
  MemoryLog log;
  const Position remitted = log.Add(Remitted());
  PaymentReceived drawn = Paid("P-1", Day::Of(2025, 1, 10), 16'800);
  drawn.remittance = RemittanceId("R-1");
  const Position first = log.Add(drawn);
  PaymentReceived lone = Paid("P-2", Day::Of(2025, 1, 11), 20'000);
  lone.channel = "va";
  log.Add(lone);
  PaymentReceived penalty = Paid("P-3", Day::Of(2025, 1, 12), 500);
  penalty.purpose = Purpose::kPenalty;
  log.Add(penalty);
  PaymentReversed reversed;
  reversed.payment = PaymentId("P-1");
  reversed.member = MemberId("ANA");
  reversed.reversed_on = Day::Of(2025, 1, 20);
  const Position last = log.Add(reversed, first);

  const auto lines = [&](Position known_at, Day to) {
    std::vector<std::string> all;
    const auto done = ForEachEventEntry(log, known_at, to, [&all](const Entry& entry) {
      all.push_back(Line(entry));
      return Result<void>();
    });
    EXPECT_TRUE(done);
    return all;
  };
  const std::vector<std::string> expected = {
      "2025-01-09 Remittance R-1 received: assets:bank:BRI 1 50000 "
      "liabilities:unallocated:KOPDIT -50000 [" +
          std::to_string(remitted.value) + "]",
      "2025-01-10 Payment P-1 of member ANA from remittance R-1: liabilities:unallocated:KOPDIT "
      "16800 liabilities:members:ANA -16800 [" +
          std::to_string(first.value) + " " + std::to_string(remitted.value) + "]",
      "2025-01-11 Payment P-2 of member ANA: assets:collections:va 20000 liabilities:members:ANA "
      "-20000 [" +
          std::to_string(first.value + 1) + "]",
      "2025-01-12 Penalty payment P-3 of member ANA: assets:collections:(none) 500 "
      "income:penalties -500 [" +
          std::to_string(first.value + 2) + "]",
      "2025-01-20 Payment P-1 of member ANA from remittance R-1 reversed: "
      "liabilities:unallocated:KOPDIT -16800 liabilities:members:ANA 16800 [" +
          std::to_string(last.value) + " " + std::to_string(first.value) + "]"};
  EXPECT_EQ(lines(last, Day::Of(2025, 1, 20)), expected);
  // Dated later, or not known yet.
  EXPECT_EQ(lines(last, Day::Of(2025, 1, 19)).size(), 4u);
  EXPECT_EQ(lines(Position{last.value - 1}, Day::Of(2025, 1, 20)).size(), 4u);
}

// Money that goes back: ledger/rules/README.md, "Entries in the books".
TEST(Books, EntriesOfRefundsAndReturns) {
  MemoryLog log;
  const Position remitted = log.Add(Remitted());
  CreditRefunded refunded;
  refunded.refund = RefundId("RF-1");
  refunded.member = MemberId("ANA");
  refunded.refunded_on = Day::Of(2025, 1, 20);
  refunded.amount = Money::FromRupiah(4'000);
  refunded.account = "BRI 2";
  log.Add(refunded);
  RemittanceReturned returned;
  returned.returned = ReturnId("RT-1");
  returned.remittance = RemittanceId("R-1");
  returned.returned_on = Day::Of(2025, 1, 21);
  returned.amount = Money::FromRupiah(9'000);
  returned.account = "BRI 1";
  const Position last = log.Add(returned);
  std::vector<std::string> lines;
  const auto done = ForEachEventEntry(log, last, kLastDay, [&lines](const Entry& entry) {
    lines.push_back(Line(entry));
    return Result<void>();
  });
  ASSERT_TRUE(done);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1],
            "2025-01-20 Refund RF-1 of member ANA: liabilities:members:ANA 4000 assets:bank:BRI 2 "
            "-4000 [" +
                std::to_string(last.value - 1) + "]");
  EXPECT_EQ(lines[2],
            "2025-01-21 Return RT-1 from remittance R-1: liabilities:unallocated:KOPDIT 9000 "
            "assets:bank:BRI 1 -9000 [" +
                std::to_string(last.value) + " " + std::to_string(remitted.value) + "]");
}

// The shipped document of wage earners with this cover, and with its penalties or without any.
std::string DocumentOfPu(const std::string& cover, bool penalties) {
  std::string document(rules::ShippedSchemes()[1].document);
  const std::string employment = "\"kind\": \"employment\"";
  document.replace(document.find(employment), employment.size(), "\"kind\": \"" + cover + "\"");
  if (penalties) return document;
  return document.substr(0, document.find("\"penalty\"")) +
         "\"penalty\": {\"kind\": \"none\", \"source\": \"a test\"}}";
}

// The entries of two months at 3,000 each, of which the first is settled.
std::vector<std::string> LinesOfTwoMonths(const std::string& document, const char* group) {
  rules::SchemeBook schemes;
  schemes.Enact(Position{0}, Must(rules::Scheme::Parse(document)));
  rules::Timeline timeline;
  timeline.member = MemberId("ANA");
  timeline.scheme = SchemeId("pu");
  timeline.enrolled_at = Position{1};
  timeline.from = Month::Of(2024, 1);
  timeline.attributes.group = GroupId(group);
  timeline.attributes.income = Money::FromRupiah(1'000'000);
  timeline.attributes.programs = *ParseProgramSet("JKM");
  rules::TimelinePayment payment;
  payment.position = Position{2};
  payment.paid_on = Day::Of(2024, 1, 20);
  payment.amount_sen = Money::FromRupiah(3'000).Sen64();
  timeline.payments.push_back(payment);
  const Question question{&schemes, Position{2}, Day::Of(2024, 2, 29), std::nullopt};
  rules::Settlement scratch;
  std::vector<std::string> lines;
  const auto done = MonthEntriesOf(timeline, question, scratch, [&lines](const Entry& entry) {
    lines.push_back(Line(entry));
    return Result<void>();
  });
  EXPECT_TRUE(done);
  return lines;
}

// Rows 4 to 6. What a month leaves owing is a claim where membership does not lapse, and penalties
// have no part in that.
TEST(Books, MonthsAreClaimsWhereMembershipDoesNotLapse) {
  const auto claims_on = [](const std::string& group) {
    return std::vector<std::string>{
        "2024-01-01 Month 2024-01 of member ANA begins: assets:receivable:" + group +
            " 3000 income:JKM -3000 [1]",
        "2024-01-20 Month 2024-01 of member ANA settled: liabilities:members:ANA 3000 "
        "assets:receivable:" +
            group + " -3000 [2]",
        "2024-02-01 Month 2024-02 of member ANA begins: assets:receivable:" + group +
            " 3000 income:JKM -3000 [1]"};
  };
  const std::vector<std::string> settled_alone = {
      "2024-01-20 Month 2024-01 of member ANA settled: liabilities:members:ANA 3000 "
      "income:JKM -3000 [2]"};
  for (const bool penalties : {true, false}) {
    EXPECT_EQ(LinesOfTwoMonths(DocumentOfPu("employment", penalties), "G-1"), claims_on("G-1"));
    EXPECT_EQ(LinesOfTwoMonths(DocumentOfPu("employment", penalties), ""), claims_on("(none)"));
    EXPECT_EQ(LinesOfTwoMonths(DocumentOfPu("spells", penalties), "G-1"), settled_alone);
  }
}

// What an entry rests on must be there.
TEST(Books, WhatALogLacksIsTold) {
  MemoryLog log;
  PaymentReversed reversed;
  reversed.payment = PaymentId("P-1");
  reversed.member = MemberId("ANA");
  const Position remitted = log.Add(Remitted());
  const Position last = log.Add(reversed, remitted);
  const auto done =
      ForEachEventEntry(log, last, kLastDay, [](const Entry&) { return Result<void>(); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kLedgerDamaged);
}

// Reading a name back gives the text, so different texts have different names.
TEST(Books, NamesOfAccountsCanBeReadBack) {
  const auto unescaped = [](std::string_view name) {
    std::string text;
    for (size_t i = 0; i < name.size(); ++i) {
      if (name[i] != '%') {
        text += name[i];
        continue;
      }
      text += static_cast<char>(std::stoi(std::string(name.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    }
    return text;
  };
  EXPECT_EQ(Escaped("M-1 (Ende)"), "M-1 (Ende)");
  EXPECT_EQ(Escaped("A:B;C  D%"), "A%3AB%3BC %20D%25");
  EXPECT_EQ(Escaped("(none)"), "%28none)");
  EXPECT_EQ(Escaped(" a "), "%20a%20");
  EXPECT_EQ(Escaped("Bank\tÉ"), "Bank%09%C3%89");
  std::mt19937 random(1);
  for (int i = 0; i < 1000; ++i) {
    std::string text;
    for (size_t left = random() % 12; left > 0; --left) {
      text += static_cast<char>(random() % 2 == 0 ? " :;%(\""[random() % 6] : random() % 256);
    }
    const std::string name = Escaped(text);
    EXPECT_EQ(unescaped(name), text);
    EXPECT_EQ(name.find("  "), std::string::npos);
    EXPECT_EQ(name.find_first_of(":;\n\t"), std::string::npos);
    EXPECT_FALSE(name.starts_with(' ') || name.ends_with(' ') || name.starts_with('('));
  }
}

}  // namespace
}  // namespace iuran::projections
