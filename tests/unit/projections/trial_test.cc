// A trial says what would be known if the document were enacted next, and records nothing. And
// enacting one costs nothing but its event: no account is written anew.

#include "projections/trial.h"

#include "ledger/rules/shipped_schemes.h"
#include "projections/runner.h"
#include "tests/unit/projections/support.h"

namespace iuran::projections {
namespace {

const SchemeId kBpu("bpu");

// The shipped document of the self-employed, changed in one place.
std::string Changed(std::string_view text, std::string_view instead) {
  std::string document(rules::ShippedSchemes()[0].document);
  const size_t at = document.find(text);
  IURAN_CHECK(at != std::string::npos, "the text stands in the document");
  return document.replace(at, text.size(), instead);
}

class Trial : public testing::Test {
 protected:
  Trial() { Enact(std::string(rules::ShippedSchemes()[0].document)); }

  void Enact(const std::string& document) {
    const Position position = log_.Add(SchemeEnacted{kBpu, document});
    schemes_.Enact(position, Must(rules::Scheme::Parse(document)));
  }

  std::vector<TrialRow> Try(const std::string& document, Day as_of, Position known_at) {
    rules::SchemeBook proposed;
    proposed.Enact(Position{0}, Must(rules::Scheme::Parse(document)));
    const Question present{&schemes_, known_at, as_of, {}};
    TrialQuestion question{kBpu, present, present};
    question.proposed.schemes = &proposed;
    Accounts accounts(log_, nullptr, 1);
    EXPECT_TRUE(accounts.FoldTo(log_.size()).has_value());
    rules::Settlement scratch;
    std::vector<TrialRow> rows;
    for (const Account* account : accounts.Sorted()) {
      EXPECT_TRUE(TrialOf(account->timeline, question, scratch, rows).has_value());
    }
    return rows;
  }

  Position Last() const { return Position{log_.size() - 1}; }

  MemoryLog log_;
  rules::SchemeBook schemes_;
};

const std::string& DearerDocument() {
  static const std::string kDocument = Changed("\"amount\": 6800", "\"amount\": 7800");
  return kDocument;
}

TEST_F(Trial, SaysWhatWouldBeKnownWereTheDocumentEnactedNext) {
  AddRandomPast(log_, 7, 200, 4000);
  const Position before = Last();
  const std::vector<std::string> documents = {
      DearerDocument(), Changed("\"grace_months\": 3", "\"grace_months\": 1"),
      Changed("\"base\": 1000000", "\"base\": 1100000"),
      Changed("\"percent\": \"1.00\"", "\"percent\": \"1.37\""),
      Changed("\"day\": 15", "\"day\": 28")};
  for (const std::string& document : documents) {
    size_t differ = 0;
    for (const Day as_of : {Day::Of(2025, 6, 16), Day::Of(2027, 2, 28)}) {
      const std::vector<TrialRow> rows = Try(document, as_of, before);
      EXPECT_EQ(log_.size(), before.value + 1) << "a trial records nothing";
      MemoryLog later = log_.Cut(log_.size());
      rules::SchemeBook enacted = schemes_;
      enacted.Enact(later.Add(SchemeEnacted{kBpu, document}), Must(rules::Scheme::Parse(document)));
      const Question present{&enacted, before, as_of, {}};
      Question next = present;
      next.known_at = before + 1;
      Accounts accounts(later, nullptr, 1);
      ASSERT_TRUE(accounts.FoldTo(later.size()).has_value());
      const std::vector<const Account*> sorted = accounts.Sorted();
      ASSERT_EQ(rows.size(), sorted.size());
      rules::Settlement scratch;
      for (size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i].before, Must(StandingOf(sorted[i]->timeline, present, scratch)));
        EXPECT_EQ(rows[i].after, Must(StandingOf(sorted[i]->timeline, next, scratch)));
        if (rows[i].before != rows[i].after) ++differ;
      }
    }
    EXPECT_GT(differ, 0u) << "a trial that changes nothing shows nothing";
  }
}

TEST_F(Trial, KnowsThePriceOfTheMonth) {
  log_.Add(Enrolment("M-1", 0, Month::Of(2024, 1)));   // paid ahead
  log_.Add(Enrolment("M-2", 1, Month::Of(2024, 2)));   // owes
  log_.Add(Enrolment("M-3", 2, Month::Of(2024, 6)));   // enrolled later
  log_.Add(Enrolment("M-4", 3, Month::Of(2023, 10)));  // lapsed on 1 January
  log_.Add(Enrolment("M-5", 4, Month::Of(2024, 1)));   // left in January
  log_.Add(MemberExited{MemberId("M-5"), MemberNumber{4}, Day::Of(2024, 1, 20)});
  log_.Add(Payment("P-1", "M-1", 0, Day::Of(2024, 1, 10), 100'000));
  const std::vector<TrialRow> rows = Try(DearerDocument(), Day::Of(2024, 2, 29), Last());
  const Money none, now = Money::FromRupiah(16'800), then = Money::FromRupiah(17'800);
  ASSERT_EQ(rows.size(), 5u);
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].price_before, i < 2 ? now : none) << rows[i].member.text();
    EXPECT_EQ(rows[i].price_after, i < 2 ? then : none) << rows[i].member.text();
  }
}

TEST_F(Trial, IsOfTheSchemeAndOfWhatIsKnown) {
  log_.Add(Enrolment("M-1", 0, Month::Of(2024, 1)));
  MemberEnrolled other = Enrolment("M-2", 1, Month::Of(2024, 1));
  other.scheme = SchemeId("pu");
  log_.Add(other);
  const Position before = Last();
  log_.Add(Enrolment("M-3", 2, Month::Of(2024, 1)));
  Enact(DearerDocument());
  const Day day = Day::Of(2024, 1, 31);
  // Of what is known before it was enacted, against the version before.
  std::vector<TrialRow> rows = Try(DearerDocument(), day, before);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].price_after - rows[0].price_before, Money::FromRupiah(1'000));
  rows = Try(DearerDocument(), day, Last());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].before, rows[0].after);
}

// Counts the rows of members that are written.
class CountingStore final : public Store {
 public:
  explicit CountingStore(Store& store) : store_(store) {}
  const StoreState& state() const override { return store_.state(); }
  std::unique_ptr<Rows> Members() const override { return store_.Members(); }
  Result<void> Load(
      std::span<const uint32_t> numbers,
      const std::function<Result<void>(std::string_view, std::string_view)>& take) const override {
    return store_.Load(numbers, take);
  }
  Result<void> ReadNumbers(
      const std::function<void(MemberNumber, std::string_view)>& take) const override {
    return store_.ReadNumbers(take);
  }
  Result<Groups> ReadGroups() const override { return store_.ReadGroups(); }
  std::unique_ptr<Changes> NewChanges(uint32_t generation) override {
    return std::make_unique<CountingChanges>(store_.NewChanges(generation), rows_written_);
  }
  Result<void> Commit(Changes& changes, const StoreState* state) override {
    return store_.Commit(*static_cast<CountingChanges&>(changes).changes_, state);
  }
  Result<uint32_t> NewGeneration() override { return store_.NewGeneration(); }
  uint64_t BytesOnDisk() const override { return store_.BytesOnDisk(); }
  int rows_written() const { return rows_written_; }

 private:
  struct CountingChanges final : Changes {
    CountingChanges(std::unique_ptr<Changes> changes, int& count)
        : changes_(std::move(changes)), count_(count) {}
    void PutMember(std::string_view member, std::string_view row) override {
      ++count_;
      changes_->PutMember(member, row);
    }
    void PutNumber(MemberNumber number, std::string_view member) override {
      changes_->PutNumber(number, member);
    }
    void PutGroup(const GroupId& group, const GroupInfo& info) override {
      changes_->PutGroup(group, info);
    }
    size_t bytes() const override { return changes_->bytes(); }
    std::unique_ptr<Changes> changes_;
    int& count_;
  };

  Store& store_;
  int rows_written_ = 0;
};

std::map<std::string, std::string> RowsOf(const Store& store) {
  std::map<std::string, std::string> rows;
  const auto members = store.Members();
  while (Must(members->Next())) rows.emplace(members->key(), members->row());
  return rows;
}

TEST_F(Trial, EnactingWritesNoAccountAnew) {
  AddRandomPast(log_, 3, 300, 5000);
  TemporaryFolder folder;
  const auto store = Must(Store::OpenToWrite(folder / "store"));
  CountingStore counting(*store);
  ASSERT_OK(CatchUp(counting, log_, {}));
  EXPECT_EQ(counting.rows_written(), 300);
  const auto before = RowsOf(*store);
  const uint64_t cursor = store->state().cursor;

  Enact(DearerDocument());
  ASSERT_OK(CatchUp(counting, log_, {}));
  EXPECT_EQ(counting.rows_written(), 300);
  EXPECT_EQ(RowsOf(*store), before);
  EXPECT_EQ(store->state().cursor, cursor + 1);
  EXPECT_EQ(DigestOfStore(*store), DigestAtOnce(log_, 2));

  log_.Add(Payment("P-x", RandomMember(7).text(), 7, Day::Of(2031, 1, 1), 7));
  ASSERT_OK(CatchUp(counting, log_, {}));
  EXPECT_EQ(counting.rows_written(), 301);
}

}  // namespace
}  // namespace iuran::projections
