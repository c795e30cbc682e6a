// Checking a whole ledger: its log (ledger/log/verify.h), and beside it what only the ledger
// understands: that every event can be read and stands where it says, that the rows of the book are
// those that the events bring, and that the vault holds the people whom the events tell of.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/log/verify.h"

namespace iuran::ledger {

struct VerifyOptions {
  unsigned threads = 1;
  std::optional<log::VerifierKey> key;  // nothing: signatures of checkpoints are not checked
  std::vector<log::VerifierKey> witnesses;
  std::optional<std::string> last_signed;  // the note kept beside the signing key
  std::filesystem::path master_key;        // empty: personal data stay closed
  std::function<void(uint64_t, uint64_t)> progress;
};

struct LedgerReport {
  log::LogReport log;
  std::chrono::nanoseconds reading{0};  // log and events, without book and vault
  // Book and vault are compared only where every event can be read, once (log.unread is 0).
  uint64_t book_rows = 0;
  uint64_t people = 0;  // in the vault
  uint64_t opened = 0;  // of them, and found to be what was committed to
};

// Reads everything, and nothing twice. The error means that it could not even begin; what is wrong
// with the ledger is told as faults.
Result<LedgerReport> VerifyLedger(const log::EventLog& log, const VerifyOptions& options,
                                  log::Faults& faults);

}  // namespace iuran::ledger
