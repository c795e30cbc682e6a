#include "tools/proposals.h"

#include <algorithm>
#include <utility>

#include "ledger/proposals.h"
#include "ledger/rules/recorded_request.h"

namespace iuran::tools {
namespace {

using namespace events;

// The event that carried the proposal out. Requests are found by their key, save a document, since
// one that comes back into force has another each time.
Result<std::optional<Event>> CarriedOut(const ledger::Ledger& ledger, const Proposal& proposal,
                                        Position known_at) {
  const rules::Request request = rules::RecordedRequest(proposal.fact().fact);
  const auto* enact = std::get_if<rules::EnactScheme>(&request);
  if (enact == nullptr) {
    return ledger::FindRecorded(ledger, rules::IdempotencyKey(request, {}), known_at);
  }
  IURAN_ASSIGN(std::vector<Event> events, ledger.ReadStream("scheme/" + enact->scheme.text()));
  for (Event& event : events) {
    const Envelope& envelope = event.envelope;
    if (envelope.position <= known_at && envelope.proposal == proposal.event.envelope.position) {
      return std::move(event);
    }
  }
  return std::nullopt;
}

Result<void> SetState(const ledger::Ledger& ledger, Position known_at, Proposal& proposal) {
  IURAN_ASSIGN(const std::optional<Event> done, CarriedOut(ledger, proposal, known_at));
  if (!done || done->envelope.proposal != proposal.event.envelope.position) return {};
  proposal.state = Proposal::State::kApproved;
  proposal.ended_at = done->envelope.position;
  proposal.ended_by = done->envelope.approver;
  return {};
}

}  // namespace

std::string_view Name(Proposal::State state) {
  switch (state) {
    case Proposal::State::kOpen:
      return "open";
    case Proposal::State::kApproved:
      return "approved";
    case Proposal::State::kDeclined:
      return "declined";
  }
  return "";
}

Result<std::vector<Proposal>> ProposalsKnownAt(const ledger::Ledger& ledger, Position known_at) {
  std::vector<Proposal> proposals;
  IURAN_ASSIGN(const std::vector<std::string> ids, ledger::ProposalIds(ledger));
  for (const std::string& id : ids) {
    IURAN_ASSIGN(std::vector<Event> events, ledger.ReadStream("proposal/" + id));
    for (Event& event : events) {
      if (event.envelope.position > known_at) break;
      if (std::holds_alternative<ChangeProposed>(event.body)) {
        Proposal& proposal = proposals.emplace_back();
        proposal.event = std::move(event);
        IURAN_TRY(SetState(ledger, known_at, proposal));
      } else if (!proposals.empty()) {
        proposals.back().state = Proposal::State::kDeclined;
        proposals.back().ended_at = event.envelope.position;
        proposals.back().ended_by = event.envelope.author;
      }
    }
  }
  std::sort(proposals.begin(), proposals.end(), [](const Proposal& a, const Proposal& b) {
    return a.event.envelope.position < b.event.envelope.position;
  });
  return proposals;
}

}  // namespace iuran::tools
