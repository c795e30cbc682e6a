// Commits decided while the one before is appended: they see it, and they fall with it.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "ledger/rules/shipped_schemes.h"
#include "ledger/sequencer.h"
#include "tests/support/scratch_folder.h"

namespace iuran::ledger {
namespace {

// A log whose appends take their time, and of which one may be refused before anything is written.
class SlowStore final : public Store {
 public:
  explicit SlowStore(log::EventLog& log) : store_(StoreIn(log)) {}

  uint64_t size() const override { return store_->size(); }
  Result<std::vector<std::byte>> Read(uint64_t position) const override {
    return store_->Read(position);
  }
  Result<std::vector<uint64_t>> Stream(std::string_view stream) const override {
    return store_->Stream(stream);
  }
  Result<uint32_t> StreamSize(std::string_view stream) const override {
    return store_->StreamSize(stream);
  }
  Result<std::vector<std::optional<log::KeyEntry>>> FindKeys(
      std::span<const std::string> keys) const override {
    return store_->FindKeys(keys);
  }
  Result<std::vector<std::optional<std::string>>> FindRows(
      log::Table table, std::span<const std::string> keys) const override {
    return store_->FindRows(table, keys);
  }
  Result<void> Append(const log::Batch& batch) override {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (appends++ == refused) return Fail(ErrorCode::kIo, "refused by the test");
    return store_->Append(batch);
  }

  int appends = 0;
  int refused = -1;

 private:
  std::unique_ptr<Store> store_;
};

rules::Command Ask(rules::Request request) {
  rules::Command command;
  command.approver = "checker";
  command.request = std::move(request);
  command.author = "test";
  return command;
}

class AppendBehindTest : public testing::Test {
 protected:
  AppendBehindTest() {
    EXPECT_TRUE(log::EventLog::Create(folder_.path() / "log"));
    log_ = *log::EventLog::Open(folder_.path() / "log", log::Access::kWrite, "test");
    store_ = std::make_unique<SlowStore>(*log_);
    sequencer_ = std::make_unique<Sequencer>(
        *store_, nullptr,
        Sequencer::Clock{[] { return Time{1}; }, [](Time) { return Day::Of(2026, 11, 22); }});
    for (const rules::ShippedScheme& shipped : rules::ShippedSchemes()) {
      const std::vector enact{Ask(rules::EnactScheme{shipped.id, std::string(shipped.document)})};
      EXPECT_TRUE(sequencer_->Submit(enact));
    }
    first_ = log_->size();
  }

  // One member, and payments enough for several commits. Behind them: the first payment again, a
  // reversal of one in the middle, and a change of the member.
  static std::vector<rules::Command> SeveralCommits() {
    std::vector<rules::Command> commands;
    rules::EnrolMember enrol;
    enrol.member = MemberId("M");
    enrol.scheme = SchemeId("bpu");
    enrol.from = Month::Of(2024, 1);
    enrol.attributes.income = Money::FromRupiah(1'000'000);
    enrol.attributes.programs.Add(Program::kJkk);
    commands.push_back(Ask(enrol));
    for (size_t i = 0; i < kPayments; ++i) commands.push_back(Ask(Payment(i)));
    commands.push_back(Ask(Payment(0)));
    commands.push_back(Ask(rules::ReversePayment{PaymentId(std::to_string(kPayments - 1)),
                                                 Day::Of(2024, 2, 1), "paid twice"}));
    commands.push_back(Ask(rules::ChangeAttribute{
        MemberId("M"), Attribute::kIncome, Month::Of(2024, 5), Money::FromRupiah(2'000'000)}));
    return commands;
  }
  static rules::ReceivePayment Payment(size_t number) {
    rules::ReceivePayment payment;
    payment.payment = PaymentId(std::to_string(number));
    payment.paid_on = Day::Of(2024, 1, 5);
    payment.member = MemberId("M");
    payment.amount = Money::FromRupiah(100);
    return payment;
  }

  static constexpr size_t kPayments = 3 * Ledger::kCommandsPerCommit;

  // Recorded once each, in order, and the rows behind them answered as they should be.
  void ExpectAllRecorded(const std::vector<Receipt>& receipts) {
    ASSERT_EQ(receipts.size(), kPayments + 4);
    EXPECT_EQ(std::get<rules::Repeated>(receipts[kPayments + 1]).position.value, first_ + 1);
    EXPECT_EQ(log_->size(), first_ + kPayments + 3);
    EXPECT_EQ(*log_->StreamSize("member/M"), kPayments + 3);
    const auto positions = log_->Stream("member/M");
    for (size_t i = 0; i < positions->size(); ++i) ASSERT_EQ((*positions)[i], first_ + i);
    const auto reversal = ReadEvent(*store_, Position{first_ + kPayments + 1});
    ASSERT_TRUE(reversal);
    EXPECT_EQ(reversal->envelope.corrects, Position{first_ + kPayments});
  }

  tests::ScratchFolder folder_;
  std::unique_ptr<log::EventLog> log_;
  std::unique_ptr<SlowStore> store_;
  std::unique_ptr<Sequencer> sequencer_;
  uint64_t first_ = 0;
};

TEST_F(AppendBehindTest, ACommitSeesTheOneThatIsBeingAppended) {
  const auto receipts = sequencer_->Submit(SeveralCommits());
  ASSERT_TRUE(receipts) << receipts.error().message;
  for (size_t i = 0; i <= kPayments; ++i) {
    ASSERT_EQ(std::get<Recorded>((*receipts)[i]).position.value, first_ + i);
  }
  ExpectAllRecorded(*receipts);
}

TEST_F(AppendBehindTest, WhatWasDecidedOnARefusedCommitFallsWithIt) {
  const std::vector<rules::Command> commands = SeveralCommits();
  for (int refused = 0; refused < 3; ++refused) {
    store_->appends = 0;
    store_->refused = refused;
    const uint64_t before = log_->size();
    const auto failed = sequencer_->Submit(commands);
    ASSERT_FALSE(failed) << "refused append " << refused;
    EXPECT_EQ(failed.error().message, "refused by the test");
    // Nothing after the refused commit was recorded; what came before it stands.
    EXPECT_LE(log_->size() - before, refused * Ledger::kCommandsPerCommit);
    EXPECT_LE(store_->appends, refused + 1);
    if (refused == 1) {
      EXPECT_GT(log_->size(), before);
    }
  }
  store_->refused = -1;
  const auto receipts = sequencer_->Submit(commands);
  ASSERT_TRUE(receipts) << receipts.error().message;
  ExpectAllRecorded(*receipts);
}

TEST_F(AppendBehindTest, CallersOfLongAndShortSubmissionsAllGetTheirReceipts) {
  std::vector<rules::Command> members;
  constexpr int kCallers = 6;
  for (int caller = 0; caller < kCallers; ++caller) {
    rules::EnrolMember enrol = std::get<rules::EnrolMember>(SeveralCommits()[0].request);
    enrol.member = MemberId("M" + std::to_string(caller));
    members.push_back(Ask(enrol));
  }
  ASSERT_TRUE(sequencer_->Submit(members));
  std::vector<std::thread> threads;
  std::vector<int> recorded(kCallers);
  for (int caller = 0; caller < kCallers; ++caller) {
    threads.emplace_back([this, caller, &recorded] {
      const int rounds = caller == 0 ? 1 : 20;
      const int size = caller == 0 ? 30'000 : 50 * caller;
      for (int round = 0; round < rounds; ++round) {
        std::vector<rules::Command> commands;
        for (int i = 0; i < size; ++i) {
          rules::ReceivePayment payment = Payment(0);
          payment.member = MemberId("M" + std::to_string(caller));
          payment.payment = PaymentId(std::to_string(caller) + "-" + std::to_string(round) + "-" +
                                      std::to_string(i));
          commands.push_back(Ask(payment));
        }
        const auto receipts = sequencer_->Submit(commands);
        uint64_t last = 0;
        for (const Receipt& receipt : receipts.value()) {
          const uint64_t position = std::get<Recorded>(receipt).position.value;
          EXPECT_GT(position, last);  // one caller's commands keep their order
          last = position;
          ++recorded[caller];
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int sum = 0;
  for (const int count : recorded) sum += count;
  EXPECT_EQ(sum, 30'000 + 20 * 50 * (1 + 2 + 3 + 4 + 5));
  EXPECT_EQ(log_->size(), first_ + kCallers + static_cast<uint64_t>(sum));
}

}  // namespace
}  // namespace iuran::ledger
