#include "projections/coverage.h"

namespace iuran::projections {

Result<void> CoverageOf(const rules::Timeline& timeline, const Question& question, Day on,
                        rules::Settlement& scratch, std::vector<CoverageRow>& rows) {
  GroupId group;
  if (!IsAsked(timeline, question, Month::Containing(on), group)) return {};
  IURAN_ASSIGN(const rules::Scheme* scheme, SchemeOf(timeline, question));
  rules::Settle(timeline, *scheme, question.as_of, question.known_at, scratch);
  const rules::Cover cover = rules::CoverOf(timeline, *scheme, scratch, on, question.known_at);
  if (cover.state == rules::CoverState::kNotEnrolled) return {};
  for (const Program program : kAllPrograms) {
    if (cover.programs.Has(program)) rows.push_back({timeline.member, program, cover});
  }
  return {};
}

}  // namespace iuran::projections
