// The program around its subcommands: global options, the ledger's folder, where text goes, and how
// a command ends.
//
// Reports go to standard output (out()), everything else to standard error. Exit codes: 0 done;
// 1 done with rejected rows or differences; 2 wrong usage; 3 the ledger is missing, locked or
// damaged; 4 any other failure.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "events/error.h"
#include "ledger/ledger.h"
#include "tools/output.h"

namespace CLI {
class App;
}

namespace iuran::tools {

inline constexpr int kDone = 0;
inline constexpr int kDoneWithDifferences = 1;  // or with rejected rows

class Program {
 public:
  explicit Program(Output& out) : out_(out) {}

  Output& out() { return out_; }
  // One line for people, to standard error.
  void Note(std::string_view line) const;

  // --ledger DIR, else $IURAN_LEDGER, else ./iuran-data.
  std::filesystem::path Folder() const;
  // Options of that ledger, its clock included; `command` ("import") names the holder of the lock.
  ledger::Options LedgerOptions(std::string_view command) const;
  Result<std::unique_ptr<ledger::Ledger>> OpenLedger(std::string_view command,
                                                     log::Access access) const;

  // What every callback ends with: keeps the exit code of the command, or prints its error to
  // standard error and keeps the exit code of that.
  void Finish(const Result<int>& outcome);
  int exit_code() const { return exit_code_; }

  // Bound to the global options.
  std::string ledger_option;

 private:
  void NoteWhatIsMissing(const log::EventLog& log) const;

  Output& out_;
  int exit_code_ = kDone;
};

// Adds to the help of a command: examples as they would be typed ("iuran balances --as-of ...").
void AddExamples(CLI::App& command, std::initializer_list<std::string_view> lines);

// --author NAME, for the commands that record: who answers for what is recorded. Default: the login
// name of whoever runs the program.
void AddAuthorOption(CLI::App& command, std::string& author);

// Parses, runs the command and returns the exit code.
int RunProgram(int argc, const char* const* argv);

}  // namespace iuran::tools
