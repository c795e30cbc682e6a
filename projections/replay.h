// Replay: rebuilds the accounts from the log in memory, beside the live ones, and compares.
//
// The rebuilding pauses at the position the live accounts are folded to and compares there, row by
// row and byte by byte, what is stored with what comes of the log; rows are canonical, so bytes
// differ exactly where timelines do. Then it goes on to the head, which gives the digest that two
// machines compare. The live rows are read only once and never decoded, unless they differ.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "projections/closings.h"
#include "projections/fold.h"

namespace iuran::projections {

struct Difference {
  enum class What : uint8_t { kMissing, kExtra, kOther };  // of the live row
  What what = What::kOther;
  std::string row;  // "member M-1", "group G", "the number of member M-1",
                    // "the count of members"
};
// "member M-1 is missing among the live rows".
std::string Words(const Difference& difference);

struct ReplayReport {
  uint64_t head = 0;                    // of the log when the replay began
  uint64_t events = 0;                  // folded: the head, unless parked
  std::chrono::nanoseconds folding{0};  // scan, decode and fold, without comparing
  std::optional<Parked> parked;         // the event at which the rebuilding stopped
  Digest digest{};                      // of the rebuilt accounts at `events`

  uint64_t live_cursor = 0;
  Digest live_digest{};     // of the live accounts at live_cursor
  Digest rebuilt_digest{};  // of the rebuilt accounts there
  uint64_t rows = 0;        // compared: members and groups
  uint64_t rows_missing = 0, rows_extra = 0, rows_other = 0;
  std::vector<Difference> examples;  // the first few
  Money paid_live, paid_rebuilt;     // payments not reversed, over all members
  // Why live rows could not be compared (damaged, or not of this log); swap mends it, unless they
  // are ahead.
  std::optional<Error> unreadable;

  uint64_t closings = 0;  // computed again
  std::vector<PinnedDifference> closings_that_differ;
  // Why closings could not be computed again.
  std::optional<Error> closings_unreadable;

  // Of the log without the daybook, which has the rest.
  bool AreLiveAhead() const { return unreadable && unreadable->code == ErrorCode::kLedgerBehind; }
  bool ClosingsHold() const { return closings_that_differ.empty() && !closings_unreadable; }
  uint64_t RowsThatDiffer() const { return rows_missing + rows_extra + rows_other; }
  bool Same() const { return RowsThatDiffer() == 0 && !unreadable; }
  uint64_t EventsPerSecond() const;
};

struct ReplayOptions {
  unsigned threads = 2;
  std::function<void(uint64_t, uint64_t)> progress;  // (events folded, head)
};

class Replay {
 public:
  // Rebuilds and compares; changes nothing. `log` must outlive the replay. The error means that the
  // log could not be read.
  static Result<std::unique_ptr<Replay>> Run(const log::EventLog& log, const Store& live,
                                             const ReplayOptions& options);

  const ReplayReport& report() const { return report_; }

  // Puts the rebuilt accounts in the place of the live ones. `store` must be open for writing;
  // where its files themselves are damaged it is closed, removed and made anew in `folder`.
  Result<void> Swap(const std::filesystem::path& folder, std::unique_ptr<Store>& store);

 private:
  Replay(const log::EventLog& log, const ReplayOptions& options)
      : log_(log), options_(options), rebuilt_(log, nullptr, options.threads) {}

  Result<void> FoldTo(uint64_t to);
  void Compare(const Store& live);
  Result<void> CompareMembers(const Store& live, const std::vector<const Account*>& members,
                              const std::vector<std::string>& rows, class AccountsDigest& digest);
  Result<void> CompareGroups(const Store& live, class AccountsDigest& digest);
  Result<void> CompareNumbers(const Store& live, const std::vector<const Account*>& members);
  void CompareCounts(const StoreState& live, size_t members);
  void Found(Difference::What what, std::string row);
  Result<void> RecomputeClosings();

  const log::EventLog& log_;
  ReplayOptions options_;
  Accounts rebuilt_;
  ReplayReport report_;
};

// The digest of accounts in memory.
Digest DigestOf(const Accounts& accounts, unsigned threads);

}  // namespace iuran::projections
