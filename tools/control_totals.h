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

// Of one file at a time. Memory grows with the remittances that its rows name, by a bit for each
// event recorded before where rows are repeated, and at the end with the payments of the lists that
// are not as they should be; in a rehearsal with all remittances of the import whose senders said
// something.
class ControlTotals {
 public:
  ControlTotals(const ledger::Ledger& ledger, bool rehearsed)
      : ledger_(ledger), is_rehearsed_(rehearsed) {}

  // Looks up what is said of the remittances that the batch is the first to name; before its rows
  // are recorded.
  Result<void> LookUp(const Batch& batch);
  // What became of the commands of that batch. A payment counts that is taken now, or is repeated
  // for the first time in the file and was not reversed.
  Result<void> Count(const std::vector<rules::Command>& commands,
                     const std::vector<ledger::Receipt>& receipts);
  // At the end of the file: a sentence for each list of which the file has something else than was
  // said, in the order in which they were named. None are left here. What is recorded of them by
  // now, the rows of other files among it, is looked up in one reading of the log from the first of
  // their remittances on; in a rehearsal, what the file would add is added.
  Result<std::vector<std::string>> TakeDifferences();

 private:
  struct List {
    events::RemittanceId remittance;
    std::optional<events::Position> position;  // none: it is only rehearsed
    ListSize said;
    ListSize in_file;   // the same of it
    ListSize new_rows;  // of these, recorded now or rehearsed
    ListSize recorded;  // see CountRecorded

    bool Differs() const { return in_file != said; }
  };
  static constexpr size_t kNothingSaid = SIZE_MAX;  // a place

  // Of a payment's list, where something was said of it.
  List* ListOf(const rules::ReceivePayment& payment);
  // Whether the file repeats the payment recorded there for the first time.
  bool IsFirst(events::Position recorded);
  // Of the lists that differ: the payments that stand.
  Result<void> CountRecorded();

  const ledger::Ledger& ledger_;
  const bool is_rehearsed_;
  std::unordered_map<events::RemittanceId, ListSize> rehearsed_;  // what was said
  std::unordered_map<events::RemittanceId, size_t> places_;
  std::vector<List> lists_;
  uint64_t head_ = 0;           // when the file began; also of a rehearsal, which does not move it
  std::vector<bool> repeated_;  // by position before that: rows of the file
};

}  // namespace iuran::tools
