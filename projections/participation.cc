#include "projections/participation.h"

#include <algorithm>

namespace iuran::projections {
namespace {

bool IsSettled(const rules::Settlement& settlement, Month month) {
  return std::any_of(settlement.spells.begin(), settlement.spells.end(), [month](const auto& s) {
    return s.first_month <= month && month < rules::FirstUnsettled(s);
  });
}

}  // namespace

Result<void> ParticipationOf(const rules::Timeline& timeline, const Question& question, CountBy by,
                             rules::Settlement& scratch, std::vector<Participant>& rows) {
  GroupId group;
  const Month month = Month::Containing(question.as_of);
  if (!IsAsked(timeline, question, month, group)) return {};
  IURAN_ASSIGN(const rules::Scheme* scheme, SchemeOf(timeline, question));
  rules::Settle(timeline, *scheme, question.as_of, question.known_at, scratch);
  const rules::Cover cover =
      rules::CoverOf(timeline, *scheme, scratch, question.as_of, question.known_at);
  if (cover.state == rules::CoverState::kNotEnrolled || cover.state == rules::CoverState::kEnded) {
    return {};
  }
  const bool paid = IsSettled(scratch, month);
  switch (by) {
    case CountBy::kRegion:
      rows.push_back(
          {rules::AttributesIn(timeline, month, question.known_at).region, cover.state, paid});
      break;
    case CountBy::kGroup:
      rows.push_back({group.text(), cover.state, paid});
      break;
    case CountBy::kProgram:
      for (const Program program : kAllPrograms) {
        if (!cover.programs.Has(program)) continue;
        rows.push_back({std::string(Name(program)), cover.state, paid});
      }
      break;
  }
  return {};
}

void Participation::Add(const Participant& participant) {
  ++enrolled;
  active += participant.state == rules::CoverState::kActive;
  grace += participant.state == rules::CoverState::kGrace;
  paid += participant.paid;
}

Participation& Participation::operator+=(const Participation& other) {
  enrolled += other.enrolled;
  active += other.active;
  grace += other.grace;
  paid += other.paid;
  return *this;
}

}  // namespace iuran::projections
