// The program itself on a ledger of a test's own: commands are run as a user runs them, and random
// histories are imported as the CSV files of rulebook section 1.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/naive_history.h"
#include "tests/support/run_program.h"
#include "tests/support/scratch_folder.h"

namespace iuran::tests {

class ProgramOnLedger {
 public:
  ProgramOnLedger() { Run("init"); }

  Ran Run(const std::string& arguments) const {
    return Execute(arguments + " --ledger " + book().string());
  }
  Ran RunWithErrors(const std::string& arguments) const {
    return Execute(arguments + " --ledger " + book().string(), true);
  }

  // Imports the rows folder by folder, each signed as its rows are, and runs the commands among
  // them. The last exit code of an import that was neither 0 nor 1, else 0.
  int Import(const std::vector<naive::Row>& rows) {
    const std::filesystem::path files = folder_.path() / ("files" + std::to_string(imports_++));
    naive::History history;
    history.rows = rows;
    naive::Write(history, files);
    int failure = 0;
    int number = 0;
    for (const std::vector<naive::Row>& folder : naive::Folders(rows)) {
      ++number;
      const std::string name = (number < 10 ? "0" : "") + std::to_string(number);
      const int code = ImportFolder(files / name, folder);
      if (code != 0 && code != 1) failure = code;
      for (const naive::Row& row : folder) RunCommand(row);
    }
    return failure;
  }

  std::filesystem::path book() const { return folder_.path() / "book"; }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  int ImportFolder(const std::filesystem::path& files, const std::vector<naive::Row>& rows) const {
    if (std::all_of(rows.begin(), rows.end(), naive::IsCommand)) return 0;
    naive::Signing signing;
    for (const naive::Row& row : rows) signing = naive::SigningOf(row).value_or(signing);
    std::string arguments = "import " + files.string() + " --author '" + signing.author + "'";
    if (!signing.approver.empty()) arguments += " --approved-by '" + signing.approver + "'";
    return Run(arguments).exit_code;
  }
  void RunCommand(const naive::Row& row) const {
    if (const auto* approve = std::get_if<naive::ApproveRow>(&row)) {
      Run("approve '" + approve->id + "' --author '" + approve->author + "'");
    } else if (const auto* decline = std::get_if<naive::DeclineRow>(&row)) {
      Run("decline '" + decline->id + "' --author '" + decline->author + "' --reason '" +
          decline->reason + "'");
    }
  }

  const ScratchFolder folder_;
  int imports_ = 0;
};

}  // namespace iuran::tests
