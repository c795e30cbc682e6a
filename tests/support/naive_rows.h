// The raw input rows of rulebook section 1 and of "Corrections and approval" (ledger/rules), as
// plain text, in log order; and the commands that stand between folders of them.

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

struct CorrectionRow {
  std::string payment, what, value, reason;
  bool operator==(const CorrectionRow&) const = default;
};

// Who signs what needs two people. They stand in no column: one import has one author and at most
// one approver. No approver makes a request a proposal.
struct Signing {
  std::string author = "Maria Wea";
  std::string approver = "Yosef Dhae";
  bool operator==(const Signing&) const = default;
};

struct ReversalRow {
  std::string payment, reversed_on, reason;
  Signing signing = {};
  bool operator==(const ReversalRow&) const = default;
};

struct RefundRow {
  std::string refund, member, refunded_on, amount, account, reason;
  Signing signing = {};
  bool operator==(const RefundRow&) const = default;
};

struct WaiverRow {
  std::string waiver, member, waived_on, amount, reason;
  Signing signing = {};
  bool operator==(const WaiverRow&) const = default;
};

struct ReturnRow {
  std::string id, remittance, returned_on, amount, account, reason;
  Signing signing = {};
  bool operator==(const ReturnRow&) const = default;
};

// `iuran approve ID --author NAME`; the id is that of a proposal, such as reversal/P-1.
struct ApproveRow {
  std::string id, author;
  bool operator==(const ApproveRow&) const = default;
};

// `iuran decline ID --author NAME --reason TEXT`.
struct DeclineRow {
  std::string id, author, reason;
  bool operator==(const DeclineRow&) const = default;
};

// The index of the alternative is the rank of its file in a folder; commands come after all files.
using Row = std::variant<GroupRow, MemberRow, ChangeRow, RemittanceRow, PaymentRow, CorrectionRow,
                         ReversalRow, RefundRow, WaiverRow, ReturnRow, ApproveRow, DeclineRow>;

}  // namespace iuran::naive
