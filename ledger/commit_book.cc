// Lookups: everything Decide may ask is fetched for the whole commit at once; what was not foreseen
// is fetched singly. commit_record.cc has the other half.
#include "ledger/commit_book.h"

#include <fmt/format.h>

#include <utility>

#include "events/check.h"
#include "events/codec.h"
#include "ledger/book_rows.h"

namespace iuran::ledger {
namespace {

// Members a cache generation holds: two generations of them take some 40 MB.
constexpr size_t kMembersCached = size_t{1} << 17;

std::optional<rules::KnownKey> Known(const std::optional<log::KeyEntry>& entry) {
  if (!entry) return std::nullopt;
  return rules::KnownKey{Position{entry->position}, entry->digest};
}

Error DamagedRow(const std::string& row_key) {
  return {ErrorCode::kLedgerDamaged,
          fmt::format("The row {} of the book is damaged.", row_key.substr(0, row_key.find('\0')))};
}

}  // namespace

CommitBook::CommitBook(const Past& past, const Vault* vault)
    : past_(past), vault_(vault), member_cache_(kMembersCached) {}

Result<void> CommitBook::Begin(std::span<const Asked> asked) {
  keys_.Clear();
  members_.Clear();
  groups_.Clear();
  remittances_.Clear();
  changes_.Clear();
  vault_rows_.Clear();
  wanted_.clear();
  failure_.reset();
  aliases_.clear();
  pending_.clear();
  if (!state_loaded_) IURAN_TRY(LoadState());
  first_position_ = past_.size();
  IURAN_TRY(FetchKeys(asked));
  for (const Asked& one : asked) {
    const auto* known = keys_.Find(one.key);
    if (known == nullptr || !known->has_value()) Want(one.command->request);
  }
  IURAN_TRY(FetchWanted());
  return FetchPeople(asked);
}

Result<void> CommitBook::LoadState() {
  state_ = State();
  member_cache_.Clear();
  IURAN_ASSIGN(state_.enacted, LoadSchemes(past_));
  const std::string key(kMemberCountRow);
  IURAN_ASSIGN(const auto rows, past_.FindRows(log::Table::kBook, std::span(&key, 1)));
  if (rows[0] && !DecodeRow(*rows[0], state_.member_count)) {
    return tl::unexpected<Error>(DamagedRow(key));
  }
  if (past_.size() > 0) {
    IURAN_ASSIGN(const Event last, ReadEvent(past_, Position{past_.size() - 1}));
    state_.last_recorded_at = last.envelope.recorded_at;
  }
  state_loaded_ = true;
  return {};
}

// Keys of the commands themselves, and of the payments that reversals name. Rows of a file of
// changes may be known by an alias instead.
Result<void> CommitBook::FetchKeys(std::span<const Asked> asked) {
  std::vector<std::string> keys;
  keys.reserve(asked.size());
  for (const Asked& one : asked) {
    if (!one.key.empty()) keys.push_back(one.key);
    if (const auto* reversal = std::get_if<rules::ReversePayment>(&one.command->request)) {
      keys.push_back("payment/" + reversal->payment.text());
    }
  }
  IURAN_ASSIGN(const auto found, past_.FindKeys(keys));
  for (size_t i = 0; i < keys.size(); ++i) keys_[keys[i]] = Known(found[i]);
  for (const Asked& one : asked) {
    const bool is_change = std::holds_alternative<rules::ChangeAttribute>(one.command->request) ||
                           std::holds_alternative<rules::ChangeExit>(one.command->request);
    if (is_change && !one.key.empty() && !keys_[one.key]) wanted_.push_back(AliasRowKey(one.key));
  }
  return FetchWanted();
}

void CommitBook::Want(const rules::Request& request) const {
  if (const auto* payment = std::get_if<rules::ReceivePayment>(&request)) {
    WantMember(payment->member.text());
    if (!payment->remittance.empty()) WantRemittance(payment->remittance.text());
  } else if (const auto* enrol = std::get_if<rules::EnrolMember>(&request)) {
    if (!enrol->attributes.group.empty()) WantGroup(enrol->attributes.group.text());
  } else if (const auto* change = std::get_if<rules::ChangeAttribute>(&request)) {
    WantMember(change->member.text());
    WantChange(ChangeRowKey(change->member, change->attribute, change->from));
    const auto* group = std::get_if<GroupId>(&change->value);
    if (group != nullptr && !group->empty()) WantGroup(group->text());
  } else if (const auto* exit = std::get_if<rules::ChangeExit>(&request)) {
    WantMember(exit->member.text());
    WantChange(ExitRowKey(exit->member));
  } else if (const auto* remittance = std::get_if<rules::ReceiveRemittance>(&request)) {
    WantGroup(remittance->payer);
    WantMember(remittance->payer);
  } else if (const auto* forget = std::get_if<rules::ForgetPerson>(&request)) {
    WantMember(forget->member.text());
  }
}

void CommitBook::WantMember(const std::string& member) const {
  const auto [answer, added] = members_.Add(member);
  if (!added) return;
  if (const MemberState* cached = member_cache_.Find(member)) {
    answer->value = *cached;
  } else {
    wanted_.push_back(MemberRowKey(member));
  }
}
void CommitBook::WantGroup(const std::string& group) const {
  if (groups_.Add(group).second) wanted_.push_back(GroupRowKey(group));
}
void CommitBook::WantRemittance(const std::string& remittance) const {
  if (remittances_.Add(remittance).second) wanted_.push_back(RemittanceRowKey(remittance));
}
void CommitBook::WantChange(std::string row_key) const {
  if (changes_.Add(row_key).second) wanted_.push_back(std::move(row_key));
}

Result<void> CommitBook::FetchWanted() const {
  if (wanted_.empty()) return {};
  IURAN_ASSIGN(const auto rows, past_.FindRows(log::Table::kBook, wanted_));
  for (size_t i = 0; i < rows.size(); ++i) IURAN_TRY(Load(wanted_[i], rows[i]));
  wanted_.clear();
  return {};
}

Result<void> CommitBook::Load(const std::string& row_key,
                              const std::optional<std::string>& row) const {
  if (!row) return {};
  const std::string_view name = std::string_view(row_key).substr(2);
  bool good = false;
  switch (row_key[0]) {
    case 'm': {
      MemberState state;
      good = DecodeRow(*row, state.known);
      IURAN_ASSIGN(state.stream_size, past_.StreamSize("member/" + std::string(name)));
      members_[name].value = std::move(state);
      break;
    }
    case 'g':
      good = DecodeRow(*row, groups_[name].value.emplace());
      break;
    case 'r':
      good = DecodeRow(*row, remittances_[name].value.emplace());
      break;
    case 'c':
    case 'x':
      good = DecodeRow(*row, changes_[row_key].value.emplace());
      break;
    case 'k':
      good = DecodeRow(*row, keys_[name].emplace());
      break;
    default:
      IURAN_CHECK(false, "a row wanted is one of the kinds there are");
  }
  if (!good) return tl::unexpected<Error>(DamagedRow(row_key));
  return {};
}

// Rows of the vault: of people enrolled before, to compare, and of NIKs that come now.
Result<void> CommitBook::FetchPeople(std::span<const Asked> asked) {
  std::vector<std::string> keys;
  for (const Asked& one : asked) {
    const auto* enrol = std::get_if<rules::EnrolMember>(&one.command->request);
    if (enrol == nullptr) continue;
    if (keys_[one.key]) {
      keys.push_back(Vault::PersonKey(enrol->member));
    } else if (vault_ != nullptr && !enrol->personal_data.nik.empty()) {
      keys.push_back(vault_->NikKey(enrol->personal_data.nik));
    }
  }
  if (keys.empty()) return {};
  IURAN_ASSIGN(auto rows, past_.FindRows(log::Table::kVault, keys));
  for (size_t i = 0; i < keys.size(); ++i) vault_rows_[keys[i]].value = std::move(rows[i]);
  return {};
}

void CommitBook::Fail(Error error) const {
  if (!failure_) failure_ = std::move(error);
}

void CommitBook::FetchNow() const {
  if (auto fetched = FetchWanted(); !fetched) {
    wanted_.clear();
    Fail(std::move(fetched.error()));
  }
}

std::optional<rules::KnownKey> CommitBook::FindKey(const std::string& key) const {
  if (const auto* known = keys_.Find(key)) return *known;
  auto found = past_.FindKeys(std::span(&key, 1));
  if (!found) {
    Fail(std::move(found.error()));
    return std::nullopt;
  }
  return keys_[key] = Known((*found)[0]);
}

std::optional<rules::KnownGroup> CommitBook::FindGroup(const GroupId& group) const {
  WantGroup(group.text());
  FetchNow();
  return groups_.Find(group.text())->value;
}

std::optional<rules::KnownMember> CommitBook::FindMember(const MemberId& member) const {
  WantMember(member.text());
  FetchNow();
  const auto& answer = members_.Find(member.text())->value;
  if (!answer) return std::nullopt;
  return answer->known;
}

std::optional<rules::KnownRemittance> CommitBook::FindRemittance(const RemittanceId& id) const {
  WantRemittance(id.text());
  FetchNow();
  return remittances_.Find(id.text())->value;
}

// Of the past or of this commit.
Result<Event> CommitBook::EventAt(Position position) const {
  if (position.value < first_position_) return ReadEvent(past_, position);
  const std::string& bytes = pending_[position.value - first_position_].bytes;
  return Decode(std::as_bytes(std::span(bytes)));
}

std::optional<rules::KnownPayment> CommitBook::FindPayment(const PaymentId& payment) const {
  const auto key = FindKey("payment/" + payment.text());
  if (!key) return std::nullopt;
  const Result<Event> event = EventAt(key->position);
  const auto* body = event ? std::get_if<PaymentReceived>(&event->body) : nullptr;
  if (body == nullptr) {
    Fail(event ? Error{ErrorCode::kLedgerDamaged,
                       fmt::format("The event at position {} should be payment {}.",
                                   key->position.value, payment.text())}
               : event.error());
    return std::nullopt;
  }
  return rules::KnownPayment{key->position, body->member, body->number, body->amount,
                             body->remittance};
}

std::optional<rules::Book::LastChange> CommitBook::LastChangeIn(std::string row_key) const {
  WantChange(row_key);
  FetchNow();
  return changes_.Find(row_key)->value;
}

std::optional<rules::Book::LastChange> CommitBook::FindLastChange(const MemberId& member,
                                                                  Attribute attribute,
                                                                  Month from) const {
  return LastChangeIn(ChangeRowKey(member, attribute, from));
}
std::optional<rules::Book::LastChange> CommitBook::FindLastExit(const MemberId& member) const {
  return LastChangeIn(ExitRowKey(member));
}

std::optional<rules::Timeline> CommitBook::FindHistory(const MemberId& member) const {
  std::optional<rules::Timeline> history;
  const auto fold = [&](const Event& event) {
    if (const auto* enrolled = std::get_if<MemberEnrolled>(&event.body)) {
      history.emplace();
      history->member = member;
      history->number = enrolled->number;
      history->scheme = enrolled->scheme;
      history->enrolled_at = event.envelope.position;
      history->from = enrolled->from;
      history->attributes = enrolled->attributes;
    } else if (const auto* change = std::get_if<AttributeChanged>(&event.body); change && history) {
      history->changes.push_back(
          {event.envelope.position, change->attribute, change->from, change->value});
    }
  };
  const auto read = [&]() -> Result<void> {
    const std::string stream = "member/" + member.text();
    IURAN_ASSIGN(const std::vector<uint64_t> positions, past_.Stream(stream));
    for (const uint64_t position : positions) {
      IURAN_ASSIGN(const Event event, ReadEvent(past_, Position{position}));
      fold(event);
    }
    for (const PendingEvent& pending : pending_) {
      if (pending.stream != stream) continue;
      IURAN_ASSIGN(const Event event, Decode(std::as_bytes(std::span(pending.bytes))));
      fold(event);
    }
    return {};
  };
  if (auto done = read(); !done) Fail(std::move(done.error()));
  return history;
}

const rules::Scheme* CommitBook::FindScheme(const SchemeId& scheme) const {
  return state_.enacted.schemes.Find(scheme, Position{rules::kNever});
}
std::optional<rules::KnownDocument> CommitBook::FindSchemeDocument(const SchemeId& scheme) const {
  const std::optional<Position> position = state_.enacted.schemes.EnactedAt(scheme, Position{rules::kNever});
  if (!position) return std::nullopt;
  Result<Event> event = EventAt(*position);
  auto* body = event ? std::get_if<SchemeEnacted>(&event->body) : nullptr;
  if (body == nullptr) {
    Fail(event ? Error{ErrorCode::kLedgerDamaged,
                       fmt::format("The event at position {} should enact scheme {}.",
                                   position->value, scheme.text())}
               : event.error());
    return std::nullopt;
  }
  return rules::KnownDocument{*position, std::move(body->document)};
}

std::vector<SchemeId> CommitBook::SchemeIds() const {
  return state_.enacted.schemes.Ids(Position{rules::kNever});
}

std::optional<std::string> CommitBook::FindVaultRow(const std::string& key) const {
  if (const auto* answer = vault_rows_.Find(key)) return answer->value;
  auto found = past_.FindRows(log::Table::kVault, std::span(&key, 1));
  if (!found) {
    Fail(std::move(found.error()));
    return std::nullopt;
  }
  return vault_rows_[key].value = std::move((*found)[0]);
}

bool CommitBook::SamePersonalData(const MemberId& member, const rules::PersonalData& data) const {
  const std::optional<std::string> row = FindVaultRow(Vault::PersonKey(member));
  if (!row) return data.empty() || FindKey("forgotten/" + member.text()).has_value();
  if (data.empty()) return false;
  IURAN_CHECK(vault_ != nullptr, "commands with personal data come with a master key");
  auto held = vault_->Open(member, *row);
  if (!held) {
    Fail(std::move(held.error()));
    return false;
  }
  return *held == data;
}

}  // namespace iuran::ledger
