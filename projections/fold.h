// Folds a stretch of the log into accounts in memory, on several threads.
//
// The log is taken in slabs. Of a slab, the threads first decode pieces in parallel and sort what
// they find by partition (member number modulo threads); then each thread applies its partition, in
// log order. No thread reads what is another's, which is what makes the second thread worth having.
// A slab bounds the memory of decoded events; Forget() bounds that of timelines.
//
// Catching up, rebuilding and reading ahead of the store are this one class with another store
// behind it, or none.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "ledger/log/event_log.h"
#include "projections/store.h"

namespace iuran::projections {

struct Account {
  rules::Timeline timeline;
  bool changed = false;    // since it was loaded or saved
  bool enrolled = false;   // since the accounts were saved
  bool unordered = false;  // while a slab is applied: its payments are to be put in order
};

class Accounts {
 public:
  // Accounts as of store->state().cursor, loaded as events touch them; with no store, none at 0.
  // `log` and `store` must outlive this object.
  Accounts(const log::EventLog& log, const Store* store, unsigned threads);
  ~Accounts();
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  // Goes on to position `to`, or until `*stop` is set, or to the first event that cannot be folded:
  // then parked() says which, and everything before it is folded. The error means that log or store
  // could not be read.
  Result<void> FoldTo(uint64_t to, const std::atomic<bool>* stop = nullptr);

  uint64_t cursor() const { return cursor_; }  // events [0, cursor) are in
  const std::optional<Parked>& parked() const { return parked_; }

  // Those in memory: everyone touched since the store's cursor (or since Forget), and with no store
  // everyone. In bytewise order of member ids.
  std::vector<const Account*> Sorted() const;
  // Calls each(account) for those of a partition, in order of member number. Partitions may be
  // visited by different threads.
  unsigned partitions() const;
  void VisitPartition(unsigned partition, const std::function<void(Account&)>& each);

  const Groups& groups() const { return groups_; }                        // all of them
  const std::vector<GroupId>& new_groups() const { return new_groups_; }  // since saved
  size_t memory_bytes() const;                                            // about

  // The store has been brought to cursor(): nothing is changed any more.
  void MarkSaved();
  // Drops timelines from memory; the store, which must have been brought to cursor(), gives them
  // back.
  void Forget();

 private:
  struct Piece;
  class Partition;

  Result<void> Start();
  Result<bool> FoldSlab(uint64_t to);
  Result<void> Decode(Piece& piece) const;
  Result<std::optional<Parked>> Apply();
  std::optional<Parked> ApplyGroups();

  const log::EventLog& log_;
  const Store* store_;
  uint64_t cursor_ = 0;
  bool started_ = false;
  std::optional<Parked> parked_;
  std::vector<std::unique_ptr<Partition>> partitions_;
  std::vector<Piece> pieces_;  // of the slab in work; its memory is reused
  Groups groups_;
  std::vector<GroupId> new_groups_;
};

}  // namespace iuran::projections
