// The bytes of the book's rows; book_rows.h has the table.
#include "ledger/book_rows.h"

#include <cstring>

#include "ledger/bytes.h"

namespace iuran::ledger {
namespace {

constexpr uint8_t kRowVersion = 1;

std::string Prefixed(std::string_view prefix, std::string_view text) {
  std::string key;
  key.reserve(prefix.size() + text.size());
  key += prefix;
  key += text;
  return key;
}

std::string NewRow() { return std::string(1, static_cast<char>(kRowVersion)); }

uint64_t Sen(Money money) { return static_cast<uint64_t>(money.Sen64()); }
Money FromSen(uint64_t sen) { return Money::FromSen(static_cast<int64_t>(sen)); }

}  // namespace

std::string MemberRowKey(std::string_view member) { return Prefixed("m/", member); }
std::string GroupRowKey(std::string_view group) { return Prefixed("g/", group); }
std::string RemittanceRowKey(std::string_view remittance) { return Prefixed("r/", remittance); }
std::string ExitRowKey(const MemberId& member) { return Prefixed("x/", member.text()); }
std::string AliasRowKey(std::string_view idempotency_key) {
  return Prefixed("k/", idempotency_key);
}
std::string PersonRowKey(const MemberId& member) { return Prefixed("w/", member.text()); }
std::string PaymentRowKey(std::string_view payment) { return Prefixed("p/", payment); }
std::string ProposalRowKey(std::string_view id) { return Prefixed("q/", id); }
std::string ChangeRowKey(const MemberId& member, Attribute attribute, Month from) {
  std::string key = Prefixed("c/", member.text());
  PutU8(key, 0);
  PutU8(key, static_cast<uint8_t>(attribute));
  PutU32(key, static_cast<uint32_t>(from.number()));
  return key;
}

std::string EncodeRow(const rules::KnownMember& member) {
  std::string row = NewRow();
  PutU32(row, member.number.value);
  PutU32(row, static_cast<uint32_t>(member.from.number()));
  return row += member.scheme.text();
}
bool DecodeRow(std::string_view row, rules::KnownMember& value) {
  ByteReader reader(row);
  if (reader.TakeU8() != kRowVersion) return false;
  value.number.value = reader.TakeU32();
  value.from = Month::FromNumber(static_cast<int32_t>(reader.TakeU32()));
  value.scheme = SchemeId(std::string(reader.Rest()));
  return reader.ok() && !value.scheme.empty();
}

std::string EncodeRow(const rules::KnownGroup& group) {
  std::string row = NewRow();
  PutU8(row, group.risk.value_or(0));
  return row;
}
bool DecodeRow(std::string_view row, rules::KnownGroup& value) {
  ByteReader reader(row);
  if (reader.TakeU8() != kRowVersion) return false;
  const uint8_t risk = reader.TakeU8();
  value.risk = risk == 0 ? std::nullopt : std::optional<uint8_t>(risk);
  return reader.done();
}

std::string EncodeRow(const rules::KnownRemittance& remittance) {
  std::string row = NewRow();
  PutU64(row, Sen(remittance.amount));
  PutU64(row, Sen(remittance.allocated));
  return row;
}
bool DecodeRow(std::string_view row, rules::KnownRemittance& value) {
  ByteReader reader(row);
  if (reader.TakeU8() != kRowVersion) return false;
  value.amount = FromSen(reader.TakeU64());
  value.allocated = FromSen(reader.TakeU64());
  return reader.done();
}

std::string EncodeRow(const rules::Book::LastChange& change) {
  std::string row = NewRow();
  PutU64(row, change.position.value);
  return row += change.value;
}
bool DecodeRow(std::string_view row, rules::Book::LastChange& value) {
  ByteReader reader(row);
  if (reader.TakeU8() != kRowVersion) return false;
  value.position.value = reader.TakeU64();
  value.value = reader.Rest();
  return reader.ok();
}

std::string EncodeRow(const rules::KnownKey& key) {
  std::string row = NewRow();
  PutU64(row, key.position.value);
  row.append(reinterpret_cast<const char*>(key.digest.data()), key.digest.size());
  return row;
}
bool DecodeRow(std::string_view row, rules::KnownKey& value) {
  ByteReader reader(row);
  if (reader.TakeU8() != kRowVersion) return false;
  value.position.value = reader.TakeU64();
  const std::string_view digest = reader.Take(value.digest.size());
  if (!reader.done()) return false;
  std::memcpy(value.digest.data(), digest.data(), digest.size());
  return true;
}

std::string EncodeRow(const rules::KnownProposal& proposal) {
  std::string row = NewRow();
  PutU64(row, proposal.position.value);
  PutU8(row, proposal.open ? 1 : 0);
  PutU64(row, proposal.carried_out.value_or(Position()).value);  // the opening carries none out
  return row;
}
bool DecodeRow(std::string_view row, rules::KnownProposal& value) {
  ByteReader reader(row);
  if (reader.TakeU8() != kRowVersion) return false;
  value.position.value = reader.TakeU64();
  const uint8_t open = reader.TakeU8();
  value.open = open == 1;
  const Position carried_out{reader.TakeU64()};
  value.carried_out = carried_out == Position() ? std::nullopt : std::optional(carried_out);
  return reader.done() && open <= 1 && !(value.open && value.carried_out);
}

std::string EncodeRow(const rules::KnownClosing& closing) {
  std::string row = NewRow();
  PutU32(row, static_cast<uint32_t>(closing.month.number()));
  PutU64(row, closing.known);
  return row;
}
bool DecodeRow(std::string_view row, rules::KnownClosing& value) {
  ByteReader reader(row);
  if (reader.TakeU8() != kRowVersion) return false;
  value.month = Month::FromNumber(static_cast<int32_t>(reader.TakeU32()));
  value.known = reader.TakeU64();
  return reader.done() && value.month >= kFirstMonth && value.month <= kLastMonth;
}

std::string EncodeRow(Position payment) {
  std::string row = NewRow();
  PutU64(row, payment.value);
  return row;
}
bool DecodeRow(std::string_view row, Position& value) {
  ByteReader reader(row);
  if (reader.TakeU8() != kRowVersion) return false;
  value.value = reader.TakeU64();
  return reader.done();
}

std::string EncodeRow(uint32_t member_count) {
  std::string row = NewRow();
  PutU32(row, member_count);
  return row;
}
bool DecodeRow(std::string_view row, uint32_t& value) {
  ByteReader reader(row);
  if (reader.TakeU8() != kRowVersion) return false;
  value = reader.TakeU32();
  return reader.done();
}

std::string EncodeRow(const std::vector<uint64_t>& scheme_positions) {
  std::string row = NewRow();
  for (const uint64_t position : scheme_positions) PutU64(row, position);
  return row;
}
bool DecodeRow(std::string_view row, std::vector<uint64_t>& value) {
  ByteReader reader(row);
  if (reader.TakeU8() != kRowVersion) return false;
  value.clear();
  while (reader.ok() && !reader.done()) value.push_back(reader.TakeU64());
  return reader.ok();
}

}  // namespace iuran::ledger
