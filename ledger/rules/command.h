// What callers ask to be recorded: the rows of rulebook 1, with their values already read.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ledger/rules/timeline.h"

namespace iuran::rules {

// Name, NIK, birth date, phone: sealed in the vault, never in a record, key, log line or message.
struct PersonalData {
  std::string name;
  std::string nik;         // 16 digits
  std::string birth_date;  // YYYY-MM-DD
  std::string phone;
  bool empty() const { return name.empty() && nik.empty() && birth_date.empty() && phone.empty(); }
  friend bool operator==(const PersonalData&, const PersonalData&) = default;
};

struct EnactScheme {
  SchemeId scheme;
  std::string document;
};
struct RegisterGroup {
  GroupId group;
  GroupKind kind = GroupKind::kCooperative;
  std::string name;
  std::string region;
  std::optional<uint8_t> risk;
};
struct EnrolMember {
  MemberId member;
  SchemeId scheme;
  Month from;
  Attributes attributes;
  PersonalData personal_data;
};
struct ChangeAttribute {
  MemberId member;
  Attribute attribute = Attribute::kIncome;
  Month from;
  AttributeValue value;
  std::string reason = {};  // of a correction; may be empty
};
struct ChangeExit {
  MemberId member;
  std::optional<Day> last_day;  // nothing withdraws the exit
  std::string reason = {};      // of a correction; may be empty
};
struct ReceiveRemittance {
  RemittanceId remittance;
  Day received_on;
  std::string account;
  Money amount;
  std::string payer;
  std::string channel;
  std::string bank_reference;
  uint32_t list_count = 0;  // what the sender says of the list of its payments; 0: nothing
  Money list_total = {};    // 0: nothing is said
};
struct ReceivePayment {
  PaymentId payment;
  Day paid_on;
  MemberId member;
  Money amount;
  RemittanceId remittance;  // empty: none
  Purpose purpose = Purpose::kContribution;
  std::string channel;
};
// The payments of one file that name the same remittance, or those that allocate what it holds:
// recorded together, or none of them.
struct ReceiveList {
  struct Row {
    ReceivePayment payment;
    uint32_t line = 0;  // of the file; 0: that of the command
  };
  RemittanceId remittance;
  std::vector<Row> rows;    // each payment names the remittance
  uint32_t unreadable = 0;  // rows of the list that ask for nothing that could be recorded
  bool adds_up = true;      // count and total must be those said; else only no row be rejected
  bool hold = false;        // one that is not recorded is recorded as held
};
struct ReversePayment {
  PaymentId payment;
  Day reversed_on;
  std::string reason;
};
struct ForgetPerson {
  MemberId member;
  std::string reason;
};
// All of the person's data as they should stand; empty: none.
struct CorrectPerson {
  MemberId member;
  PersonalData personal_data;
  std::string reason;
};
// A list of payments does not add up, so that none of it is recorded.
struct HoldList {
  RemittanceId remittance;
  uint32_t payments = 0;  // how many rows it has, payments reversed since left out
  Money total;            // of those of them that could be read
  std::string problem;    // as a sentence
};
// The payment was made on another day, or by another member.
struct CorrectPayment {
  PaymentId payment;
  std::variant<Day, MemberId> value;
  std::string reason;
};
struct RefundCredit {
  RefundId refund;
  MemberId member;
  Day refunded_on;
  Money amount;
  std::string account;
  std::string reason;
};
struct WaivePenalty {
  WaiverId waiver;
  MemberId member;
  Day waived_on;
  Money amount;
  std::string reason;
};
struct ReturnRemittance {
  ReturnId returned;
  RemittanceId remittance;
  Day returned_on;
  Money amount;
  std::string account;
  std::string reason;
};
// The figures are computed by whoever asks; anybody can compute them again.
struct CloseMonth {
  MonthClosed closing;
};
struct ApproveProposal {
  std::string id;  // of the proposal
};
struct DeclineProposal {
  std::string id;
  std::string reason;
};

using Request =
    std::variant<EnactScheme, RegisterGroup, EnrolMember, ChangeAttribute, ChangeExit,
                 ReceiveRemittance, ReceivePayment, ReceiveList, ReversePayment, ForgetPerson,
                 CorrectPerson, HoldList, CorrectPayment, RefundCredit, WaivePenalty,
                 ReturnRemittance, CloseMonth, ApproveProposal, DeclineProposal>;

// A request and where it came from.
struct Command {
  Request request;
  Source source;
  std::string author;
  // Who agreed beforehand to what two people must agree on; empty: nobody, and it is proposed.
  std::string approver = {};
  // The stream version the caller decided upon; a mismatch is an answer with both numbers.
  std::optional<uint32_t> expected_stream_version;
};

}  // namespace iuran::rules
