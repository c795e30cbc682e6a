// The rows that answer rules::Book, kept beside the log (log::Table::kBook) in the batch of the
// events that cause them. They follow from the events alone and could be built from them again.
//
//   row key                              value (after one byte of version, 1)
//   m/<member>                           number u32, from month u32, scheme
//   g/<group>                            risk class u8, 0 for none
//   r/<remittance>                       amount u64 and allocated or returned u64, in sen
//   c/<member> 0 <attribute> <month u32> position u64, value: the change recorded last
//   x/<member>                           position u64, value: the exit recorded last
//   k/<idempotency key>                  position u64, digest 16: row of a file, repeated change
//   w/<member>                           position u64: the personal data corrected last
//   p/<payment>                          position u64 of the payment as last corrected
//   q/<proposal>                         position u64, 1 while it is open else 0, position u64
//                                        where it was carried out else 0: the latest one
//   z                                    month u32 closed last, how many events it knows u64
//   n                                    number of members u32
//   s                                    positions u64 of the schemes enacted
//
// Numbers are little-endian; a value or scheme is the rest of the row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/rules/book.h"

namespace iuran::ledger {

using namespace events;

inline constexpr std::string_view kMemberCountRow = "n";
inline constexpr std::string_view kSchemesRow = "s";
inline constexpr std::string_view kClosingRow = "z";

std::string MemberRowKey(std::string_view member);
std::string GroupRowKey(std::string_view group);
std::string RemittanceRowKey(std::string_view remittance);
std::string ChangeRowKey(const MemberId& member, Attribute attribute, Month from);
std::string ExitRowKey(const MemberId& member);
std::string AliasRowKey(std::string_view idempotency_key);
std::string PersonRowKey(const MemberId& member);
std::string PaymentRowKey(std::string_view payment);
std::string ProposalRowKey(std::string_view id);

std::string EncodeRow(const rules::KnownMember& member);
std::string EncodeRow(const rules::KnownGroup& group);
std::string EncodeRow(const rules::KnownRemittance& remittance);
std::string EncodeRow(const rules::Book::LastChange& change);
std::string EncodeRow(const rules::KnownKey& key);
std::string EncodeRow(const rules::KnownProposal& proposal);
std::string EncodeRow(const rules::KnownClosing& closing);
std::string EncodeRow(Position payment);
std::string EncodeRow(uint32_t member_count);
std::string EncodeRow(const std::vector<uint64_t>& scheme_positions);

// Each reads a row into `value`; false where it is no such row.
bool DecodeRow(std::string_view row, rules::KnownMember& value);
bool DecodeRow(std::string_view row, rules::KnownGroup& value);
bool DecodeRow(std::string_view row, rules::KnownRemittance& value);
bool DecodeRow(std::string_view row, rules::Book::LastChange& value);
bool DecodeRow(std::string_view row, rules::KnownKey& value);
bool DecodeRow(std::string_view row, rules::KnownProposal& value);
bool DecodeRow(std::string_view row, rules::KnownClosing& value);
bool DecodeRow(std::string_view row, Position& value);
bool DecodeRow(std::string_view row, uint32_t& value);
bool DecodeRow(std::string_view row, std::vector<uint64_t>& value);

}  // namespace iuran::ledger
