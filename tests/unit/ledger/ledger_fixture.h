// A ledger in a folder of its own, with a clock the test sets, and the commands tests submit.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "tests/support/scratch_folder.h"

namespace iuran::tests {

using namespace events;
namespace fs = std::filesystem;

// Commands with values the rulebook allows; tests change what they are about.
inline rules::Command Ask(rules::Request request) {
  rules::Command command;
  command.approver = "checker";  // so that what needs two people is recorded at once
  command.request = std::move(request);
  command.source.channel = "test";
  command.author = "tester";
  return command;
}
inline rules::RegisterGroup Group(const std::string& group) {
  return {GroupId(group), GroupKind::kCooperative, "Kopdit " + group, "Ende", std::nullopt};
}
inline rules::EnrolMember Enrol(const std::string& member, rules::PersonalData person = {}) {
  rules::EnrolMember r;
  r.member = MemberId(member);
  r.scheme = SchemeId("bpu");
  r.from = Month::Of(2024, 1);
  r.attributes.region = "Ende";
  r.attributes.income = Money::FromRupiah(1'000'000);
  r.attributes.programs = *ParseProgramSet("JKK+JKM");
  r.personal_data = std::move(person);
  return r;
}
inline rules::ReceivePayment Pay(const std::string& payment, const std::string& member,
                                 const std::string& remittance = "", int64_t rupiah = 16'800) {
  rules::ReceivePayment r;
  r.payment = PaymentId(payment);
  r.paid_on = Day::Of(2024, 1, 10);
  r.member = MemberId(member);
  r.amount = Money::FromRupiah(rupiah);
  r.remittance = RemittanceId(remittance);
  return r;
}
inline rules::ReceiveRemittance Remit(const std::string& remittance, const std::string& payer,
                                      int64_t rupiah) {
  return {RemittanceId(remittance),
          Day::Of(2024, 1, 9),
          "BRI",
          Money::FromRupiah(rupiah),
          payer,
          "va",
          ""};
}
inline rules::ReversePayment Reverse(const std::string& payment) {
  return {PaymentId(payment), Day::Of(2024, 2, 2), "wrong member"};
}

// "recorded 7", "repeated 3", "rejected overdrawn amount", "mismatch 1 2".
inline std::string Told(const ledger::Receipt& receipt) {
  if (const auto* recorded = std::get_if<ledger::Recorded>(&receipt)) {
    return "recorded " + std::to_string(recorded->position.value);
  }
  if (const auto* repeated = std::get_if<rules::Repeated>(&receipt)) {
    return "repeated " + std::to_string(repeated->position.value);
  }
  if (const auto* rejected = std::get_if<rules::Rejected>(&receipt)) {
    return "rejected " + std::string(rules::Name(rejected->code)) + " " + rejected->column;
  }
  if (const auto* list = std::get_if<ledger::ListReceipt>(&receipt)) {
    std::string told = list->problem.empty() ? "list taken" : "list refused";
    if (list->held) told = "list held " + std::to_string(list->held->value);
    return told;
  }
  const auto& mismatch = std::get<ledger::VersionMismatch>(receipt);
  return "mismatch " + std::to_string(mismatch.expected) + " " + std::to_string(mismatch.actual);
}

// While it lives, no file of this process grows beyond `bytes`, as on a full disk.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

class LedgerFixture : public testing::Test {
 protected:
  LedgerFixture() {
    options_.folder = root_ / "book";
    options_.clock = [this] { return Time{now_.fetch_add(1)}; };
  }

  void Init() {
    const auto made = ledger::Ledger::Init(options_, {});
    ASSERT_TRUE(made) << made.error().message;
  }
  void Reopen() {
    ledger_.reset();
    auto opened = ledger::Ledger::Open(options_, log::Access::kWrite);
    ASSERT_TRUE(opened) << opened.error().message;
    ledger_ = *std::move(opened);
  }
  void InitAndOpen() {
    Init();
    Reopen();
    start_ = ledger_->head().value;
  }

  std::vector<std::string> Submit(const std::vector<rules::Request>& requests) {
    std::vector<rules::Command> commands;
    for (const rules::Request& request : requests) commands.push_back(Ask(request));
    return SubmitCommands(commands);
  }
  std::vector<std::string> SubmitCommands(const std::vector<rules::Command>& commands) {
    const auto receipts = ledger_->Submit(commands);
    if (!receipts) return {receipts.error().message};
    std::vector<std::string> told;
    for (const ledger::Receipt& receipt : *receipts) told.push_back(Told(receipt));
    return told;
  }
  // "recorded N" with N counted from the first position after init.
  std::string RecordedAt(uint64_t n) const { return "recorded " + std::to_string(start_ + n); }
  std::string RepeatedAt(uint64_t n) const { return "repeated " + std::to_string(start_ + n); }

  // Files of the ledger that hold `text`.
  std::vector<std::string> FilesWith(const std::string& text) const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(options_.folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string bytes(std::istreambuf_iterator<char>(in), {});
      if (bytes.find(text) != std::string::npos) found.push_back(entry.path().filename());
    }
    return found;
  }

  ScratchFolder root_;
  ledger::Options options_;
  std::atomic<int64_t> now_{1'795'305'600'000'000};  // 2026-11-22T00:00:00Z
  std::unique_ptr<ledger::Ledger> ledger_;
  uint64_t start_ = 0;
};

}  // namespace iuran::tests
