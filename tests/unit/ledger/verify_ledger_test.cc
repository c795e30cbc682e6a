// Checking a whole ledger: events, book and vault against each other.
#include "ledger/verify_ledger.h"

#include "events/codec.h"
#include "ledger/book_rows.h"
#include "ledger/checkpoints.h"
#include "tests/support/change_row.h"
#include "tests/unit/ledger/ledger_fixture.h"

namespace iuran::tests {
namespace {

using ledger::LedgerReport;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Value = std::optional<std::string>;

class VerifyLedgerTest : public LedgerFixture {
 protected:
  void SetUp() override {
    InitAndOpen();
    rules::Command change = Ask(rules::ChangeAttribute{
        MemberId("M-1"), Attribute::kIncome, Month::Of(2024, 3), Money::FromRupiah(2'000'000)});
    change.source.file_digest = Digest{1};
    change.source.line = 2;
    rules::Command again = change;
    again.source.line = 3;  // known by an alias
    Submit({Group("G-1"), Enrol("M-1", maria_), Enrol("M-2", petrus_), Enrol("M-3"),
            Remit("R-1", "G-1", 50'400), Pay("P-1", "M-1", "R-1"), Pay("P-2", "M-2", "R-1"),
            Reverse("P-2"), rules::ChangeExit{MemberId("M-3"), Day::Of(2024, 5, 31)}});
    ASSERT_THAT(SubmitCommands({change, again}), ElementsAre(RecordedAt(9), RepeatedAt(9)));
    ASSERT_TRUE(ledger::Forget(*ledger_, MemberId("M-2"), "asked", "clerk"));
    const fs::path last_signed = ledger::LastSignedFile(options_.folder);
    const auto key = ledger::ReadSigningKey(ledger::SigningKeyFile(options_.folder),
                                            *ledger::LedgerKey(ledger_->opened()));
    ASSERT_TRUE(key);
    how_.last_signed = *ledger::SignHead(ledger_->log(), *key, last_signed);
    how_.key = key->verifier();
    how_.threads = 2;
    how_.master_key = options_.folder / "keys" / "master.key";
    ASSERT_TRUE(ledger_->log().Flush());
  }

  std::vector<std::string> Verify() {
    ledger_.reset();
    const auto log = log::EventLog::Open(options_.folder / "log", log::Access::kRead, "test");
    if (!log) return {log.error().message};
    log::Faults faults;
    const auto report = ledger::VerifyLedger(**log, how_, faults);
    if (!report) return {report.error().message};
    report_ = *report;
    std::vector<std::string> sentences;
    for (const log::Fault& fault : faults.List()) sentences.push_back(fault.sentence);
    return sentences;
  }
  void Put(const std::string& table, const std::string& key, Value value) {
    ledger_.reset();
    ChangeRow(options_.folder / "log", table, key, [&](const Value&) { return value; });
  }
  void FlipByte(const std::string& table, const std::string& key, size_t at) {
    ledger_.reset();
    ChangeRow(options_.folder / "log", table, key, [&](Value value) {
      EXPECT_TRUE(value.has_value()) << key;
      (*value)[at] = static_cast<char>((*value)[at] ^ 1);
      return value;
    });
  }
  std::string At(uint64_t n) const { return "position " + std::to_string(start_ + n); }

  const rules::PersonalData maria_ = {"Maria Xaveria Tokan", "5308014107900017", "1990-07-01", ""};
  const rules::PersonalData petrus_ = {"Petrus Kia", "5308011204880001", "1988-04-12", ""};
  ledger::VerifyOptions how_;
  LedgerReport report_;
};

TEST_F(VerifyLedgerTest, AWholeLedgerHasNoFaults) {
  EXPECT_THAT(Verify(), IsEmpty());
  EXPECT_EQ(report_.log.size, start_ + 11);
  EXPECT_EQ(report_.log.signed_to, start_ + 11);
  // Three members, their number, a group, a remittance, a change, an exit, an alias, the schemes.
  EXPECT_EQ(report_.book_rows, 10u);
  EXPECT_EQ(report_.people, 1u);
  EXPECT_EQ(report_.opened, 1u);
  how_.master_key.clear();
  how_.key.reset();
  EXPECT_THAT(Verify(), IsEmpty());
  EXPECT_EQ(report_.opened, 0u);
}

TEST_F(VerifyLedgerTest, NamesRowsOfTheBook) {
  FlipByte("book", "m/M-1", 1);  // its number
  EXPECT_THAT(Verify(), ElementsAre(AllOf(HasSubstr("row of member M-1 is not what the events "),
                                          HasSubstr(At(1)))));
  FlipByte("book", "m/M-1", 1);
  FlipByte("book", "r/R-1", 9);  // what is drawn
  EXPECT_THAT(Verify(), ElementsAre(AllOf(HasSubstr("row of remittance R-1"), HasSubstr(At(4)))));
  FlipByte("book", "r/R-1", 9);
  Put("book", "x/M-3", std::nullopt);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("row of the exit of member M-3 is missing")));
  Put("book", "x/M-1", std::string("\1\0\0\0\0\0\0\0\0", 9));
  EXPECT_THAT(Verify(),
              Contains(HasSubstr("a row of the exit of member M-1 that no event brings")));
}

// What repeats a request is told from what contradicts it by a digest.
TEST_F(VerifyLedgerTest, NamesDigestsOfRequests) {
  for (const std::string key : {"ledger", "group/G-1", "member/M-1", "member/M-3", "remittance/R-1",
                                "payment/P-1", "reversal/P-2", "forgotten/M-2"}) {
    FlipByte("keys", key, 16);  // behind a position of one byte
    EXPECT_THAT(Verify(), Contains(HasSubstr("leads key " + key + ", with the digest beside it")));
    FlipByte("keys", key, 16);
  }
  EXPECT_THAT(Verify(), IsEmpty());
}

TEST_F(VerifyLedgerTest, NamesAliases) {
  std::string alias;
  rules::KnownKey known;
  ASSERT_TRUE(ledger_->log().VisitRows(log::Table::kBook, [&](std::string_view key, auto value) {
    if (!key.starts_with("k/")) return;
    alias = key;
    EXPECT_TRUE(ledger::DecodeRow(value, known));
  }));
  EXPECT_EQ(known.position, Position{start_ + 9});
  for (const uint64_t elsewhere : {5, 8}) {  // a payment, an exit
    Put("book", alias,
        ledger::EncodeRow(rules::KnownKey{Position{start_ + elsewhere}, known.digest}));
    EXPECT_THAT(Verify(), ElementsAre(AllOf(HasSubstr("leads to " + At(elsewhere)),
                                            HasSubstr("nothing that asks for the same"))));
  }
  known.digest[0] ^= 1;
  Put("book", alias, ledger::EncodeRow(known));
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("leads to " + At(9))));
  Put("book", alias, "x");
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("The book's row of key change/")));
}

TEST_F(VerifyLedgerTest, NamesPeopleWhoAreMissingOrTooMany) {
  const std::string maria = ledger::Vault::PersonKey(MemberId("M-1"));
  FlipByte("vault", maria, 70);
  EXPECT_THAT(Verify(), ElementsAre(AllOf(HasSubstr(At(1)), HasSubstr("member M-1"))));
  how_.master_key.clear();
  EXPECT_THAT(Verify(), IsEmpty()) << "without the master key it cannot be seen";
  Put("vault", maria, std::nullopt);
  EXPECT_THAT(Verify(), ElementsAre(AllOf(HasSubstr(At(1)), HasSubstr("member M-1"),
                                          HasSubstr("missing from the vault"))));
  Put("vault", ledger::Vault::PersonKey(MemberId("M-2")), "sealed");
  EXPECT_THAT(Verify(), Contains(HasSubstr("still has personal data of member M-2")));
  Put("vault", ledger::Vault::PersonKey(MemberId("M-3")), "sealed");
  EXPECT_THAT(Verify(), Contains(HasSubstr("personal data of M-3, whom no event")));
  Put("vault", "nik/x", "M-7");
  EXPECT_THAT(Verify(), Contains(HasSubstr("The vault has a NIK of somebody")));
  Put("vault", "check", std::nullopt);
  EXPECT_THAT(Verify(), Contains(HasSubstr("row that tells its master key is missing")));
}

TEST_F(VerifyLedgerTest, NamesRowsOfNiks) {
  const auto vault = ledger::Vault::Open(how_.master_key);
  ASSERT_TRUE(vault);
  const std::string nik = vault->NikKey(maria_.nik);
  Submit({Enrol("M-4", {"Ana Lamak", "5308014202920003", "1992-02-02", ""})});
  EXPECT_THAT(Verify(), IsEmpty());
  Put("vault", nik, std::nullopt);
  EXPECT_THAT(Verify(),
              ElementsAre(AllOf(HasSubstr("does not name member M-1"), HasSubstr(At(1)))));
  Put("vault", nik, "M-4");
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("does not name member M-1"),
                                    AllOf(HasSubstr("names member M-4"), HasSubstr("another's"))));
  Put("vault", nik, "M-1\nM-1");
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("does not name those who have it")));
  Put("vault", nik, "M-1");
  EXPECT_THAT(Verify(), IsEmpty());
}

// A row has few places, so that most who share a NIK are not named in it; places become free.
TEST_F(VerifyLedgerTest, KnowsThatARowOfANikHasFewPlaces) {
  const auto enrol = [this](int from, int to) {
    for (int i = from; i < to; ++i) {
      rules::PersonalData person = maria_;
      person.name += std::to_string(i);
      Submit({Enrol("S-" + std::to_string(i), person)});
    }
  };
  enrol(0, 10);
  ASSERT_TRUE(ledger::Forget(*ledger_, MemberId("S-2"), "asked", "clerk"));
  enrol(10, 12);  // the first of them takes the place
  EXPECT_THAT(Verify(), IsEmpty());
  const auto vault = ledger::Vault::Open(how_.master_key);
  ASSERT_TRUE(vault);
  Put("vault", vault->NikKey(maria_.nik), "M-1\nS-0\nS-1\nS-3\nS-4\nS-5\nS-6");
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("does not name member S-10")));
  Put("vault", vault->NikKey(maria_.nik), "S-0\nS-1\nS-3\nS-4\nS-5\nS-6\nS-10");
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("does not name member M-1")));
}

// Whoever was corrected had a place in a row as well, and which nobody knows any more.
TEST_F(VerifyLedgerTest, KnowsThatPeopleWereCorrected) {
  rules::PersonalData person = maria_;
  for (int i = 0; i < 10; ++i) {
    person.name = "S " + std::to_string(i);
    Submit({Enrol("S-" + std::to_string(i), person)});
  }
  const auto correct = [this](const char* member, rules::PersonalData data) {
    Submit({rules::CorrectPerson{MemberId(member), std::move(data), "misread"}});
  };
  person.name = "S 0, first of all";
  correct("S-0", person);  // with the same NIK
  correct("S-1", {"S 1", "5308014202920003", "", ""});
  correct("S-2", {});
  person.name = "S 2 again";
  correct("S-2", person);
  correct("S-3", {});
  EXPECT_THAT(Verify(), IsEmpty());
  const auto vault = ledger::Vault::Open(how_.master_key);
  ASSERT_TRUE(vault);
  Put("vault", vault->NikKey("5308014202920003"), std::nullopt);
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("does not name member S-1")));
  Put("vault", ledger::Vault::PersonKey(MemberId("S-3")), "sealed");
  EXPECT_THAT(Verify(), Contains(HasSubstr("corrected to none")));
}

TEST_F(VerifyLedgerTest, NamesAMasterKeyOfAnotherLedger) {
  how_.master_key = root_ / "other.key";
  ASSERT_TRUE(ledger::Vault::CreateMasterKey(how_.master_key));
  EXPECT_THAT(Verify(), ElementsAre(HasSubstr("is not this ledger's")));
}

TEST_F(VerifyLedgerTest, NamesEventsThatAreNotWhereTheySay) {
  const uint64_t head = ledger_->head().value;
  Event elsewhere = *ledger_->ReadEvent(Position{start_ + 5});
  elsewhere.envelope.position.value = 99;
  const std::string misplaced = Encode(elsewhere);
  const std::string broken(16, 'x');
  // In a stream that is not the event's own.
  Event foreign = *ledger_->ReadEvent(Position{start_ + 5});
  foreign.envelope.position.value = head + 2;
  const std::string astray = Encode(foreign);
  ASSERT_TRUE(ledger_->log().Append(
      {head,
       {{"a", 0, misplaced, "", {}}, {"a", 1, broken, "", {}}, {"a", 2, astray, "", {}}},
       {}}));
  const auto sentences = Verify();
  EXPECT_THAT(sentences, Contains(AllOf(HasSubstr("At position " + std::to_string(head)),
                                        HasSubstr("position 99"))));
  EXPECT_THAT(sentences, Contains(HasSubstr("The event at position " + std::to_string(head + 1) +
                                            " cannot be read")));
  EXPECT_THAT(sentences, Contains(HasSubstr("leads version 2 of stream a to position " +
                                            std::to_string(head + 2))));
  EXPECT_EQ(report_.log.unread, 2u);
  EXPECT_EQ(report_.log.signed_to, head);
}

}  // namespace
}  // namespace iuran::tests
