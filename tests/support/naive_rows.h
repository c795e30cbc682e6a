// The raw input rows of rulebook section 1, as plain text, in log order.

#pragma once

#include <string>
#include <variant>

namespace iuran::naive {

struct GroupRow {
  std::string group, kind, name, region, risk;
  bool operator==(const GroupRow&) const = default;
};

// The optional columns (name, nik, birth_date, phone) are left out on purpose: they never price,
// settle or cover anything.
struct MemberRow {
  std::string member, scheme, group, region, from, income, sector, payer, programs;
  bool operator==(const MemberRow&) const = default;
};

struct ChangeRow {
  std::string member, what, from, value;
  bool operator==(const ChangeRow&) const = default;
};

struct RemittanceRow {
  std::string remittance, received_on, account, amount, payer, channel, bank_reference;
  bool operator==(const RemittanceRow&) const = default;
};

struct PaymentRow {
  std::string payment, paid_on, member, amount, remittance, purpose, channel;
  bool operator==(const PaymentRow&) const = default;
};

struct ReversalRow {
  std::string payment, reversed_on, reason;
  bool operator==(const ReversalRow&) const = default;
};

// The index of the alternative is the rank of its file in a folder.
using Row = std::variant<GroupRow, MemberRow, ChangeRow, RemittanceRow, PaymentRow, ReversalRow>;

}  // namespace iuran::naive
