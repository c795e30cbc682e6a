// CHECK: always-on statements about our own code. A failure is a bug here, never bad input: the
// process stops before it can record or report a wrong figure.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace iuran {

[[noreturn]] inline void CheckFailed(const char* file, int line, const char* condition,
                                     const char* meaning) {
  std::fprintf(stderr, "%s:%d: CHECK(%s) failed: %s. This is a bug in iuran; please report it.\n",
               file, line, condition, meaning);
  std::abort();
}

}  // namespace iuran

#define IURAN_CHECK(condition, meaning) \
  ((condition) ? (void)0 : ::iuran::CheckFailed(__FILE__, __LINE__, #condition, meaning))
