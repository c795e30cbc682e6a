// iuran books: the trial balance (rulebook 8), and what hledger makes of the same entries.
#include "tools/cmd_books.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "tools/hledger.h"
#include "tools/journal.h"
#include "tools/report.h"

namespace iuran::tools {
namespace {

using events::Money;
using projections::BookAccount;
using projections::Entry;

struct BooksOptions {
  Asked asked;
  std::string account;
  uint32_t depth = 0;
  bool second_opinion = false;
  BooksFormat format;
};

// Entries that hledger is given at a time: it takes some 9 kB of memory for each.
constexpr size_t kEntriesForHledger = 25'000;

std::string FirstParts(const std::string& name, uint32_t parts) {
  size_t end = name.size();
  for (size_t i = 0; i < name.size() && parts > 0; ++i) {
    if (name[i] == ':' && --parts == 0) end = i;
  }
  return name.substr(0, end);
}

// Accounts one after the other; those with the same name at the depth asked for stand together,
// since accounts come in the order of kinds.
class AccountRows {
 public:
  using Print = std::function<void(const std::string&, Money)>;
  AccountRows(const BooksOptions& options, Print print)
      : options_(options), print_(std::move(print)) {}

  Result<void> Take(const BookAccount& account, Money amount) {
    const std::string name = projections::NameOf(account);
    if (!IsUnder(name, options_.account)) return {};
    std::string shown = options_.depth == 0 ? name : FirstParts(name, options_.depth);
    if (shown != name_) {
      Flush();
      name_ = std::move(shown);
    }
    sum_ += amount;
    return {};
  }
  void Flush() {
    if (!sum_.IsZero()) print_(name_, sum_);
    sum_ = Money();
  }

 private:
  const BooksOptions& options_;
  const Print print_;
  std::string name_;
  Money sum_;
};

std::string Title(const Reading& reading, std::string_view what) {
  return fmt::format("{} to {}, known up to position {}", what, reading.question().as_of.ToString(),
                     reading.question().known_at.value);
}

Result<int> PrintBooks(Program& program, const BooksOptions& options, const Reading& reading) {
  IURAN_ASSIGN(const TrialBalance balance, TrialBalance::Of(reading));
  const auto each = [&](const AccountRows::Print& print) -> Result<void> {
    AccountRows rows(options, print);
    IURAN_TRY(balance.ForEach(reading, [&rows](const BookAccount& account, Money amount) {
      return rows.Take(account, amount);
    }));
    rows.Flush();
    return {};
  };
  if (options.format.hledger) {
    std::string text = HledgerHead(Title(reading, "Trial balance of iuran"));
    text += fmt::format("\n{} Trial balance\n", reading.question().as_of.ToString());
    IURAN_TRY(each([&](const std::string& name, Money amount) {
      AppendHledgerPosting(name, amount, text);
      program.out().Write(text);
      text.clear();
    }));
    program.out().Write(text);
    return kDone;
  }
  Report report(program.out(), options.format.format,
                {{"account"}, {"balance", ColumnKind::kAmount, true}});
  IURAN_TRY(each([&report](const std::string& name, Money amount) {
    report.Text(name);
    report.Amount(amount);
    report.EndRow();
  }));
  report.Finish(options.account.empty() ? "No account holds anything."
                                        : "No account of that name holds anything.");
  return kDone;
}

struct Opinion {
  HledgerBalances balances;
  uint64_t entries = 0;
};

Result<Opinion> AskHledger(const Reading& reading) {
  Opinion opinion;
  const std::string head = HledgerHead("Entries of iuran");
  std::string journal = head;
  size_t entries = 0;
  const auto ask = [&]() -> Result<void> {
    IURAN_TRY(AddHledgerBalances(journal, reading.question().as_of, opinion.balances));
    opinion.entries += std::exchange(entries, 0);
    journal = head;
    return {};
  };
  IURAN_TRY(ForEachEntry(reading, std::nullopt, [&](const Entry& entry) {
    AppendHledger(entry, journal);
    return ++entries < kEntriesForHledger ? Result<void>() : ask();
  }));
  if (entries > 0) IURAN_TRY(ask());
  return opinion;
}

Result<int> SecondOpinion(Program& program, const BooksOptions& options, const Reading& reading) {
  IURAN_ASSIGN(const std::string version, HledgerVersion());
  IURAN_ASSIGN(const TrialBalance balance, TrialBalance::Of(reading));
  IURAN_ASSIGN(Opinion opinion, AskHledger(reading));
  Report report(program.out(), options.format.format,
                {{"account"}, {"iuran", ColumnKind::kAmount}, {"hledger", ColumnKind::kAmount}});
  int64_t accounts = 0;
  int code = kDone;
  const auto differ = [&report, &code](std::string_view name, Money ours, Money theirs) {
    if (ours == theirs) return;
    code = kDoneWithDifferences;
    report.Text(name);
    report.Amount(ours);
    report.Amount(theirs);
    report.EndRow();
  };
  IURAN_TRY(balance.ForEach(reading, [&](const BookAccount& account, Money amount) -> Result<void> {
    ++accounts;
    const auto node = opinion.balances.extract(projections::NameOf(account));
    differ(projections::NameOf(account), amount, node ? node.mapped() : Money());
    return {};
  }));
  for (const auto& [name, amount] : opinion.balances) differ(name, Money(), amount);
  report.Finish(fmt::format("{} agrees: {} accounts after {} entries, up to {}.", version,
                            Grouped(accounts), Grouped(static_cast<int64_t>(opinion.entries)),
                            reading.question().as_of.ToString()));
  return code;
}

Result<int> Books(Program& program, const BooksOptions& options) {
  if (options.second_opinion &&
      (options.format.hledger || !options.account.empty() || options.depth != 0)) {
    return Fail(ErrorCode::kUsage,
                "--second-opinion compares every account; it goes with --as-of, --known-at and "
                "--format table, csv or json alone.");
  }
  IURAN_ASSIGN(const auto reading, Reading::Open(program, "books", options.asked));
  return options.second_opinion ? SecondOpinion(program, options, *reading)
                                : PrintBooks(program, options, *reading);
}

}  // namespace

void RegisterBooks(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand(
      "books", "The trial balance: what stands on each account, which sums to zero");
  auto options = std::make_shared<BooksOptions>();
  AddAsOfOption(*command, options->asked);
  AddKnownAtOption(*command, options->asked);
  command
      ->add_option("--account", options->account,
                   "Only this account and those below it, such as assets or assets:bank")
      ->type_name("ACCOUNT");
  command
      ->add_option("--depth", options->depth,
                   "Only this many parts of a name: 2 sums up what stands below assets:bank")
      ->type_name("N")
      ->check(CLI::Range(1, 9));
  command->add_flag("--second-opinion", options->second_opinion,
                    "Gives every entry to hledger and tells where its balances differ: exit code "
                    "1. It takes a minute for some 200,000 entries");
  AddBooksFormatOption(*command, options->format);
  AddExamples(*command,
              {"iuran books --as-of 2026-11-22 --depth 2",
               "iuran books --as-of 2026-09-30 --known-at 2026-09-30 --format csv",
               "iuran books --account liabilities:unallocated", "iuran books --second-opinion"});
  command->callback([&program, options] { program.Finish(Books(program, *options)); });
}

}  // namespace iuran::tools
