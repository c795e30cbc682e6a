// What happens in a random history, aimed at the edges of the rulebook (sections 1 to 6).

#include "tests/support/naive_lives.h"

#include <algorithm>

namespace iuran::naive {
namespace {

constexpr Month kJanuary2023 = 2023 * 12;
constexpr Month kJanuary2024 = 2024 * 12;
constexpr Month kLastFrom = 2027 * 12;
constexpr Day kWindowSlack = 150;
constexpr Sen kRupiah = 100;

std::string MemberName(Random& random, int number) {
  const std::string digits = std::to_string(number);
  switch (random.Below(12)) {
    case 0:
      return "m" + digits;
    case 1:
      return "M-" + digits + " (Ende)";
    case 2:
      return digits + "," + digits;
    case 3:
      return "\"" + digits + "\"";
    case 4:
      return std::string(64 - digits.size(), 'x') + digits;
    default:
      return "M" + digits;
  }
}

}  // namespace

std::string SpellAmount(Random& random, Sen amount) {
  const std::string text = PrintAmount(amount);
  const bool whole = amount % 100 == 0;
  if (whole && random.Percent(20)) return text + ".00";
  if (whole && random.Percent(5)) return text + ".0";
  if (!whole && amount % 10 == 0 && random.Percent(50)) return text.substr(0, text.size() - 1);
  return text;
}

std::string IncomeNearEdge(Random& random) {
  std::vector<Sen> edges = {1'000'000};
  for (Sen edge = 1'100'000; edge < 2'700'000; edge += 200'000) edges.push_back(edge);
  for (Sen edge = 2'700'000; edge < 8'200'000; edge += 500'000) edges.push_back(edge);
  for (Sen edge = 8'200'000; edge <= 20'200'000; edge += 1'000'000) edges.push_back(edge);
  const std::vector<Sen> deltas = {-50'000, -100'000, -100, -1, 0, 0, 0, 1, 100, 50'000};
  const Sen edge = random.Pick(edges) * kRupiah;
  return SpellAmount(random, edge + random.Pick(deltas));
}

Lives::Lives(Random& random, const Size& size)
    : random_(random), size_(size), base_(BaseMonth()), scratch_() {}

Month Lives::BaseMonth() {
  const int choice = random_.Below(10);
  if (choice < 4) return kJanuary2023 + random_.Below(18);
  if (choice < 8) return kJanuary2024 + random_.Below(30);
  return random_.Between(kFirstMonth, kLastFrom);
}

std::vector<Draft> Lives::Plan() {
  AddGroups();
  for (int number = 1; number <= size_.members; ++number) AddMember(number);
  AddRemittances();
  AddReversals();
  return std::move(drafts_);
}

void Lives::Add(int batch, const Row& row) {
  scratch_.Take(row);
  drafts_.push_back({std::clamp(batch, 0, size_.batches - 1), row});
}

// Most rows are recorded about when they happen, some much earlier or later.
int Lives::BatchOf(Day day) {
  if (random_.Percent(20)) return random_.Below(size_.batches);
  const Day start = FirstDay(base_);
  const Day length = FirstDay(base_ + size_.months) - start;
  return std::clamp((day - start) * size_.batches / std::max(length, 1), 0, size_.batches - 1);
}

void Lives::AddGroups() {
  const std::vector<std::string> kinds = {"employer", "cooperative", "congregation", "donor",
                                          "agency"};
  for (int number = 1; number <= size_.groups; ++number) {
    const std::string name = "G" + std::to_string(number);
    GroupRow row{name, random_.Pick(kinds), "Kelompok \"" + name + "\", Ende", "Ende", ""};
    if (random_.Percent(70)) row.risk = std::to_string(random_.Between(1, 5));
    Add(random_.Percent(90) ? 0 : random_.Below(size_.batches), row);
  }
}

std::string Lives::Group() {
  if (random_.Percent(20)) return "";
  return "G" + std::to_string(random_.Between(1, std::max(size_.groups, 1)));
}

std::string Lives::Income() {
  if (random_.Percent(40)) return "1000000";
  if (random_.Percent(3)) return "1000";
  if (random_.Percent(2)) return "10000000000000";
  return IncomeNearEdge(random_);
}

std::string Lives::Programs(bool pu) {
  const std::vector<std::string> sets = {"JKK+JKM", "JKK+JKM", "JKK+JKM+JHT", "JHT+JKM+JKK",
                                         "JKM+JKK", "JKK",     "JKM",         "JHT"};
  if (pu && random_.Percent(60)) return "JKK+JKM+JHT+JP";
  return random_.Pick(sets);
}

std::string Lives::ValueOf(const std::string& what) {
  if (what == "income") return Income();
  if (what == "programs") return Programs(pu_);
  if (what == "sector") return random_.Percent(50) ? "transport" : "other";
  if (what == "payer") return random_.Percent(50) ? "state" : "self";
  if (what == "group") return Group();
  return random_.Percent(50) ? "Sikka" : "Ngada";
}

void Lives::AddMember(int number) {
  Month from = base_ + random_.Below(std::max(size_.months / 3, 1));
  if (random_.Percent(8)) from = random_.Between(kFirstMonth, kLastFrom);
  from = std::max(from, kFirstMonth);
  pu_ = random_.Percent(size_.pu_percent);
  MemberRow row;
  row.member = MemberName(random_, number);
  row.scheme = pu_ ? "pu" : "bpu";
  row.group = Group();
  row.region = "Ende";
  row.from = PrintMonth(from);
  row.income = Income();
  row.sector = random_.Percent(30) ? "transport" : random_.Percent(50) ? "other" : "";
  row.payer = random_.Percent(15) ? "state" : random_.Percent(50) ? "self" : "";
  row.programs = Programs(pu_);
  const bool needs_group = pu_ && row.programs.find("JKK") != std::string::npos;
  if (!needs_group && random_.Percent(20)) row.group.clear();
  Add(random_.Percent(94) ? 0 : random_.Below(size_.batches), row);
  const bool exits_first = random_.Percent(50);
  AddChanges(row.member, from);
  if (exits_first && random_.Percent(35)) AddExits(row.member, from);
  AddPayments(row.member, from);
  if (!exits_first && random_.Percent(35)) AddExits(row.member, from);
}

Month Lives::ChangeMonth(Month from) {
  const std::vector<Month> relief = {2026 * 12, 2026 * 12 + 3, 2027 * 12, 2027 * 12 + 3};
  if (random_.Percent(25)) return std::max(from, random_.Pick(relief));
  if (random_.Percent(10)) return from;
  if (random_.Percent(3)) return from - random_.Between(1, 3);  // before the member: rejected
  return from + random_.Below(size_.months);
}

void Lives::AddChange(const std::string& member, const std::string& what, Month from) {
  ChangeRow row{member, what, PrintMonth(from), ValueOf(what)};
  Add(BatchOf(FirstDay(from)), row);
  if (random_.Percent(70)) return;
  const std::string first_value = row.value;
  row.value = ValueOf(what);  // a correction of the same month, sometimes with the same value
  Add(random_.Between(BatchOf(FirstDay(from)), size_.batches - 1), row);
  if (random_.Percent(60)) return;
  row.value = first_value;  // and back again
  Add(BatchOf(FirstDay(from)), row);
}

void Lives::AddChanges(const std::string& member, Month from) {
  const std::vector<std::string> whats = {"income", "programs", "sector",
                                          "payer",  "group",    "region"};
  for (int left = random_.Below(5); left > 0; --left) {
    const std::string what = random_.Pick(whats);
    AddChange(member, what, ChangeMonth(from));
  }
  // The history of a wage, corrected again and again, also after its months were settled.
  for (int left = pu_ ? random_.Below(7) : 0; left > 0; --left) {
    AddChange(member, "income", from + random_.Below(size_.months));
  }
}

// Exits, also withdrawn, set again, moved, and dated around the grace end.
void Lives::AddExits(const std::string& member, Month from) {
  for (int left = random_.Between(1, 3); left > 0; --left) {
    if (!scratch_.Knows(member)) return;
    const Facts facts = scratch_.KnownAt(member, scratch_.LastPosition());
    const Day grace_end = Settle(facts, FirstDay(base_ + 600)).spells.back().GraceEnd();
    Day day = FirstDay(from) + random_.Below(size_.months * 30);
    const int choice = random_.Below(10);
    if (choice < 3) day = grace_end + random_.Between(-1, 2);
    if (choice == 3) day = LastDay(MonthOf(day));
    if (choice == 4) day = FirstDay(from);
    if (choice == 5) day = grace_end - random_.Below(100);
    if (choice == 6 && random_.Percent(20)) day = FirstDay(from) - 1;  // rejected
    ChangeRow row{member, "exit", "", PrintDay(day)};
    if (random_.Percent(20)) row.value.clear();
    days_.push_back(day);
    Add(BatchOf(day), row);
  }
}

Day Lives::PaymentDay(const Facts& facts, const Settlement& settlement, Day previous) {
  const Spell& spell = settlement.spells.back();
  const Day due = DueDay(facts.pu, spell.next);
  const Day grace_end = spell.GraceEnd();
  days_.push_back(random_.Percent(50) ? due : grace_end);
  if (facts.pu) {  // where another month of penalty starts
    const Day step = AddMonths(due, random_.Between(1, 5)) + random_.Below(2);
    days_.push_back(step);
    if (random_.Percent(30)) return step;
  }
  if (!random_.Percent(chaos_)) return std::min(due + random_.Between(-20, 60), grace_end);
  switch (random_.Below(16)) {
    case 0:
    case 1:
    case 2:
      return due + random_.Between(-1, 1);
    case 3:
    case 4:
      return grace_end + random_.Between(-1, 2);
    case 5:
      return grace_end + random_.Between(1, 120);
    case 6:
    case 7:
    case 8:
    case 9:
      return previous + random_.Below(40);
    case 10:
      return previous;
    case 11:
      return FirstDay(facts.from) - random_.Below(random_.Percent(90) ? 90 : 5000);
    case 12:
      return random_.Percent(20) ? previous + random_.Below(4000) : previous + 31;
    case 13:
      return FirstDay(spell.next) - random_.Below(2);
    default:
      return FirstDay(base_) + random_.Below(size_.months * 30 + kWindowSlack);
  }
}

Sen Lives::PaymentAmount(const Facts& facts, const Settlement& settlement) {
  const Month next = settlement.spells.back().next;
  const Sen price = PriceOf(facts, next);
  if (random_.Percent(10)) {
    return random_.Pick<Sen>({1, 50, kRupiah, 100 * kRupiah, price - 1, price - kRupiah});
  }
  if (random_.Percent(1)) return 10'000'000'000'000 * kRupiah;
  int months = random_.Pick<int>({1, 1, 1, 1, 2, 3, 3, 6, 12, 12});
  if (random_.Percent(2)) months = random_.Between(100, 130);
  Sen amount = 0;
  for (Month month = next; month < next + months; ++month) amount += PriceOf(facts, month);
  if (months == 12 && random_.Percent(15)) return 201'000 * kRupiah;
  if (random_.Percent(60)) amount -= settlement.Credit();  // just enough
  if (random_.Percent(35)) {
    amount += random_.Pick<Sen>({-60'000, -10'000, -100, -1, 1, 50, 100, 60'000, 100'000});
  }
  return amount;
}

void Lives::AddPayments(const std::string& member, Month from) {
  const std::vector<std::string> channels = {"", "va", "counter", "qris"};
  Day previous = FirstDay(from);
  chaos_ = random_.Pick<int>({0, 10, 30, 100});
  for (int left = random_.Below(2 * size_.payments + 1); left > 0; --left) {
    if (!scratch_.Knows(member)) return;
    const Facts facts = scratch_.KnownAt(member, scratch_.LastPosition());
    const Settlement settlement = Settle(facts, FirstDay(base_ + 600));
    PaymentRow row;
    row.payment = "P" + std::to_string(next_payment_++);
    previous = PaymentDay(facts, settlement, previous);
    row.paid_on = PrintDay(previous);
    row.member = member;
    const Sen amount = PaymentAmount(facts, settlement);
    row.amount = SpellAmount(random_, std::max(amount, kRupiah));
    row.purpose = random_.Percent(30) ? "contribution" : "";
    if (facts.pu && random_.Percent(15)) row.purpose = "penalty";
    row.channel = random_.Pick(channels);
    days_.push_back(previous);
    Add(BatchOf(previous), row);
  }
}

// Remittances that hold just what a few payments need, or a little less or more.
void Lives::AddRemittances() {
  std::vector<std::size_t> payments;
  for (std::size_t i = 0; i < drafts_.size(); ++i) {
    if (std::holds_alternative<PaymentRow>(drafts_[i].row)) payments.push_back(i);
  }
  random_.Shuffle(payments);
  std::size_t at = 0;
  for (int number = 1; number <= size_.members / 3; ++number) {
    RemittanceRow row;
    row.remittance = "R" + std::to_string(number);
    Sen amount = 0;
    int batch = size_.batches - 1;
    Day received = FirstDay(base_);
    for (int left = random_.Between(1, 5); left > 0 && at < payments.size(); --left, ++at) {
      Draft& draft = drafts_.at(payments[at]);
      PaymentRow& payment = std::get<PaymentRow>(draft.row);
      payment.remittance = row.remittance;
      row.payer = payment.member;
      received = MustParseDay(payment.paid_on);
      amount += ParseAmount(payment.amount).value_or(0);
      batch = std::min(batch, draft.batch);
    }
    if (amount == 0) return;
    const Sen delta = random_.Pick<Sen>({0, 0, 0, -1, 1, -100, 1'680'000});
    const Sen most = 1'000'000'000'000'000;
    row.amount = SpellAmount(random_, std::clamp<Sen>(amount + delta, 1, most));
    if (random_.Percent(70)) row.payer = "G" + std::to_string(random_.Between(1, size_.groups));
    row.received_on = PrintDay(received);
    row.account = "BRI-" + std::to_string(random_.Between(1, 2));
    row.channel = "transfer";
    row.bank_reference = "FT" + std::to_string(number);
    drafts_.push_back({random_.Percent(90) ? batch : random_.Below(size_.batches), row});
  }
}

// Reversals, some twice, some twice with other words, some followed by the payment done right.
void Lives::AddReversals() {
  const std::vector<Draft> planned = drafts_;
  for (const Draft& draft : planned) {
    const PaymentRow* payment = std::get_if<PaymentRow>(&draft.row);
    if (payment == nullptr || !random_.Percent(8)) continue;
    const Day day = MustParseDay(payment->paid_on) + random_.Below(60);
    ReversalRow row{payment->payment, PrintDay(day), "wrong member"};
    const int batch = random_.Between(draft.batch, size_.batches - 1);
    drafts_.push_back({batch, row});
    if (random_.Percent(30)) {
      PaymentRow right = *payment;
      right.payment = "P" + std::to_string(next_payment_++);
      const Sen amount = ParseAmount(payment->amount).value_or(kRupiah);
      if (random_.Percent(50)) right.amount = SpellAmount(random_, std::max(amount / 2, Sen{1}));
      drafts_.push_back({random_.Between(batch, size_.batches - 1), right});
    }
    if (random_.Percent(20)) drafts_.push_back({random_.Between(batch, size_.batches - 1), row});
    if (random_.Percent(10)) {
      row.reason = "other words";
      drafts_.push_back({random_.Between(batch, size_.batches - 1), row});
    }
  }
}

}  // namespace iuran::naive
