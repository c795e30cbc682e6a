// Timelines and groups as rows of the store. A timeline's row:
//
//   form         1 byte, kForm
//   number       unsigned
//   scheme       text
//   enrolled_at  unsigned
//   from         unsigned, months since 0000-01
//   attributes   group text, region text, income in sen signed, sector, payer, programs, risk class
//                of the group 1 byte each
//   changes      count; each: position (since the one before, the first since enrolled_at),
//                attribute 1 byte, month since `from` signed, value, after a
//                group its risk class 1 byte
//   exits        count; each: position as above, 0 or 1, and after 1 the last day, signed, since
//                the first of `from`
//   payments     count; each: flags 1 byte, day since the one before (the first since the first of
//                `from`) signed, position since the one before (the first since enrolled_at)
//                signed, amount in sen signed unless it is the one before, and where the payment
//                is void the events from it to its reversal
//
// A monthly payment takes about six bytes.
#include <type_traits>

#include "projections/accounts.h"
#include "projections/bytes.h"

namespace iuran::projections {
namespace {

using rules::Timeline;

constexpr uint8_t kForm = 3;
constexpr uint8_t kKind = 3;  // of the amount
constexpr uint8_t kVoid = 4;
constexpr uint8_t kSameAmount = 8;

void Put(ByteWriter& out, Money value) { out.Signed(value.Sen64()); }
void Put(ByteWriter& out, ProgramSet value) { out.Byte(value.bits()); }
void Put(ByteWriter& out, Sector value) { out.Byte(static_cast<uint8_t>(value)); }
void Put(ByteWriter& out, Payer value) { out.Byte(static_cast<uint8_t>(value)); }
void Put(ByteWriter& out, const GroupId& value) { out.Text(value.text()); }
void Put(ByteWriter& out, const std::string& value) { out.Text(value); }

template <typename Enum>
void GetEnum(ByteReader& in, Enum last, Enum& value) {
  const uint8_t byte = in.Byte();
  if (byte > static_cast<uint8_t>(last)) {
    in.Fail();
  } else {
    value = static_cast<Enum>(byte);
  }
}
void Get(ByteReader& in, Money& value) { value = Money::FromSen(in.Signed()); }
void Get(ByteReader& in, ProgramSet& value) {
  const uint8_t bits = in.Byte();
  if (bits >= 1u << kAllPrograms.size()) in.Fail();
  value = ProgramSet::FromBits(bits);
}
void Get(ByteReader& in, Sector& value) { GetEnum(in, Sector::kTransport, value); }
void Get(ByteReader& in, Payer& value) { GetEnum(in, Payer::kState, value); }
void Get(ByteReader& in, std::string& value) { value.assign(in.Text()); }
template <typename Tag>
void Get(ByteReader& in, Id<Tag>& value) {
  const std::string_view text = in.Text();
  if (value.text() != text) value = Id<Tag>(std::string(text));
}

// base + a signed difference, kept within [first, last]; a Day or a Month.
template <typename Date>
Date Near(ByteReader& in, Date base, Date first, Date last) {
  const int64_t difference = in.Signed();
  if (difference < first - base || difference > last - base) {
    in.Fail();
    return first;
  }
  return base + static_cast<int32_t>(difference);
}
Position After(ByteReader& in, Position before) {
  return Position{before.value + in.UpTo(rules::kNever - 1 - before.value)};
}

AttributeValue GetValue(ByteReader& in, Attribute attribute) {
  const auto get = [&in](auto value) -> AttributeValue {
    Get(in, value);
    return value;
  };
  switch (attribute) {
    case Attribute::kIncome:
      return get(Money());
    case Attribute::kPrograms:
      return get(ProgramSet());
    case Attribute::kSector:
      return get(Sector::kOther);
    case Attribute::kPayer:
      return get(Payer::kSelf);
    case Attribute::kGroup:
      return get(GroupId());
    case Attribute::kRegion:
      return get(std::string());
  }
  in.Fail();
  return {};
}

void PutPayments(ByteWriter& out, const Timeline& timeline) {
  out.Unsigned(timeline.payments.size());
  Day day = timeline.from.FirstDay();
  uint64_t position = timeline.enrolled_at.value;
  int64_t amount = 0;
  for (const auto& payment : timeline.payments) {
    const bool is_void = payment.void_from.value != rules::kNever;
    const bool same = payment.amount_sen == amount;
    out.Byte(static_cast<uint8_t>(static_cast<uint8_t>(payment.kind) | (is_void ? kVoid : 0) |
                                  (same ? kSameAmount : 0)));
    out.Signed(payment.paid_on - day);
    out.Signed(static_cast<int64_t>(payment.position.value - position));
    if (!same) out.Signed(payment.amount_sen);
    if (is_void) out.Unsigned(payment.void_from.value - payment.position.value);
    day = payment.paid_on;
    position = payment.position.value;
    amount = payment.amount_sen;
  }
}

void GetPayments(ByteReader& in, Timeline& timeline) {
  timeline.payments.clear();
  const size_t count = in.Count();
  timeline.payments.reserve(count);
  Day day = timeline.from.FirstDay();
  uint64_t position = timeline.enrolled_at.value;
  int64_t amount = 0;
  for (size_t i = 0; i < count && !in.failed(); ++i) {
    const uint8_t flags = in.Byte();
    if (flags > (kKind | kVoid | kSameAmount)) in.Fail();
    day = Near(in, day, kFirstDay, kLastDay);
    position += static_cast<uint64_t>(in.Signed());
    if (!(flags & kSameAmount)) amount = in.Signed();
    rules::TimelinePayment payment;
    payment.position = Position{position};
    payment.paid_on = day;
    payment.amount_sen = amount;
    payment.kind = static_cast<rules::AmountKind>(flags & kKind);
    if (flags & kVoid) payment.void_from = After(in, payment.position);
    timeline.payments.push_back(payment);
  }
}

void PutChanges(ByteWriter& out, const Timeline& timeline) {
  out.Unsigned(timeline.changes.size());
  uint64_t position = timeline.enrolled_at.value;
  for (const auto& change : timeline.changes) {
    out.Unsigned(change.position.value - position);
    out.Byte(static_cast<uint8_t>(change.attribute));
    out.Signed(change.from - timeline.from);
    std::visit([&out](const auto& value) { Put(out, value); }, change.value);
    if (change.attribute == Attribute::kGroup) out.Byte(change.risk);
    position = change.position.value;
  }
  out.Unsigned(timeline.exits.size());
  position = timeline.enrolled_at.value;
  const Day first = timeline.from.FirstDay();
  for (const auto& exit : timeline.exits) {
    out.Unsigned(exit.position.value - position);
    out.Byte(exit.last_day ? 1 : 0);
    if (exit.last_day) out.Signed(*exit.last_day - first);
    position = exit.position.value;
  }
}

void GetChanges(ByteReader& in, Timeline& timeline) {
  timeline.changes.clear();
  Position position = timeline.enrolled_at;
  for (size_t left = in.Count(); left > 0 && !in.failed(); --left) {
    rules::TimelineChange change;
    change.position = position = After(in, position);
    GetEnum(in, Attribute::kRegion, change.attribute);
    change.from = Near(in, timeline.from, kFirstMonth, kLastMonth);
    change.value = GetValue(in, change.attribute);
    if (change.attribute == Attribute::kGroup) change.risk = in.Byte();
    timeline.changes.push_back(std::move(change));
  }
  timeline.exits.clear();
  position = timeline.enrolled_at;
  const Day first = timeline.from.FirstDay();
  for (size_t left = in.Count(); left > 0 && !in.failed(); --left) {
    rules::TimelineExit exit;
    exit.position = position = After(in, position);
    if (in.UpTo(1) == 1) {
      exit.last_day = Near(in, first, kFirstDay, kLastDay);
    }
    timeline.exits.push_back(exit);
  }
}

}  // namespace

std::string EncodeTimeline(const Timeline& timeline) {
  ByteWriter out;
  out.Byte(kForm);
  out.Unsigned(timeline.number.value);
  Put(out, timeline.scheme.text());
  out.Unsigned(timeline.enrolled_at.value);
  out.Unsigned(static_cast<uint64_t>(timeline.from.number()));
  const rules::InForce& attributes = timeline.attributes;
  Put(out, attributes.group);
  Put(out, attributes.region);
  Put(out, attributes.income);
  Put(out, attributes.sector);
  Put(out, attributes.payer);
  Put(out, attributes.programs);
  out.Byte(attributes.risk);
  PutChanges(out, timeline);
  PutPayments(out, timeline);
  return out.Take();
}

Result<void> DecodeTimeline(std::string_view member, std::string_view row, Timeline& timeline) {
  ByteReader in(row);
  if (in.Byte() != kForm) in.Fail();
  if (timeline.member.text() != member) timeline.member = MemberId(std::string(member));
  timeline.number.value = static_cast<uint32_t>(in.UpTo(UINT32_MAX));
  Get(in, timeline.scheme);
  timeline.enrolled_at = Position{in.UpTo(rules::kNever - 1)};
  timeline.from =
      Month::FromNumber(static_cast<int32_t>(in.UpTo(static_cast<uint64_t>(kLastMonth.number()))));
  if (timeline.from < kFirstMonth) in.Fail();
  rules::InForce& attributes = timeline.attributes;
  Get(in, attributes.group);
  Get(in, attributes.region);
  Get(in, attributes.income);
  Get(in, attributes.sector);
  Get(in, attributes.payer);
  Get(in, attributes.programs);
  attributes.risk = in.Byte();
  if (!in.failed()) {
    GetChanges(in, timeline);
    GetPayments(in, timeline);
  }
  if (in.Done()) return {};
  return Fail(ErrorCode::kLedgerDamaged,
              "The stored account of member " + std::string(member) +
                  " cannot be read. Accounts are derived from the log: `iuran replay --swap` "
                  "makes them anew.");
}

std::string EncodeGroup(const GroupInfo& group) {
  ByteWriter out;
  out.Byte(kForm);
  out.Unsigned(group.registered_at.value);
  out.Byte(static_cast<uint8_t>(group.kind));
  out.Text(group.name);
  out.Text(group.region);
  out.Byte(group.risk.value_or(0));
  return out.Take();
}

Result<GroupInfo> DecodeGroup(std::string_view row) {
  ByteReader in(row);
  GroupInfo group;
  if (in.Byte() != kForm) in.Fail();
  group.registered_at = Position{in.Unsigned()};
  GetEnum(in, GroupKind::kAgency, group.kind);
  Get(in, group.name);
  Get(in, group.region);
  if (const uint8_t risk = in.Byte(); risk != 0) group.risk = risk;
  if (in.Done()) return group;
  return Fail(ErrorCode::kLedgerDamaged,
              "The stored register of groups cannot be read. It is derived from the log: `iuran "
              "replay --swap` makes it anew.");
}

}  // namespace iuran::projections
