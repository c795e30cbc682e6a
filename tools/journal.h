// The entries of a ledger as a question asks for them, and what they leave on each account.
#pragma once

#include "projections/books.h"
#include "tools/reading.h"

namespace iuran::tools {

// Calls take for every entry up to the as-of day of the question: those of the events, in log
// order, then those of the months, by member. Memory does not grow with the entries or the members.
// Where the reading is of one member (who is then `member`) or of a group, only the entries of its
// payments and months, and of a group the remittances it paid in too. The group of a member is that
// of the month paid in.
Result<void> ForEachEntry(const Reading& reading, const std::optional<events::MemberId>& member,
                          const projections::TakeEntry& take);

// The trial balance of a reading that is about everybody. Memory: 16 bytes a member.
class TrialBalance {
 public:
  static Result<TrialBalance> Of(const Reading& reading);

  const projections::AccountSums& sums() const { return sums_; }

  // Calls take for every account that is not zero, in order of kinds, then of names as recorded.
  using TakeAccount = std::function<Result<void>(const projections::BookAccount&, events::Money)>;
  Result<void> ForEach(const Reading& reading, const TakeAccount& take) const;

 private:
  projections::AccountSums sums_;
};

// Whether an account's name is `above` or stands below it: "assets" is above "assets:bank:BRI".
// Every account is below "".
bool IsUnder(std::string_view account, std::string_view above);

}  // namespace iuran::tools
