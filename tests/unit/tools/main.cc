// The tests of the tools; or, asked with a role, an import that kills itself after so many rows.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "tools/import.h"

namespace iuran::tools {
namespace {

// Imports <folder>/in into <folder>/ledger.
int ImportAndDie(const std::filesystem::path& folder, uint64_t rows) {
  ledger::Options options;
  options.folder = folder / "ledger";
  const auto ledger = ledger::Ledger::Open(options, log::Access::kWrite);
  const auto plan = PlanImport(folder / "in");
  if (!ledger || !plan) return 1;
  const auto rejects = Rejects::Open(std::nullopt, [](std::string_view) {});
  ImportOptions how;
  how.author = "clerk";
  how.rows_per_batch = 8;
  how.progress = [rows](uint64_t done) {
    if (done >= rows) ::raise(SIGKILL);
  };
  Import(**ledger, *plan, how, **rejects);
  return 0;
}

}  // namespace
}  // namespace iuran::tools

int main(int argc, char** argv) {
  if (argc == 4 && argv[1] == std::string("import-and-die")) {
    return iuran::tools::ImportAndDie(argv[2], std::stoull(argv[3]));
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
