// What becomes of callers when the log refuses a commit, cannot be read, or throws.
#include "ledger/sequencer.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "ledger/rules/shipped_schemes.h"
#include "tests/unit/ledger/ledger_fixture.h"

namespace iuran::tests {
namespace {

using ledger::Sequencer;
using ledger::Store;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

// The log, until it is told to fail.
class FailingStore final : public Store {
 public:
  explicit FailingStore(log::EventLog& log) : log_(ledger::StoreIn(log)) {}
  std::optional<ErrorCode> failure;  // of the next appends, which record nothing
  std::string unreadable_row;        // of the book
  std::optional<uint64_t> unreadable_position;
  std::function<void()> on_append = [] {};
  std::vector<size_t> sizes;  // of the batches appended

  uint64_t size() const override { return log_->size(); }
  Result<std::vector<std::byte>> Read(uint64_t position) const override {
    if (position == unreadable_position) return Fail(ErrorCode::kIo, "The disk cannot be read.");
    return log_->Read(position);
  }
  Result<std::vector<uint64_t>> Stream(std::string_view stream) const override {
    return log_->Stream(stream);
  }
  Result<uint32_t> StreamSize(std::string_view stream) const override {
    return log_->StreamSize(stream);
  }
  Result<std::vector<std::optional<log::KeyEntry>>> FindKeys(
      std::span<const std::string> keys) const override {
    return log_->FindKeys(keys);
  }
  Result<std::vector<std::optional<std::string>>> FindRows(
      log::Table table, std::span<const std::string> keys) const override {
    for (const std::string& key : keys) {
      if (key == unreadable_row) return Fail(ErrorCode::kLedgerDamaged, "The row is damaged.");
    }
    return log_->FindRows(table, keys);
  }
  Result<void> Append(const log::Batch& batch) override {
    on_append();
    if (failure) return Fail(*failure, "The disk is full.");
    sizes.push_back(batch.records.size());
    return log_->Append(batch);
  }

 private:
  std::unique_ptr<Store> log_;
};

class SequencerTest : public LedgerFixture {
 protected:
  void SetUp() override {
    InitAndOpen();
    store_ = std::make_unique<FailingStore>(ledger_->log());
    sequencer_ = std::make_unique<Sequencer>(*store_, nullptr, Clock());
  }
  Sequencer::Clock Clock() const {
    return {options_.clock, [](Time) { return Day::Of(2026, 11, 22); }};
  }
  std::vector<std::string> Try(const std::vector<rules::Request>& requests) {
    std::vector<rules::Command> commands;
    for (const rules::Request& request : requests) commands.push_back(Ask(request));
    return Told(sequencer_->Submit(commands));
  }
  static std::vector<std::string> Told(const Result<std::vector<ledger::Receipt>>& receipts) {
    if (!receipts) return {receipts.error().message};
    std::vector<std::string> told;
    for (const ledger::Receipt& receipt : *receipts) told.push_back(tests::Told(receipt));
    return told;
  }

  // Enrols M-0 and, while that is being appended, lets callers ask for one payment of each member;
  // the answers of all.
  std::vector<std::string> TryTogether(const std::vector<std::string>& members) {
    std::promise<void> appending, go;
    store_->on_append = [&, first = true]() mutable {
      if (!std::exchange(first, false)) return;
      appending.set_value();
      go.get_future().wait();
    };
    std::vector<std::future<std::vector<std::string>>> callers;
    callers.push_back(std::async(std::launch::async, [&] { return Try({Enrol("M-0")}); }));
    appending.get_future().wait();
    for (const std::string& member : members) {
      callers.push_back(std::async(std::launch::async,
                                   [&, member] { return Try({Pay("P-" + member, member)}); }));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // they queue up meanwhile
    go.set_value();
    std::vector<std::string> told;
    for (auto& caller : callers) told.push_back(caller.get().front());
    store_->on_append = [] {};
    return told;
  }

  // That the commands fail with an error that `says` so, and another's begun behind them as well.
  void ExpectToFailWithWhatIsBehind(const std::vector<rules::Command>& commands,
                                    const std::string& says) {
    const std::vector<rules::Command> another{Ask(Enrol("M-2"))};
    const auto first = sequencer_->Begin(commands, nullptr);
    const auto second = sequencer_->Begin(another, first);
    EXPECT_THAT(Told(sequencer_->Finish(*second)), ElementsAre(HasSubstr(says)));
    EXPECT_THAT(Told(sequencer_->Finish(*first)), ElementsAre(HasSubstr(says)));
    EXPECT_EQ(ledger_->head().value, start_);
  }

  std::unique_ptr<FailingStore> store_;
  std::unique_ptr<Sequencer> sequencer_;
};

TEST_F(SequencerTest, WhatWasRefusedNeverHappened) {
  EXPECT_THAT(Try({Enrol("M-1"), Remit("R-1", "M-1", 16'800)}),
              ElementsAre(RecordedAt(0), RecordedAt(1)));
  store_->failure = ErrorCode::kIo;
  EXPECT_THAT(Try({Group("KSP"), Enrol("M-2"), Pay("P-1", "M-1", "R-1")}),
              ElementsAre(HasSubstr("disk")));
  store_->failure.reset();
  EXPECT_THAT(Try({Reverse("P-1"), Pay("P-2", "M-2"), Remit("R-2", "KSP", 1)}),
              ElementsAre("rejected unknown_reference payment", "rejected unknown_reference member",
                          "rejected unknown_reference payer"));
  EXPECT_THAT(Try({Enrol("M-3"), Pay("P-3", "M-1", "R-1"), Pay("P-1", "M-1", "R-1")}),
              ElementsAre(RecordedAt(2), RecordedAt(3), "rejected overdrawn amount"));
  const auto events = *ledger_->ReadStream("member/M-3");
  EXPECT_EQ(std::get<MemberEnrolled>(events.front().body).number.value, 1u);
  EXPECT_EQ(ledger_->ReadStream("member/M-1")->back().envelope.stream_version, 1u);
}

rules::ReceiveList ListOf(const std::string& remittance, size_t payments) {
  rules::ReceiveList list;
  list.remittance = RemittanceId(remittance);
  for (size_t i = 0; i < payments; ++i) {
    const std::string id = remittance + "/" + std::to_string(i);
    list.rows.push_back({Pay(id, "M-1", remittance, 1), static_cast<uint32_t>(i + 2)});
  }
  return list;
}

TEST_F(SequencerTest, AListIsInOneCommitOrNowhere) {
  Try({Enrol("M-1"), Remit("R-1", "M-1", 3), Remit("R-2", "M-1", 3)});
  store_->failure = ErrorCode::kIo;
  EXPECT_THAT(Try({ListOf("R-1", 3)}), ElementsAre(HasSubstr("disk")));
  store_->failure.reset();
  store_->sizes.clear();
  EXPECT_THAT(Try({ListOf("R-1", 3), ListOf("R-2", 2), ListOf("R-1", 3)}),
              ElementsAre("list taken", "list refused", "list taken"));
  EXPECT_THAT(store_->sizes, ElementsAre(3u));
  EXPECT_EQ(ledger_->head().value, start_ + 6);
  const Event last = *ledger_->ReadEvent(Position{start_ + 5});
  EXPECT_EQ(last.envelope.idempotency_key, "payment/R-1/2");
  EXPECT_EQ(last.envelope.source.line, 4u);
  // Each payment is known by itself from now on.
  EXPECT_THAT(Try({Pay("R-1/1", "M-1", "R-1", 1)}), ElementsAre(RepeatedAt(4)));
}

TEST_F(SequencerTest, ListsFillCommitsByTheirRows) {
  std::vector<rules::Request> requests = {Enrol("M-1")};
  for (int i = 0; i < 5; ++i) requests.push_back(Remit("R-" + std::to_string(i), "M-1", 3'000));
  Try(requests);
  store_->sizes.clear();
  std::vector<rules::Request> lists;
  for (int i = 0; i < 5; ++i) lists.emplace_back(ListOf("R-" + std::to_string(i), 3'000));
  EXPECT_THAT(Try(lists), Each(std::string("list taken")));
  EXPECT_THAT(store_->sizes, ElementsAre(6'000u, 6'000u, 3'000u));
}

TEST_F(SequencerTest, AnUnknownOutcomeEndsAllRecording) {
  store_->failure = ErrorCode::kUnknownOutcome;
  EXPECT_THAT(Try({Enrol("M-1")}), ElementsAre(HasSubstr("disk")));
  store_->failure.reset();
  EXPECT_THAT(Try({Enrol("M-1")}), ElementsAre(HasSubstr("disk"))) << "it may have been recorded";
  EXPECT_EQ(ledger_->head().value, start_);
}

TEST_F(SequencerTest, OnlyTheCallerWhoseRowIsDamagedFails) {
  Try({Enrol("M-1"), Enrol("M-2"), Enrol("M-3")});
  sequencer_ = std::make_unique<Sequencer>(*store_, nullptr, Clock());  // which knows no row yet
  store_->unreadable_row = "m/M-2";
  const auto told = TryTogether({"M-1", "M-2", "M-3"});
  EXPECT_THAT(told, ElementsAre(RecordedAt(3), StartsWith("recorded"), HasSubstr("damaged"),
                                StartsWith("recorded")));
  EXPECT_EQ(ledger_->head().value, start_ + 6);
}

TEST_F(SequencerTest, WhatIsBegunBehindAnotherIsRecordedBehindIt) {
  const std::vector<rules::Command> enrol{Ask(Enrol("M-1"))};
  const std::vector<rules::Command> pay{Ask(Pay("P-1", "M-1"))};
  const std::vector<rules::Command> again{Ask(Pay("P-1", "M-1")), Ask(Reverse("P-1"))};
  const auto first = sequencer_->Begin(enrol, nullptr);
  const auto second = sequencer_->Begin(pay, first);
  const auto nothing = sequencer_->Begin({}, second);
  const auto last = sequencer_->Begin(again, nothing);
  EXPECT_THAT(Told(sequencer_->Finish(*last)), ElementsAre(RepeatedAt(1), RecordedAt(2)));
  EXPECT_THAT(Told(sequencer_->Finish(*nothing)), IsEmpty());
  EXPECT_THAT(Told(sequencer_->Finish(*second)), ElementsAre(RecordedAt(1)));
  EXPECT_THAT(Told(sequencer_->Finish(*first)), ElementsAre(RecordedAt(0)));
  const auto behind_what_is_done = sequencer_->Begin(pay, last);
  EXPECT_THAT(Told(sequencer_->Finish(*behind_what_is_done)), ElementsAre(RepeatedAt(1)));
}

TEST_F(SequencerTest, WhatIsBegunBehindWhatFailsFailsWithIt) {
  const std::vector<rules::Command> first_ones{Ask(Enrol("M-1"))};
  const std::vector<rules::Command> others{Ask(Enrol("M-2"))};
  store_->on_append = [&, appends = 0]() mutable {
    store_->failure = ++appends == 1 ? std::optional(ErrorCode::kIo) : std::nullopt;
  };
  const auto first = sequencer_->Begin(first_ones, nullptr);
  const auto nothing = sequencer_->Begin({}, first);
  const auto second = sequencer_->Begin(others, nothing);
  EXPECT_THAT(Told(sequencer_->Finish(*first)), ElementsAre(HasSubstr("disk")));
  EXPECT_THAT(Told(sequencer_->Finish(*nothing)), ElementsAre(HasSubstr("disk")));
  EXPECT_THAT(Told(sequencer_->Finish(*second)), ElementsAre(HasSubstr("disk")));
  const auto third = sequencer_->Begin(others, second);
  EXPECT_THAT(Told(sequencer_->Finish(*third)), ElementsAre(HasSubstr("disk")));
  EXPECT_EQ(ledger_->head().value, start_);
  EXPECT_THAT(Try({Enrol("M-1"), Enrol("M-2")}), ElementsAre(RecordedAt(0), RecordedAt(1)));
}

// Enrols one member, pays for more than one commit.
std::vector<rules::Command> MoreThanACommit() {
  std::vector<rules::Command> commands{Ask(Enrol("M-1"))};
  for (size_t i = 0; i < ledger::Ledger::kCommandsPerCommit; ++i) {
    commands.push_back(Ask(Pay("P-" + std::to_string(i), "M-1")));
  }
  return commands;
}

TEST_F(SequencerTest, WhatIsBegunBehindALongOneWaitsForAllOfIt) {
  const size_t last = ledger::Ledger::kCommandsPerCommit - 1;
  const std::vector<rules::Command> long_one = MoreThanACommit();
  const std::vector<rules::Command> reverse{Ask(Reverse("P-" + std::to_string(last)))};
  const auto first = sequencer_->Begin(long_one, nullptr);
  const auto second = sequencer_->Begin(reverse, first);
  EXPECT_THAT(Told(sequencer_->Finish(*second)), ElementsAre(RecordedAt(last + 2)));
  EXPECT_THAT(store_->sizes, ElementsAre(last + 1, 1u, 1u));
}

TEST_F(SequencerTest, WhatIsNotTakenYetFailsWithWhatItIsBehind) {
  store_->on_append = [&, appends = 0]() mutable {
    store_->failure = ++appends == 1 ? std::optional(ErrorCode::kIo) : std::nullopt;
  };
  ExpectToFailWithWhatIsBehind(MoreThanACommit(), "disk");
}

TEST_F(SequencerTest, WhatIsBehindOneDecidedApartFailsWithItAlone) {
  Try({Enrol("M-1"), Enrol("M-2")});
  sequencer_ = std::make_unique<Sequencer>(*store_, nullptr, Clock());  // which knows no row yet
  store_->unreadable_row = "m/M-2";
  const std::vector<rules::Command> good{Ask(Pay("P-1", "M-1"))};
  const std::vector<rules::Command> unreadable{Ask(Pay("P-2", "M-2"))};
  const std::vector<rules::Command> behind{Ask(Enrol("M-3"))};
  const auto first = sequencer_->Begin(good, nullptr);
  const auto second = sequencer_->Begin(unreadable, nullptr);
  const auto third = sequencer_->Begin(behind, second);
  EXPECT_THAT(Told(sequencer_->Finish(*third)), ElementsAre(HasSubstr("damaged")));
  EXPECT_THAT(Told(sequencer_->Finish(*second)), ElementsAre(HasSubstr("damaged")));
  EXPECT_THAT(Told(sequencer_->Finish(*first)), ElementsAre(RecordedAt(2)));
  EXPECT_EQ(ledger_->head().value, start_ + 3);
}

TEST_F(SequencerTest, WhatIsBehindOneThatIsRefusedFailsWithIt) {
  rules::EnrolMember with_name = Enrol("M-1");
  with_name.personal_data.name = "Maria";  // and there is no master key
  ExpectToFailWithWhatIsBehind({Ask(with_name)}, "master key");
}

TEST_F(SequencerTest, AnExceptionIsToldToWhatWaitsBehindToo) {
  store_->on_append = [] { throw std::runtime_error("no memory"); };
  ExpectToFailWithWhatIsBehind(MoreThanACommit(), "no memory");
}

TEST_F(SequencerTest, WhatNobodyFinishesIsRecordedAllTheSame) {
  const std::vector<rules::Command> enrol{Ask(Enrol("M-1"))};
  sequencer_->Begin(enrol, nullptr);
  EXPECT_EQ(ledger_->head().value, start_ + 1);
}

// Each of several threads begins its next commands before it finishes those before.
TEST_F(SequencerTest, EachChainKeepsItsOrder) {
  constexpr int kSteps = 40;
  const auto run = [this](const std::string& member) {
    std::vector<std::vector<rules::Command>> steps{{Ask(Enrol(member))}};
    for (int i = 1; i < kSteps; ++i) {  // each step needs the one before it
      steps.push_back({Ask(Pay(member + "/" + std::to_string(i), member))});
      if (i > 1) steps.back().push_back(Ask(Reverse(member + "/" + std::to_string(i - 1))));
    }
    std::vector<std::string> told;
    ledger::SubmissionPtr before;
    for (const auto& commands : steps) {
      auto next = sequencer_->Begin(commands, before);
      if (before) std::ranges::copy(Told(sequencer_->Finish(*before)), std::back_inserter(told));
      before = std::move(next);
    }
    std::ranges::copy(Told(sequencer_->Finish(*before)), std::back_inserter(told));
    return told;
  };
  std::vector<std::future<std::vector<std::string>>> chains;
  for (const char* member : {"M-1", "M-2", "M-3"}) {
    chains.push_back(std::async(std::launch::async, run, member));
  }
  for (auto& chain : chains) {
    const auto told = chain.get();
    EXPECT_THAT(told, AllOf(SizeIs(2 * kSteps - 2), Each(StartsWith("recorded"))));
  }
  EXPECT_EQ(ledger_->head().value, start_ + 3 * (2 * kSteps - 2));
}

TEST_F(SequencerTest, ASchemeThatCannotBeReadIsAnError) {
  Try({Enrol("M-1")});  // which reads the schemes in force
  const rules::ShippedScheme& shipped = rules::ShippedSchemes().front();
  const rules::EnactScheme again{shipped.id, std::string(shipped.document)};
  store_->unreadable_position = ledger_->log().Stream("scheme/" + shipped.id.text())->front();
  EXPECT_THAT(Try({again}), ElementsAre(HasSubstr("cannot be read")));
  store_->unreadable_position.reset();
  EXPECT_THAT(Try({again}), ElementsAre(StartsWith("repeated")));
}

TEST_F(SequencerTest, AnExceptionIsToldToAllWhoWaitAndEndsAllRecording) {
  std::promise<void> failing;
  store_->on_append = [&failing] {
    failing.set_value();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    throw std::runtime_error("no memory");
  };
  auto first = std::async(std::launch::async, [&] { return Try({Enrol("M-1")}); });
  failing.get_future().wait();
  auto second = std::async(std::launch::async, [&] { return Try({Enrol("M-2")}); });
  EXPECT_THAT(first.get(), ElementsAre(HasSubstr("no memory")));
  EXPECT_THAT(second.get(), ElementsAre(HasSubstr("no memory")));
  store_->on_append = [] {};
  EXPECT_THAT(Try({Enrol("M-3")}), ElementsAre(HasSubstr("no memory")));
  EXPECT_EQ(ledger_->head().value, start_);
}

TEST_F(SequencerTest, AnExceptionOfTheCommitUnderWayIsToldToAllToo) {
  store_->on_append = [] { throw std::runtime_error("no memory"); };
  std::vector<rules::Request> several;  // commits
  for (size_t i = 0; i < 3 * ledger::Ledger::kCommandsPerCommit; ++i) {
    several.push_back(Enrol("M-" + std::to_string(i)));
  }
  EXPECT_THAT(Try(several), ElementsAre(HasSubstr("no memory")));
  EXPECT_THAT(Try({Enrol("M-1")}), ElementsAre(HasSubstr("no memory")));
}

}  // namespace
}  // namespace iuran::tests
