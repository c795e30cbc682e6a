// Control totals: what senders said of the lists of their remittances, and what an import that
// judges every row alone takes of these lists (ledger/rules/README.md, "Lists of payments").
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "ledger/ledger.h"
#include "tools/import_batches.h"

namespace iuran::tools {

// How many payments a list has and what they come to, each as far as it is told.
struct ListSize {
  std::optional<uint64_t> payments;
  std::optional<events::Money> total;

  bool IsNothing() const { return !payments && !total; }
  friend bool operator==(const ListSize&, const ListSize&) = default;
};
// As the columns of a remittance say it: 0 is nothing.
ListSize SizeSaid(uint32_t list_count, events::Money list_total);
std::string InWords(const ListSize& size);  // "30 payments, 504,000 in all"; empty for nothing

// Of one file at a time. Memory grows with the remittances that its rows name; in a rehearsal with
// all remittances of the import whose senders said something.
class ControlTotals {
 public:
  explicit ControlTotals(const ledger::Ledger& ledger) : ledger_(ledger) {}

  // A remittance that is only rehearsed, so that it cannot be looked up.
  void Rehearse(const rules::ReceiveRemittance& remittance);
  // Looks up what is said of the remittances that the batch is the first to name; before its rows
  // are counted.
  Result<void> LookUp(const Batch& batch);
  // A payment that is taken, or was before.
  void Count(const rules::ReceivePayment& payment);
  // At the end of the file: a sentence for each list of which the file has something else than was
  // said, in the order in which they were named. None are left here. What is recorded of them by
  // now, the rows of other files among it, is looked up in one reading of the log from the first of
  // their remittances on; not in a rehearsal, which records nothing.
  Result<std::vector<std::string>> TakeDifferences(bool rehearsed);

 private:
  struct List {
    events::RemittanceId remittance;
    events::Position position;  // of the remittance
    ListSize said;
    ListSize taken;  // the same of it, from the file

    bool Differs() const { return taken != said; }
  };
  static constexpr size_t kNothingSaid = SIZE_MAX;  // a place

  // Of the lists that differ: what is recorded now instead of what the file has; payments that
  // stand.
  Result<void> CountRecorded();

  const ledger::Ledger& ledger_;
  std::unordered_map<events::RemittanceId, ListSize> rehearsed_;
  std::unordered_map<events::RemittanceId, size_t> places_;
  std::vector<List> lists_;
};

}  // namespace iuran::tools
