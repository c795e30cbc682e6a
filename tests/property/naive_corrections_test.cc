// The naive model against examples computed by hand from "Corrections and approval" (ledger/rules).
// The positions 0 to 2 open the ledger and enact the schemes; the first row takes position 3.
#include <gtest/gtest.h>

#include <map>

#include "tests/support/naive_history.h"
#include "tests/support/naive_model.h"

namespace iuran::naive {
namespace {

const Verdict kAccepted = Verdict::kAccepted;
const Verdict kRepeated = Verdict::kRepeated;
const Verdict kRejected = Verdict::kRejected;

// 16,800 a month.
MemberRow SelfEmployed(const std::string& member) {
  return {member, "bpu", "", "Ende", "2024-01", "1000000", "other", "self", "JKK+JKM"};
}

// 3,000 a month.
MemberRow WageEarner(const std::string& member) {
  return {member, "pu", "", "Ende", "2024-01", "1000000", "other", "self", "JKM"};
}

PaymentRow Payment(const std::string& payment, const std::string& paid_on,
                   const std::string& member, const std::string& amount) {
  return {payment, paid_on, member, amount, "", "", "va"};
}

std::string Lines(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += (all.empty() ? "" : "\n") + line;
  return all;
}

TEST(NaiveCorrections, APaymentIsReDatedByTwoEvents) {
  Model model({SelfEmployed("A"), Payment("P", "2024-01-05", "A", "16800"),
               CorrectionRow{"P", "paid_on", "2024-02-03", "bank slip"}});
  EXPECT_EQ(model.LastPosition(), 6);
  const auto on = [&](std::string_view day, std::int64_t known_at) {
    return Lines(model.Balances(day, known_at));
  };
  EXPECT_EQ(on("2024-01-31", 4), "A,bpu,,16800,16800,16800,0,0,0,,2024-01,0");
  EXPECT_EQ(on("2024-01-31", 5), "A,bpu,,16800,0,0,0,16800,1,2024-01,,0");
  EXPECT_EQ(on("2024-01-31", 6), "A,bpu,,16800,0,0,0,16800,1,2024-01,,0");
  EXPECT_EQ(on("2024-02-03", 6), "A,bpu,,33600,16800,16800,0,0,0,,2024-01,0");

  EXPECT_EQ(model.Take(CorrectionRow{"P", "paid_on", "2024-02-03", "again"}), kRepeated);
  EXPECT_EQ(model.Take(CorrectionRow{"P", "paid_on", "2024-01-05", "back"}), kAccepted);
  EXPECT_EQ(on("2024-01-31", 8), on("2024-01-31", 4));
}

TEST(NaiveCorrections, APaymentIsMovedUntilItIsReversed) {
  Model model({SelfEmployed("A"), WageEarner("B"), Payment("P", "2024-01-05", "A", "16800"),
               PaymentRow{"Q", "2024-01-05", "B", "100", "", "penalty", "va"}});
  EXPECT_EQ(model.Take(CorrectionRow{"Q", "member", "A", "bpu has no penalty"}), kRejected);
  EXPECT_EQ(model.Take(CorrectionRow{"P", "member", "C", "nobody"}), kRejected);
  EXPECT_EQ(model.Take(CorrectionRow{"P", "member", "A", "hers already"}), kRepeated);
  EXPECT_EQ(model.Take(CorrectionRow{"P", "member", "B", "of her brother"}), kAccepted);
  EXPECT_EQ(Lines(model.Balances("2024-01-05", model.LastPosition())),
            "A,bpu,,16800,0,0,0,0,0,,,0\nB,pu,,3000,16800,15000,1800,0,0,,2024-05,-100");
  EXPECT_EQ(model.Take(ReversalRow{"P", "2024-03-01", "bounced"}), kAccepted);
  EXPECT_EQ(model.Take(CorrectionRow{"P", "member", "A", "too late"}), kRejected);
}

TEST(NaiveCorrections, NotMoreThanTheCreditIsRefunded) {
  Model model({SelfEmployed("A"), Payment("P", "2024-01-05", "A", "20000")});
  const auto refund = [](const std::string& id, const std::string& day, const std::string& amount) {
    return RefundRow{id, "A", day, amount, "BRI-1", "overpaid"};
  };
  EXPECT_EQ(model.Take(refund("F", "2024-01-05", "3200.01")), kRejected);
  EXPECT_EQ(model.Take(refund("F", "2024-01-04", "3200")), kRejected);
  EXPECT_EQ(model.Take(refund("F", "2024-01-06", "3000")), kAccepted);
  EXPECT_EQ(model.Take(refund("F", "2024-01-06", "3000.00")), kRepeated);
  EXPECT_EQ(model.Take(refund("G", "2024-01-05", "200")), kRejected);
  EXPECT_EQ(model.Take(refund("G", "2024-01-06", "200")), kAccepted);
  EXPECT_EQ(Lines(model.Balances("2024-01-06", 6)), "A,bpu,,16800,16800,16800,0,0,0,,2024-01,0");

  // The payment is voided after its credit was refunded.
  EXPECT_EQ(model.Take(ReversalRow{"P", "2024-02-01", "bounced"}), kAccepted);
  EXPECT_EQ(Lines(model.Balances("2024-01-20", 7)),
            "A,bpu,,16800,-3200,0,-3200,20000,1,2024-01,,0");
  EXPECT_EQ(Lines(model.Arrears("2024-01-20", 7)), "A,,1,20000,20000,0,0,0,0");
  EXPECT_EQ(model.Take(Payment("R", "2024-01-20", "A", "20000")), kAccepted);
  EXPECT_EQ(Lines(model.Balances("2024-01-20", 8)), "A,bpu,,16800,16800,16800,0,0,0,,2024-01,0");
}

// January 2024 is due on 15 February; from the 16th on, 2 % of 3,000 are 60.
TEST(NaiveCorrections, NotMoreThanThePenaltyIsWaived) {
  Model model({WageEarner("A"), SelfEmployed("B")});
  const auto waiver = [](const std::string& id, const std::string& day, const std::string& amount) {
    return WaiverRow{id, "A", day, amount, "flood"};
  };
  EXPECT_EQ(model.Take(waiver("W", "2024-02-15", "60")), kRejected);
  EXPECT_EQ(model.Take(waiver("W", "2024-02-16", "60.01")), kRejected);
  EXPECT_EQ(model.Take(waiver("W", "2024-02-16", "60")), kAccepted);
  EXPECT_EQ(Lines(model.Arrears("2024-02-16", 5)),
            "A,,1,3000,3000,0,0,0,0\nB,,2,33600,16800,16800,0,0,0");
  EXPECT_EQ(model.Take(WaiverRow{"X", "B", "2024-02-16", "60", "no penalties"}), kRejected);
}

TEST(NaiveCorrections, ARemittancePaysBackWhatIsLeft) {
  Model model({SelfEmployed("A"), RemittanceRow{"R", "2024-01-05", "BRI", "20000", "A", "va", "X"},
               PaymentRow{"P", "2024-01-05", "A", "16800", "R", "", ""}});
  EXPECT_EQ(model.Take(ReturnRow{"T", "R", "2024-01-06", "3200.01", "BRI", "too much"}), kRejected);
  EXPECT_EQ(model.Take(ReturnRow{"T", "R", "2024-01-06", "3200", "BRI", "too much"}), kAccepted);
  EXPECT_EQ(model.Take(PaymentRow{"Q", "2024-01-06", "A", "1", "R", "", ""}), kRejected);
  EXPECT_EQ(model.Take(ReversalRow{"P", "2024-01-07", "not hers"}), kAccepted);
  EXPECT_EQ(model.Take(PaymentRow{"Q", "2024-01-06", "A", "16800", "R", "", ""}), kAccepted);
}

TEST(NaiveCorrections, TwoPeopleAgree) {
  Model model({SelfEmployed("A"), Payment("P", "2024-01-05", "A", "16800")});
  ReversalRow row{"P", "2024-02-01", "bounced", {"Maria Wea", " maria  WEA "}};
  EXPECT_EQ(model.Take(row), kRejected);
  row.signing.approver.clear();
  EXPECT_EQ(model.Take(row), kAccepted);
  EXPECT_EQ(model.Take(row), kRepeated);
  EXPECT_EQ(model.Take(ReversalRow{"P", "2024-02-02", "bounced"}), kRejected);
  EXPECT_EQ(Lines(model.Balances("2024-01-05", 5)), "A,bpu,,16800,16800,16800,0,0,0,,2024-01,0");
  EXPECT_EQ(model.Take(ApproveRow{"reversal/P", " maria  WEA "}), kRejected);
  EXPECT_EQ(model.Take(DeclineRow{"reversal/P", "Maria Wea", "a mistake"}), kAccepted);
  EXPECT_EQ(model.Take(ApproveRow{"reversal/P", "Yosef Dhae"}), kRejected);
  EXPECT_EQ(model.Take(row), kAccepted);
  EXPECT_EQ(model.Take(ApproveRow{"reversal/P", "Yosef Dhae"}), kAccepted);
  EXPECT_EQ(model.Take(row), kRepeated);
  EXPECT_EQ(Lines(model.Balances("2024-01-05", 8)), "A,bpu,,16800,0,0,0,0,0,,,0");
}

// Random histories are worth something only where every kind of row meets every verdict.
TEST(NaiveCorrections, HistoriesMeetEveryVerdict) {
  std::map<std::string, std::map<std::string, int>> counts;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Size size;
    size.desk = 15;
    const History history = Make(seed, size);
    Model model;
    for (const Row& row : history.rows) {
      ++counts[FileName(row)][std::string(VerdictName(model.Take(row)))];
    }
  }
  for (const char* file : {"corrections.csv", "reversals.csv", "refunds.csv", "waivers.csv",
                           "returns.csv", "approve.csv", "decline.csv"}) {
    for (const char* verdict : {"accepted", "repeated", "rejected"}) {
      const bool answer =
          std::string_view(file) == "approve.csv" || std::string_view(file) == "decline.csv";
      const int least = answer && std::string_view(verdict) == "repeated" ? 0 : 1;
      EXPECT_GE(counts[file][verdict], least) << file << ' ' << verdict;
    }
  }
}

}  // namespace
}  // namespace iuran::naive
