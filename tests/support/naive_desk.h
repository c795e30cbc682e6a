// The desk of a random history: what is put right there, paid out and agreed on by two people, each
// aimed at how things stand when it is recorded. "Corrections and approval" (ledger/rules).

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/naive_history.h"
#include "tests/support/naive_random.h"
#include "tests/support/naive_values.h"
#include "tests/support/naive_verdicts.h"

namespace iuran::naive {

class Desk {
 public:
  Desk(Random& random, const Size& size) : random_(random), size_(size) {}

  // The rows of a folder, and behind them those of the desk.
  std::vector<Row> After(const std::vector<Row>& folder);

  // Days around which something happens.
  const std::vector<Day>& days() const { return days_; }

 private:
  // Takes a row as the next one of the history.
  void Add(const Row& row);
  void AddOne();
  void AddCorrection();
  void AddReversal(const std::string& payment);
  void AddRefund();
  void AddWaiver();
  void AddReturn();
  void AddPaymentOfDebt();
  void AddApproval();
  void AddDecline();
  void AddAgain();
  void AddProposalThatFails();

  RefundRow Refund(const std::string& member);
  Facts FactsOf(const std::string& member) const;
  std::string MemberWith(bool (*wanted)(const Facts&));
  std::string PaymentOf(const std::string& member);
  Day DayNear(const Facts& facts, Day day);
  Sen AmountNear(Sen amount);
  Signing Sign();
  std::string OtherThan(const std::string& person);
  std::string Reason();
  std::string NewId(const std::string& prefix);

  Random& random_;
  Size size_;
  Log log_;
  std::vector<Row> rows_;       // of the folder at hand
  std::vector<Row> desk_rows_;  // all that the desk ever added
  std::vector<std::string> members_, payments_, remittances_, corrected_;
  std::vector<Day> days_;
  int next_number_ = 1;
};

}  // namespace iuran::naive
