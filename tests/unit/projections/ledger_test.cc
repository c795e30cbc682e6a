// Projections of a real ledger: events come to be through Submit, readers stand beside the writer.
#include "projections/balances.h"
#include "projections/payment_ids.h"
#include "projections/replay.h"
#include "projections/runner.h"
#include "projections/view.h"
#include "tests/unit/ledger/ledger_fixture.h"
#include "tests/unit/projections/support.h"

namespace iuran::projections {
namespace {

class ProjectedLedger : public tests::LedgerFixture {
 protected:
  void SetUp() override {
    InitAndOpen();
    std::vector<rules::Request> requests = {tests::Group("G-1"), tests::Group("G-2")};
    for (uint32_t i = 0; i < kMembers; ++i) requests.push_back(tests::Enrol(Member(i)));
    SubmitAll(requests);
  }

  static constexpr uint32_t kMembers = 300;
  static std::string Member(uint32_t number) { return RandomMember(number).text(); }
  std::filesystem::path StoreFolder() const { return options_.folder / "projections"; }

  // A month of payments in random order, the reversal of some of them, and changes.
  void AddMonth(int32_t month) {
    std::vector<rules::Request> requests;
    for (uint32_t i = 0; i < kMembers; ++i) {
      const uint32_t member = static_cast<uint32_t>(random_() % kMembers);
      const std::string payment = "P-" + std::to_string(month) + "-" + std::to_string(i);
      rules::ReceivePayment pay = tests::Pay(payment, Member(member));
      pay.paid_on = (Month::Of(2024, 1) + month).DayOf(static_cast<int>(1 + random_() % 28));
      pay.amount = Money::FromRupiah(static_cast<int64_t>(1000 + random_() % 40'000));
      requests.push_back(std::move(pay));
      if (random_() % 20 == 0) requests.push_back(tests::Reverse(payment));
      if (random_() % 20 == 0) {
        requests.push_back(rules::ChangeAttribute{MemberId(Member(member)), Attribute::kGroup,
                                                  Month::Of(2024, 1) + month,
                                                  GroupId(random_() % 2 ? "G-1" : "G-2")});
      }
    }
    SubmitAll(requests);
  }

  void SubmitAll(const std::vector<rules::Request>& requests) {
    for (const std::string& told : Submit(requests)) {
      // A change may say again what was said.
      ASSERT_THAT(told, testing::ContainsRegex("^(recorded|repeated)"));
    }
  }

  std::mt19937 random_{2026};
};

TEST_F(ProjectedLedger, IsTheSameStoredReadBesideTheWriterRebuiltAndOneByOne) {
  for (int32_t month = 0; month < 6; ++month) {
    AddMonth(month);
    if (month % 2 == 0) {
      auto store = Must(Store::OpenToWrite(StoreFolder()));
      ASSERT_EQ(Must(CatchUp(*store, ledger_->log(), {})).cursor, ledger_->head().value);
    }
    // Accounts first, then the log; the writer goes on meanwhile.
    const auto store = Must(Store::OpenToRead(StoreFolder()));
    const auto reader = Must(ledger::Ledger::Open(options_, log::Access::kRead));
    const uint64_t head = reader->head().value;
    ASSERT_EQ(head, ledger_->head().value);
    AddMonth(month + 100);

    const rules::SchemeBook schemes = Must(reader->Schemes());
    const Question question{&schemes, Position{head - 1}, Day::Of(2024, 5, 20), {}};
    const auto view = Must(AccountsView::Open(reader->log(), *store, head, 2));
    const Evaluate<BalanceRow> evaluate = [&question](const rules::Timeline& timeline,
                                                      rules::Settlement& scratch,
                                                      std::vector<BalanceRow>& rows) {
      return BalanceOf(timeline, question, scratch, rows);
    };
    uint32_t count = 0;
    rules::Settlement scratch;
    ASSERT_OK(ForEachOrdered<BalanceRow>(*view, 3, evaluate, [&](BalanceRow& row) -> Result<void> {
      ++count;
      const auto alone = Must(FindOne(reader->log(), row.member, head));
      std::vector<BalanceRow> rows;
      IURAN_TRY(BalanceOf(alone.value(), question, scratch, rows));
      EXPECT_EQ(rows.at(0).figures.paid, row.figures.paid);
      EXPECT_EQ(rows.at(0).figures.credit, row.figures.credit);
      EXPECT_EQ(rows.at(0).figures.arrears, row.figures.arrears);
      EXPECT_EQ(rows.at(0).group, row.group);
      return {};
    }));
    ASSERT_EQ(count, kMembers);
    const auto replay = Must(Replay::Run(reader->log(), *store, {}));
    EXPECT_TRUE(replay->report().Same());
    EXPECT_EQ(replay->report().digest, DigestOneByOne(reader->log(), kMembers, view->groups()));
  }
}

TEST_F(ProjectedLedger, ResolvesPaymentsOfManyPages) {
  AddMonth(0);
  AddMonth(1);
  std::vector<Position> positions;
  std::vector<std::string> expected;
  for (uint64_t at = 0; at < ledger_->head().value; at += 1 + at % 5) {
    const Event event = Must(ledger_->ReadEvent(Position{at}));
    const auto* payment = std::get_if<PaymentReceived>(&event.body);
    if (payment == nullptr) continue;
    positions.push_back(Position{at});
    expected.push_back(payment->payment.text());
  }
  const PaymentIds ids = Must(PaymentIds::Resolve(ledger_->log(), positions));
  for (size_t i = 0; i < positions.size(); ++i) EXPECT_EQ(ids.At(positions[i]), expected[i]);
  EXPECT_GT(positions.size(), 100u);
}

}  // namespace
}  // namespace iuran::projections
