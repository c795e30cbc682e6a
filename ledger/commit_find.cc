// Answers: what Decide asks of the past and of the commit so far. What was not foreseen is fetched
// singly.
#include <fmt/format.h>

#include <utility>

#include "events/check.h"
#include "events/codec.h"
#include "ledger/book_rows.h"
#include "ledger/commit_book.h"
#include "ledger/digest.h"
#include "ledger/rules/fold.h"

namespace iuran::ledger {

std::optional<rules::KnownKey> CommitBook::KnownOf(const std::optional<log::KeyEntry>& entry) {
  if (!entry) return std::nullopt;
  return rules::KnownKey{Position{entry->position}, entry->digest};
}

std::optional<rules::KnownKey> CommitBook::FindKey(const std::string& key) const {
  if (const auto* known = keys_.Find(key)) return *known;
  auto found = past_.FindKeys(std::span(&key, 1));
  if (!found) {
    Fail(std::move(found.error()));
    return std::nullopt;
  }
  return keys_[key] = KnownOf((*found)[0]);
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

// The fact of that kind at a position where the book says it stands; null where it does not, and
// then the failure is told.
template <typename Fact>
const Fact* CommitBook::FactIn(const Result<Event>& event, Position position,
                               std::string_view what) const {
  const auto* fact = event ? std::get_if<Fact>(&event->body) : nullptr;
  if (fact == nullptr) {
    Fail(event ? Error{ErrorCode::kLedgerDamaged,
                       fmt::format("The event at position {} should be {}.", position.value, what)}
               : event.error());
  }
  return fact;
}

std::optional<RemittanceReceived> CommitBook::ReadRemittance(const RemittanceId& id) const {
  const auto key = FindKey("remittance/" + id.text());
  if (!key) return std::nullopt;
  const Result<Event> event = EventAt(key->position);
  const auto* fact = FactIn<RemittanceReceived>(event, key->position, "remittance " + id.text());
  if (fact == nullptr) return std::nullopt;
  return *fact;
}

std::optional<rules::KnownPayment> CommitBook::FindPayment(const PaymentId& payment) const {
  const auto key = FindKey("payment/" + payment.text());
  if (!key) return std::nullopt;
  WantPayment(payment.text());
  FetchNow();
  const Position position = corrected_.Find(payment.text())->value.value_or(key->position);
  const Result<Event> event = EventAt(position);
  const auto* fact = FactIn<PaymentReceived>(event, position, "payment " + payment.text());
  if (fact == nullptr) return std::nullopt;
  return rules::KnownPayment{position, *fact};
}

std::optional<rules::KnownProposal> CommitBook::FindProposal(const std::string& id) const {
  WantProposal(id);
  FetchNow();
  return proposals_.Find(id)->value;
}

std::optional<rules::ProposalInWords> CommitBook::ReadProposal(Position position) const {
  const Result<Event> event = EventAt(position);
  const auto* proposed = FactIn<ChangeProposed>(event, position, "a proposal");
  if (proposed == nullptr) return std::nullopt;
  return rules::ProposalInWords{event->envelope.author, proposed->fact};
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
  rules::Timeline history;
  const auto risk_of = [this](const GroupId& group, Position) -> std::optional<uint8_t> {
    const auto known = FindGroup(group);
    return known ? std::optional(known->risk.value_or(0)) : std::nullopt;
  };
  const auto read = [&]() -> Result<void> {
    const std::string stream = "member/" + member.text();
    IURAN_ASSIGN(const std::vector<uint64_t> positions, past_.Stream(stream));
    for (const uint64_t position : positions) {
      IURAN_ASSIGN(const Event event, ReadEvent(past_, Position{position}));
      IURAN_TRY(rules::FoldMember(event, risk_of, history));
    }
    for (const PendingEvent& pending : pending_) {
      if (pending.stream != stream) continue;
      IURAN_ASSIGN(const Event event, Decode(std::as_bytes(std::span(pending.bytes))));
      IURAN_TRY(rules::FoldMember(event, risk_of, history));
    }
    rules::OrderPayments(history);
    return {};
  };
  if (auto done = read(); !done) Fail(std::move(done.error()));
  if (history.member.empty()) return std::nullopt;
  return history;
}

const rules::Scheme* CommitBook::FindScheme(const SchemeId& scheme) const {
  return state_.enacted.schemes.Find(scheme, Position{rules::kNever});
}

std::optional<rules::KnownDocument> CommitBook::FindSchemeDocument(const SchemeId& scheme) const {
  const std::optional<Position> position =
      state_.enacted.schemes.EnactedAt(scheme, Position{rules::kNever});
  if (!position) return std::nullopt;
  const Result<Event> event = EventAt(*position);
  const auto* fact =
      FactIn<SchemeEnacted>(event, *position, "a document of scheme " + scheme.text());
  if (fact == nullptr) return std::nullopt;
  return rules::KnownDocument{*position, fact->document};
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

rules::KnownPerson CommitBook::FindPerson(const MemberId& member) const {
  rules::KnownPerson person;
  if (const auto corrected = LastChangeIn(PersonRowKey(member))) {
    person = {corrected->position, true, false};
  } else if (const auto enrolled = FindKey("member/" + member.text())) {
    person.position = enrolled->position;
  }
  const Result<Event> event = EventAt(person.position);
  if (person.corrected) {
    const auto* fact = FactIn<PersonalDataCorrected>(event, person.position, "corrected data");
    person.has_data = fact != nullptr && fact->commitment.has_value();
  } else {
    const auto* fact = FactIn<MemberEnrolled>(event, person.position, "an enrolment");
    person.has_data = fact != nullptr && fact->personal_data_commitment.has_value();
  }
  return person;
}

rules::RequestDigest CommitBook::DigestOf(const rules::Request& request) const {
  return ledger::DigestOf(request);
}

}  // namespace iuran::ledger
