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
class ValueOf {
 public:
  explicit ValueOf(std::string_view name) : column_(name) {}

  std::string operator()(const rules::RegisterGroup& group) const {
    if (column_ == "group") return group.group.text();
    if (column_ == "kind") return std::string(Name(group.kind));
    if (column_ == "name") return group.name;
    if (column_ == "region") return group.region;
    if (column_ == "risk" && group.risk) return std::to_string(*group.risk);
    return "";
  }
  std::string operator()(const rules::EnrolMember& member) const {
    if (column_ == "member") {
      const std::string& id = member.member.text();
      return rules::TellsPersonalData(member.personal_data, id) ? "" : id;
    }
    if (!member.personal_data.empty()) return "";
    if (column_ == "scheme") return member.scheme.text();
    if (column_ == "group") return member.attributes.group.text();
    if (column_ == "region") return member.attributes.region;
    if (column_ == "from") return member.from.ToString();
    if (column_ == "income") return member.attributes.income.ToString();
    if (column_ == "sector") return std::string(Name(member.attributes.sector));
    if (column_ == "payer") return std::string(Name(member.attributes.payer));
    if (column_ == "programs") return ToString(member.attributes.programs);
    return "";
  }
  std::string operator()(const rules::ChangeAttribute& change) const {
    if (column_ == "member") return change.member.text();
    if (column_ == "what") return std::string(Name(change.attribute));
    if (column_ == "from") return change.from.ToString();
    if (column_ == "value") return ToString(change.value);
    if (column_ == "reason") return change.reason;
    return "";
  }
  std::string operator()(const rules::ChangeExit& exit) const {
    if (column_ == "member") return exit.member.text();
    if (column_ == "what") return "exit";
    if (column_ == "value" && exit.last_day) return exit.last_day->ToString();
    if (column_ == "reason") return exit.reason;
    return "";
  }
  std::string operator()(const rules::ReceiveRemittance& remittance) const {
    if (column_ == "remittance") return remittance.remittance.text();
    if (column_ == "received_on") return remittance.received_on.ToString();
    if (column_ == "account") return remittance.account;
    if (column_ == "amount") return remittance.amount.ToString();
    if (column_ == "payer") return remittance.payer;
    if (column_ == "channel") return remittance.channel;
    if (column_ == "bank_reference") return remittance.bank_reference;
    if (column_ == "list_total") return remittance.list_total.ToString();
    return "";
  }
  std::string operator()(const rules::ReceivePayment& payment) const {
    if (column_ == "payment") return payment.payment.text();
    if (column_ == "paid_on") return payment.paid_on.ToString();
    if (column_ == "member") return payment.member.text();
    if (column_ == "amount") return payment.amount.ToString();
    if (column_ == "remittance") return payment.remittance.text();
    if (column_ == "purpose") return std::string(Name(payment.purpose));
    if (column_ == "channel") return payment.channel;
    return "";
  }
  std::string operator()(const rules::ReversePayment& reversal) const {
    if (column_ == "payment") return reversal.payment.text();
    if (column_ == "reversed_on") return reversal.reversed_on.ToString();
    if (column_ == "reason") return reversal.reason;
    return "";
  }
  std::string operator()(const rules::CorrectPayment& correction) const {
    const auto* day = std::get_if<Day>(&correction.value);
    if (column_ == "payment") return correction.payment.text();
    if (column_ == "what") return day != nullptr ? "paid_on" : "member";
    if (column_ == "value" && day != nullptr) return day->ToString();
    if (column_ == "value") return std::get<MemberId>(correction.value).text();
    if (column_ == "reason") return correction.reason;
    return "";
  }
  std::string operator()(const rules::RefundCredit& refund) const {
    if (column_ == "refund") return refund.refund.text();
    if (column_ == "refunded_on") return refund.refunded_on.ToString();
    return OfAmount(refund.member, refund.amount, refund.account, refund.reason);
  }
  std::string operator()(const rules::WaivePenalty& waiver) const {
    if (column_ == "waiver") return waiver.waiver.text();
    if (column_ == "waived_on") return waiver.waived_on.ToString();
    return OfAmount(waiver.member, waiver.amount, "", waiver.reason);
  }
  std::string operator()(const rules::ReturnRemittance& returned) const {
    if (column_ == "return") return returned.returned.text();
    if (column_ == "remittance") return returned.remittance.text();
    if (column_ == "returned_on") return returned.returned_on.ToString();
    return OfAmount(MemberId(), returned.amount, returned.account, returned.reason);
  }
  // No rows of a file; and rows of people.csv, in any column of which personal data may stand.
  template <typename Other>
  std::string operator()(const Other&) const {
    return "";
  }

 private:
  std::string OfAmount(const MemberId& member, Money amount, const std::string& account,
                       const std::string& reason) const {
    if (column_ == "member") return member.text();
    if (column_ == "amount") return amount.ToString();
    if (column_ == "account") return account;
    return column_ == "reason" ? reason : "";
  }

  const std::string_view column_;
};

}  // namespace

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
  if (rules::HoldsNik(value)) return "";
  size_t bytes = std::min(value.size(), kMostBytesShown);
  while (bytes > 0 && bytes < value.size() && (value[bytes] & 0xC0) == 0x80) --bytes;
  std::string shown(value.substr(0, bytes));
  if (HasControlCharacter(shown) || !events::IsUtf8(shown)) return Quoted(shown);
  return shown;
}

std::string ValueIn(const rules::Request& request, std::string_view column) {
  return Shown(std::visit(ValueOf(column), request));
}

}  // namespace iuran::tools
