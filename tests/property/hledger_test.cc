// hledger as a second opinion on random histories: reading the journal that the program exports, it
// must come to the same balance of every account as `iuran books`, on every day and for every state
// of knowledge. One journal, up to a late day, serves all days before it, since an entry stays as
// it is when time goes on.
//
// Two histories in the usual run, since hledger takes long to begin; IURAN_JOURNALS=100 for more,
// IURAN_SEED=N to begin elsewhere.
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "events/calendar.h"
#include "tests/support/environment.h"
#include "tests/support/program_on_ledger.h"

namespace iuran::tests {
namespace {

using BalanceTexts = std::map<std::string, std::string>;

// A line `account,balance`, of hledger with quotes around both and `.00 IDR` behind whole rupiah.
// No account of these histories has a comma or a quote in its name.
void AddLine(std::string line, BalanceTexts& balances) {
  std::erase(line, '"');
  const size_t comma = line.rfind(',');
  if (comma == std::string::npos) return;
  std::string amount = line.substr(comma + 1);
  for (const std::string_view ending : {" IDR", ".00"}) {
    if (amount.ends_with(ending)) amount.resize(amount.size() - ending.size());
  }
  balances[line.substr(0, comma)] = amount;
}

BalanceTexts Read(const Ran& ran) {
  BalanceTexts balances;
  std::istringstream lines(ran.out);
  std::string line;
  std::getline(lines, line);  // account, balance
  while (std::getline(lines, line)) AddLine(line, balances);
  return balances;
}

naive::Size Small() {
  naive::Size size;
  size.groups = 3;
  size.members = 10;
  size.months = 30;
  size.payments = 6;
  size.batches = 3;
  size.desk = 8;
  return size;
}

void Check(const naive::History& history) {
  ProgramOnLedger program;
  ASSERT_EQ(program.Import(history.rows), 0);
  const std::string journal = (program.folder() / "book.journal").string();
  size_t accounts = 0;
  for (const std::string known_at : {"", " --known-at 40"}) {
    const Ran written =
        program.Run("journal --format hledger --as-of 2036-01-01" + known_at + " > " + journal);
    ASSERT_EQ(written.exit_code, 0);
    for (size_t i = 0; i < 4; ++i) {
      const std::string day = history.queries.at(i).as_of;
      const Ran books = program.Run("books --format csv --as-of " + day + known_at);
      ASSERT_EQ(books.exit_code, 0);
      const std::string end = (*events::ParseDay(day) + 1).ToString();
      const Ran opinion =
          RunInShell("hledger -f " + journal + " balance --flat -N -O csv --end " + end);
      ASSERT_EQ(opinion.exit_code, 0);
      const BalanceTexts ours = Read(books);
      EXPECT_EQ(Read(opinion), ours) << day << known_at;
      accounts += ours.size();
    }
  }
  EXPECT_GT(accounts, 0u);
}

TEST(Hledger, ReadingTheJournalHasTheSameBalancesOnEveryDay) {
  const uint64_t first = FromEnvironment("IURAN_SEED", 1);
  for (uint64_t seed = first; seed < first + FromEnvironment("IURAN_JOURNALS", 2); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Check(naive::Make(seed, Small()));
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace iuran::tests
