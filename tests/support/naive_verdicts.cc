// Which rows are accepted, repeated or rejected in the naive model. Rulebook section 1.

#include "tests/support/naive_verdicts.h"

#include <algorithm>
#include <array>
#include <utility>

namespace iuran::naive {
namespace {

constexpr std::array<std::string_view, 5> kKinds = {"employer", "cooperative", "congregation",
                                                    "donor", "agency"};
constexpr std::array<std::pair<std::string_view, What>, 7> kWhats = {{
    {"income", What::kIncome},
    {"programs", What::kPrograms},
    {"sector", What::kSector},
    {"payer", What::kPayer},
    {"group", What::kGroup},
    {"region", What::kRegion},
    {"exit", What::kExit},
}};

std::optional<What> ParseWhat(std::string_view text) {
  for (const auto& [name, what] : kWhats) {
    if (text == name) return what;
  }
  return std::nullopt;
}

std::string OrDefault(const std::string& text, const char* value) {
  return text.empty() ? value : text;
}

// Rewrites an amount so that equal amounts are equal text; false where it is none.
bool Normalize(std::string& amount) {
  const std::optional<Sen> sen = ParseAmount(amount);
  if (sen) amount = PrintAmount(*sen);
  return sen.has_value();
}

}  // namespace

std::string_view VerdictName(Verdict verdict) {
  if (verdict == Verdict::kAccepted) return "accepted";
  return verdict == Verdict::kRepeated ? "repeated" : "rejected";
}

bool Rules::IsEnacted(const std::string& scheme) const {
  return std::find(enacted.begin(), enacted.end(), scheme) != enacted.end();
}

Verdict Log::Take(const Row& row) {
  const Verdict verdict = std::visit([this](const auto& one) { return TakeRow(one); }, row);
  if (verdict == Verdict::kAccepted) ++next_;
  return verdict;
}

Verdict Log::TakeRow(GroupRow row) {
  if (!IsIdentifier(row.group)) return Verdict::kRejected;
  if (std::find(kKinds.begin(), kKinds.end(), row.kind) == kKinds.end()) return Verdict::kRejected;
  const bool has_risk = row.risk.size() == 1 && row.risk[0] >= '1' && row.risk[0] <= '5';
  if (!row.risk.empty() && !has_risk) return Verdict::kRejected;
  const auto known = groups_.find(row.group);
  if (known != groups_.end()) {
    return known->second == row ? Verdict::kRepeated : Verdict::kRejected;
  }
  risks_[row.group] = has_risk ? row.risk[0] - '0' : 0;
  groups_[row.group] = std::move(row);
  return Verdict::kAccepted;
}

std::optional<Value> Log::ParseValue(What what, const std::string& text, bool pu) const {
  if (what == What::kIncome) {
    const std::optional<Sen> income = ParseAmount(text);
    if (!income || *income < kLeastIncome) return std::nullopt;
    return Value{"", *income, false};
  }
  if (what == What::kPrograms) {
    const std::optional<int> programs = ParsePrograms(text, pu);
    if (!programs) return std::nullopt;
    return Value{"", *programs, false};
  }
  if (what == What::kExit) {
    if (text.empty()) return Value{"", 0, true};
    const std::optional<Day> day = ParseDay(text);
    if (!day) return std::nullopt;
    return Value{"", *day, false};
  }
  if (what == What::kSector && text != "transport" && text != "other") return std::nullopt;
  if (what == What::kPayer && text != "self" && text != "state") return std::nullopt;
  if (what == What::kGroup && !text.empty() && groups_.count(text) == 0) return std::nullopt;
  return Value{text, 0, false};
}

// Section 1: a pu member with JKK needs a group with a risk class, in every month.
bool Log::HasRiskWhereNeeded(const Facts& facts) const {
  if (!facts.pu) return true;
  std::vector<Month> months = {facts.from};
  for (const Change& change : facts.changes) {
    if (change.what != What::kExit) months.push_back(change.from);
  }
  for (Month month : months) {
    const bool jkk = (facts.InForce(What::kPrograms, month).number & kJkk) != 0;
    const auto risk = risks_.find(facts.InForce(What::kGroup, month).text);
    if (jkk && (risk == risks_.end() || risk->second == 0)) return false;
  }
  return true;
}

Verdict Log::TakeRow(MemberRow row) {
  row.sector = OrDefault(row.sector, "other");
  row.payer = OrDefault(row.payer, "self");
  Member member;
  Facts& facts = member.facts;
  facts.pu = row.scheme == "pu";
  const std::optional<Month> from = ParseMonth(row.from);
  if (!IsIdentifier(row.member) || !rules_.IsEnacted(row.scheme)) return Verdict::kRejected;
  if (!from || *from < kFirstMonth || !Normalize(row.income)) return Verdict::kRejected;
  facts.from = *from;
  const std::array<std::pair<What, std::string>, 6> values = {{
      {What::kIncome, row.income},
      {What::kPrograms, row.programs},
      {What::kSector, row.sector},
      {What::kPayer, row.payer},
      {What::kGroup, row.group},
      {What::kRegion, row.region},
  }};
  for (const auto& [what, text] : values) {
    const std::optional<Value> value = ParseValue(what, text, facts.pu);
    if (!value) return Verdict::kRejected;
    facts.first.at(static_cast<std::size_t>(what)) = *value;
  }
  if (!HasRiskWhereNeeded(facts)) return Verdict::kRejected;
  row.programs = std::to_string(facts.first.at(static_cast<std::size_t>(What::kPrograms)).number);
  const auto known = members_.find(row.member);
  if (known != members_.end()) {
    return known->second.row == row ? Verdict::kRepeated : Verdict::kRejected;
  }
  member.row = row;
  member.position = next_;
  members_[row.member] = std::move(member);
  return Verdict::kAccepted;
}

// A change has no identifier. It is repeated when it equals the change recorded last for the same
// member, attribute and month; an exit, when it equals the exit row recorded last for the member.
Verdict Log::TakeRow(const ChangeRow& row) {
  const auto known = members_.find(row.member);
  const std::optional<What> what = ParseWhat(row.what);
  if (known == members_.end() || !what) return Verdict::kRejected;
  Facts& facts = known->second.facts;
  const std::optional<Value> value = ParseValue(*what, row.value, facts.pu);
  if (!value) return Verdict::kRejected;
  Change change{*what, 0, *value, next_};
  if (*what == What::kExit) {
    if (!row.from.empty()) return Verdict::kRejected;
    if (!value->withdrawn && value->number < FirstDay(facts.from)) return Verdict::kRejected;
  } else {
    const std::optional<Month> from = ParseMonth(row.from);
    if (!from || *from < facts.from) return Verdict::kRejected;
    change.from = *from;
  }
  const Change* last = nullptr;
  for (const Change& earlier : facts.changes) {
    if (earlier.what == change.what && earlier.from == change.from) last = &earlier;
  }
  if (last != nullptr && last->value == change.value) return Verdict::kRepeated;
  Facts changed = facts;
  changed.changes.push_back(change);
  if (!HasRiskWhereNeeded(changed)) return Verdict::kRejected;
  facts = std::move(changed);
  return Verdict::kAccepted;
}

Verdict Log::TakeRow(RemittanceRow row) {
  if (!IsIdentifier(row.remittance) || !ParseDay(row.received_on) || !Normalize(row.amount)) {
    return Verdict::kRejected;
  }
  if (groups_.count(row.payer) == 0 && members_.count(row.payer) == 0) return Verdict::kRejected;
  const auto known = remittances_.find(row.remittance);
  if (known != remittances_.end()) {
    return known->second.row == row ? Verdict::kRepeated : Verdict::kRejected;
  }
  Remittance& remittance = remittances_[row.remittance];
  remittance.row = row;
  remittance.amount = *ParseAmount(row.amount);
  return Verdict::kAccepted;
}

// Section 8: a remittance can never pay out more than it holds; voided payments are given back.
std::optional<Sen> Log::LeftOf(const std::string& remittance) const {
  const auto known = remittances_.find(remittance);
  if (known == remittances_.end()) return std::nullopt;
  Sen left = known->second.amount - known->second.returned;
  for (std::size_t number : known->second.receipts) {
    const Receipt& receipt = receipts_.at(number);
    if (!receipt.voided_at) left -= receipt.paid.amount;
  }
  return left;
}

void Log::Receive(const std::string& payment, const Receipt& receipt) {
  const std::size_t number = receipts_.size();
  receipts_.push_back(receipt);
  payments_[payment].receipt = number;
  members_.at(receipt.member).receipts.push_back(number);
  if (!receipt.remittance.empty()) remittances_.at(receipt.remittance).receipts.push_back(number);
}

Verdict Log::TakeRow(PaymentRow row) {
  row.purpose = OrDefault(row.purpose, "contribution");
  const std::optional<Day> paid_on = ParseDay(row.paid_on);
  const auto member = members_.find(row.member);
  if (!IsIdentifier(row.payment) || !paid_on || member == members_.end()) {
    return Verdict::kRejected;
  }
  if (!Normalize(row.amount)) return Verdict::kRejected;
  const bool penalty = row.purpose == "penalty";
  if (row.purpose != "contribution" && !penalty) return Verdict::kRejected;
  if (!row.remittance.empty() && !LeftOf(row.remittance)) return Verdict::kRejected;
  const auto known = payments_.find(row.payment);
  if (known != payments_.end()) {
    return known->second.row == row ? Verdict::kRepeated : Verdict::kRejected;
  }
  if (penalty && !TakesPenalties(member->second)) return Verdict::kRejected;
  const Sen amount = *ParseAmount(row.amount);
  if (!row.remittance.empty() && amount > *LeftOf(row.remittance)) return Verdict::kRejected;
  const Kind kind = penalty ? Kind::kPenalty : Kind::kContribution;
  Receive(row.payment, {row.member, row.remittance, {*paid_on, amount, kind, next_}, {}});
  payments_[row.payment].row = row;
  return Verdict::kAccepted;
}

std::vector<std::string> Log::MembersKnownAt(std::int64_t known_at) const {
  std::vector<std::string> names;
  for (const auto& [name, member] : members_) {
    if (member.position <= known_at) names.push_back(name);
  }
  return names;
}

// Section 7: events up to the position are known; one known then that voids a payment voids it.
Facts Log::KnownAt(const std::string& name, std::int64_t known_at) const {
  const Member& member = members_.at(name);
  Facts facts = member.facts;
  facts.risks = &risks_;
  facts.tariff = tariffs_.KnownAt(known_at);
  std::erase_if(facts.changes, [known_at](const Change& one) { return one.position > known_at; });
  for (std::size_t number : member.receipts) {
    const Receipt& receipt = receipts_.at(number);
    const bool voided = receipt.voided_at && *receipt.voided_at <= known_at;
    if (!voided) facts.payments.push_back(receipt.paid);
  }
  for (const Paid& paid : member.refunds_and_waivers) facts.payments.push_back(paid);
  std::erase_if(facts.payments, [known_at](const Paid& one) { return one.position > known_at; });
  return facts;
}

}  // namespace iuran::naive
