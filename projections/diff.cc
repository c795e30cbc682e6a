#include "projections/diff.h"

#include <algorithm>

#include "projections/accounts.h"

namespace iuran::projections {
namespace {

// Events after the earlier and up to the later state that can change a member's figures.
Result<std::vector<uint64_t>> Between(const rules::Timeline& timeline,
                                      const DiffQuestion& question) {
  std::vector<uint64_t> positions;
  const auto add = [&](const std::vector<uint64_t>& stream) {
    std::copy_if(stream.begin(), stream.end(), std::back_inserter(positions), [&](uint64_t at) {
      return at > question.earlier.known_at.value && at <= question.later.known_at.value;
    });
  };
  IURAN_ASSIGN(const std::vector<uint64_t> own, question.stream(MemberStream(timeline.member)));
  add(own);
  if (const auto found = question.enactments.find(timeline.scheme);
      found != question.enactments.end()) {
    add(found->second);
  }
  std::sort(positions.begin(), positions.end());
  return positions;
}

bool IsInGroupAsked(const rules::Timeline& timeline, const DiffQuestion& question) {
  const Month month = Month::Containing(question.later.as_of);
  GroupId group;
  return IsAsked(timeline, question.later, month, group) ||
         IsAsked(timeline, question.earlier, month, group);
}

}  // namespace

Result<DiffQuestion> AskBetween(const log::EventLog& log, const Question& earlier,
                                const Question& later) {
  DiffQuestion question;
  question.earlier = earlier;
  question.later = later;
  question.stream = [&log](const std::string& stream) { return log.Stream(stream); };
  for (const SchemeId& scheme : later.schemes->Ids(later.known_at)) {
    IURAN_ASSIGN(question.enactments[scheme], log.Stream("scheme/" + scheme.text()));
  }
  return question;
}

Result<void> DiffOf(const rules::Timeline& timeline, const DiffQuestion& question,
                    rules::Settlement& scratch, std::vector<DiffRow>& rows) {
  if (timeline.enrolled_at > question.later.known_at) return {};
  if (!IsInGroupAsked(timeline, question)) return {};
  IURAN_ASSIGN(Standing before, StandingOf(timeline, question.earlier, scratch));
  IURAN_ASSIGN(const Standing last, StandingOf(timeline, question.later, scratch));
  if (before == last) return {};
  std::array<bool, kAllFigures.size()> differs{};
  for (size_t i = 0; i < before.size(); ++i) differs[i] = before[i] != last[i];

  DiffRow row{timeline.member,
              GroupId(std::get<std::string>(last[static_cast<size_t>(Figure::kGroup)])),
              {}};
  IURAN_ASSIGN(const std::vector<uint64_t> events, Between(timeline, question));
  Question step = question.later;
  for (const uint64_t event : events) {
    step.known_at = Position{event};
    IURAN_ASSIGN(Standing after, StandingOf(timeline, step, scratch));
    for (const Figure figure : kAllFigures) {
      const auto i = static_cast<size_t>(figure);
      if (!differs[i] || before[i] == after[i]) continue;
      row.changes.push_back({step.known_at, figure, before[i], after[i]});
    }
    before = std::move(after);
  }
  if (before != last) {
    return Fail(ErrorCode::kLedgerDamaged,
                "The figures of member " + timeline.member.text() +
                    " differ by something that is not in the member's stream. 'iuran verify' tells "
                    "what is wrong.");
  }
  rows.push_back(std::move(row));
  return {};
}

}  // namespace iuran::projections
