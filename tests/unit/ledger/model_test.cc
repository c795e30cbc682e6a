// The stored book against the book in maps: the same random commands, cut into commits at random,
// with restarts between them, get the same answers; a dry run gives them beforehand.
#include <random>

#include "ledger/derived_book.h"
#include "ledger/rules/shipped_schemes.h"
#include "tests/support/map_book.h"
#include "tests/unit/ledger/ledger_fixture.h"

namespace iuran::tests {
namespace {

class Commands {
 public:
  explicit Commands(uint32_t seed) : random_(seed) {}

  // Few identifiers, so that everything meets everything.
  rules::Command Next() {
    rules::Command command = Ask(NextRequest());
    if (Below(2) == 0) {
      command.source.file_digest = Digest{static_cast<uint8_t>(Below(3))};
      command.source.line = 2 + Below(60);
    }
    return command;
  }
  uint32_t Below(uint32_t n) { return std::uniform_int_distribution<uint32_t>(0, n - 1)(random_); }

 private:
  std::string Of(const char* prefix, uint32_t n) { return prefix + std::to_string(Below(n)); }

  rules::Request NextRequest() {
    switch (Below(12)) {
      case 0:
        return Group(Of("G-", 4));
      case 1:
      case 2:
        return NextEnrolment();
      case 3:
        return NextChange();
      case 4:
        return NextExit();
      case 5:
        return Remit(Of("R-", 12), Of(Below(2) == 0 ? "G-" : "M-", 12), 20 + Below(2) * 5);
      case 6:
      case 7:
        return Reverse(Of("P-", 60));
      case 8:
        if (Below(10) == 0) return rules::ForgetPerson{MemberId(Of("M-", 12)), "asked"};
        [[fallthrough]];
      default:
        return Pay(Of("P-", 60), Of("M-", 12), Below(2) == 0 ? "" : Of("R-", 12), 5 + Below(3));
    }
  }
  rules::EnrolMember NextEnrolment() {
    rules::EnrolMember enrol = Enrol(Of("M-", 12));
    enrol.attributes.group = GroupId(Below(3) == 0 ? "" : Of("G-", 5));
    if (Below(8) == 0) enrol.scheme = SchemeId("none");
    if (Below(2) == 0) enrol.personal_data.nik = "530801410790000" + Of("", 2);
    return enrol;
  }
  rules::Request NextChange() {
    const Month from = Month::Of(2023, 11) + static_cast<int32_t>(Below(4));
    const MemberId member(Of("M-", 12));
    if (Below(2) == 0) {
      return rules::ChangeAttribute{member, Attribute::kGroup, from,
                                    GroupId(Below(3) == 0 ? "" : Of("G-", 5))};
    }
    return rules::ChangeAttribute{member, Attribute::kIncome, from,
                                  Money::FromRupiah(500 + 500 * Below(4))};
  }
  rules::Request NextExit() {
    rules::ChangeExit exit;
    exit.member = MemberId(Of("M-", 12));
    if (Below(3) != 0) exit.last_day = Day::Of(2023, 12, 31) + static_cast<int32_t>(Below(3));
    return exit;
  }

  std::mt19937 random_;
};

std::string Expected(const rules::Decision& decision, Position next) {
  if (std::holds_alternative<rules::Accepted>(decision)) {
    return "recorded " + std::to_string(next.value);
  }
  if (const auto* repeated = std::get_if<rules::Repeated>(&decision)) {
    return Told(ledger::Receipt(*repeated));
  }
  return Told(ledger::Receipt(std::get<rules::Rejected>(decision)));
}

class ModelTest : public LedgerFixture, public testing::WithParamInterface<uint32_t> {
 protected:
  // The rows of the book follow from the events, however these are shared out and ordered.
  void ExpectTheBookComesOfItsEvents() {
    ledger::DerivedBook evens, odds;
    for (uint64_t i = ledger_->head().value; i > 0; --i) {
      (i % 2 == 0 ? evens : odds).Note(*ledger_->ReadEvent(Position{i - 1}));
    }
    odds.Merge(evens);
    const auto derived =
        odds.Rows([this](Position position) { return ledger_->ReadEvent(position); });
    ASSERT_TRUE(derived) << derived.error().message;
    auto expected = derived->begin();
    const auto visited = ledger_->log().VisitRows(
        log::Table::kBook, [&](std::string_view key, std::string_view row) {
          if (key.starts_with("k/")) return;
          ASSERT_NE(expected, derived->end()) << "one too many: " << key;
          EXPECT_EQ(expected->key, key);
          EXPECT_EQ(expected->value, row) << key;
          ++expected;
        });
    ASSERT_TRUE(visited);
    EXPECT_EQ(expected, derived->end()) << expected->key << " is not stored";
  }
};

TEST_P(ModelTest, TheStoredBookAnswersAsTheBookInMaps) {
  InitAndOpen();
  MapBook book(ledger_->head());
  for (const rules::ShippedScheme& shipped : rules::ShippedSchemes()) {
    book.AddScheme(*rules::Scheme::Parse(shipped.document));
  }
  Commands commands(GetParam());
  int recorded = 0;
  for (int round = 0; round < 40; ++round) {
    std::vector<rules::Command> batch;
    for (uint32_t i = commands.Below(40) + 1; i > 0; --i) batch.push_back(commands.Next());
    std::vector<ledger::Receipt> dry;
    if (round % 16 == 0) {
      for (const rules::Command& command : batch) {
        const auto receipt = ledger_->Rehearse(std::span(&command, 1));
        ASSERT_TRUE(receipt) << receipt.error().message;
        dry.push_back(receipt->front());
      }
    }
    const auto receipts = ledger_->Submit(batch);
    ASSERT_TRUE(receipts) << receipts.error().message;
    for (size_t i = 0; i < batch.size(); ++i) {
      const Position next{start_ + book.accepted().size()};
      const std::string expected = Expected(book.Submit(batch[i], *ledger_->Today()), next);
      ASSERT_EQ(Told((*receipts)[i]), expected) << "round " << round << ", command " << i;
      if (!dry.empty()) {
        ASSERT_EQ(Told(dry[i]), expected) << "dry run, command " << i;
      }
      recorded += std::holds_alternative<ledger::Recorded>((*receipts)[i]) ? 1 : 0;
    }
    ASSERT_EQ(ledger_->head().value, start_ + book.accepted().size());
    if (commands.Below(8) == 0) Reopen();
  }
  EXPECT_GT(recorded, 60) << "the commands hardly ever record anything";
  ExpectTheBookComesOfItsEvents();
}

INSTANTIATE_TEST_SUITE_P(Seeds, ModelTest, testing::Range(1u, 5u));

}  // namespace
}  // namespace iuran::tests
