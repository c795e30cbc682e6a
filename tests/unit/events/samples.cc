#include "tests/unit/events/samples.h"

#include <algorithm>

namespace iuran::events {
namespace {

constexpr char kLedgerKey[] = "log.example+b252d0cf+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

Digest Filled(uint8_t first) {
  Digest digest{};
  for (size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<uint8_t>(first + i);
  return digest;
}

class Dice {
 public:
  explicit Dice(std::mt19937_64& random) : random_(random) {}

  uint64_t Below(uint64_t limit) { return random_() % limit; }
  bool Coin() { return Below(2) == 0; }
  // Small and large numbers alike, and often zero.
  uint64_t Number() { return Below(4) == 0 ? 0 : random_() >> Below(64); }
  template <typename T>
  T Between(T low, T high) {
    switch (Below(8)) {
      case 0:
        return low;
      case 1:
        return high;
      default:
        return static_cast<T>(low + static_cast<T>(Below(static_cast<uint64_t>(high - low) + 1)));
    }
  }
  std::string Text(size_t limit) {
    std::string text(Coin() ? 0 : Below(Below(16) == 0 ? limit : 24), '\0');
    for (char& c : text) c = static_cast<char>(Below(256));
    return text;
  }
  template <typename IdType>
  IdType AnyId() {
    std::string text(Between<size_t>(1, 64), 'x');
    for (char& c : text) c = static_cast<char>(0x21 + Below(0x7e - 0x20));
    return IdType(text);
  }
  template <typename IdType>
  IdType OptionalId() {
    return Coin() ? IdType() : AnyId<IdType>();
  }
  Money Amount() { return Money::FromSen(Between<int64_t>(1, 1'000'000'000'000'000)); }
  events::Day Day() { return Day::FromNumber(Between(kFirstDay.number(), kLastDay.number())); }
  events::Month Month() {
    return Month::FromNumber(Between(kFirstMonth.number(), kLastMonth.number()));
  }
  std::optional<Digest> OptionalDigest() {
    if (Coin()) return std::nullopt;
    return Filled(static_cast<uint8_t>(Below(256)));
  }
  MemberNumber Member() { return {static_cast<uint32_t>(Number())}; }
  ProgramSet Programs() { return ProgramSet::FromBits(static_cast<uint8_t>(1 + Below(15))); }
  template <typename Enum>
  Enum Word(Enum last) {
    return static_cast<Enum>(Below(static_cast<uint64_t>(last) + 1));
  }

 private:
  std::mt19937_64& random_;
};

AttributeValue RandomValue(Dice& dice, Attribute attribute) {
  switch (attribute) {
    case Attribute::kIncome:
      return dice.Amount();
    case Attribute::kPrograms:
      return dice.Programs();
    case Attribute::kSector:
      return dice.Word(Sector::kTransport);
    case Attribute::kPayer:
      return dice.Word(Payer::kState);
    case Attribute::kGroup:
      return dice.OptionalId<GroupId>();
    case Attribute::kRegion:
      break;
  }
  return dice.Text(1000);
}

MonthClosed RandomClosing(Dice& dice) {
  MonthClosed fact;
  fact.month = dice.Month();
  fact.known = dice.Number() | 1;
  MonthTotals& totals = fact.totals;
  totals.members = static_cast<uint32_t>(dice.Number());
  for (Money* sum : {&totals.assessed, &totals.paid, &totals.settled, &totals.credit,
                     &totals.arrears, &totals.penalty, &totals.bank, &totals.collections,
                     &totals.receivable, &totals.income, &totals.unallocated}) {
    if (dice.Coin()) *sum = dice.Coin() ? dice.Amount() : -dice.Amount();
  }
  totals.liabilities_to_members = -(totals.bank + totals.collections + totals.receivable +
                                    totals.income + totals.unallocated);
  fact.root = Filled(static_cast<uint8_t>(dice.Below(256)));
  fact.figures = Filled(static_cast<uint8_t>(dice.Below(256)));
  return fact;
}

ProposedFact RandomProposal(Dice& dice) {
  switch (dice.Below(std::variant_size_v<ProposedFact>)) {
    case 0:
      return PaymentReversed{dice.AnyId<PaymentId>(), dice.AnyId<MemberId>(), dice.Member(),
                             dice.Day(), dice.Text(4'000)};
    case 1:
      return CreditRefunded{dice.AnyId<RefundId>(), dice.AnyId<MemberId>(), dice.Member(),
                            dice.Day(), dice.Amount(), dice.Text(200), dice.Text(200)};
    case 2:
      return PenaltyWaived{dice.AnyId<WaiverId>(), dice.AnyId<MemberId>(), dice.Member(),
                           dice.Day(), dice.Amount(), dice.Text(200)};
    case 3:
      return RemittanceReturned{dice.AnyId<ReturnId>(), dice.AnyId<RemittanceId>(), dice.Day(),
                                dice.Amount(), dice.Text(200), dice.Text(200)};
    case 4:
      return RandomClosing(dice);
    default:
      return SchemeEnacted{dice.AnyId<SchemeId>(), dice.Text(48'000)};
  }
}

Body RandomBody(Dice& dice) {
  switch (dice.Below(std::variant_size_v<Body>)) {
    case 0:
      return LedgerOpened{dice.Text(50), dice.Text(50), dice.Text(200)};
    case 1:
      return SchemeEnacted{dice.AnyId<SchemeId>(), dice.Text(48'000)};
    case 2: {
      GroupRegistered fact{
          dice.AnyId<GroupId>(), dice.Word(GroupKind::kAgency), dice.Text(200), dice.Text(200), {}};
      if (dice.Coin()) fact.risk = dice.Between<uint8_t>(1, 5);
      return fact;
    }
    case 3:
      return MemberEnrolled{
          dice.AnyId<MemberId>(),
          dice.Member(),
          dice.AnyId<SchemeId>(),
          dice.Month(),
          {dice.OptionalId<GroupId>(), dice.Text(200), dice.Amount(), dice.Word(Sector::kTransport),
           dice.Word(Payer::kState), dice.Programs()},
          dice.OptionalDigest()};
    case 4: {
      const auto attribute = dice.Word(Attribute::kRegion);
      return AttributeChanged{dice.AnyId<MemberId>(), dice.Member(),
                              attribute,              dice.Month(),
                              RandomValue(dice, attribute), dice.Text(200)};
    }
    case 5: {
      MemberExited fact{dice.AnyId<MemberId>(), dice.Member(), {}, dice.Text(200)};
      if (dice.Coin()) fact.last_day = dice.Day();
      return fact;
    }
    case 6:
      return RemittanceReceived{
          dice.AnyId<RemittanceId>(),   dice.Day(),     dice.Text(200), dice.Amount(),
          dice.AnyId<GroupId>().text(), dice.Text(200), dice.Text(200),
          static_cast<uint32_t>(dice.Number()), dice.Coin() ? Money() : dice.Amount()};
    case 7:
      return PaymentReceived{dice.AnyId<PaymentId>(),
                             dice.AnyId<MemberId>(),
                             dice.Member(),
                             dice.Day(),
                             dice.Amount(),
                             dice.OptionalId<RemittanceId>(),
                             dice.Word(Purpose::kPenalty),
                             dice.Text(200)};
    case 8:
      return PaymentReversed{dice.AnyId<PaymentId>(), dice.AnyId<MemberId>(), dice.Member(),
                             dice.Day(), dice.Text(4'000)};
    case 9:
      return PersonForgotten{dice.AnyId<MemberId>(), dice.Member(), dice.Text(200)};
    case 10: {
      EventsLost fact{0, dice.OptionalDigest(), dice.Text(200)};
      if (fact.root) fact.acknowledged = dice.Number() | 1;
      return fact;
    }
    case 11:
      return PersonalDataCorrected{dice.AnyId<MemberId>(), dice.Member(), dice.OptionalDigest(),
                                   dice.Text(200)};
    case 12:
      return PaymentListHeld{dice.AnyId<RemittanceId>(), static_cast<uint32_t>(dice.Number()),
                             dice.Coin() ? Money() : dice.Amount(), dice.Text(4'000)};
    case 13:
      return ProposalDeclined{dice.Text(80), dice.Text(200)};
    case 14:
      return ChangeProposed{dice.Text(80), RandomProposal(dice)};
    default:
      return std::visit([](auto fact) { return Body(std::move(fact)); }, RandomProposal(dice));
  }
}

Event Sample(uint64_t position, uint32_t version, Body body) {
  Event event;
  event.envelope.position = {position};
  event.envelope.stream_version = version;
  event.envelope.recorded_at = ParseTime("2026-11-22T08:15:30.123456Z").value();
  event.envelope.day = Day::Of(2026, 11, 21);
  event.envelope.author = "clerk";
  event.envelope.source = {"import", Filled(1), 17};
  event.envelope.idempotency_key = "key/" + std::to_string(position);
  event.envelope.stream = StreamOf(body);
  event.body = std::move(body);
  return event;
}

// Mistakes put right, lists, two people and closings; `day` is that of payment P-1 of the member.
void AddSamplesOfVersion3(const MemberId& member, MemberNumber number, Month from, Day day,
                          std::vector<std::pair<std::string, Event>>& samples) {
  uint64_t position = 100;
  uint32_t version = 30;
  const auto add = [&](std::string name, Body body) -> Envelope& {
    return samples.emplace_back(std::move(name), Sample(position++, version++, std::move(body)))
        .second.envelope;
  };
  add("attribute_changed.reason", AttributeChanged{member, number, Attribute::kIncome, from,
                                                   Money::FromRupiah(1'300'000), "misread"})
      .corrects = Position{3};
  add("member_exited.reason", MemberExited{member, number, day, "left a week earlier"});
  add("remittance_received.list",
      RemittanceReceived{RemittanceId("R-2"), day, "bank-ntt-1", Money::FromRupiah(33'600),
                         "kopdit-sinar", "transfer", "FT2312050002", 2,
                         Money::FromRupiah(33'600)});
  add("personal_data_corrected",
      PersonalDataCorrected{member, number, Filled(200), "the card was misread"});
  add("personal_data_corrected.none", PersonalDataCorrected{member, number, {}, "a mix-up"});
  const CreditRefunded refund{RefundId("RF-1"),          member,      number, day + 9,
                              Money::FromRupiah(16'200), "bank-ntt-1", "moved away"};
  Envelope& approved = add("credit_refunded", refund);
  approved.approver = "treasurer";
  approved.proposal = Position{90};
  const PenaltyWaived waiver{WaiverId("W-1"),     member, number, day + 9, Money::FromSen(33'650),
                             "the bank was closed"};
  add("penalty_waived", waiver).approver = "treasurer";
  const RemittanceReturned returned{ReturnId("RT-1"), RemittanceId("R-2"), day + 9,
                                    Money::FromRupiah(1'000), "bank-ntt-1", "sent twice"};
  add("remittance_returned", returned).approver = "treasurer";
  add("payment_list_held", PaymentListHeld{RemittanceId("R-2"), 3, Money::FromRupiah(50'400),
                                           "Its payments come to 50,400, 16,800 too much."});
  MonthClosed closing;
  closing.month = from;
  closing.known = 100;
  closing.totals.members = 1;
  closing.totals.paid = Money::FromRupiah(201'000);
  closing.totals.penalty = Money::FromRupiah(-1);
  closing.totals.bank = Money::FromRupiah(201'000);
  closing.totals.income = Money::FromRupiah(-16'800);
  closing.totals.liabilities_to_members = Money::FromRupiah(-184'200);
  closing.root = Filled(7);
  closing.figures = Filled(9);
  add("month_closed", closing).approver = "treasurer";
  const ProposedFact proposals[] = {
      PaymentReversed{PaymentId("P-1"), member, number, day + 2, "entered twice"},
      refund,
      waiver,
      returned,
      closing,
      SchemeEnacted{SchemeId("bpu"), R"({"scheme":"bpu"})"}};
  for (const ProposedFact& fact : proposals) {
    const Body body = std::visit([](const auto& f) { return Body(f); }, fact);
    add("change_proposed." + std::string(TypeName(body)), ChangeProposed{"the/id", fact});
  }
  add("proposal_declined", ProposalDeclined{"reversal/P-1", "it was no mistake"}).corrects =
      Position{110};
  add("payment_received.adjusts",
      PaymentReceived{PaymentId("P-3"), member, number, day, Money::FromRupiah(16'800), {},
                      Purpose::kContribution, "cash"})
      .adjusts = from + 1;
}

}  // namespace

std::vector<std::pair<std::string, Event>> SampleEvents() {
  const MemberId member("M-0001");
  const MemberNumber number{41};
  const Month from = Month::Of(2023, 12);
  const Day day = Day::Of(2023, 12, 5);
  const auto programs = ParseProgramSet("JKK+JKM+JHT").value();
  const Attributes attributes{GroupId("kopdit-sinar"), "Sikka",       Money::FromRupiah(1'100'000),
                              Sector::kTransport,      Payer::kState, programs};
  std::vector<std::pair<std::string, Event>> samples = {
      {"ledger_opened", Sample(0, 0, LedgerOpened{"Asia/Makassar", "IDR", kLedgerKey})},
      {"scheme_enacted", Sample(1, 0, SchemeEnacted{SchemeId("bpu"), R"({"scheme":"bpu"})"})},
      {"group_registered", Sample(2, 0,
                                  GroupRegistered{GroupId("kopdit-sinar"), GroupKind::kCooperative,
                                                  "Kopdit Sinar", "Sikka", uint8_t{3}})},
      {"member_enrolled",
       Sample(3, 0,
              MemberEnrolled{member, number, SchemeId("bpu"), from, attributes, Filled(100)})},
  };
  const std::pair<Attribute, AttributeValue> changes[] = {
      {Attribute::kIncome, Money::FromRupiah(2'000'000)},
      {Attribute::kPrograms, programs},
      {Attribute::kSector, Sector::kTransport},
      {Attribute::kPayer, Payer::kState},
      {Attribute::kGroup, GroupId("paroki-maumere")},
      {Attribute::kRegion, std::string("Ende")}};
  uint32_t version = 1;
  uint64_t position = 4;
  for (const auto& [attribute, value] : changes) {
    samples.emplace_back("attribute_changed." + std::string(Name(attribute)),
                         Sample(position++, version++,
                                AttributeChanged{member, number, attribute, from + 3, value, ""}));
  }
  samples.emplace_back(
      "attribute_changed.no_group",
      Sample(position++, version++,
             AttributeChanged{member, number, Attribute::kGroup, from + 4, GroupId(), ""}));
  samples.emplace_back("member_exited",
                       Sample(position++, version++, MemberExited{member, number, day, ""}));
  samples.emplace_back("member_exited.withdrawn",
                       Sample(position++, version++, MemberExited{member, number, {}, ""}));
  samples.emplace_back(
      "remittance_received",
      Sample(position++, 0,
             RemittanceReceived{RemittanceId("R-1"), day, "bank-ntt-1", Money::FromSen(20'160'050),
                                "kopdit-sinar", "transfer", "FT2312050001", 0, Money()}));
  samples.emplace_back(
      "payment_received",
      Sample(position++, version++,
             PaymentReceived{PaymentId("P-1"), member, number, day, Money::FromRupiah(201'000),
                             RemittanceId("R-1"), Purpose::kContribution, "transfer"}));
  Event penalty =
      Sample(position++, version++,
             PaymentReceived{PaymentId("P-2"), member, number, day + 1, Money::FromSen(1),
                             RemittanceId(), Purpose::kPenalty, "cash"});
  penalty.envelope.source = {"cli", {}, 0};
  samples.emplace_back("payment_received.penalty", penalty);
  Event reversed =
      Sample(position++, version++,
             PaymentReversed{PaymentId("P-1"), member, number, day + 2, "entered twice"});
  reversed.envelope.corrects = Position{penalty.envelope.position.value - 1};  // P-1
  samples.emplace_back("payment_reversed", reversed);
  samples.emplace_back("person_forgotten",
                       Sample(position++, version++, PersonForgotten{member, number, "asked to"}));
  Digest root{};
  for (size_t i = 0; i < root.size(); ++i) root[i] = static_cast<uint8_t>(i * 7);
  samples.emplace_back("events_lost",
                       Sample(position++, 1, EventsLost{90'210, root, "the disk burnt"}));
  samples.emplace_back("events_lost.unknown", Sample(position++, 2, EventsLost{0, {}, "flood"}));
  AddSamplesOfVersion3(member, number, from, day, samples);
  return samples;
}

Event RandomEvent(std::mt19937_64& random) {
  Dice dice(random);
  Event event;
  event.body = RandomBody(dice);
  Envelope& envelope = event.envelope;
  envelope.stream = StreamOf(event.body);
  envelope.position.value = dice.Number();
  envelope.stream_version = static_cast<uint32_t>(dice.Number());
  envelope.recorded_at.microseconds_since_1970 =
      dice.Between(kFirstTime.microseconds_since_1970, kLastTime.microseconds_since_1970);
  envelope.day = dice.Day();
  envelope.author = dice.Text(200);
  envelope.source = {dice.Text(200), dice.OptionalDigest(), static_cast<uint32_t>(dice.Number())};
  envelope.idempotency_key = dice.Text(1000);
  if (envelope.position.value > 0 && dice.Coin()) {
    envelope.corrects = Position{dice.Below(envelope.position.value)};
  }
  if (dice.Coin()) envelope.approver = dice.Text(1000);
  if (envelope.position.value > 0 && !envelope.approver.empty() && dice.Coin()) {
    envelope.proposal = Position{dice.Below(envelope.position.value)};
  }
  if (dice.Below(4) == 0) envelope.adjusts = dice.Month();
  return event;
}

}  // namespace iuran::events
