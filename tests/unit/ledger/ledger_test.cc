// The ledger from end to end: what is submitted is recorded once, in order, for ever, and personal
// data until they are forgotten.
#include <chrono>
#include <set>
#include <thread>

#include "events/codec.h"
#include "ledger/rules/shipped_schemes.h"
#include "ledger/rules/values.h"
#include "tests/unit/ledger/ledger_fixture.h"

namespace iuran::tests {
namespace {

using ledger::Ledger;
using ledger::Person;
using ledger::Recorded;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Lt;

class LedgerTest : public LedgerFixture {
 protected:
  void SetUp() override { InitAndOpen(); }
};

TEST_F(LedgerTest, RecordsInOrderAndKnowsItAgain) {
  const std::vector<rules::Request> rows = {
      Group("KSP"),
      Enrol("M-1"),
      Remit("R-1", "M-1", 33'600),
      Pay("P-1", "M-1", "R-1"),
      Pay("P-2", "M-1", "R-1"),
      Pay("P-3", "M-1", "R-1"),
      Reverse("P-1"),
      Pay("P-3", "M-1", "R-1"),
      Pay("P-3", "M-1", "R-1"),
      Pay("P-4", "M-2"),
  };
  EXPECT_THAT(Submit(rows),
              ElementsAre(RecordedAt(0), RecordedAt(1), RecordedAt(2), RecordedAt(3), RecordedAt(4),
                          "rejected overdrawn amount", RecordedAt(5), RecordedAt(6), RepeatedAt(6),
                          "rejected unknown_reference member"));
  Reopen();
  EXPECT_THAT(Submit(rows), ElementsAre(RepeatedAt(0), RepeatedAt(1), RepeatedAt(2), RepeatedAt(3),
                                        RepeatedAt(4), RepeatedAt(6), RepeatedAt(5), RepeatedAt(6),
                                        RepeatedAt(6), "rejected unknown_reference member"));
  EXPECT_EQ(ledger_->head().value, start_ + 7);
  EXPECT_THAT(Submit({Pay("P-5", "M-1", "R-1", 1), Pay("P-2", "M-1"), Reverse("P-404")}),
              ElementsAre("rejected overdrawn amount", "rejected conflict payment",
                          "rejected unknown_reference payment"));
  EXPECT_THAT(Submit({Reverse("P-2"), Pay("P-6", "M-1", "R-1", 16'800)}),
              ElementsAre(RecordedAt(7), RecordedAt(8)));

  const std::vector<Event> member = *ledger_->ReadStream("member/M-1");
  ASSERT_EQ(member.size(), 7u);
  for (size_t i = 0; i < member.size(); ++i) {
    EXPECT_EQ(member[i].envelope.stream_version, i);
    EXPECT_EQ(member[i].envelope.stream, "member/M-1");
  }
  const Envelope& reversal = member[3].envelope;
  EXPECT_EQ(reversal.position.value, start_ + 5);
  EXPECT_EQ(reversal.corrects, Position{start_ + 3});
  EXPECT_EQ(reversal.idempotency_key, "reversal/P-1");
  EXPECT_EQ(reversal.day, Day::Of(2024, 2, 2));
  EXPECT_EQ(reversal.author, "tester");
  EXPECT_EQ(reversal.source.channel, "test");
}

TEST_F(LedgerTest, AnswersAnUnexpectedVersionWithBothNumbers) {
  Submit({Enrol("M-1"), Pay("P-1", "M-1")});
  rules::Command command = Ask(Pay("P-2", "M-1"));
  command.expected_stream_version = 1;
  EXPECT_THAT(SubmitCommands({command}), ElementsAre("mismatch 1 2"));
  command.expected_stream_version = 2;
  EXPECT_THAT(SubmitCommands({command, command}), ElementsAre(RecordedAt(2), RepeatedAt(2)));
  rules::Command reversal = Ask(Reverse("P-1"));
  reversal.expected_stream_version = 0;
  EXPECT_THAT(SubmitCommands({reversal}), ElementsAre("mismatch 0 3"));
  rules::Command fresh = Ask(Enrol("M-2"));
  fresh.expected_stream_version = 0;
  EXPECT_THAT(SubmitCommands({fresh}), ElementsAre(RecordedAt(3)));
}

TEST_F(LedgerTest, RecordedAtNeverDecreasesAndFindsPositions) {
  Submit({Enrol("M-1")});
  const Time first = ledger_->ReadEvent(Position{start_})->envelope.recorded_at;
  now_ = first.microseconds_since_1970 - 1'000'000;  // somebody sets the clock back
  Submit({Pay("P-1", "M-1")});
  Reopen();
  Submit({Pay("P-2", "M-1")});
  now_ = first.microseconds_since_1970 + 1'000'000;
  Submit({Pay("P-3", "M-1")});
  for (const uint64_t offset : {1, 2}) {
    EXPECT_EQ(ledger_->ReadEvent(Position{start_ + offset})->envelope.recorded_at, first);
  }
  const auto by = [&](int64_t microseconds) {
    return *ledger_->LastRecordedBy(Time{first.microseconds_since_1970 + microseconds});
  };
  EXPECT_EQ(by(0), Position{start_ + 2});
  EXPECT_EQ(by(999'999), Position{start_ + 2});
  EXPECT_EQ(by(2'000'000), Position{start_ + 3});
  EXPECT_EQ(by(-1), Position{start_ - 1});
  EXPECT_EQ(*ledger_->LastRecordedBy(Time{0}), std::nullopt);
}

TEST_F(LedgerTest, TakesMoreThanOneCommitHolds) {
  std::vector<rules::Command> commands = {Ask(Enrol("M-1"))};
  const size_t count = 2 * Ledger::kCommandsPerCommit + 100;
  for (size_t i = 0; i < count; ++i) {
    commands.push_back(Ask(Pay("P-" + std::to_string(i), "M-1")));
  }
  const std::vector<std::string> told = SubmitCommands(commands);
  ASSERT_EQ(told.size(), count + 1);
  for (size_t i = 0; i < told.size(); ++i) ASSERT_EQ(told[i], RecordedAt(i));
  EXPECT_EQ(ledger_->ReadStream("member/M-1")->size(), count + 1);
}

// Eight callers at once: everybody gets the receipts of their own commands, positions have no gaps,
// and those who wait share one commit, which shows in recorded_at: one stamp a commit.
TEST_F(LedgerTest, ConcurrentCallersShareACommit) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 25;
  std::vector<rules::Request> members;
  for (int t = 0; t < kThreads; ++t) members.push_back(Enrol("M-" + std::to_string(t)));
  Submit(members);
  const uint64_t begin = ledger_->head().value;
  std::atomic<int> arrived = 0;
  std::vector<std::vector<uint64_t>> positions(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < kRounds; ++round) {
        const std::string id = std::to_string(t) + "-" + std::to_string(round);
        const std::vector<rules::Command> commands = {Ask(Pay(id, "M-" + std::to_string(t))),
                                                      Ask(Pay("shared", "M-0")),
                                                      Ask(Pay(id, "M-" + std::to_string(t)))};
        ++arrived;
        while (round == 0 && arrived < kThreads) std::this_thread::yield();
        const auto receipts = ledger_->Submit(commands);
        ASSERT_TRUE(receipts) << receipts.error().message;
        ASSERT_EQ(receipts->size(), 3u);
        const auto* own = std::get_if<Recorded>(&(*receipts)[0]);
        ASSERT_NE(own, nullptr) << Told((*receipts)[0]);
        positions[t].push_back(own->position.value);
        if (const auto* shared = std::get_if<Recorded>(&(*receipts)[1])) {
          positions[t].push_back(shared->position.value);
        }
        EXPECT_EQ(Told((*receipts)[2]), "repeated " + std::to_string(own->position.value));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<uint64_t> all;
  for (const auto& some : positions) all.insert(some.begin(), some.end());
  EXPECT_EQ(all.size(), size_t{kThreads * kRounds + 1}) << "a position was given twice";
  EXPECT_EQ(*all.begin(), begin);
  EXPECT_EQ(*all.rbegin(), begin + kThreads * kRounds);
  EXPECT_EQ(ledger_->head().value, begin + kThreads * kRounds + 1);

  std::set<int64_t> stamps;
  for (const uint64_t position : all) {
    const Event event = *ledger_->ReadEvent(Position{position});
    stamps.insert(event.envelope.recorded_at.microseconds_since_1970);
  }
  EXPECT_THAT(stamps.size(), Lt(size_t{kThreads * kRounds})) << "no commit was ever shared";
  for (int t = 0; t < kThreads; ++t) {
    const auto stream = *ledger_->ReadStream("member/M-" + std::to_string(t));
    for (size_t i = 0; i < stream.size(); ++i) ASSERT_EQ(stream[i].envelope.stream_version, i);
  }
}

// The author comes from outside and stands in every event.
TEST_F(LedgerTest, AnAuthorIsOneShortLineOfText) {
  rules::Command command = Ask(Enrol("M-1"));
  for (const std::string& author : {std::string(201, 'a'), std::string(70'000, 'a'),
                                    std::string("a\xff"), std::string("a\nb")}) {
    command.author = author;
    EXPECT_THAT(SubmitCommands({command}), ElementsAre(HasSubstr("The author")));
    ledger::Options elsewhere = options_;
    elsewhere.folder = root_ / "elsewhere";
    const auto made = Ledger::Init(elsewhere, {"Asia/Makassar", "IDR", author});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidValue);
  }
  command.author = std::string(196, 'a') + "Ende";
  EXPECT_THAT(SubmitCommands({command}), ElementsAre(RecordedAt(0)));
}

TEST_F(LedgerTest, DamageIsToldWithItsPosition) {
  Event elsewhere = *ledger_->ReadEvent(Position{0});
  elsewhere.envelope.position.value = 99;
  const std::string misplaced = Encode(elsewhere);
  const std::string broken(16, 'x');
  log::Batch batch{start_, {{"a", 0, misplaced, "", {}}, {"b", 0, broken, "", {}}}, {}};
  ASSERT_TRUE(ledger_->log().Append(batch));
  for (const uint64_t position : {start_, start_ + 1}) {
    const auto event = ledger_->ReadEvent(Position{position});
    ASSERT_FALSE(event);
    EXPECT_EQ(event.error().code, ErrorCode::kLedgerDamaged);
    EXPECT_THAT(event.error().message, HasSubstr("osition " + std::to_string(position)));
  }
}

TEST_F(LedgerTest, AReaderSeesWhatTheWriterHasWritten) {
  const auto reader = *Ledger::Open(options_, log::Access::kRead);
  Submit({Enrol("M-1"), Pay("P-1", "M-1")});
  ASSERT_TRUE(reader->log().CatchUp());
  EXPECT_EQ(reader->head(), ledger_->head());
  EXPECT_EQ(reader->ReadStream("member/M-1")->size(), 2u);
  const auto told = reader->Rehearse(std::vector{Ask(Pay("P-1", "M-1")), Ask(Pay("P-2", "M-1"))});
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(Told((*told)[0]), RepeatedAt(1));
  EXPECT_EQ(Told((*told)[1]), RecordedAt(2));
  EXPECT_THAT(Submit({Pay("P-2", "M-1")}), ElementsAre(RecordedAt(2)));
}

TEST_F(LedgerTest, AnEarlierSchemeDocumentComesBackIntoForce) {
  const std::string shipped(rules::ShippedSchemes().front().document);
  std::string raised = shipped;
  const std::string price = "\"amount\": 6800";
  raised.replace(raised.find(price), price.size(), "\"amount\": 7000");
  const rules::EnactScheme before{SchemeId("bpu"), shipped};
  const rules::EnactScheme after{SchemeId("bpu"), raised};
  EXPECT_THAT(Submit({before, after, after, before, before}),
              ElementsAre(testing::StartsWith("repeated"), RecordedAt(0), RepeatedAt(0),
                          RecordedAt(1), RepeatedAt(1)));
  EXPECT_THAT(Submit({before, after}), ElementsAre(RepeatedAt(1), RecordedAt(2)));
  Reopen();
  EXPECT_THAT(Submit({after, before, after}),
              ElementsAre(RepeatedAt(2), RecordedAt(3), RecordedAt(4)));
}

// A record has at most 65,535 bytes, as in the layout that outsiders read (C2SP tlog-tiles).
TEST_F(LedgerTest, TheLongestTextsFitARecord) {
  const std::string shipped(rules::ShippedSchemes().front().document);
  const auto padded = [&](size_t size) {
    return rules::EnactScheme{SchemeId("bpu"), shipped + std::string(size - shipped.size(), ' ')};
  };
  rules::ReceiveRemittance remittance = Remit("R-1", "M-1", 33'600);
  const std::string longest(rules::kMaxTextBytes, 'x');
  remittance.account = remittance.channel = remittance.bank_reference = longest;
  EXPECT_THAT(
      Submit({Enrol("M-1"), padded(49'152), padded(49'153), remittance}),
      ElementsAre(RecordedAt(0), RecordedAt(1), "rejected invalid_value document", RecordedAt(2)));
  EXPECT_EQ(std::get<SchemeEnacted>(ledger_->ReadEvent({start_ + 1})->body).document.size(),
            49'152u);
}

class PersonTest : public LedgerTest {
 protected:
  const rules::PersonalData maria_ = {"Maria Xaveria Tokan", "5308014107900017", "1990-07-01",
                                      "081234567890"};
  void ExpectNothingInClear() {
    ASSERT_TRUE(ledger_->log().Flush());
    for (const std::string& text :
         {maria_.name, maria_.nik, maria_.birth_date, maria_.phone, std::string("Xaveria")}) {
      EXPECT_THAT(FilesWith(text), IsEmpty());
    }
  }
  std::optional<Digest> CommitmentOf(const std::string& member) {
    const std::vector<Event> events = *ledger_->ReadStream("member/" + member);
    return std::get<MemberEnrolled>(events.front().body).personal_data_commitment;
  }
};

TEST_F(PersonTest, TheDigestOfAFileWithPersonalDataIsKeyed) {
  const Digest file{1, 2, 3};
  std::vector<rules::Command> commands = {Ask(Enrol("M-1", maria_)), Ask(Enrol("M-2"))};
  for (rules::Command& command : commands) command.source.file_digest = file;
  ASSERT_THAT(SubmitCommands(commands), ElementsAre(RecordedAt(0), RecordedAt(1)));
  const auto digest_of = [&](const std::string& member) {
    return ledger_->ReadStream("member/" + member)->front().envelope.source.file_digest;
  };
  EXPECT_NE(digest_of("M-1"), file);
  const ledger::Vault vault = *ledger::Vault::Open(options_.folder / "keys" / "master.key");
  EXPECT_EQ(digest_of("M-1"), vault.FileMark(file)) << "file and master key tell it";
  EXPECT_NE(vault.FileMark(file), vault.FileMark(Digest{1, 2}));
  EXPECT_EQ(digest_of("M-2"), file);
}

TEST_F(PersonTest, AFailedPurgeSaysThatForgettingIsRecorded) {
  std::vector<rules::Request> people;
  for (int i = 0; i < 500; ++i) people.push_back(Enrol("M-" + std::to_string(i), maria_));
  Submit(people);
  ASSERT_TRUE(ledger_->log().Flush());
  Reopen();  // with an empty write-ahead log, which has room for one event
  {
    const SmallFiles full(32 << 10);
    const auto failed = Forget(*ledger_, MemberId("M-1"), "asked", "clerk");
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, testing::StartsWith("It is recorded that"));
    EXPECT_THAT(failed.error().message, HasSubstr("do the same again"));
  }
  Reopen();
  EXPECT_EQ(ledger_->OpenPerson(MemberId("M-1"), CommitmentOf("M-1"))->state,
            Person::State::kForgotten);
  const auto again = Forget(*ledger_, MemberId("M-1"), "asked", "clerk");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(std::holds_alternative<rules::Repeated>(*again));
}

TEST_F(PersonTest, WhoeverReadsBesideForgettingSeesNoDamage) {
  std::vector<rules::Request> people;
  for (int i = 0; i < 300; ++i) people.push_back(Enrol("M-" + std::to_string(i), maria_));
  Submit(people);
  std::atomic<int> forgotten{0};
  std::thread reader([&] {
    for (int i = 0; i < 300; i = std::max(i, forgotten.load())) {
      const std::string member = "M-" + std::to_string(i);
      const auto person = ledger_->OpenPerson(MemberId(member), CommitmentOf(member));
      EXPECT_TRUE(person) << person.error().message;
    }
  });
  for (int i = 0; i < 300; ++i) {
    Submit({rules::ForgetPerson{MemberId("M-" + std::to_string(i)), "asked"}});
    forgotten = i + 1;
  }
  reader.join();
}

TEST_F(PersonTest, SealsFindsDoublesAndForgets) {
  Submit({Enrol("M-1", maria_), Enrol("M-3")});
  const auto twin = ledger_->Submit(std::vector{Ask(Enrol("M-2", maria_))});
  EXPECT_EQ(std::get<Recorded>(twin->front()).likely_double, MemberId("M-1"));
  ExpectNothingInClear();
  EXPECT_FALSE(FilesWith("M-1").empty()) << "the search finds what is in clear";

  const Person open = *ledger_->OpenPerson(MemberId("M-1"), CommitmentOf("M-1"));
  EXPECT_EQ(open.state, Person::State::kOpen);
  EXPECT_EQ(open.data, maria_);
  EXPECT_EQ(ledger_->OpenPerson(MemberId("M-3"), CommitmentOf("M-3"))->state, Person::State::kNone);
  rules::PersonalData moved = maria_;
  moved.phone = "081234567891";
  EXPECT_THAT(
      Submit({Enrol("M-1", maria_), Enrol("M-1", moved), Enrol("M-1"), Enrol("M-3", maria_)}),
      ElementsAre(RepeatedAt(0), "rejected conflict member", "rejected conflict member",
                  "rejected conflict member"));

  ASSERT_TRUE(Forget(*ledger_, MemberId("M-1"), "asked", "clerk"));
  const std::optional<Digest> commitment = CommitmentOf("M-1");
  EXPECT_TRUE(commitment.has_value()) << "what was proven stays proven";
  EXPECT_EQ(ledger_->OpenPerson(MemberId("M-1"), commitment)->state, Person::State::kForgotten);
  EXPECT_THAT(Submit({Enrol("M-1", moved), Enrol("M-1")}),
              ElementsAre(RepeatedAt(0), RepeatedAt(0)));
  const auto again = Forget(*ledger_, MemberId("M-1"), "asked twice", "clerk");
  EXPECT_TRUE(std::holds_alternative<rules::Repeated>(*again));
  const auto unknown = Forget(*ledger_, MemberId("M-9"), "x", "clerk");
  EXPECT_EQ(Told(*unknown), "rejected unknown_reference member");
  ExpectNothingInClear();

  // The NIK now leads to M-2 alone; after M-2 is forgotten too, to nobody.
  const auto third = ledger_->Submit(std::vector{Ask(Enrol("M-4", maria_))});
  EXPECT_EQ(std::get<Recorded>(third->front()).likely_double, MemberId("M-2"));
  ASSERT_TRUE(Forget(*ledger_, MemberId("M-2"), "asked", "clerk"));
  ASSERT_TRUE(Forget(*ledger_, MemberId("M-4"), "asked", "clerk"));
  const auto fifth = ledger_->Submit(std::vector{Ask(Enrol("M-5", maria_))});
  EXPECT_EQ(std::get<Recorded>(fifth->front()).likely_double, std::nullopt);
  ASSERT_TRUE(Forget(*ledger_, MemberId("M-5"), "asked", "clerk"));
  ASSERT_TRUE(Forget(*ledger_, MemberId("M-3"), "nothing was given", "clerk"));
}

// The sealed bytes themselves, with the person's wrapped key, leave the files.
TEST_F(PersonTest, ForgettingRemovesTheSealedRowFromTheFiles) {
  Submit({Enrol("M-1", maria_)});
  const std::string key = ledger::Vault::PersonKey(MemberId("M-1"));
  const auto rows = ledger_->log().FindRows(log::Table::kVault, std::span(&key, 1));
  const std::string wrapped_key = rows->front()->substr(13, 32);
  ASSERT_TRUE(ledger_->log().Flush());
  EXPECT_THAT(FilesWith(wrapped_key), testing::Not(IsEmpty()));
  ASSERT_TRUE(Forget(*ledger_, MemberId("M-1"), "asked", "clerk"));
  EXPECT_THAT(FilesWith(wrapped_key), IsEmpty());
  Reopen();
  EXPECT_THAT(FilesWith(wrapped_key), IsEmpty());
}

TEST_F(PersonTest, WithoutTheMasterKeyPersonalDataStayClosed) {
  Submit({Enrol("M-1", maria_)});
  ledger_.reset();
  fs::rename(options_.folder / "keys" / "master.key", root_ / "elsewhere");
  Reopen();
  EXPECT_EQ(ledger_->OpenPerson(MemberId("M-1"), CommitmentOf("M-1"))->state,
            Person::State::kNoMasterKey);
  EXPECT_THAT(Submit({Pay("P-1", "M-1")}), ElementsAre(RecordedAt(1)));
  EXPECT_THAT(Submit({Enrol("M-2", maria_)}),
              ElementsAre(AllOf(HasSubstr("master key"), testing::Not(HasSubstr("Maria")))));
  EXPECT_EQ(Forget(*ledger_, MemberId("M-1"), "asked", "clerk").error().code,
            ErrorCode::kKeyMissing);
}

}  // namespace
}  // namespace iuran::tests
