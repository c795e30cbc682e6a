// What the desk of a random history does, aimed at the edges of "Corrections and approval".

#include "tests/support/naive_desk.h"

#include <algorithm>
#include <cctype>

#include "tests/support/naive_lives.h"
#include "tests/support/naive_noise.h"

namespace iuran::naive {
namespace {

const std::vector<std::string> kPeople = {"Maria Wea", "Yosef Dhae", "Ana Bela Soares"};

// The same person, written in another way.
std::string Respelled(Random& random, const std::string& person) {
  std::string text;
  for (const char c : person) {
    const bool shout = random.Percent(50);
    text += shout ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    if (c == ' ' && random.Percent(50)) text += ' ';
  }
  return random.Percent(30) ? "  " + text + " " : text;
}

bool Anybody(const Facts&) { return true; }
bool HasLeft(const Facts& facts) { return facts.Exit().has_value(); }
bool HasCredit(const Facts& facts) { return Settle(facts, INT32_MAX).Credit() > 0; }
bool HasDebt(const Facts& facts) { return Settle(facts, INT32_MAX).Credit() < 0; }

bool HasPenalty(const Facts& facts) {
  if (!facts.pu) return false;
  const Settlement settlement = Settle(facts, INT32_MAX);
  return FiguresOf(facts, DueDay(true, settlement.spells.back().next) + 40).penalty > 0;
}

// The first day on which a refund may be made.
Day FirstDayOfRefund(const Facts& facts) {
  Day day = FirstDay(facts.from);
  for (const Paid& paid : facts.payments) {
    if (paid.kind == Kind::kContribution || paid.kind == Kind::kRefund)
      day = std::max(day, paid.on);
  }
  return day;
}

}  // namespace

std::vector<Row> Desk::After(const std::vector<Row>& folder) {
  rows_.clear();
  for (const Row& row : folder) Add(row);
  if (members_.empty() || payments_.empty()) return std::move(rows_);
  for (int left = random_.Below(2 * size_.desk + 1); left > 0; --left) AddOne();
  return std::move(rows_);
}

void Desk::Add(const Row& row) {
  rows_.push_back(row);
  if (size_.desk == 0 || log_.Take(row) != Verdict::kAccepted) return;
  if (const auto* member = std::get_if<MemberRow>(&row)) members_.push_back(member->member);
  if (const auto* payment = std::get_if<PaymentRow>(&row)) payments_.push_back(payment->payment);
  if (const auto* one = std::get_if<RemittanceRow>(&row)) remittances_.push_back(one->remittance);
  if (const auto* one = std::get_if<CorrectionRow>(&row)) corrected_.push_back(one->payment);
}

void Desk::AddOne() {
  const std::size_t before = rows_.size();
  switch (random_.Below(19)) {
    case 0:
    case 1:
    case 2:
    case 3:
      AddCorrection();
      break;
    case 4:
      AddReversal(PaymentOf(""));
      break;
    case 5:
    case 6:
    case 7:
      AddRefund();
      break;
    case 8:
    case 9:
      AddWaiver();
      break;
    case 10:
      AddReturn();
      break;
    case 11:
      AddPaymentOfDebt();
      break;
    case 12:
    case 13:
      AddApproval();
      break;
    case 14:
      AddDecline();
      break;
    case 15:
      AddProposalThatFails();
      break;
    default:
      AddAgain();
  }
  desk_rows_.insert(desk_rows_.end(), rows_.begin() + static_cast<std::ptrdiff_t>(before),
                    rows_.end());
}

// Of payments that stand, of those corrected before, and of those reversed for good.
void Desk::AddCorrection() {
  const bool again = !corrected_.empty() && random_.Percent(25);
  CorrectionRow row{again ? random_.Pick(corrected_) : PaymentOf(""), "member", "", Reason()};
  const Receipt* stands = log_.FindPayment(row.payment);
  if (stands == nullptr) return;
  const Facts facts = FactsOf(stands->member);
  if (random_.Percent(60)) {
    row.what = "paid_on";
    const Day day = DayNear(facts, stands->paid.on);
    days_.push_back(day);
    row.value = PrintDay(day);
  } else {
    row.value = MemberWith(random_.Percent(30) ? HasLeft : Anybody);
    if (random_.Percent(10)) row.value = stands->member;
  }
  if (random_.Percent(2)) row.value = "nobody";
  Add(row);
}

void Desk::AddReversal(const std::string& payment) {
  const Receipt* stands = log_.FindPayment(payment);
  if (stands == nullptr) return;
  const Day day = stands->paid.on + random_.Below(60);
  Add(ReversalRow{payment, PrintDay(day), Reason(), Sign()});
}

RefundRow Desk::Refund(const std::string& member) {
  const Facts facts = FactsOf(member);
  Day day = FirstDayOfRefund(facts);
  if (random_.Percent(60)) day += random_.Below(60);
  if (random_.Percent(10)) day -= 1;
  days_.push_back(day);
  const Sen amount = AmountNear(FiguresOf(facts, day).credit);
  return {NewId("F"), member,   PrintDay(day), SpellAmount(random_, amount),
          "BRI-1",    Reason(), Sign()};
}

// Often the payment behind the credit is voided, moved or dated otherwise afterwards.
void Desk::AddRefund() {
  const std::string member = MemberWith(random_.Percent(90) ? HasCredit : Anybody);
  Add(Refund(member));
  if (random_.Percent(30)) AddReversal(PaymentOf(member));
  if (random_.Percent(10)) AddCorrection();
  if (random_.Percent(30)) AddPaymentOfDebt();
}

void Desk::AddWaiver() {
  const std::string member = MemberWith(random_.Percent(95) ? HasPenalty : Anybody);
  const Facts facts = FactsOf(member);
  const Settlement settlement = Settle(facts, INT32_MAX);
  Day day = DueDay(facts.pu, settlement.spells.back().next) + random_.Between(-40, 100);
  if (random_.Percent(50) && !settlement.months.empty()) day = settlement.months.back().on;
  days_.push_back(day);
  const Sen amount = AmountNear(FiguresOf(facts, day).penalty);
  Add(WaiverRow{NewId("W"), member, PrintDay(day), SpellAmount(random_, amount), Reason(), Sign()});
}

// Sometimes a payment tries to draw on what was returned.
void Desk::AddReturn() {
  if (remittances_.empty()) return;
  const std::string remittance = random_.Pick(remittances_);
  const Sen amount = AmountNear(log_.LeftOf(remittance).value_or(0));
  const Day day =
      log_.ReceivedOn(remittance).value_or(FirstDay(kFirstMonth + 120)) + random_.Between(-2, 40);
  Add(ReturnRow{NewId("T"), remittance, PrintDay(day), SpellAmount(random_, amount), "BRI-2",
                Reason(), Sign()});
  if (random_.Percent(50)) return;
  PaymentRow row;
  row.payment = NewId("D");
  row.paid_on = PrintDay(day);
  row.member = MemberWith(Anybody);
  row.amount = SpellAmount(random_, AmountNear(log_.LeftOf(remittance).value_or(0)));
  row.remittance = remittance;
  Add(row);
}

// A payment that fills a credit below zero, and perhaps settles the next month as well.
void Desk::AddPaymentOfDebt() {
  const std::string member = MemberWith(HasDebt);
  const Facts facts = FactsOf(member);
  const Settlement settlement = Settle(facts, INT32_MAX);
  Sen amount = -settlement.Credit();
  if (random_.Percent(60)) amount += PriceOf(facts, settlement.spells.back().next);
  PaymentRow row;
  row.payment = NewId("D");
  row.member = member;
  row.paid_on = PrintDay(DayNear(facts, FirstDayOfRefund(facts)));
  row.amount = SpellAmount(random_, AmountNear(amount));
  Add(row);
}

// By another person, by the same in other letters, or of something that is not open; and again.
void Desk::AddApproval() {
  ApproveRow row{"reversal/nothing", random_.Pick(kPeople)};
  if (!log_.open_proposals().empty()) {
    const auto& open = log_.open_proposals();
    const auto proposal = std::next(open.begin(), random_.Below(static_cast<int>(open.size())));
    row.id = proposal->first;
    const std::string author = proposal->second.author;
    if (random_.Percent(25)) {
      row.author = Respelled(random_, author);
      Add(row);
    }
    if (random_.Percent(85)) row.author = OtherThan(author);
  }
  Add(row);
  if (random_.Percent(20)) Add(row);
}

// Often it is proposed again, in the same words or in others.
void Desk::AddDecline() {
  if (log_.open_proposals().empty()) return;
  const auto& open = log_.open_proposals();
  const auto found = std::next(open.begin(), random_.Below(static_cast<int>(open.size())));
  const auto [id, proposal] = *found;
  const DeclineRow row{id, random_.Pick(kPeople), Reason()};
  Add(row);
  if (random_.Percent(15)) Add(row);
  if (random_.Percent(50)) return;
  Row again = proposal.row;
  std::visit(
      [&](auto& one) {
        if constexpr (requires { one.signing; }) {
          one.signing = random_.Percent(70) ? Signing{random_.Pick(kPeople), ""} : Sign();
          if (random_.Percent(30)) one.reason = Reason();
        }
      },
      again);
  Add(again);
}

// The same credit is refunded to the member while a proposal of it waits.
void Desk::AddProposalThatFails() {
  RefundRow proposed = Refund(MemberWith(HasCredit));
  proposed.signing = {kPeople.at(0), ""};
  Add(proposed);
  RefundRow other = proposed;
  other.refund = NewId("F");
  other.signing = {kPeople.at(0), kPeople.at(1)};
  Add(other);
  const ApproveRow approve{"refund/" + proposed.refund, kPeople.at(2)};
  Add(approve);
  if (random_.Percent(50)) return;
  AddPaymentOfDebt();
  Add(approve);
}

// An earlier row of the desk again: as it was, in other words, signed by others, or mutilated.
void Desk::AddAgain() {
  if (desk_rows_.empty()) return;
  Row row = random_.Pick(desk_rows_);
  // The same row of the same file would be repeated whatever holds by now; a model knows no files.
  if (auto* correction = std::get_if<CorrectionRow>(&row)) correction->reason = Reason();
  if (random_.Percent(30)) Respell(random_, row);
  std::visit(
      [&](auto& one) {
        if constexpr (requires { one.signing; }) {
          if (random_.Percent(70)) one.signing = Sign();
        }
      },
      row);
  if (random_.Percent(40)) row = Disturb(random_, {0, row}, next_number_++, 1).row;
  Add(row);
}

Facts Desk::FactsOf(const std::string& member) const {
  return log_.KnownAt(member, log_.LastPosition());
}

// One of a few members drawn that is wanted, or else any of them.
std::string Desk::MemberWith(bool (*wanted)(const Facts&)) {
  for (int tries = 0; tries < 12; ++tries) {
    const std::string member = random_.Pick(members_);
    if (wanted(FactsOf(member))) return member;
  }
  return random_.Pick(members_);
}

// A payment of the member, or of anybody.
std::string Desk::PaymentOf(const std::string& member) {
  std::string payment;
  for (int tries = 0; tries < 200; ++tries) {
    payment = random_.Pick(payments_);
    const Receipt& stands = *log_.FindPayment(payment);
    if (!member.empty() && stands.member != member) continue;
    if (!stands.voided_at || random_.Percent(10)) break;
  }
  return payment;
}

Day Desk::DayNear(const Facts& facts, Day day) {
  const Spell spell = Settle(facts, INT32_MAX).spells.back();
  switch (random_.Below(8)) {
    case 0:
      return DueDay(facts.pu, spell.next) + random_.Between(-1, 1);
    case 1:
    case 2:
      return spell.GraceEnd() + random_.Between(-1, 2);
    case 3:
      return FirstDay(facts.from) + random_.Below(size_.months * 30);
    case 4:
      return day;
    default:
      return day + random_.Between(-40, 40);
  }
}

Sen Desk::AmountNear(Sen amount) {
  Sen near = amount + random_.Pick<Sen>({0, 0, 0, 0, 1, 100, -1, -100});
  if (random_.Percent(25)) near = amount / 2;
  const Sen most = 1'000'000'000'000'000;
  return std::clamp<Sen>(near, 1, most);
}

Signing Desk::Sign() {
  Signing signing;
  signing.author = random_.Pick(kPeople);
  signing.approver = OtherThan(signing.author);
  if (random_.Percent(5)) signing.approver = Respelled(random_, signing.author);
  if (random_.Percent(size_.proposals)) signing.approver.clear();
  return signing;
}

std::string Desk::OtherThan(const std::string& person) {
  std::string other = person;
  while (other == person) other = random_.Pick(kPeople);
  return other;
}

std::string Desk::Reason() { return "reason " + std::to_string(next_number_++); }

std::string Desk::NewId(const std::string& prefix) {
  return prefix + std::to_string(next_number_++);
}

}  // namespace iuran::naive
