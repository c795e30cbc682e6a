// The plan of a random history: groups, members, what changes for them and what they pay.

#pragma once

#include <string>
#include <vector>

#include "tests/support/naive_history.h"
#include "tests/support/naive_random.h"
#include "tests/support/naive_values.h"
#include "tests/support/naive_verdicts.h"

namespace iuran::naive {

// A row and the folder that it is recorded in.
struct Draft {
  int batch = 0;
  Row row;
};

class Lives {
 public:
  Lives(Random& random, const Size& size);

  // The plan, not yet in log order.
  std::vector<Draft> Plan();

  Month base() const { return base_; }
  // Days around which something happens: payments, exits, due days and grace ends.
  const std::vector<Day>& days() const { return days_; }

 private:
  void AddGroups();
  void AddMember(int number);
  void AddChanges(const std::string& member, Month from);
  void AddChange(const std::string& member, const std::string& what, Month from);
  void AddExits(const std::string& member, Month from);
  void AddPayments(const std::string& member, Month from);
  void AddRemittances();
  void AddReversals();

  std::string ValueOf(const std::string& what);
  std::string Income();
  std::string Programs(bool pu);
  std::string Group();
  Month BaseMonth();
  Month ChangeMonth(Month from);
  Day PaymentDay(const Facts& facts, const Settlement& settlement, Day previous);
  Sen PaymentAmount(const Facts& facts, const Settlement& settlement);
  int BatchOf(Day day);
  void Add(int batch, const Row& row);

  Random& random_;
  Size size_;
  Month base_;
  Log scratch_;  // knows every row of the plan, so that amounts and days can be aimed
  std::vector<Draft> drafts_;
  std::vector<Day> days_;
  int next_payment_ = 1;
  bool pu_ = false;  // the member at hand
  int chaos_ = 0;    // of a hundred payments of the member at hand, how many come on any day
};

// The same amount, spelled in one of its ways.
std::string SpellAmount(Random& random, Sen amount);

// An income at, just below or just above the edge of a tier.
std::string IncomeNearEdge(Random& random);

}  // namespace iuran::naive
