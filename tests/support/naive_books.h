// The books of the naive model: the double entries of rulebook section 8 and of "Entries in the
// books" (ledger/rules), the trial balance they leave, and the funds of domain 1.2.
//
// Written from those pages alone. Accounts have the names of the table, with texts as they are in
// the rows; amounts are sen, positive = debit.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/naive_rows.h"
#include "tests/support/naive_verdicts.h"

namespace iuran::naive {

using Balances = std::map<std::string, Sen>;  // by account; none is zero

class Books {
 public:
  // The verdict on the next row in log order, which must be that of Log.
  Verdict Take(const Row& row);
  void Enact(const Tariff& tariff) { log_.Enact(tariff); }
  std::int64_t LastPosition() const { return log_.LastPosition(); }

  Balances TrialBalance(std::string_view as_of, std::int64_t known_at) const;

  // What rulebook section 8 says the accounts of the members must hold, from the figures alone:
  // credit, and the price of settled months that have not begun, and voided payments that are on
  // the books on that day, and not turned round (or turned round, and not yet on them).
  Balances HeldForMembers(std::string_view as_of, std::int64_t known_at) const;

  // Money of one payer: what the bank was credited with for it, and where that is. Keys are the
  // payers of the remittances known.
  struct Held {
    Sen credited = 0;
    Sen allocated = 0;
    Sen returned = 0;
    Sen Unallocated() const { return credited - allocated - returned; }
    bool operator==(const Held&) const = default;
  };
  std::map<std::string, Held> HeldOfPayers(std::int64_t known_at) const;
  Sen Refunded(std::int64_t known_at) const;  // of members' credit, out of the bank

  // Lines "month,group,program,income,moved,from_state" of the fund report, sorted.
  std::vector<std::string> Funds(std::string_view as_of, std::int64_t known_at) const;

 private:
  struct Posting {
    Day day = 0;
    std::int64_t position = 0;
    std::string debit;
    std::string credit;
    Sen amount = 0;
  };
  // A payment as it was received once: a correction receives it again.
  struct Receipt {
    std::string member;
    std::string payer;  // of the remittance it is drawn on; empty where it is drawn on none
    bool drawn = false;
    bool penalty = false;
    Posting entry;
    std::optional<std::int64_t> void_from;
    Day turned_round = 0;
  };
  struct Remittance {
    std::string payer;
    Sen amount = 0;
    std::int64_t position = 0;
  };

  void Enter(const RemittanceRow& row);
  void Enter(const PaymentRow& row);
  void Enter(const CorrectionRow& row);
  void Enter(const ReversalRow& row) { Request("reversal/" + row.payment, row); }
  void Enter(const RefundRow& row) { Request("refund/" + row.refund, row); }
  void Enter(const ReturnRow& row) { Request("return/" + row.id, row); }
  void Enter(const ApproveRow& row);
  template <typename Other>
  void Enter(const Other&) {}
  // Notes a proposal; records what two people signed.
  template <typename Signed>
  void Request(const std::string& id, const Signed& row);
  void Record(const ReversalRow& row);
  void Record(const RefundRow& row);
  void Record(const ReturnRow& row);
  void Receive(const std::string& payment, Receipt receipt);
  void TurnRound(Receipt& receipt, Day day, std::int64_t position);
  void AddMonths(const std::string& member, Day as_of, std::int64_t known_at, Balances& sums) const;

  Log log_;
  std::vector<Posting> postings_;
  std::map<std::string, Remittance> remittances_;
  std::vector<Receipt> receipts_;
  std::map<std::string, std::size_t> standing_;  // the receipt of a payment that stands last
  struct Returned {
    std::string payer;
    Sen amount = 0;
    std::int64_t position = 0;
  };
  std::vector<Returned> returns_;
  std::map<std::string, Row> proposed_;
};

}  // namespace iuran::naive
