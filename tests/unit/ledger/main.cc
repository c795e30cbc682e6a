// The tests of the ledger; or, asked with a role, the process that one of them kills.
#include <gtest/gtest.h>

#include <string>

#include "ledger/ledger.h"

int main(int argc, char** argv) {
  if (argc == 3 && argv[1] == std::string("init")) {
    iuran::ledger::Options options;
    options.folder = argv[2];
    return iuran::ledger::Ledger::Init(options, {}) ? 0 : 1;
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
