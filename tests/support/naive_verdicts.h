// The log of the naive model: takes raw rows one by one and says accepted, repeated or rejected.
//
// An accepted row takes the next position; the others leave no trace. Rulebook section 1.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/naive_figures.h"
#include "tests/support/naive_rows.h"

namespace iuran::naive {

enum class Verdict { kAccepted, kRepeated, kRejected };

std::string_view VerdictName(Verdict verdict);

// Position 0 opens the ledger, positions 1 and 2 enact `bpu` and `pu`; rows follow.
struct Rules {
  std::int64_t first_position = 3;
  std::vector<std::string> enacted = {"bpu", "pu"};

  bool IsEnacted(const std::string& scheme) const;
};

class Log {
 public:
  explicit Log(Rules rules = {}) : rules_(std::move(rules)), next_(rules_.first_position) {}

  // The verdict on the next row.
  Verdict Take(const Row& row);

  // The position of the last accepted row; one before the first free position when none is.
  std::int64_t LastPosition() const { return next_ - 1; }

  bool Knows(const std::string& member) const { return members_.count(member) != 0; }

  // The members known at a position, bytewise sorted, and what is known about one of them.
  std::vector<std::string> MembersKnownAt(std::int64_t known_at) const;
  Facts KnownAt(const std::string& member, std::int64_t known_at) const;

 private:
  struct Member {
    MemberRow row;  // parsed, then printed again: equal values are equal text
    Facts facts;    // with every change and no payment
    std::vector<std::size_t> payments;
    std::int64_t position = 0;
  };

  struct Remittance {
    RemittanceRow row;
    Sen amount = 0;
    std::vector<std::size_t> payments;
  };

  struct Payment {
    PaymentRow row;
    Paid paid;
    std::optional<ReversalRow> reversal;
    std::int64_t reversal_position = 0;
  };

  Verdict TakeRow(GroupRow row);
  Verdict TakeRow(MemberRow row);
  Verdict TakeRow(const ChangeRow& row);
  Verdict TakeRow(RemittanceRow row);
  Verdict TakeRow(PaymentRow row);
  Verdict TakeRow(ReversalRow row);
  template <typename Other>
  Verdict TakeRow(const Other&) {
    return Verdict::kRejected;
  }

  std::optional<Value> ParseValue(What what, const std::string& text, bool pu) const;
  bool HasRiskWhereNeeded(const Facts& facts) const;
  bool Holds(const Remittance& remittance, Sen amount) const;

  Rules rules_;
  std::int64_t next_;
  std::map<std::string, GroupRow> groups_;
  std::map<std::string, int> risks_;  // 0 where the group has none, and for no group at all
  std::map<std::string, Member> members_;
  std::map<std::string, Remittance> remittances_;
  std::map<std::string, std::size_t> payment_numbers_;
  std::vector<Payment> payments_;
};

}  // namespace iuran::naive
