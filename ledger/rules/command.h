// What callers ask to be recorded: the rows of rulebook 1, with their values already read.
#pragma once

#include <optional>
#include <string>
#include <variant>

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
};
struct ChangeExit {
  MemberId member;
  std::optional<Day> last_day;  // nothing withdraws the exit
};
struct ReceiveRemittance {
  RemittanceId remittance;
  Day received_on;
  std::string account;
  Money amount;
  std::string payer;
  std::string channel;
  std::string bank_reference;
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
struct ReversePayment {
  PaymentId payment;
  Day reversed_on;
  std::string reason;
};
struct ForgetPerson {
  MemberId member;
  std::string reason;
};

using Request = std::variant<EnactScheme, RegisterGroup, EnrolMember, ChangeAttribute, ChangeExit,
                             ReceiveRemittance, ReceivePayment, ReversePayment, ForgetPerson>;

// A request and where it came from.
struct Command {
  Request request;
  Source source;
  std::string author;
  // The stream version the caller decided upon; a mismatch is an answer with both numbers.
  std::optional<uint32_t> expected_stream_version;
};

}  // namespace iuran::rules
