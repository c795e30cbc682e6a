// Recording: an accepted request becomes bytes and rows, and those after it see it.
#include <utility>

#include "events/check.h"
#include "events/codec.h"
#include "events/validity.h"
#include "ledger/book_rows.h"
#include "ledger/commit_book.h"
#include "ledger/derived_book.h"

namespace iuran::ledger {
namespace {

// Whatever the rules accept fits a record. A fact has at most four texts, and author, channel, key
// and approver stand around it; the rest of a record is numbers, identifiers and pointers.
constexpr size_t kRestOfRecord = 2048;
static_assert(events::kMaxRecordBytes <= log::kMaxRecordBytes);
static_assert(7 * events::kMaxTextBytes + events::kMaxApproverBytes + kRestOfRecord <=
              events::kMaxRecordBytes);
static_assert(rules::kMaxDocumentBytes + 3 * events::kMaxTextBytes + events::kMaxApproverBytes +
                  kRestOfRecord <=
              events::kMaxRecordBytes);
static_assert(rules::kMaxAuthorBytes <= events::kMaxApproverBytes);

// The member an event of a member's stream is about; null for other streams.
const MemberId* MemberOf(const Body& body) {
  return std::visit(
      [](const auto& b) -> const MemberId* {
        if constexpr (requires { b.member; }) return &b.member;
        return nullptr;
      },
      body);
}

template <typename Answers>
void PutRows(const Answers& answers, std::string (*row_key)(std::string_view),
             std::vector<log::RowChange>& rows) {
  for (const auto& [name, answer] : answers.entries()) {
    if (answer.changed) {
      rows.push_back({log::Table::kBook, row_key(name), EncodeRow(*answer.value)});
    }
  }
}

}  // namespace

uint32_t CommitBook::StreamSize(const rules::Accepted& accepted) const {
  if (std::holds_alternative<MemberEnrolled>(accepted.body)) return 0;
  if (const MemberId* member = MemberOf(accepted.body)) {
    WantMember(member->text());
    FetchNow();
    const auto* answer = members_.Find(member->text());
    return answer->value ? answer->value->stream_size : 0;
  }
  // A group has one event, and the first of a remittance is that it was received.
  if (std::holds_alternative<GroupRegistered>(accepted.body)) return 0;
  if (std::holds_alternative<RemittanceReceived>(accepted.body)) return 0;
  auto size = past_.StreamSize(accepted.stream);
  if (!size) {
    Fail(std::move(size.error()));
    return 0;
  }
  for (const PendingEvent& pending : pending_) *size += pending.stream == accepted.stream ? 1 : 0;
  return *size;
}

Result<Recorded> CommitBook::Record(const Asked& asked, rules::Accepted accepted,
                                    Time recorded_at) {
  const rules::Command& command = *asked.command;
  Recorded receipt;
  receipt.position = Position{first_position_ + pending_.size()};
  receipt.adjusts = accepted.adjusts;
  bool sealed = false;  // something that the digest of its file would tell of
  if (auto* enrolled = std::get_if<MemberEnrolled>(&accepted.body)) {
    const auto& request = std::get<rules::EnrolMember>(command.request);
    sealed = !request.personal_data.empty();
    if (sealed) {
      IURAN_ASSIGN(receipt.likely_double, SealPerson(request.member, request.personal_data,
                                                     enrolled->personal_data_commitment));
    }
  } else if (auto* corrected = std::get_if<PersonalDataCorrected>(&accepted.body)) {
    const auto& request = std::get<rules::CorrectPerson>(command.request);
    IURAN_TRY(ErasePerson(request.member));
    sealed = true;
    if (!request.personal_data.empty()) {
      IURAN_ASSIGN(receipt.likely_double,
                   SealPerson(request.member, request.personal_data, corrected->commitment));
    }
  } else if (const auto* forgotten = std::get_if<PersonForgotten>(&accepted.body)) {
    IURAN_TRY(ErasePerson(forgotten->member));
  }
  receipt.proposed = std::holds_alternative<ChangeProposed>(accepted.body);
  RecordEvent(command, accepted, sealed, recorded_at);
  for (rules::Accepted& other : accepted.also) {
    if (!receipt.adjusts) receipt.adjusts = other.adjusts;
    RecordEvent(command, other, false, recorded_at);
  }
  if (failure_) return tl::unexpected<Error>(*failure_);
  return receipt;
}

// One event; where something cannot be read the failure is told.
void CommitBook::RecordEvent(const rules::Command& command, rules::Accepted& accepted, bool sealed,
                             Time recorded_at) {
  const uint32_t version = StreamSize(accepted);
  if (failure_) return;
  const Position position{first_position_ + pending_.size()};
  Envelope& envelope = event_.envelope;
  envelope.position = position;
  envelope.stream = accepted.stream;
  envelope.stream_version = version;
  envelope.recorded_at = recorded_at;
  envelope.day = accepted.day;
  envelope.author = accepted.author.empty() ? command.author : accepted.author;
  envelope.source = command.source;
  if (accepted.line != 0) envelope.source.line = accepted.line;
  if (sealed && envelope.source.file_digest) {
    envelope.source.file_digest = FileMark(*envelope.source.file_digest);
  }
  envelope.idempotency_key = accepted.idempotency_key;
  envelope.corrects = accepted.corrects;
  envelope.approver = accepted.approver;
  envelope.proposal = accepted.proposal;
  envelope.adjusts = accepted.adjusts;
  event_.body = std::move(accepted.body);
  Note(event_);
  if (failure_) return;
  if (!accepted.idempotency_key.empty()) {
    keys_[accepted.idempotency_key] = rules::KnownKey{position, accepted.digest};
  }
  state_.last_recorded_at = recorded_at;
  pending_.push_back({std::move(accepted.stream), version, Encode(event_),
                      std::move(accepted.idempotency_key), accepted.digest});
}

void CommitBook::Remember(const Asked& asked, Position position) {
  if (!rules::IsKnownByRow(asked.command->request)) return;
  if (asked.key.empty() || FindKey(asked.key)) return;
  const rules::KnownKey known{position, asked.digest};
  keys_[asked.key] = known;
  aliases_.emplace_back(asked.key, known);
}

void CommitBook::PutVaultRow(const std::string& key, std::optional<std::string> row) {
  vault_rows_[key] = {std::move(row), true};
}

// Seals the data and enters the NIK; answers with another member enrolled with it.
Result<std::optional<MemberId>> CommitBook::SealPerson(const MemberId& member,
                                                       const rules::PersonalData& data,
                                                       std::optional<Digest>& commitment) {
  IURAN_CHECK(vault_ != nullptr, "commands with personal data come with a master key");
  IURAN_ASSIGN(Vault::Sealed sealed, vault_->Seal(member, data));
  commitment = sealed.commitment;
  PutVaultRow(Vault::PersonKey(member), std::move(sealed.row));
  if (data.nik.empty()) return std::nullopt;
  const std::string nik_key = vault_->NikKey(data.nik);
  const std::string owners = FindVaultRow(nik_key).value_or(std::string());
  std::string added = AddNikOwner(owners, member);
  if (added != owners) PutVaultRow(nik_key, std::move(added));
  return OtherNikOwner(owners, member);
}

Digest CommitBook::FileMark(const Digest& file_digest) {
  if (!marked_ || marked_->first != file_digest) {
    marked_.emplace(file_digest, vault_->FileMark(file_digest));
  }
  return marked_->second;
}

// Deletes the person's row, and the member from the row of the NIK. A row that cannot be opened any
// more is deleted all the same; which NIK it held nobody can know then.
Result<void> CommitBook::ErasePerson(const MemberId& member) {
  IURAN_CHECK(vault_ != nullptr, "forgetting comes with a master key");
  const std::string person_key = Vault::PersonKey(member);
  const std::optional<std::string> row = FindVaultRow(person_key);
  if (!row) return {};
  const auto data = vault_->Open(member, *row);
  PutVaultRow(person_key, std::nullopt);
  if (!data || data->nik.empty()) return {};
  const std::string nik_key = vault_->NikKey(data->nik);
  std::string owners = RemoveNikOwner(FindVaultRow(nik_key).value_or(std::string()), member);
  PutVaultRow(nik_key, owners.empty() ? std::nullopt : std::optional(std::move(owners)));
  return {};
}

// What the book knows once the event is there.
struct CommitBook::Listener {
  CommitBook& book;

  void Enrolled(const MemberId& member, rules::KnownMember known) {
    book.members_[member.text()] = {MemberState{std::move(known), 0}, true};
    ++book.state_.member_count;
    book.state_.count_changed = true;
  }
  void Registered(const GroupId& group, const rules::KnownGroup& known) {
    book.groups_[group.text()] = {known, true};
  }
  void Remitted(const RemittanceId& remittance, Money amount) {
    book.remittances_[remittance.text()] = {rules::KnownRemittance{amount, Money()}, true};
  }
  void Drawn(const RemittanceId& remittance, Money amount) {
    auto& answer = book.remittances_[remittance.text()];
    answer.value->allocated += amount;
    answer.changed = true;
  }
  void Reversed(const Event& /*event*/, const PaymentReversed& reversal) {
    const auto payment = book.FindPayment(reversal.payment);
    if (!payment || payment->fact.remittance.empty()) return;
    const RemittanceId& remittance = payment->fact.remittance;
    if (book.FindRemittance(remittance)) Drawn(remittance, -payment->fact.amount);
  }
  void Changed(const std::string& row_key, LastChange change) {
    book.changes_[row_key] = {std::move(change), true};
  }
  void Enacted(Position at, const SchemeEnacted& enacted) {
    auto scheme = rules::Scheme::Parse(enacted.document);
    IURAN_CHECK(scheme.has_value(), "an accepted scheme document can be read");
    book.state_.enacted.schemes.Enact(at, *std::move(scheme));
    book.state_.enacted.positions.push_back(at.value);
    book.state_.schemes_changed = true;
  }
  void Corrected(const PaymentId& payment, Position at) {
    book.corrected_[payment.text()] = {at, true};
  }
  void Proposed(const std::string& id, Position at) {
    book.proposals_[id] = {rules::KnownProposal{at, true}, true};
  }
  void Ended(const std::string& id, const rules::KnownProposal& proposal) {
    book.proposals_[id] = {proposal, true};
  }
  void Closed(const rules::KnownClosing& closing) {
    book.state_.closing = closing;
    book.state_.closing_changed = true;
  }
};

void CommitBook::Note(const Event& event) {
  Listener listener{*this};
  TellBook(event, listener);
  if (const MemberId* member = MemberOf(event.body)) {
    auto& answer = members_[member->text()];
    IURAN_CHECK(answer.value.has_value(), "an event of a member follows the enrolment");
    ++answer.value->stream_size;
  }
}

Commit CommitBook::TakeCommit() {
  Commit commit;
  commit.events = std::move(pending_);
  pending_.clear();
  commit.batch.first_position = first_position_;
  commit.batch.records.reserve(commit.events.size());
  for (const PendingEvent& event : commit.events) {
    commit.batch.records.push_back(
        {event.stream, event.stream_version, event.bytes, event.key, event.digest});
  }
  AddRows(commit.batch.rows);
  for (const auto& [name, answer] : members_.entries()) {
    if (answer.value) member_cache_.Put(name, *answer.value);
  }
  state_.count_changed = false;
  state_.schemes_changed = false;
  state_.closing_changed = false;
  return commit;
}

void CommitBook::AddRows(std::vector<log::RowChange>& rows) const {
  for (const auto& [name, answer] : members_.entries()) {
    if (answer.changed) {
      rows.push_back({log::Table::kBook, MemberRowKey(name), EncodeRow(answer.value->known)});
    }
  }
  PutRows(groups_, GroupRowKey, rows);
  PutRows(remittances_, RemittanceRowKey, rows);
  PutRows(corrected_, PaymentRowKey, rows);
  PutRows(proposals_, ProposalRowKey, rows);
  for (const auto& [row_key, answer] : changes_.entries()) {
    if (answer.changed) rows.push_back({log::Table::kBook, row_key, EncodeRow(*answer.value)});
  }
  for (const auto& [key, answer] : vault_rows_.entries()) {
    if (answer.changed) rows.push_back({log::Table::kVault, key, answer.value});
  }
  for (const auto& [key, known] : aliases_) {
    rows.push_back({log::Table::kBook, AliasRowKey(key), EncodeRow(known)});
  }
  if (state_.count_changed) {
    rows.push_back(
        {log::Table::kBook, std::string(kMemberCountRow), EncodeRow(state_.member_count)});
  }
  if (state_.schemes_changed) {
    rows.push_back(
        {log::Table::kBook, std::string(kSchemesRow), EncodeRow(state_.enacted.positions)});
  }
  if (state_.closing_changed) {
    rows.push_back({log::Table::kBook, std::string(kClosingRow), EncodeRow(*state_.closing)});
  }
}

}  // namespace iuran::ledger
