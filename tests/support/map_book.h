// A book in maps: what Decide needs, kept in memory by applying accepted bodies one after another.
// For tests of rules and for models; it shares no code with the ledger's stored book.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "ledger/digest.h"
#include "ledger/rules/decide.h"
#include "ledger/rules/fold.h"
#include "ledger/rules/values.h"

namespace iuran::tests {

using namespace events;

class MapBook : public rules::Book {
 public:
  // `first`: the position of the first event accepted.
  explicit MapBook(Position first = {}) : first_(first) {}

  // Puts a scheme in force without an event, or replaces the version in force.
  void AddScheme(std::shared_ptr<const rules::Scheme> scheme) { schemes_[scheme->id()] = scheme; }

  // Decides as the ledger would, and applies what is accepted at the next position.
  rules::Decision Submit(const rules::Command& command, Day today = Day::Of(2026, 11, 22)) {
    const rules::RequestDigest digest = ledger::DigestOf(command.request);
    const rules::Asked asked{&command, KeyOf(command, digest), digest};
    rules::Decision decision = rules::Decide(*this, asked, today);
    if (const auto* accepted = std::get_if<rules::Accepted>(&decision)) {
      Apply(*accepted, command);
    } else if (const auto* list = std::get_if<rules::ListDecided>(&decision)) {
      if (list->accepted) Apply(*list->accepted, command);
    } else if (const auto* repeated = std::get_if<rules::Repeated>(&decision)) {
      if (rules::IsKnownByRow(command.request) && !asked.key.empty()) {
        keys_.emplace(asked.key, rules::KnownKey{repeated->position, digest});
      }
    }
    return decision;
  }
  rules::Decision Submit(rules::Request request, Day today = Day::Of(2026, 11, 22)) {
    rules::Command command;
    command.request = std::move(request);
    command.author = "Maria Wea";
    command.approver = "Yosef Dhae";  // so that what needs two people is recorded at once
    return Submit(command, today);
  }

  // As a vault does that was cut back to an earlier position.
  void LosePersonalData(const MemberId& member) { people_.erase(member); }

  // Everything accepted, in order of position.
  const std::vector<rules::Accepted>& accepted() const { return accepted_; }

  std::optional<rules::KnownKey> FindKey(const std::string& key) const override {
    return Find(keys_, key);
  }
  std::optional<rules::KnownGroup> FindGroup(const GroupId& group) const override {
    return Find(groups_, group);
  }
  std::optional<rules::KnownMember> FindMember(const MemberId& member) const override {
    return Find(members_, member);
  }
  std::optional<rules::KnownRemittance> FindRemittance(const RemittanceId& id) const override {
    return Find(remittances_, id);
  }
  std::optional<RemittanceReceived> ReadRemittance(const RemittanceId& id) const override {
    return Find(received_, id);
  }
  std::optional<rules::KnownPayment> FindPayment(const PaymentId& payment) const override {
    return Find(payments_, payment);
  }
  std::optional<LastChange> FindLastChange(const MemberId& member, Attribute attribute,
                                           Month from) const override {
    return Find(last_changes_, std::tuple(member, attribute, from));
  }
  std::optional<LastChange> FindLastExit(const MemberId& member) const override {
    return Find(last_exits_, member);
  }
  std::optional<rules::KnownProposal> FindProposal(const std::string& id) const override {
    return Find(latest_proposals_, id);
  }
  std::optional<rules::ProposalInWords> ReadProposal(Position position) const override {
    return Find(proposals_, position);
  }
  std::optional<rules::KnownClosing> LastClosing() const override { return closing_; }
  std::optional<rules::Timeline> FindHistory(const MemberId& member) const override {
    std::optional<rules::Timeline> history = Find(histories_, member);
    if (history) rules::OrderPayments(*history);
    return history;
  }
  const rules::Scheme* FindScheme(const SchemeId& scheme) const override {
    const auto found = schemes_.find(scheme);
    return found == schemes_.end() ? nullptr : found->second.get();
  }
  std::optional<rules::KnownDocument> FindSchemeDocument(const SchemeId& scheme) const override {
    return Find(documents_, scheme);
  }
  std::vector<SchemeId> SchemeIds() const override {
    std::vector<SchemeId> ids;
    for (const auto& [id, scheme] : schemes_) ids.push_back(id);
    return ids;
  }
  MemberNumber NextMemberNumber() const override {
    return {static_cast<uint32_t>(members_.size())};
  }
  bool SamePersonalData(const MemberId& member, const rules::PersonalData& data) const override {
    return forgotten_.count(member) != 0 ||
           Find(people_, member).value_or(rules::PersonalData()) == data;
  }
  rules::KnownPerson FindPerson(const MemberId& member) const override {
    const auto corrected = Find(corrected_people_, member);
    const Position enrolled_at = FindKey("member/" + member.text())->position;
    return {corrected.value_or(enrolled_at), corrected.has_value(), said_.count(member) != 0};
  }
  rules::RequestDigest DigestOf(const rules::Request& request) const override {
    return ledger::DigestOf(request);
  }

 private:
  template <typename Map>
  static std::optional<typename Map::mapped_type> Find(const Map& map,
                                                       const typename Map::key_type& key) {
    const auto found = map.find(key);
    if (found == map.end()) return std::nullopt;
    return found->second;
  }

  void Apply(const rules::Accepted& accepted, const rules::Command& command) {
    ApplyOne(accepted, command);
    for (const rules::Accepted& other : accepted.also) ApplyOne(other, command);
    if (const auto* enrol = std::get_if<rules::EnrolMember>(&command.request)) {
      Say(enrol->member, enrol->personal_data);
    } else if (const auto* correct = std::get_if<rules::CorrectPerson>(&command.request)) {
      Say(correct->member, correct->personal_data);
    }
  }
  void Say(const MemberId& member, const rules::PersonalData& data) {
    people_[member] = data;
    said_.erase(member);
    if (!data.empty()) said_.insert(member);
  }

  // Here the mark of a file is its plain digest.
  static std::string KeyOf(const rules::Command& command, const rules::RequestDigest& digest) {
    const Source& source = command.source;
    const bool sealed = std::holds_alternative<rules::CorrectPerson>(command.request);
    if (!sealed || !source.file_digest) return rules::IdempotencyKey(command, digest);
    return rules::SealedRowKey(*source.file_digest, source.line);
  }

  void ApplyOne(const rules::Accepted& accepted, const rules::Command& command) {
    const Position at = first_ + accepted_.size();
    if (!accepted.idempotency_key.empty()) {
      keys_[accepted.idempotency_key] = {at, accepted.digest};
    }
    Fold(at, accepted);
    std::visit([&](const auto& body) { Note(at, body); }, accepted.body);
    if (const auto* proposed = std::get_if<ChangeProposed>(&accepted.body)) {
      proposals_[at] = {command.author, proposed->fact};
    }
    if (accepted.proposal) {
      for (auto& [id, proposal] : latest_proposals_) {
        if (proposal.position == *accepted.proposal) proposal = {proposal.position, false, at};
      }
    }
    accepted_.push_back(accepted);
  }

  // Of a member's events; others change no history.
  void Fold(Position at, const rules::Accepted& accepted) {
    const MemberId* member = std::visit(
        [](const auto& body) -> const MemberId* {
          if constexpr (requires { body.member; }) return &body.member;
          return nullptr;
        },
        accepted.body);
    if (member == nullptr) return;
    Event event;
    event.body = accepted.body;
    event.envelope.position = at;
    event.envelope.corrects = accepted.corrects;
    const auto risk_of = [this](const GroupId& group, Position) -> std::optional<uint8_t> {
      const auto known = FindGroup(group);
      return known ? std::optional(known->risk.value_or(0)) : std::nullopt;
    };
    const auto folded = rules::FoldMember(event, risk_of, histories_[*member]);
    IURAN_CHECK(folded.has_value(), "what was decided can be folded");
  }

  void Note(Position, const LedgerOpened&) {}
  void Note(Position, const EventsLost&) {}
  void Note(Position at, const PersonalDataCorrected& body) { corrected_people_[body.member] = at; }
  void Note(Position, const CreditRefunded&) {}
  void Note(Position, const PenaltyWaived&) {}
  void Note(Position, const PaymentListHeld&) {}
  void Note(Position, const RemittanceReturned& body) {
    remittances_[body.remittance].allocated += body.amount;
  }
  void Note(Position, const MonthClosed& body) { closing_ = {body.month, body.known}; }
  void Note(Position at, const ChangeProposed& body) { latest_proposals_[body.id] = {at, true}; }
  void Note(Position, const ProposalDeclined& body) { latest_proposals_[body.id].open = false; }
  void Note(Position at, const SchemeEnacted& body) {
    documents_[body.scheme] = {at, body.document};
    schemes_[body.scheme] = *rules::Scheme::Parse(body.document);
  }
  void Note(Position, const GroupRegistered& body) { groups_[body.group] = {body.risk}; }
  void Note(Position, const MemberEnrolled& body) {
    members_[body.member] = {body.number, body.scheme, body.from};
  }
  void Note(Position at, const AttributeChanged& body) {
    last_changes_[std::tuple(body.member, body.attribute, body.from)] = {at, ToString(body.value)};
  }
  void Note(Position at, const MemberExited& body) {
    last_exits_[body.member] = {at, body.last_day ? body.last_day->ToString() : ""};
  }
  void Note(Position, const RemittanceReceived& body) {
    remittances_[body.remittance] = {body.amount, Money()};
    received_[body.remittance] = body;
  }
  void Note(Position at, const PaymentReceived& body) {
    payments_[body.payment] = {at, body};
    if (!body.remittance.empty()) remittances_[body.remittance].allocated += body.amount;
  }
  void Note(Position, const PaymentReversed& body) {
    const rules::KnownPayment& payment = payments_[body.payment];
    if (!payment.fact.remittance.empty()) {
      remittances_[payment.fact.remittance].allocated -= payment.fact.amount;
    }
  }
  void Note(Position, const PersonForgotten& body) {
    forgotten_.insert(body.member);
    people_.erase(body.member);
  }

  const Position first_;
  std::vector<rules::Accepted> accepted_;
  std::map<std::string, rules::KnownKey> keys_;
  std::map<SchemeId, std::shared_ptr<const rules::Scheme>> schemes_;
  std::map<SchemeId, rules::KnownDocument> documents_;
  std::map<GroupId, rules::KnownGroup> groups_;
  std::map<MemberId, rules::KnownMember> members_;
  std::map<RemittanceId, rules::KnownRemittance> remittances_;
  std::map<RemittanceId, RemittanceReceived> received_;
  std::map<PaymentId, rules::KnownPayment> payments_;
  std::map<std::tuple<MemberId, Attribute, Month>, LastChange> last_changes_;
  std::map<MemberId, LastChange> last_exits_;
  std::map<MemberId, rules::Timeline> histories_;
  std::map<MemberId, Position> corrected_people_;
  std::map<std::string, rules::KnownProposal> latest_proposals_;
  std::map<Position, rules::ProposalInWords> proposals_;
  std::optional<rules::KnownClosing> closing_;
  std::map<MemberId, rules::PersonalData> people_;
  std::set<MemberId> said_;  // whose personal data, as they stand, are some
  std::set<MemberId> forgotten_;
};

}  // namespace iuran::tests
