#include "tools/input_text.h"

#include <algorithm>

#include "events/quote.h"
#include "events/utf8.h"
#include "ledger/rules/personal.h"
#include "tools/csv_reader.h"

namespace iuran::tools {
namespace {

using namespace events;

constexpr size_t kMostBytesShown = 200;

// The texts of a request under the names of its columns, for ValueIn.
struct ValueOf {
  std::string_view column;

  std::string operator()(const rules::RegisterGroup& group) const {
    if (column == "group") return group.group.text();
    if (column == "kind") return std::string(Name(group.kind));
    if (column == "name") return group.name;
    if (column == "region") return group.region;
    if (column == "risk" && group.risk) return std::to_string(*group.risk);
    return "";
  }
  std::string operator()(const rules::EnrolMember& member) const {
    if (column == "member") {
      const std::string& id = member.member.text();
      return rules::TellsPersonalData(member.personal_data, id) ? "" : id;
    }
    if (!member.personal_data.empty()) return "";
    if (column == "scheme") return member.scheme.text();
    if (column == "group") return member.attributes.group.text();
    if (column == "region") return member.attributes.region;
    if (column == "from") return member.from.ToString();
    if (column == "income") return member.attributes.income.ToString();
    if (column == "sector") return std::string(Name(member.attributes.sector));
    if (column == "payer") return std::string(Name(member.attributes.payer));
    if (column == "programs") return ToString(member.attributes.programs);
    return "";
  }
  std::string operator()(const rules::ChangeAttribute& change) const {
    if (column == "member") return change.member.text();
    if (column == "what") return std::string(Name(change.attribute));
    if (column == "from") return change.from.ToString();
    if (column == "value") return ToString(change.value);
    return "";
  }
  std::string operator()(const rules::ChangeExit& exit) const {
    if (column == "member") return exit.member.text();
    if (column == "what") return "exit";
    if (column == "value" && exit.last_day) return exit.last_day->ToString();
    return "";
  }
  std::string operator()(const rules::ReceiveRemittance& remittance) const {
    if (column == "remittance") return remittance.remittance.text();
    if (column == "received_on") return remittance.received_on.ToString();
    if (column == "account") return remittance.account;
    if (column == "amount") return remittance.amount.ToString();
    if (column == "payer") return remittance.payer;
    if (column == "channel") return remittance.channel;
    if (column == "bank_reference") return remittance.bank_reference;
    return "";
  }
  std::string operator()(const rules::ReceivePayment& payment) const {
    if (column == "payment") return payment.payment.text();
    if (column == "paid_on") return payment.paid_on.ToString();
    if (column == "member") return payment.member.text();
    if (column == "amount") return payment.amount.ToString();
    if (column == "remittance") return payment.remittance.text();
    if (column == "purpose") return std::string(Name(payment.purpose));
    if (column == "channel") return payment.channel;
    return "";
  }
  std::string operator()(const rules::ReversePayment& reversal) const {
    if (column == "payment") return reversal.payment.text();
    if (column == "reversed_on") return reversal.reversed_on.ToString();
    if (column == "reason") return reversal.reason;
    return "";
  }
  // No rows of a file.
  std::string operator()(const rules::EnactScheme&) const { return ""; }
  std::string operator()(const rules::ForgetPerson&) const { return ""; }
};

}  // namespace

bool HoldsNik(std::string_view value) {
  size_t digits = 0;
  for (char c : value) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits == kNikDigits) return true;
  }
  return false;
}

bool HasControlCharacter(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      return true;
    }
  }
  return false;
}

std::string Shown(std::string_view value) {
  if (HoldsNik(value)) return "";
  size_t bytes = std::min(value.size(), kMostBytesShown);
  while (bytes > 0 && bytes < value.size() && (value[bytes] & 0xC0) == 0x80) --bytes;
  std::string shown(value.substr(0, bytes));
  if (HasControlCharacter(shown) || !events::IsUtf8(shown)) return Quoted(shown);
  return shown;
}

std::string ValueIn(const rules::Request& request, std::string_view column) {
  return Shown(std::visit(ValueOf{column}, request));
}

}  // namespace iuran::tools
