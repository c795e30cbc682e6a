// Fetching: everything Decide may ask is fetched for the whole commit at once. commit_find.cc has
// the answers, commit_record.cc what becomes of them.
#include "ledger/commit_book.h"

#include <fmt/format.h>

#include <utility>

#include "events/check.h"
#include "events/codec.h"
#include "ledger/book_rows.h"
#include "ledger/rules/values.h"

namespace iuran::ledger {
namespace {

// Members a cache generation holds: two generations of them take some 40 MB.
constexpr size_t kMembersCached = size_t{1} << 17;

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
  corrected_.Clear();
  proposals_.Clear();
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
  const std::string keys[] = {std::string(kMemberCountRow), std::string(kClosingRow)};
  IURAN_ASSIGN(const auto rows, past_.FindRows(log::Table::kBook, keys));
  if (rows[0] && !DecodeRow(*rows[0], state_.member_count)) {
    return tl::unexpected<Error>(DamagedRow(keys[0]));
  }
  if (rows[1] && !DecodeRow(*rows[1], state_.closing.emplace())) {
    return tl::unexpected<Error>(DamagedRow(keys[1]));
  }
  if (past_.size() > 0) {
    IURAN_ASSIGN(const Event last, ReadEvent(past_, Position{past_.size() - 1}));
    state_.last_recorded_at = last.envelope.recorded_at;
  }
  state_loaded_ = true;
  return {};
}

// Keys of the commands themselves, and of the payments and members that they name. Rows of a file
// of changes may be known by an alias instead.
Result<void> CommitBook::FetchKeys(std::span<const Asked> asked) {
  std::vector<std::string> keys;
  keys.reserve(asked.size());
  for (const Asked& one : asked) {
    if (!one.key.empty()) keys.push_back(one.key);
    const rules::Request& request = one.command->request;
    if (const auto* list = std::get_if<rules::ReceiveList>(&request)) {
      keys.push_back("remittance/" + list->remittance.text());
      for (const rules::ReceiveList::Row& row : list->rows) {
        keys.push_back("payment/" + row.payment.payment.text());
      }
    } else if (const auto* reversal = std::get_if<rules::ReversePayment>(&request)) {
      keys.push_back("payment/" + reversal->payment.text());
    } else if (const auto* correction = std::get_if<rules::CorrectPayment>(&request)) {
      keys.push_back("payment/" + correction->payment.text());
      keys.push_back("reversal/" + correction->payment.text());
    } else if (const auto* person = std::get_if<rules::CorrectPerson>(&request)) {
      keys.push_back("member/" + person->member.text());
      keys.push_back("forgotten/" + person->member.text());
    }
  }
  IURAN_ASSIGN(const auto found, past_.FindKeys(keys));
  for (size_t i = 0; i < keys.size(); ++i) keys_[keys[i]] = KnownOf(found[i]);
  for (const Asked& one : asked) {
    if (!rules::IsKnownByRow(one.command->request) || one.key.empty()) continue;
    if (!keys_[one.key]) wanted_.push_back(AliasRowKey(one.key));
  }
  return FetchWanted();
}

void CommitBook::Want(const rules::Request& request) const {
  if (const auto* payment = std::get_if<rules::ReceivePayment>(&request)) {
    WantMember(payment->member.text());
    if (!payment->remittance.empty()) WantRemittance(payment->remittance.text());
  } else if (const auto* list = std::get_if<rules::ReceiveList>(&request)) {
    WantRemittance(list->remittance.text());
    for (const rules::ReceiveList::Row& row : list->rows) WantMember(row.payment.member.text());
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
  } else if (const auto* person = std::get_if<rules::CorrectPerson>(&request)) {
    WantMember(person->member.text());
    WantChange(PersonRowKey(person->member));
  } else if (const auto* remittance = std::get_if<rules::ReceiveRemittance>(&request)) {
    WantGroup(remittance->payer);
    WantMember(remittance->payer);
  } else if (const auto* forget = std::get_if<rules::ForgetPerson>(&request)) {
    WantMember(forget->member.text());
  } else if (const auto* reversal = std::get_if<rules::ReversePayment>(&request)) {
    WantPayment(reversal->payment.text());
  } else if (const auto* correction = std::get_if<rules::CorrectPayment>(&request)) {
    WantPayment(correction->payment.text());
  }
  if (const std::string id = rules::ProposalId(request); !id.empty()) WantProposal(id);
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

void CommitBook::WantPayment(const std::string& payment) const {
  if (corrected_.Add(payment).second) wanted_.push_back(PaymentRowKey(payment));
}
void CommitBook::WantProposal(const std::string& id) const {
  if (proposals_.Add(id).second) wanted_.push_back(ProposalRowKey(id));
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
    case 'w':
      good = DecodeRow(*row, changes_[row_key].value.emplace());
      break;
    case 'k':
      good = DecodeRow(*row, keys_[name].emplace());
      break;
    case 'p':
      good = DecodeRow(*row, corrected_[name].value.emplace());
      break;
    case 'q':
      good = DecodeRow(*row, proposals_[name].value.emplace());
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
    if (const auto* person = std::get_if<rules::CorrectPerson>(&one.command->request)) {
      keys.push_back(Vault::PersonKey(person->member));
    }
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

}  // namespace iuran::ledger
