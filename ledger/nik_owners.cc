// The row of a NIK: the members enrolled with it, joined with line feeds (no id contains one).
#include <algorithm>

#include "ledger/vault.h"

namespace iuran::ledger {

using events::MemberId;

namespace {

// Calls `visit` with each owner; stops where it answers false.
template <typename Visit>
void ForEachOwner(std::string_view owners, Visit visit) {
  while (!owners.empty()) {
    const size_t end = owners.find('\n');
    if (!visit(owners.substr(0, end))) return;
    owners = end == std::string_view::npos ? std::string_view() : owners.substr(end + 1);
  }
}

}  // namespace

std::string AddNikOwner(std::string_view owners, const MemberId& member) {
  constexpr auto kMostBetween = static_cast<std::ptrdiff_t>(kMostNikOwners) - 1;
  std::string row(owners);
  if (std::count(row.begin(), row.end(), '\n') >= kMostBetween) return row;
  if (!row.empty()) row += '\n';
  return row += member.text();
}

std::string RemoveNikOwner(std::string_view owners, const MemberId& member) {
  std::string row;
  ForEachOwner(owners, [&](std::string_view owner) {
    if (owner == member.text()) return true;
    if (!row.empty()) row += '\n';
    row += owner;
    return true;
  });
  return row;
}

std::optional<MemberId> OtherNikOwner(std::string_view owners, const MemberId& member) {
  std::optional<MemberId> other;
  ForEachOwner(owners, [&](std::string_view owner) {
    if (owner != member.text()) other = MemberId(std::string(owner));
    return !other.has_value();
  });
  return other;
}

}  // namespace iuran::ledger
