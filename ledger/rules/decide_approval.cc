// Two people: what one asks for, another approves (ledger/rules/README.md).
//
// A proposal changes nothing. Carrying it out is deciding its request anew, on the state of that
// time; the event then carries both names and the position of the proposal.
#include <fmt/format.h>

#include <utility>

#include "events/check.h"
#include "events/quote.h"
#include "ledger/rules/deciding.h"
#include "ledger/rules/recorded_request.h"
#include "ledger/rules/values.h"

namespace iuran::rules {
namespace {

Rejected SamePersonTwice(std::string_view author) {
  return {Rejection::kSamePerson, "",
          fmt::format("Two people must agree to this, and {} has asked for it; another person must "
                      "approve it.",
                      Quoted(author))};
}

// That whoever asks or approves is named.
std::optional<Rejected> CheckNamed(const Command& command) {
  if (!command.author.empty()) return std::nullopt;
  return Rejected{Rejection::kInvalidValue, "",
                  "Two people must agree to this, and nobody is named. Say with --author who asks "
                  "for it or approves it."};
}

// The fact of an accepted request that two people must agree on.
ProposedFact Proposed(Body body) {
  std::optional<ProposedFact> fact;
  std::visit(
      [&fact](auto&& b) {
        if constexpr (std::is_constructible_v<ProposedFact, decltype(b)>) fact = std::move(b);
      },
      std::move(body));
  IURAN_CHECK(fact.has_value(), "what two people must agree on can be proposed");
  return *std::move(fact);
}

// A proposal in the place of what was accepted by the rules.
Accepted Propose(const Question& question, const std::string& id,
                 const std::optional<KnownProposal>& earlier, Accepted accepted) {
  Accepted proposal;
  proposal.body = ChangeProposed{id, Proposed(std::move(accepted.body))};
  proposal.stream = StreamOf(proposal.body);
  proposal.day = question.today;
  proposal.idempotency_key = "proposal/" + id;
  if (earlier) proposal.idempotency_key += fmt::format("/{}", earlier->position.value);
  proposal.digest = question.digest;
  return proposal;
}

Rejected NoSuchProposal(const std::string& id) {
  return UnknownReference(
      "", fmt::format("There is no proposal {}. 'iuran proposals' lists them.", Quoted(id)));
}

std::string KeyOfDecline(Position proposal) { return fmt::format("declined/{}", proposal.value); }

}  // namespace

std::string ProposalId(const Request& request) {
  if (const auto* enact = std::get_if<EnactScheme>(&request)) {
    return "scheme/" + enact->scheme.text();
  }
  const bool needs = std::holds_alternative<ReversePayment>(request) ||
                     std::holds_alternative<RefundCredit>(request) ||
                     std::holds_alternative<WaivePenalty>(request) ||
                     std::holds_alternative<ReturnRemittance>(request) ||
                     std::holds_alternative<CloseMonth>(request);
  return needs ? IdempotencyKey(request, RequestDigest()) : std::string();
}

bool NeedsTwoPeople(const Book& book, const Request& request) {
  if (const auto* enact = std::get_if<EnactScheme>(&request)) {
    return book.FindScheme(enact->scheme) != nullptr;
  }
  return !ProposalId(request).empty();
}

Decision DecideWithTwoPeople(Question& question, const Request& request) {
  const std::string id = ProposalId(request);
  const Command& command = question.command;
  if (auto bad = CheckNamed(command)) return *bad;
  const std::optional<KnownProposal> proposal = question.book.FindProposal(id);
  const bool open = proposal && proposal->open;
  if (open) {
    const auto words = question.book.ReadProposal(proposal->position);
    const bool same =
        words && question.book.DigestOf(RecordedRequest(words->fact)) == question.digest;
    if (same && command.approver.empty()) return Repeated{proposal->position};
    if (!same) {
      return Rejected{Rejection::kConflict, "",
                      fmt::format("{} is proposed at position {} with other content; approve or "
                                  "decline that first.",
                                  id, proposal->position.value)};
    }
  }
  Decision decision = DecideByRules(question, request);
  auto* accepted = std::get_if<Accepted>(&decision);
  if (accepted == nullptr) return decision;
  if (command.approver.empty()) return Propose(question, id, proposal, std::move(*accepted));
  if (SamePerson(command.author, command.approver)) return SamePersonTwice(command.author);
  accepted->approver = command.approver;
  if (open) accepted->proposal = proposal->position;
  return decision;
}

Decision DecideOne(Question& question, const ApproveProposal& request) {
  if (auto bad = CheckNamed(question.command)) return *bad;
  const std::optional<KnownProposal> proposal = question.book.FindProposal(request.id);
  if (!proposal) return NoSuchProposal(request.id);
  if (proposal->carried_out) return Repeated{*proposal->carried_out};
  if (!proposal->open) {
    return Rejected{
        Rejection::kConflict, "",
        fmt::format("Proposal {} was declined; it can be proposed again.", Quoted(request.id))};
  }
  const auto words = question.book.ReadProposal(proposal->position);
  if (!words) return NoSuchProposal(request.id);  // The book could not be read, and says so.
  const Request asked = RecordedRequest(words->fact);
  const RequestDigest digest = question.book.DigestOf(asked);
  if (SamePerson(words->author, question.command.author)) return SamePersonTwice(words->author);
  Question anew{question.book, question.command, digest, question.today,
                IdempotencyKey(asked, digest)};
  Decision decision = DecideByRules(anew, asked);
  if (auto* accepted = std::get_if<Accepted>(&decision)) {
    accepted->author = words->author;
    accepted->approver = question.command.author;
    accepted->proposal = proposal->position;
  }
  return decision;
}

Decision DecideOne(Question& question, const DeclineProposal& request) {
  if (auto bad = CheckReason("reason", request.reason)) return *bad;
  const std::optional<KnownProposal> proposal = question.book.FindProposal(request.id);
  if (!proposal) return NoSuchProposal(request.id);
  question.key = KeyOfDecline(proposal->position);
  if (auto known = Known(question, "", "Declining proposal " + request.id)) return *known;
  if (!proposal->open) {
    return Rejected{Rejection::kConflict, "",
                    fmt::format("Proposal {} was carried out; it can no longer be declined.",
                                Quoted(request.id))};
  }
  Accepted accepted =
      Accept(question, ProposalDeclined{request.id, request.reason}, question.today);
  accepted.corrects = proposal->position;
  return accepted;
}

}  // namespace iuran::rules
