// Random events, of every fact and of every branch within one.
#include <algorithm>

#include "tests/unit/events/samples.h"

namespace iuran::events {
namespace {

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
  totals.liabilities_to_members =
      -(totals.bank + totals.collections + totals.receivable + totals.income + totals.unallocated);
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
      return CreditRefunded{
          dice.AnyId<RefundId>(), dice.AnyId<MemberId>(), dice.Member(), dice.Day(),
          dice.Amount(),          dice.Text(200),         dice.Text(200)};
    case 2:
      return PenaltyWaived{dice.AnyId<WaiverId>(), dice.AnyId<MemberId>(),
                           dice.Member(),          dice.Day(),
                           dice.Amount(),          dice.Text(200)};
    case 3:
      return RemittanceReturned{dice.AnyId<ReturnId>(),
                                dice.AnyId<RemittanceId>(),
                                dice.Day(),
                                dice.Amount(),
                                dice.Text(200),
                                dice.Text(200)};
    case 4:
      return RandomClosing(dice);
    default:
      return SchemeEnacted{dice.AnyId<SchemeId>(), dice.Text(48'000)};
  }
}

Body RandomBodyOfVersion3(Dice& dice) {
  switch (dice.Below(6)) {
    case 0:
      return PersonalDataCorrected{dice.AnyId<MemberId>(), dice.Member(), dice.OptionalDigest(),
                                   dice.Text(200)};
    case 1:
      return PaymentListHeld{dice.AnyId<RemittanceId>(), static_cast<uint32_t>(dice.Number()),
                             dice.Coin() ? Money() : dice.Amount(), dice.Text(4'000)};
    case 2:
      return ProposalDeclined{dice.Text(80), dice.Text(200)};
    case 3:
      return ChangeProposed{dice.Text(80), RandomProposal(dice)};
    default:
      return std::visit([](auto fact) { return Body(std::move(fact)); }, RandomProposal(dice));
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
      return AttributeChanged{dice.AnyId<MemberId>(),       dice.Member(), attribute, dice.Month(),
                              RandomValue(dice, attribute), dice.Text(200)};
    }
    case 5: {
      MemberExited fact{dice.AnyId<MemberId>(), dice.Member(), {}, dice.Text(200)};
      if (dice.Coin()) fact.last_day = dice.Day();
      return fact;
    }
    case 6:
      return RemittanceReceived{dice.AnyId<RemittanceId>(),
                                dice.Day(),
                                dice.Text(200),
                                dice.Amount(),
                                dice.AnyId<GroupId>().text(),
                                dice.Text(200),
                                dice.Text(200),
                                static_cast<uint32_t>(dice.Number()),
                                dice.Coin() ? Money() : dice.Amount()};
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
    default:
      return RandomBodyOfVersion3(dice);
  }
}

}  // namespace

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
