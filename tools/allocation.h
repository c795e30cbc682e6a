// Who gets the unallocated money of a remittance: a plan, made before anything is recorded.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ledger/rules/command.h"
#include "projections/collect.h"
#include "tools/remittance_story.h"

namespace iuran::tools {

// In which order members are served: the one who owes the oldest month first, by member, or as a
// CSV file with the column `member` names them (others get nothing).
class AllocationOrder {
 public:
  // "oldest", "member", or the name of a file. kInvalidValue with line and column where a row of it
  // is no member or stands twice; else as CsvReader.
  static Result<AllocationOrder> Read(const std::string& by);
  bool has_names() const { return !file_.empty(); }  // of a file

  // Puts the rows in order, those that get nothing left out. kInvalidValue where the file names
  // somebody whom `is_asked` does not know.
  Result<void> Apply(std::vector<projections::CollectRow>& rows,
                     const std::function<bool(const events::MemberId&)>& is_asked) const;

 private:
  struct Named {
    events::MemberId member;
    uint64_t line;
  };
  std::string file_;  // empty: none
  bool oldest_ = false;
  std::vector<Named> named_;
};

// What a member gets: payments of one day each, in order of days.
struct Share {
  struct Payment {
    events::PaymentId payment;
    events::Day paid_on;
    events::Money amount;
  };
  projections::CollectRow row;
  std::vector<Payment> payments;  // together the least that settles what is owed, or what was left
};

struct Division {
  std::vector<Share> shares;
  std::vector<events::Day> payable_later;  // of the rows to which nothing can be paid by then
  bool is_cut = false;                     // money is left for more payments than one commit takes
};

// Of the rows, which all have something to pay, in order, while money is left; at most as many
// payments as one commit takes. `is_taken` tells of a payment whether its number is used. The
// number is made of remittance and member, with a count where they had one before, and is a digest
// of both where that is too long: whoever asks the same of the same ledger gets the same numbers.
//
// A payment is of the first day from which its money is free, but not before the row's
// `payable_from`. What is free only after `as_of` is not given.
using IsTaken = std::function<Result<bool>(const events::PaymentId&)>;
Result<Division> Divide(const std::vector<FreeMoney>& free, events::Day as_of,
                        const events::RemittanceId& remittance,
                        std::vector<projections::CollectRow> rows, const IsTaken& is_taken);

// The payments of the shares as one request, drawn on the remittance.
rules::ReceiveList RequestOf(const events::RemittanceReceived& remittance,
                             const std::vector<Share>& shares);

}  // namespace iuran::tools
