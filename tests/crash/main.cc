// The crash tests; or, asked with a role, the process that they watch or kill.
#include <gtest/gtest.h>

#include <string>

#include "tests/crash/log_writers.h"

int main(int argc, char** argv) {
  const std::string role = argc > 2 ? argv[1] : "";
  if (role == "write-evenly") return iuran::tests::WriteEvenly(argv[2]);
  if (role == "write-history" && argc > 3) {
    return iuran::tests::WriteHistory(argv[2], std::stoull(argv[3]));
  }
  if (role == "back-up" && argc > 3) return iuran::tests::BackUp(argv[2], argv[3]);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
