// Rulebook 7: an answer for a pair (as-of, known-at) never changes, whatever is recorded later. A
// random history is recorded in part, every report is asked for several pairs; then the rest is
// recorded, with its changes, exits, corrections, refunds, proposals and new members, schemes are
// enacted that price the same months otherwise, and every answer must be the same, byte for byte.
//
// One history in the usual run, since every question is a run of the program; IURAN_LEDGERS=50 for
// more, IURAN_SEED=N to begin elsewhere.
#include <gtest/gtest.h>

#include <map>

#include "ledger/ledger.h"
#include "ledger/rules/shipped_schemes.h"
#include "tests/support/environment.h"
#include "tests/support/naive_verdicts.h"
#include "tests/support/program_on_ledger.h"

namespace iuran::tests {
namespace {

const std::string kLateDay = "2027-01-31";

// Every question there is about a day, without the states of knowledge.
std::vector<std::string> Questions(const std::string& day, const std::vector<std::string>& members,
                                   const std::string& group) {
  const std::string as_of = " --as-of " + day;
  std::vector<std::string> questions = {"balances --format csv" + as_of,
                                        "arrears --format csv" + as_of,
                                        "coverage --format csv --on " + day,
                                        "coverage --format csv --on 2026-06-30" + as_of,
                                        "books --format csv" + as_of,
                                        "books --format hledger --depth 2" + as_of,
                                        "journal --format json" + as_of,
                                        "journal --format hledger" + as_of,
                                        "funds --format csv" + as_of,
                                        "collect --format csv" + as_of,
                                        "participation --by region" + as_of,
                                        "participation --by group --format csv" + as_of,
                                        "participation --by program --format json" + as_of,
                                        "diff --known-at 20 --format csv" + as_of};
  if (!group.empty()) {
    questions.push_back("balances --group " + group + as_of);
    questions.push_back("collect --group " + group + as_of);
    questions.push_back("show group " + group + as_of);
  }
  for (const std::string& member : members) {
    questions.push_back("explain member " + member + as_of);
    questions.push_back("show member " + member + as_of);
    questions.push_back("journal --format csv --member " + member + as_of);
  }
  return questions;
}

// The answers to all of them, by question; the exit code is part of the answer.
std::map<std::string, std::string> AskAll(const ProgramOnLedger& program,
                                          const std::vector<std::string>& questions) {
  std::map<std::string, std::string> answers;
  for (const std::string& question : questions) {
    const Ran ran = program.Run(question);
    EXPECT_NE(ran.exit_code, 2) << question;  // the question itself is well put
    answers[question] = std::to_string(ran.exit_code) + "\n" + ran.out;
  }
  return answers;
}

// The time at which the event at a position was recorded.
std::string RecordedAt(const ProgramOnLedger& program, int64_t position) {
  const std::string at = std::to_string(position);
  const std::string event = program.Run("events --from " + at + " --to " + at).out;
  const std::string key = "\"recorded_at\":\"";
  const size_t begin = event.find(key) + key.size();
  return event.substr(begin, event.find('"', begin) - begin);
}

// Both schemes again, with a rate each that every member of theirs pays from the first month on.
void EnactOtherPrices(const ProgramOnLedger& program) {
  ledger::Options options;
  options.folder = program.book();
  const auto ledger = ledger::Ledger::Open(options, log::Access::kWrite);
  ASSERT_TRUE(ledger.has_value()) << ledger.error().message;
  for (const rules::ShippedScheme& shipped : rules::ShippedSchemes()) {
    std::string document(shipped.document);
    for (const auto& [before, after] : std::map<std::string, std::string>{
             {"\"amount\": 6800", "\"amount\": 7900"}, {"\"0.30\"", "\"0.41\""}}) {
      const size_t at = document.find(before);
      if (at != std::string::npos) document.replace(at, before.size(), after);
    }
    ASSERT_NE(document, shipped.document);
    rules::Command command;
    command.request = rules::EnactScheme{shipped.id, document};
    command.author = "Maria Wea";
    command.approver = "Yosef Dhae";
    const auto receipts = (*ledger)->Submit(std::span(&command, 1));
    ASSERT_TRUE(receipts.has_value()) << receipts.error().message;
    EXPECT_TRUE(std::holds_alternative<ledger::Recorded>(receipts->front()));
  }
}

naive::Size Small() {
  naive::Size size;
  size.groups = 3;
  size.members = 12;
  size.months = 30;
  size.payments = 6;
  size.desk = 6;
  return size;
}

void Check(uint64_t seed) {
  const naive::History history = naive::Make(seed, Small());
  const auto middle = history.rows.begin() + static_cast<int64_t>(history.rows.size() * 2 / 3);
  ProgramOnLedger program;
  ASSERT_EQ(program.Import({history.rows.begin(), middle}), 0);

  naive::Log log;
  for (auto row = history.rows.begin(); row != middle; ++row) log.Take(*row);
  const int64_t last = log.LastPosition();
  std::vector<std::string> members = log.MembersKnownAt(last);
  ASSERT_GE(members.size(), 2u);
  members = {members.front(), members.back()};
  const int64_t early = last / 2;
  const std::string at_last = " --known-at " + std::to_string(last);
  std::vector<std::string> questions;
  const auto add = [&](const std::string& day, const std::string& known_at) {
    for (const std::string& question : Questions(day, members, "G1")) {
      questions.push_back(question + known_at);
    }
  };
  add(kLateDay, at_last);
  add(history.queries.at(0).as_of, " --known-at " + std::to_string(early));
  add(kLateDay, " --known-at " + RecordedAt(program, early));
  const auto before = AskAll(program, questions);

  ASSERT_EQ(program.Import({middle, history.rows.end()}), 0);
  EnactOtherPrices(program);
  EXPECT_EQ(program.Run("replay").exit_code, 0);
  const auto after = AskAll(program, questions);
  for (const auto& [question, answer] : before) EXPECT_EQ(after.at(question), answer) << question;

  // A comparison that cannot fail says nothing: what is known now is another answer.
  EXPECT_NE(program.Run("balances --format csv --as-of " + kLateDay).out,
            after.at("balances --format csv --as-of " + kLateDay + at_last));
}

TEST(Unchanged, AnswersStayWhateverIsRecordedLater) {
  const uint64_t first = FromEnvironment("IURAN_SEED", 1);
  for (uint64_t seed = first; seed < first + FromEnvironment("IURAN_LEDGERS", 1); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Check(seed);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace iuran::tests
