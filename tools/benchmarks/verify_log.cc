// verify_log LEDGER [THREADS]: how fast the log alone is verified (pages, tree, streams, keys),
// with what its records say of themselves at hand: reading events is the ledger's work, not the
// log's.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "events/codec.h"
#include "ledger/log/event_log.h"
#include "ledger/log/verify.h"

namespace {

using namespace iuran;

struct Names {
  std::string stream, key;
  uint32_t version = 0;
  log::RequestDigest digest{};
};

class KnownNames : public log::RecordReader {
 public:
  explicit KnownNames(const std::vector<Names>& all) : all_(all) {}
  Result<log::RecordNames> Read(uint64_t position, log::Record /*record*/) override {
    const Names& names = all_[position];
    return log::RecordNames{names.stream, names.version, names.key, names.digest};
  }

 private:
  const std::vector<Names>& all_;
};

std::vector<Names> ReadNames(const log::EventLog& log) {
  std::vector<Names> all;
  const auto records = log.Scan(0, log.size());
  if (!records) std::exit(3);
  while ((*records)->NextPage().value_or(false)) {
    for (size_t i = 0; i < (*records)->count(); ++i) {
      const auto event = events::Decode((*records)->record(i));
      if (!event) std::exit(3);
      const events::Envelope& envelope = event->envelope;
      all.push_back({envelope.stream, envelope.idempotency_key, envelope.stream_version, {}});
    }
  }
  for (Names& names : all) {
    const auto found = log.FindKeys({&names.key, 1});
    if (!found) std::exit(3);
    if (found->front()) names.digest = found->front()->digest;
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: verify_log LEDGER [THREADS]\n");
    return 2;
  }
  const size_t threads = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const auto log =
      log::EventLog::Open(std::string(argv[1]) + "/log", log::Access::kRead, "verify_log");
  if (!log || threads == 0) return 3;
  const std::vector<Names> names = ReadNames(**log);
  std::vector<KnownNames> known(threads, KnownNames(names));
  std::vector<log::RecordReader*> readers;
  for (KnownNames& one : known) readers.push_back(&one);
  double best = 0;
  for (int round = 0; round < 5; ++round) {
    log::VerifyOptions options;
    options.readers = readers;
    log::Faults faults;
    const auto start = std::chrono::steady_clock::now();
    const auto report = (*log)->Verify(options, faults);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    if (!report || faults.count() > 0) return 4;
    best = std::max(best, static_cast<double>(report->size) / taken.count());
  }
  std::printf("log_per_second %.0f\n", best);
  return 0;
}
