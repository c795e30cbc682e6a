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

  // Imports the rows folder by folder. The last exit code that was neither 0 nor 1, else 0.
  int Import(const std::vector<naive::Row>& rows) {
    const std::filesystem::path files = folder_.path() / ("files" + std::to_string(imports_++));
    naive::History history;
    history.rows = rows;
    naive::Write(history, files);
    std::vector<std::filesystem::path> folders;
    for (const auto& entry : std::filesystem::directory_iterator(files)) {
      if (entry.is_directory()) folders.push_back(entry.path());
    }
    std::sort(folders.begin(), folders.end());
    int failure = 0;
    for (const auto& folder : folders) {
      const int code = Run("import " + folder.string()).exit_code;
      if (code != 0 && code != 1) failure = code;
    }
    return failure;
  }

  std::filesystem::path book() const { return folder_.path() / "book"; }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  const ScratchFolder folder_;
  int imports_ = 0;
};

}  // namespace iuran::tests
