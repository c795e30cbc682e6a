// What became known between two positions. Values are tested against the naive model
// (tests/property) and in transcripts (tests/e2e); here is what those do not reach.

#include "projections/diff.h"

#include "ledger/rules/shipped_schemes.h"
#include "projections/runner.h"
#include "projections/view.h"
#include "tests/unit/projections/support.h"

namespace iuran::projections {
namespace {

class Reports : public testing::Test {
 protected:
  Reports() {
    for (const rules::ShippedScheme& shipped : rules::ShippedSchemes()) {
      Enact(shipped.id, std::string(shipped.document));
    }
  }

  Position Enact(const SchemeId& id, const std::string& document) {
    const Position position = log_.Add(SchemeEnacted{id, document});
    schemes_.Enact(position, Must(rules::Scheme::Parse(document)));
    return position;
  }

  Question On(Day as_of, Position known_at) const { return {&schemes_, known_at, as_of, {}}; }
  Position Last() const { return Position{log_.size() - 1}; }

  DiffQuestion Between(Position earlier, Position later, Day as_of) {
    DiffQuestion question;
    question.earlier = On(as_of, earlier);
    question.later = On(as_of, later);
    question.stream = [this](const std::string& stream) { return log_.Stream(stream, 0); };
    for (const SchemeId& id : schemes_.Ids(later)) {
      question.enactments[id] = Must(log_.Stream("scheme/" + id.text(), 0));
    }
    return question;
  }

  Result<std::vector<DiffRow>> Diff(const DiffQuestion& question) {
    Accounts accounts(log_, nullptr, 1);
    EXPECT_TRUE(accounts.FoldTo(log_.size()).has_value());
    rules::Settlement scratch;
    std::vector<DiffRow> rows;
    for (const Account* account : accounts.Sorted()) {
      IURAN_TRY(DiffOf(account->timeline, question, scratch, rows));
    }
    return rows;
  }

  MemoryLog log_;
  rules::SchemeBook schemes_;
};

// The shipped document with JKM of 7,800 a month in the place of 6,800.
std::string DearerDocument() {
  std::string document(rules::ShippedSchemes()[0].document);
  size_t changed = 0;
  for (size_t at = 0; (at = document.find("6800", at)) != std::string::npos; ++at, ++changed) {
    document[at] = '7';
  }
  EXPECT_GT(changed, 0u);
  return document;
}

TEST_F(Reports, ANewTariffIsACauseInWhomItChangesAFigure) {
  log_.Add(Enrolment("M-1", 0, Month::Of(2024, 1)));
  log_.Add(Enrolment("M-2", 1, Month::Of(2024, 1)));
  log_.Add(Payment("P-1", "M-1", 0, Day::Of(2024, 1, 10), 16'800));
  const Position before = Last();
  // A payment of the day after the one asked about is known, and changes nothing of that day.
  log_.Add(Payment("P-2", "M-1", 0, Day::Of(2024, 6, 1), 16'800));
  const Position enacted = Enact(rules::ShippedSchemes()[0].id, DearerDocument());

  const Day day = Day::Of(2024, 1, 31);
  const std::vector<DiffRow> rows = Must(Diff(Between(before, Last(), day)));
  ASSERT_EQ(rows.size(), 2u);
  for (const DiffRow& row : rows) {
    for (const FigureChange& change : row.changes) {
      EXPECT_EQ(change.cause, enacted) << row.member.text();
    }
  }
  // M-1 settles no month any more: 16,800 is 1,000 short.
  const FigureChange arrears{enacted, Figure::kArrears, Money(), Money::FromRupiah(1'000)};
  EXPECT_THAT(rows[0].changes, testing::Contains(arrears));
  const FigureChange owed{enacted, Figure::kArrears, Money::FromRupiah(16'800),
                          Money::FromRupiah(17'800)};
  EXPECT_THAT(rows[1].changes, testing::Contains(owed));
  EXPECT_TRUE(Must(Diff(Between(before, before + 1, day))).empty());
}

// A payment and its reversal that are both later leave no difference; beside another payment, only
// figures that differ are told, and the two cancel out in them.
TEST_F(Reports, WhatCancelsOutIsNoDifference) {
  log_.Add(Enrolment("M-1", 0, Month::Of(2024, 1)));
  const Position before = Last();
  const Position wrong = log_.Add(Payment("P-1", "M-1", 0, Day::Of(2024, 1, 10), 16'800));
  PaymentReversed reversal{PaymentId("P-1"), MemberId("M-1"), MemberNumber{0}, Day::Of(2024, 1, 11),
                           "twice"};
  const Position reversed = log_.Add(reversal, wrong);
  const Day day = Day::Of(2024, 1, 31);
  EXPECT_TRUE(Must(Diff(Between(before, reversed, day))).empty());

  const Position right = log_.Add(Payment("P-2", "M-1", 0, Day::Of(2024, 1, 10), 10'000));
  const std::vector<DiffRow> rows = Must(Diff(Between(before, right, day)));
  ASSERT_EQ(rows.size(), 1u);
  std::vector<FigureChange> paid;
  for (const FigureChange& change : rows[0].changes) {
    EXPECT_NE(change.figure, Figure::kSettled) << "nothing is settled, before or after";
    if (change.figure == Figure::kPaid) paid.push_back(change);
  }
  const Money none, first = Money::FromRupiah(16'800), second = Money::FromRupiah(10'000);
  EXPECT_THAT(paid, testing::ElementsAre(FigureChange{wrong, Figure::kPaid, none, first},
                                         FigureChange{reversed, Figure::kPaid, first, none},
                                         FigureChange{right, Figure::kPaid, none, second}));
}

TEST_F(Reports, WhoChangedGroupsIsAskedAboutInBoth) {
  for (const char* group : {"G-1", "G-2"}) {
    GroupRegistered registered;
    registered.group = GroupId(group);
    log_.Add(registered);
  }
  MemberEnrolled enrolled = Enrolment("M-1", 0, Month::Of(2024, 1));
  enrolled.attributes.group = GroupId("G-1");
  log_.Add(enrolled);
  const Position before = Last();
  log_.Add(AttributeChanged{MemberId("M-1"), MemberNumber{0}, Attribute::kGroup, Month::Of(2024, 1),
                            GroupId("G-2")});
  DiffQuestion question = Between(before, Last(), Day::Of(2024, 1, 31));
  for (const char* group : {"G-1", "G-2"}) {
    question.earlier.group = question.later.group = GroupId(group);
    const std::vector<DiffRow> rows = Must(Diff(question));
    ASSERT_EQ(rows.size(), 1u) << group;
    EXPECT_EQ(rows[0].changes.size(), 1u);
    EXPECT_EQ(rows[0].changes[0].figure, Figure::kGroup);
  }
  question.earlier.group = question.later.group = GroupId("G-3");
  EXPECT_TRUE(Must(Diff(question)).empty());
}

TEST_F(Reports, ADifferenceWithoutAnEventIsDamage) {
  log_.Add(Enrolment("M-1", 0, Month::Of(2024, 1)));
  const Position before = Last();
  log_.Add(Payment("P-1", "M-1", 0, Day::Of(2024, 1, 10), 16'800));
  DiffQuestion question = Between(before, Last(), Day::Of(2024, 1, 31));
  question.stream = [](const std::string&) { return std::vector<uint64_t>(); };
  const auto rows = Diff(question);
  ASSERT_FALSE(rows.has_value());
  EXPECT_EQ(rows.error().code, ErrorCode::kLedgerDamaged);
  EXPECT_THAT(rows.error().message, testing::HasSubstr("M-1"));
}

// Over many members, on many threads, from the store and the log behind it: the same rows, in order
// of members, and steps of knowledge that follow each other add up to the whole.
TEST_F(Reports, DifferencesAddUpOverStepsOfKnowledge) {
  AddRandomPast(log_, 31, 400, 6000);
  TemporaryFolder folder;
  auto store = Must(Store::OpenToWrite(folder / "store"));
  ASSERT_OK(CatchUp(*store, log_.Cut(5000), {}));
  const auto view = Must(AccountsView::Open(log_, *store, log_.size(), 2));
  using Sums = std::map<std::pair<std::string, Figure>, Money>;
  const Day day = Day::Of(2025, 6, 30);
  const auto sums = [&](uint64_t earlier, uint64_t later, Sums& add_to) {
    const DiffQuestion question = Between(Position{earlier}, Position{later}, day);
    std::string last;
    ASSERT_OK(ForEachOrdered<DiffRow>(
        *view, 3,
        [&question](const auto& account, auto& scratch, auto& rows) {
          return DiffOf(account, question, scratch, rows);
        },
        [&](DiffRow& row) -> Result<void> {
          EXPECT_LT(last, row.member.text());
          last = row.member.text();
          for (const FigureChange& change : row.changes) {
            EXPECT_GT(change.cause.value, earlier);
            EXPECT_LE(change.cause.value, later);
            if (!std::holds_alternative<Money>(change.after)) continue;
            add_to[{last, change.figure}] +=
                std::get<Money>(change.after) - std::get<Money>(change.before);
          }
          return {};
        }));
  };
  Sums whole, steps;
  sums(1, log_.size() - 1, whole);
  for (uint64_t from = 1; from < log_.size() - 1; from += 1500) {
    sums(from, std::min(from + 1500, log_.size() - 1), steps);
  }
  std::erase_if(whole, [](const auto& entry) { return entry.second.IsZero(); });
  std::erase_if(steps, [](const auto& entry) { return entry.second.IsZero(); });
  EXPECT_GT(whole.size(), 300u);
  EXPECT_EQ(whole, steps);
}

}  // namespace
}  // namespace iuran::projections
