// Who gets the free money of a remittance, from which of its days, and under which numbers.
#include "tools/allocation.h"

#include <gtest/gtest.h>

#include "events/words.h"
#include "ledger/rules/decide.h"

namespace iuran::tools {
namespace {

using events::Day;
using events::MemberId;
using events::Money;
using events::PaymentId;
using events::RemittanceId;
using projections::CollectRow;

Day DayOf(const char* text) { return *events::ParseDay(text); }

CollectRow Owing(const std::string& member, int64_t rupiah,
                 const char* payable_from = "2025-01-01") {
  CollectRow row;
  row.member = MemberId(member);
  row.payable_from = DayOf(payable_from);
  row.to_pay = Money::FromRupiah(rupiah);
  return row;
}

Result<bool> NoneIsTaken(const PaymentId& /*payment*/) { return false; }

// "ANA R-1.ANA 10 of 2025-03-10", one line a payment.
std::string InWords(const Result<Division>& division) {
  if (!division) return division.error().message;
  std::string text;
  for (const Share& share : division->shares) {
    for (const Share::Payment& payment : share.payments) {
      text += share.row.member.text() + " " + payment.payment.text() + " " +
              events::Grouped(payment.amount) + " of " + payment.paid_on.ToString() + "\n";
    }
  }
  return text;
}

const std::vector<FreeMoney> kThreeDays = {{DayOf("2025-03-10"), Money::FromRupiah(10)},
                                           {DayOf("2025-04-10"), Money::FromRupiah(25)},
                                           {DayOf("2025-05-10"), Money::FromRupiah(40)}};

TEST(Divide, GivesWhatIsFreeLongestFirstAndAPaymentOfEachDay) {
  const auto shares =
      Divide(kThreeDays, DayOf("2025-06-01"), RemittanceId("R"),
             {Owing("ANA", 4), Owing("BENE", 30), Owing("CELI", 9), Owing("DEDI", 1)}, NoneIsTaken);
  EXPECT_EQ(InWords(shares),
            "ANA R.ANA 4 of 2025-03-10\n"
            "BENE R.BENE 6 of 2025-03-10\n"
            "BENE R.BENE.2 15 of 2025-04-10\n"
            "BENE R.BENE.3 9 of 2025-05-10\n"
            "CELI R.CELI 6 of 2025-05-10\n");
}

TEST(Divide, GivesNothingThatIsFreeOnlyAfterTheAsOfDay) {
  EXPECT_EQ(InWords(Divide(kThreeDays, DayOf("2025-05-09"), RemittanceId("R"),
                           {Owing("ANA", 10), Owing("BENE", 30)}, NoneIsTaken)),
            "ANA R.ANA 10 of 2025-03-10\n"
            "BENE R.BENE 15 of 2025-04-10\n");
  EXPECT_EQ(InWords(Divide(kThreeDays, DayOf("2025-03-09"), RemittanceId("R"), {Owing("ANA", 10)},
                           NoneIsTaken)),
            "");
}

TEST(Divide, PaysNotBeforeItIsPayableAndOnceADay) {
  EXPECT_EQ(InWords(Divide(kThreeDays, DayOf("2025-06-01"), RemittanceId("R"),
                           {Owing("ANA", 30, "2025-04-20")}, NoneIsTaken)),
            "ANA R.ANA 25 of 2025-04-20\n"
            "ANA R.ANA.2 5 of 2025-05-10\n");
}

TEST(Divide, LeavesOutWhatIsPayableOnlyLater) {
  const auto division =
      Divide(kThreeDays, DayOf("2025-06-01"), RemittanceId("R"),
             {Owing("ANA", 30, "2025-06-02"), Owing("BENE", 4, "2025-06-01")}, NoneIsTaken);
  EXPECT_EQ(InWords(division), "BENE R.BENE 4 of 2025-06-01\n");
  EXPECT_EQ(division->payable_later, std::vector{DayOf("2025-06-02")});
}

TEST(Divide, GivesNothingWhileMoreIsDrawnThanThereIs) {
  const std::vector<FreeMoney> free = {{DayOf("2025-03-10"), Money::FromRupiah(-20)},
                                       {DayOf("2025-04-10"), Money::FromRupiah(10)}};
  EXPECT_EQ(
      InWords(Divide(free, DayOf("2025-03-20"), RemittanceId("R"), {Owing("ANA", 5)}, NoneIsTaken)),
      "");
  EXPECT_EQ(
      InWords(Divide(free, DayOf("2025-04-10"), RemittanceId("R"), {Owing("ANA", 5)}, NoneIsTaken)),
      "ANA R.ANA 5 of 2025-04-10\n");
}

TEST(Divide, PassesOverNumbersThatAreUsed) {
  const auto is_taken = [](const PaymentId& payment) -> Result<bool> {
    return payment.text() == "R.ANA" || payment.text() == "R.ANA.3";
  };
  EXPECT_EQ(InWords(Divide(kThreeDays, DayOf("2025-06-01"), RemittanceId("R"), {Owing("ANA", 30)},
                           is_taken)),
            "ANA R.ANA.2 10 of 2025-03-10\n"
            "ANA R.ANA.4 15 of 2025-04-10\n"
            "ANA R.ANA.5 5 of 2025-05-10\n");
}

TEST(Divide, MakesNoMorePaymentsThanOneCommitTakes) {
  std::vector<CollectRow> rows;
  for (size_t i = 0; i < rules::kMostListed; ++i) rows.push_back(Owing(std::to_string(i), 2));
  const std::vector<FreeMoney> free = {{DayOf("2025-03-10"), Money::FromRupiah(3)},
                                       {DayOf("2025-04-10"), Money::FromRupiah(1'000'000)}};
  const auto division = Divide(free, DayOf("2025-06-01"), RemittanceId("R"), rows, NoneIsTaken);
  ASSERT_TRUE(division);
  EXPECT_EQ(RequestOf({}, division->shares).rows.size(), rules::kMostListed);
  EXPECT_EQ(division->shares.size(), rules::kMostListed - 1) << "the second has two payments";
  EXPECT_TRUE(division->is_cut);
  rows.pop_back();
  EXPECT_FALSE(Divide(free, DayOf("2025-06-01"), RemittanceId("R"), rows, NoneIsTaken)->is_cut)
      << "money is left, and nobody is left out";
}

}  // namespace
}  // namespace iuran::tools
