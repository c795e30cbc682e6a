// Values of a row to a request. Each kind of file has one short function that names its columns in
// order.
#include "tools/input_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "events/check.h"
#include "events/quote.h"
#include "events/utf8.h"
#include "ledger/rules/decide.h"
#include "ledger/rules/personal.h"
#include "tools/csv_reader.h"
#include "tools/input_text.h"

namespace iuran::tools {
namespace {

using namespace events;

constexpr std::array kAttributes = {Attribute::kIncome, Attribute::kPrograms, Attribute::kSector,
                                    Attribute::kPayer,  Attribute::kGroup,    Attribute::kRegion};

Result<std::string> ParseText(std::string_view text) {
  if (!events::IsUtf8(text)) {
    return Fail(ErrorCode::kInvalidValue, "The text is not UTF-8. Save the file as CSV in UTF-8.");
  }
  if (HasControlCharacter(text)) {
    return Fail(ErrorCode::kInvalidValue,
                "The text has a line break, a tab or another control character. Write it on one "
                "line, with spaces.");
  }
  return std::string(text);
}

Result<std::string> ParseNik(std::string_view text) {
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!text.empty() && (text.size() != rules::kNikDigits || !digits)) {
    return Fail(ErrorCode::kInvalidValue, "");
  }
  return std::string(text);
}

Result<std::string> ParseBirthDate(std::string_view text) {
  if (!text.empty()) IURAN_TRY(ParseDay(text));
  return std::string(text);
}

Result<std::optional<uint8_t>> ParseRisk(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text.size() == 1 && text[0] >= '1' && text[0] <= '5') {
    return static_cast<uint8_t>(text[0] - '0');
  }
  return Fail(ErrorCode::kInvalidValue,
              fmt::format("{} is not a risk class. Write 1, 2, 3, 4 or 5, or leave it empty.",
                          Quoted(text)));
}

Result<uint32_t> ParseCount(std::string_view text) {
  uint32_t count = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size() && count > 0) return count;
  return Fail(
      ErrorCode::kInvalidValue,
      fmt::format("{} is no number of payments. Write a whole number of 1 or more, or leave "
                  "it empty.",
                  Quoted(text)));
}

Result<std::string> ParsePayerOfRemittance(std::string_view text) {
  IURAN_TRY(CheckIdText(text));
  return std::string(text);
}

template <typename IdType>
Result<IdType> ParseOptionalId(std::string_view text) {
  return text.empty() ? Result<IdType>(IdType()) : ParseId<IdType>(text);
}

// `personal`: the value must not be shown.
RowError InvalidValue(const InputColumn& column, std::string_view value, std::string message,
                      bool personal) {
  RowError error{rules::Name(rules::Rejection::kInvalidValue), std::string(column.name), "", ""};
  if (personal) {
    error.message = rules::MessageWithoutValue(column.name);
  } else if (rules::HoldsNik(value)) {
    error.message = fmt::format(
        "What stands in {} is not valid; it holds 16 digits as a NIK does "
        "and is not shown. See whether the columns are in place.",
        column.name);
  } else {
    error.value = Shown(value);
    error.message = std::move(message);
  }
  return error;
}

// Reads values of one row and keeps the first error: callers read them all, then ask.
class Reading {
 public:
  Reading(InputKind kind, const RowValues& values) : columns_(ColumnsOf(kind)), values_(values) {}

  template <typename T>
  T Take(size_t column, Result<T> (*parse)(std::string_view)) {
    auto parsed = parse(values_[column]);
    if (parsed) return *std::move(parsed);
    Reject(column, std::move(parsed.error().message));
    return T();
  }
  // The same for a value that may be empty and then is `otherwise`.
  template <typename T>
  T Take(size_t column, Result<T> (*parse)(std::string_view), T otherwise) {
    return values_[column].empty() ? std::move(otherwise) : Take(column, parse);
  }
  std::string Text(size_t column) { return Take(column, &ParseText); }
  bool IsEmpty(size_t column) const { return values_[column].empty(); }
  std::string_view Raw(size_t column) const { return values_[column]; }
  void Reject(size_t column, std::string message) {
    if (error_) return;
    error_ = InvalidValue(columns_[column], values_[column], std::move(message), HasPersonalData());
  }

  template <typename Request>
  RowResult Done(Request&& request) {
    if (error_) return tl::unexpected<RowError>(*std::move(error_));
    return rules::Request(std::forward<Request>(request));
  }

 private:
  // Then no value of the row is shown: the columns may be out of place.
  bool HasPersonalData() const {
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].personal && !values_[i].empty()) return true;
    }
    return false;
  }

  std::span<const InputColumn> columns_;
  const RowValues& values_;
  std::optional<RowError> error_;
};

// In these functions the numbers are the places of the columns in the arrays above.

RowResult ReadGroup(Reading in) {
  rules::RegisterGroup group;
  group.group = in.Take(0, &ParseId<GroupId>);
  group.kind = in.Take(1, &ParseGroupKind);
  group.name = in.Text(2);
  group.region = in.Text(3);
  group.risk = in.Take(4, &ParseRisk);
  return in.Done(std::move(group));
}

RowResult ReadMember(Reading in) {
  rules::EnrolMember member;
  member.member = in.Take(0, &ParseId<MemberId>);
  member.scheme = in.Take(1, &ParseId<SchemeId>);
  member.attributes.group = in.Take(2, &ParseOptionalId<GroupId>);
  member.attributes.region = in.Text(3);
  member.from = in.Take(4, &ParseMonth);
  member.attributes.income = in.Take(5, &ParseAmount);
  member.attributes.sector = in.Take(6, &ParseSector, Sector::kOther);
  member.attributes.payer = in.Take(7, &ParsePayer, Payer::kSelf);
  member.attributes.programs = in.Take(8, &ParseProgramSet);
  member.personal_data.name = in.Text(9);
  member.personal_data.nik = in.Take(10, &ParseNik);
  member.personal_data.birth_date = in.Take(11, &ParseBirthDate);
  member.personal_data.phone = in.Text(12);
  return in.Done(std::move(member));
}

AttributeValue ReadChangedValue(Reading& in, Attribute attribute) {
  constexpr size_t kValue = 3;
  switch (attribute) {
    case Attribute::kIncome:
      return in.Take(kValue, &ParseAmount);
    case Attribute::kPrograms:
      return in.Take(kValue, &ParseProgramSet);
    case Attribute::kSector:
      return in.Take(kValue, &ParseSector);
    case Attribute::kPayer:
      return in.Take(kValue, &ParsePayer);
    case Attribute::kGroup:
      return in.Take(kValue, &ParseOptionalId<GroupId>);
    case Attribute::kRegion:
      return in.Text(kValue);
  }
  IURAN_CHECK(false, "every attribute has a way to read it");
}

RowResult ReadChange(Reading in) {
  const auto member = in.Take(0, &ParseId<MemberId>);
  if (in.Raw(1) == "exit") {
    rules::ChangeExit exit{member, std::nullopt, in.Text(4)};
    if (!in.IsEmpty(2)) {
      in.Reject(2,
                "An exit has no month in `from`: leave it empty and write the last day in "
                "`value`.");
    }
    if (!in.IsEmpty(3)) exit.last_day = in.Take(3, &ParseDay);
    return in.Done(std::move(exit));
  }
  const auto* const attribute =
      std::find_if(kAttributes.begin(), kAttributes.end(),
                   [&in](Attribute one) { return Name(one) == in.Raw(1); });
  if (attribute == kAttributes.end()) {
    in.Reject(1, fmt::format("{} cannot be changed. Write one of: income, programs, sector, payer, "
                             "group, region, exit.",
                             Quoted(in.Raw(1))));
    return in.Done(rules::ChangeExit());
  }
  rules::ChangeAttribute change;
  change.member = member;
  change.attribute = *attribute;
  change.from = in.Take(2, &ParseMonth);
  change.value = ReadChangedValue(in, *attribute);
  change.reason = in.Text(4);
  return in.Done(std::move(change));
}

RowResult ReadRemittance(Reading in) {
  rules::ReceiveRemittance remittance;
  remittance.remittance = in.Take(0, &ParseId<RemittanceId>);
  remittance.received_on = in.Take(1, &ParseDay);
  remittance.account = in.Text(2);
  remittance.amount = in.Take(3, &ParseAmount);
  remittance.payer = in.Take(4, &ParsePayerOfRemittance);
  remittance.channel = in.Text(5);
  remittance.bank_reference = in.Text(6);
  remittance.list_count = in.Take(7, &ParseCount, uint32_t{0});
  remittance.list_total = in.Take(8, &ParseAmount, Money());
  return in.Done(std::move(remittance));
}

RowResult ReadPayment(Reading in) {
  rules::ReceivePayment payment;
  payment.payment = in.Take(0, &ParseId<PaymentId>);
  payment.paid_on = in.Take(1, &ParseDay);
  payment.member = in.Take(2, &ParseId<MemberId>);
  payment.amount = in.Take(3, &ParseAmount);
  payment.remittance = in.Take(4, &ParseOptionalId<RemittanceId>);
  payment.purpose = in.Take(5, &ParsePurpose, Purpose::kContribution);
  payment.channel = in.Text(6);
  return in.Done(std::move(payment));
}

RowResult ReadReversal(Reading in) {
  rules::ReversePayment reversal;
  reversal.payment = in.Take(0, &ParseId<PaymentId>);
  reversal.reversed_on = in.Take(1, &ParseDay);
  reversal.reason = in.Text(2);
  return in.Done(std::move(reversal));
}

RowResult ReadPerson(Reading in) {
  rules::CorrectPerson person;
  person.member = in.Take(0, &ParseId<MemberId>);
  person.personal_data.name = in.Text(1);
  person.personal_data.nik = in.Take(2, &ParseNik);
  person.personal_data.birth_date = in.Take(3, &ParseBirthDate);
  person.personal_data.phone = in.Text(4);
  person.reason = in.Text(5);
  return in.Done(std::move(person));
}

RowResult ReadCorrection(Reading in) {
  rules::CorrectPayment correction;
  correction.payment = in.Take(0, &ParseId<PaymentId>);
  if (in.Raw(1) == "paid_on") {
    correction.value = in.Take(2, &ParseDay);
  } else if (in.Raw(1) == "member") {
    correction.value = in.Take(2, &ParseId<MemberId>);
  } else {
    in.Reject(1, fmt::format("{} of a payment cannot be corrected. Write paid_on or member, or "
                             "reverse the payment and record it anew.",
                             Quoted(in.Raw(1))));
  }
  correction.reason = in.Text(3);
  return in.Done(std::move(correction));
}

RowResult ReadRefund(Reading in) {
  rules::RefundCredit refund;
  refund.refund = in.Take(0, &ParseId<RefundId>);
  refund.member = in.Take(1, &ParseId<MemberId>);
  refund.refunded_on = in.Take(2, &ParseDay);
  refund.amount = in.Take(3, &ParseAmount);
  refund.account = in.Text(4);
  refund.reason = in.Text(5);
  return in.Done(std::move(refund));
}

RowResult ReadWaiver(Reading in) {
  rules::WaivePenalty waiver;
  waiver.waiver = in.Take(0, &ParseId<WaiverId>);
  waiver.member = in.Take(1, &ParseId<MemberId>);
  waiver.waived_on = in.Take(2, &ParseDay);
  waiver.amount = in.Take(3, &ParseAmount);
  waiver.reason = in.Text(4);
  return in.Done(std::move(waiver));
}

RowResult ReadReturn(Reading in) {
  rules::ReturnRemittance returned;
  returned.returned = in.Take(0, &ParseId<ReturnId>);
  returned.remittance = in.Take(1, &ParseId<RemittanceId>);
  returned.returned_on = in.Take(2, &ParseDay);
  returned.amount = in.Take(3, &ParseAmount);
  returned.account = in.Text(4);
  returned.reason = in.Text(5);
  return in.Done(std::move(returned));
}

}  // namespace

RowResult ReadRow(InputKind kind, const RowValues& values) {
  switch (kind) {
    case InputKind::kGroups:
      return ReadGroup(Reading(kind, values));
    case InputKind::kMembers:
      return ReadMember(Reading(kind, values));
    case InputKind::kChanges:
      return ReadChange(Reading(kind, values));
    case InputKind::kRemittances:
      return ReadRemittance(Reading(kind, values));
    case InputKind::kPayments:
      return ReadPayment(Reading(kind, values));
    case InputKind::kReversals:
      return ReadReversal(Reading(kind, values));
    case InputKind::kPeople:
      return ReadPerson(Reading(kind, values));
    case InputKind::kCorrections:
      return ReadCorrection(Reading(kind, values));
    case InputKind::kRefunds:
      return ReadRefund(Reading(kind, values));
    case InputKind::kWaivers:
      return ReadWaiver(Reading(kind, values));
    case InputKind::kReturns:
      break;
  }
  return ReadReturn(Reading(kind, values));
}

RowResult ReadRow(InputKind kind,
                  std::span<const std::pair<std::string_view, std::string_view>> row) {
  const auto columns = ColumnsOf(kind);
  RowValues values;
  for (const auto& [name, value] : row) {
    size_t place = 0;
    while (place < columns.size() && columns[place].name != name) ++place;
    IURAN_CHECK(place < columns.size(), "the columns of a row are those of its kind");
    values[place] = value;
  }
  return ReadRow(kind, values);
}

RowError MalformedRow(std::string_view column, std::string message) {
  return {"malformed_row", std::string(column), "", std::move(message)};
}

}  // namespace iuran::tools
