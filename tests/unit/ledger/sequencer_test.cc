// A commit that the log refuses leaves nothing behind in the sequencer's memory.
#include "ledger/sequencer.h"

#include "tests/unit/ledger/ledger_fixture.h"

namespace iuran::tests {
namespace {

using ledger::Sequencer;
using ledger::Store;
using testing::ElementsAre;
using testing::HasSubstr;

// The log, until it is told to fail.
class FailingStore final : public Store {
 public:
  explicit FailingStore(log::EventLog& log) : log_(ledger::StoreIn(log)) {}
  std::optional<ErrorCode> failure;  // of the next appends, which record nothing

  uint64_t size() const override { return log_->size(); }
  Result<std::vector<std::byte>> Read(uint64_t position) const override {
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
    return log_->FindRows(table, keys);
  }
  Result<void> Append(const log::Batch& batch) override {
    if (failure) return Fail(*failure, "The disk is full.");
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
    sequencer_ = std::make_unique<Sequencer>(
        *store_, nullptr,
        Sequencer::Clock{options_.clock, [](Time) { return Day::Of(2026, 11, 22); }});
  }
  std::vector<std::string> Try(const std::vector<rules::Request>& requests) {
    std::vector<rules::Command> commands;
    for (const rules::Request& request : requests) commands.push_back(Ask(request));
    const auto receipts = sequencer_->Submit(commands);
    if (!receipts) return {receipts.error().message};
    std::vector<std::string> told;
    for (const ledger::Receipt& receipt : *receipts) told.push_back(Told(receipt));
    return told;
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

TEST_F(SequencerTest, AnUnknownOutcomeEndsAllRecording) {
  store_->failure = ErrorCode::kUnknownOutcome;
  EXPECT_THAT(Try({Enrol("M-1")}), ElementsAre(HasSubstr("disk")));
  store_->failure.reset();
  EXPECT_THAT(Try({Enrol("M-1")}), ElementsAre(HasSubstr("disk"))) << "it may have been recorded";
  EXPECT_EQ(ledger_->head().value, start_);
}

}  // namespace
}  // namespace iuran::tests
