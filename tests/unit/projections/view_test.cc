// Reading beside a writer, reports in order, and the views on examples of the rulebook.
#include "projections/view.h"

#include "ledger/rules/shipped_schemes.h"
#include "projections/arrears.h"
#include "projections/balances.h"
#include "projections/coverage.h"
#include "projections/payment_ids.h"
#include "projections/runner.h"
#include "tests/unit/projections/support.h"

namespace iuran::projections {
namespace {

std::vector<rules::Timeline> AllOf(const AccountsView& view) {
  std::vector<rules::Timeline> all;
  AccountsView::Walk walk(view);
  AccountBatch batch;
  rules::Timeline scratch;
  do {
    EXPECT_TRUE(walk.Next(batch).has_value());
    for (size_t i = 0; i < batch.size(); ++i) all.push_back(*Must(batch.Get(i, scratch)));
  } while (batch.size() > 0);
  return all;
}

std::vector<rules::Timeline> AllOf(const MemoryLog& log) {
  Accounts accounts(log, nullptr, 1);
  EXPECT_TRUE(accounts.FoldTo(log.size()).has_value());
  std::vector<rules::Timeline> all;
  for (const Account* account : accounts.Sorted()) all.push_back(account->timeline);
  return all;
}

TEST(View, JoinsWhatIsStoredAndWhatTheLogHasBeyondIt) {
  MemoryLog log;
  AddRandomPast(log, 21, 600, 4000);
  TemporaryFolder folder;
  for (const uint64_t cursor : {0u, 1u, 500u, 3990u, 4000u}) {
    if (cursor > 0) {
      auto writer = Must(Store::OpenToWrite(folder / "store"));
      ASSERT_OK(CatchUp(*writer, log.Cut(cursor), {}));
    }
    const auto store = Must(Store::OpenToRead(folder / "store"));
    ASSERT_EQ(store->state().cursor, cursor);
    const auto view = Must(AccountsView::Open(log, *store, log.size(), 2));
    EXPECT_EQ(AllOf(*view), AllOf(log)) << cursor;
    EXPECT_FALSE(view->groups().empty());
  }
}

TEST(View, AReaderKeepsItsStateWhileTheWriterGoesOn) {
  MemoryLog log;
  AddRandomPast(log, 22, 50, 3000);
  TemporaryFolder folder;
  auto writer = Must(Store::OpenToWrite(folder / "store"));
  ASSERT_OK(CatchUp(*writer, log.Cut(1000), {}));
  const auto reader = Must(Store::OpenToRead(folder / "store"));
  const MemoryLog seen = log.Cut(1500);
  const auto view = Must(AccountsView::Open(seen, *reader, 1500, 2));
  for (uint64_t size = 1600; size <= 3000; size += 200) {
    ASSERT_OK(CatchUp(*writer, log.Cut(size), {}));
    ASSERT_EQ(AllOf(*view), AllOf(seen));
  }
  const auto later = Must(Store::OpenToRead(folder / "store"));
  EXPECT_EQ(later->state().cursor, 3000u);
  EXPECT_EQ(AllOf(*Must(AccountsView::Open(log, *later, 3000, 2))), AllOf(log));
}

TEST(View, OneMemberIsFoldedFromItsOwnStream) {
  MemoryLog log;
  AddRandomPast(log, 23, 30, 1000);
  for (const rules::Timeline& timeline : AllOf(log)) {
    EXPECT_EQ(Must(FindOne(log, timeline.member, log.size())), timeline);
    EXPECT_EQ(Must(FindOne(log, timeline.member, timeline.enrolled_at.value)), std::nullopt);
  }
  EXPECT_EQ(Must(FindOne(log, MemberId("nobody"), log.size())), std::nullopt);
}

TEST(Ordered, RowsComeInOrderWhateverTheThreads) {
  MemoryLog log(256);
  AddRandomPast(log, 24, 3000, 5000);
  TemporaryFolder folder;
  auto store = Must(Store::OpenToWrite(folder / "store"));
  ASSERT_OK(CatchUp(*store, log.Cut(4500), {}));
  const auto view = Must(AccountsView::Open(log, *store, log.size(), 2));
  std::vector<std::string> expected;
  for (const rules::Timeline& timeline : AllOf(log)) {
    for (size_t i = 0; i < timeline.payments.size() % 3; ++i) {
      expected.push_back(timeline.member.text());
    }
  }
  const Evaluate<std::string> evaluate = [](const rules::Timeline& timeline, rules::Settlement&,
                                            std::vector<std::string>& rows) -> Result<void> {
    for (size_t i = 0; i < timeline.payments.size() % 3; ++i) {
      rows.push_back(timeline.member.text());
    }
    return {};
  };
  for (const unsigned threads : {1u, 2u, 5u}) {
    std::vector<std::string> rows;
    const auto emit = [&rows](std::string& row) -> Result<void> {
      rows.push_back(row);
      return {};
    };
    ASSERT_OK(ForEachOrdered<std::string>(*view, threads, evaluate, emit));
    ASSERT_EQ(rows, expected);
  }
  // The reader of the report goes away: the error comes back, and nothing is emitted after it.
  int emitted = 0;
  const auto refused = ForEachOrdered<std::string>(*view, 3, evaluate, [&](std::string&) {
    return ++emitted == 700 ? Result<void>(Fail(ErrorCode::kIo, "closed")) : Result<void>();
  });
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "closed");
  EXPECT_EQ(emitted, 700);
}

TEST(Ordered, TheFirstErrorInOrderEndsTheReport) {
  MemoryLog log(256);
  AddRandomPast(log, 25, 2000, 2100);
  TemporaryFolder folder;
  auto store = Must(Store::OpenToWrite(folder / "store"));
  ASSERT_OK(CatchUp(*store, log, {}));
  auto changes = store->NewChanges(store->state().generation);
  changes->PutMember("M-1500", "no row");
  changes->PutMember("M-1900", "no row");
  ASSERT_OK(store->Commit(*changes, nullptr));
  const auto view = Must(AccountsView::Open(log, *store, log.size(), 2));
  std::string last;
  const auto report = ForEachOrdered<std::string>(
      *view, 4,
      [](const rules::Timeline& timeline, rules::Settlement&, std::vector<std::string>& rows) {
        rows.push_back(timeline.member.text());
        return Result<void>();
      },
      [&last](std::string& row) {
        last = row;
        return Result<void>();
      });
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().message, testing::HasSubstr("M-1500"));
  EXPECT_LT(last, "M-1500");
}

// ---- Views, with the shipped tariff ----------------------------------------------------------

class Views : public testing::Test {
 protected:
  Views() {
    for (const rules::ShippedScheme& shipped : rules::ShippedSchemes()) {
      const Position enacted = log_.Add(SchemeEnacted{shipped.id, std::string(shipped.document)});
      schemes_.Enact(enacted, Must(rules::Scheme::Parse(shipped.document)));
    }
  }

  template <typename Row, typename View>
  std::vector<Row> Ask(const View& view) {
    Accounts accounts(log_, nullptr, 1);
    EXPECT_TRUE(accounts.FoldTo(log_.size()).has_value());
    rules::Settlement scratch;
    std::vector<Row> rows;
    for (const Account* account : accounts.Sorted()) {
      EXPECT_TRUE(view(account->timeline, scratch, rows).has_value());
    }
    return rows;
  }
  std::vector<BalanceRow> Balances(const Question& question) {
    return Ask<BalanceRow>([&](const auto& timeline, auto& scratch, auto& rows) {
      return BalanceOf(timeline, question, scratch, rows);
    });
  }
  std::vector<ArrearsRow> Arrears(const Question& question) {
    return Ask<ArrearsRow>([&](const auto& timeline, auto& scratch, auto& rows) {
      return ArrearsOf(timeline, question, scratch, rows);
    });
  }
  std::vector<CoverageRow> Coverage(const Question& question, Day on) {
    return Ask<CoverageRow>([&](const auto& timeline, auto& scratch, auto& rows) {
      return CoverageOf(timeline, question, on, scratch, rows);
    });
  }
  Question On(Day as_of) const { return {&schemes_, Position{log_.size() - 1}, as_of, {}}; }

  MemoryLog log_;
  rules::SchemeBook schemes_;
};

// Rulebook 4, the first example: 201,000 paid for a year is 600 short of the twelfth month.
TEST_F(Views, TheYearThatIsSixHundredShort) {
  log_.Add(GroupRegistered{GroupId("G-1"), GroupKind::kCooperative, "Kopdit", "Ende", {}});
  MemberEnrolled enrolment = Enrolment("M-1", 0, Month::Of(2023, 12));
  enrolment.attributes.group = GroupId("G-1");
  log_.Add(enrolment);
  const Position paid = log_.Add(Payment("P-7", "M-1", 0, Day::Of(2023, 12, 5), 201'000));

  const auto balances = Balances(On(Day::Of(2024, 10, 31)));
  ASSERT_EQ(balances.size(), 1u);
  EXPECT_EQ(balances[0].member.text(), "M-1");
  EXPECT_EQ(balances[0].scheme.text(), "bpu");
  EXPECT_EQ(balances[0].group.text(), "G-1");
  EXPECT_EQ(balances[0].figures.settled, Money::FromRupiah(184'800));
  EXPECT_EQ(balances[0].figures.credit, Money::FromRupiah(16'200));
  EXPECT_EQ(balances[0].figures.paid_through, Month::Of(2024, 10));
  EXPECT_TRUE(Arrears(On(Day::Of(2024, 10, 31))).empty());

  const auto arrears = Arrears(On(Day::Of(2024, 12, 1)));
  ASSERT_EQ(arrears.size(), 1u);
  EXPECT_EQ(arrears[0].arrears, Money::FromRupiah(600));
  EXPECT_EQ(arrears[0].months_overdue, 1);
  EXPECT_EQ(arrears[0].ageing[0], Money::FromRupiah(600));

  const auto coverage = Coverage(On(Day::Of(2024, 10, 31)), Day::Of(2024, 10, 31));
  ASSERT_EQ(coverage.size(), 2u);  // JKK and JKM
  EXPECT_EQ(coverage[0].program, Program::kJkk);
  EXPECT_EQ(coverage[1].program, Program::kJkm);
  EXPECT_EQ(coverage[0].cover.state, rules::CoverState::kActive);
  ASSERT_EQ(coverage[0].settled_by(), paid);
  const PaymentIds ids = Must(PaymentIds::Resolve(log_, {paid, paid}));
  EXPECT_EQ(ids.At(paid), "P-7");
  EXPECT_EQ(ids.At(Position{0}), "");
  EXPECT_THAT(coverage[0].Reason(ids.At(paid)), testing::HasSubstr("P-7"));
}

// Rulebook 1, 5 and 6: everyone known has a balance, nobody unknown has anything.
TEST_F(Views, WhoIsKnownAndInWhichGroup) {
  log_.Add(GroupRegistered{GroupId("G-2"), GroupKind::kCooperative, "Kopdit", "Ende", {}});
  const Position first = log_.Add(Enrolment("M-1", 0, Month::Of(2024, 1)));
  log_.Add(Enrolment("M-2", 1, Month::Of(2024, 6)));
  log_.Add(AttributeChanged{MemberId("M-1"), MemberNumber{0}, Attribute::kGroup, Month::Of(2024, 3),
                            GroupId("G-2")});
  const Day february = Day::Of(2024, 2, 10), march = Day::Of(2024, 3, 10);

  EXPECT_EQ(Balances(On(february)).size(), 2u);            // M-2 before its first month too
  EXPECT_EQ(Coverage(On(february), february).size(), 2u);  // but no cover: M-1's two programmes
  Question then = On(february);
  then.known_at = first;
  EXPECT_EQ(Balances(then).size(), 1u);

  Question second = On(march);
  second.group = GroupId("G-2");
  ASSERT_EQ(Balances(second).size(), 1u);
  EXPECT_EQ(Balances(second)[0].member.text(), "M-1");
  EXPECT_EQ(Balances(second)[0].group.text(), "G-2");
  EXPECT_EQ(Coverage(second, march).size(), 2u);
  // The month asked about decides, which for cover is that of the day, not of the payments counted.
  EXPECT_EQ(Coverage(second, february).size(), 0u);
  second.as_of = february;
  EXPECT_TRUE(Balances(second).empty());
  EXPECT_EQ(Coverage(second, march).size(), 2u);
}

// A row of the stream index that names an event of somebody else must not bring its money along.
TEST_F(Views, AnIndexThatNamesAnothersEventIsDamage) {
  class Misled : public MemoryLog {
   public:
    explicit Misled(const MemoryLog& log) : MemoryLog(log) {}
    Result<std::vector<uint64_t>> Stream(std::string_view, uint32_t) const override {
      return std::vector<uint64_t>{0, 1};
    }
  };
  log_.Add(Enrolment("M-1", 0, Month::Of(2024, 1)));
  log_.Add(Enrolment("M-2", 1, Month::Of(2024, 1)));
  const auto found = FindOne(Misled(log_), MemberId("M-1"), 2);
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, ErrorCode::kLedgerDamaged);
}

TEST_F(Views, APositionThatIsNoPaymentIsDamage) {
  const Position enrolled = log_.Add(Enrolment("M-1", 0, Month::Of(2024, 1)));
  const auto ids = PaymentIds::Resolve(log_, {enrolled});
  ASSERT_FALSE(ids.has_value());
  EXPECT_EQ(ids.error().code, ErrorCode::kLedgerDamaged);
}

TEST_F(Views, PaymentIdsAreFoundNearAndFar) {
  AddRandomPast(log_, 31, 20, 9000);
  std::vector<Position> asked;
  std::map<uint64_t, std::string> expected;
  for (uint64_t at = 0; at < log_.size(); ++at) {
    const Event event = Must(Decode(Must(log_.Read(at))));
    const auto* payment = std::get_if<PaymentReceived>(&event.body);
    if (!payment || (at > 100 && at < 8000 && at != 3000)) continue;
    asked.insert(asked.begin(), Position{at});
    expected[at] = payment->payment.text();
  }
  const PaymentIds ids = Must(PaymentIds::Resolve(log_, asked));
  for (const auto& [at, id] : expected) EXPECT_EQ(ids.At(Position{at}), id);
}

}  // namespace
}  // namespace iuran::projections
