// check_proof FILE KEY: the CPU time of checking a proof file without that of starting a program.
// The first check of a process makes OpenSSL ready as well.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>

#include "ledger/log/proof/key.h"
#include "ledger/log/proof/proof_file.h"

namespace {

double CpuMilliseconds() {
  std::timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: check_proof FILE KEY\n");
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto key = iuran::log::VerifierKey::Parse(argv[2]);
  if (!key) return 2;
  double first = 0;
  double best = 0;
  for (int round = 0; round < 100; ++round) {
    const double start = CpuMilliseconds();
    if (!iuran::log::CheckProofFile(text, *key)) return 4;
    const double taken = CpuMilliseconds() - start;
    if (round == 0) first = taken;
    best = round == 0 ? taken : std::min(best, taken);
  }
  std::printf("first_ms %.3f\nlater_ms %.3f\n", first, best);
  return 0;
}
