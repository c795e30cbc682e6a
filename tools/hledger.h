// Hledger's journal format (https://hledger.org/hledger.html#journal-format), and hledger itself
// where it is installed. Account names and sentences are escaped (projections/entries.h), so that
// nothing recorded can be read as anything but itself.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "events/money.h"
#include "projections/entries.h"
#include "tools/report.h"

namespace iuran::tools {

// --format table|csv|json|hledger.
struct BooksFormat {
  Format format = Format::kTable;
  bool hledger = false;
};
void AddBooksFormatOption(CLI::App& command, BooksFormat& format);

// What a journal begins with: `title` as a comment, and how amounts are written.
std::string HledgerHead(std::string_view title);
// Appends an entry: its day, its sentence, the positions of its events as tags.
void AppendHledger(const projections::Entry& entry, std::string& journal);
// Appends a posting of a transaction of the caller's own.
void AppendHledgerPosting(std::string_view account, events::Money amount, std::string& journal);

// Balances of accounts as hledger tells them, by name; those that are zero are left out.
using HledgerBalances = std::map<std::string, events::Money, std::less<>>;

// "hledger 1.25, linux-x86_64". kNotFound, with what to install, where there is none.
Result<std::string> HledgerVersion();
// Runs hledger on a journal and adds the balances it tells for the end of a day to those given. The
// journal is handed over in a file without a name, which nobody else can open.
Result<void> AddHledgerBalances(std::string_view journal, events::Day as_of,
                                HledgerBalances& balances);

}  // namespace iuran::tools
