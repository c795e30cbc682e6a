#include "projections/arrears.h"

namespace iuran::projections {

Result<void> ArrearsOf(const rules::Timeline& timeline, const Question& question,
                       rules::Settlement& scratch, std::vector<ArrearsRow>& rows) {
  GroupId group;
  if (!IsAsked(timeline, question, Month::Containing(question.as_of), group)) return {};
  IURAN_ASSIGN(const rules::Scheme* scheme, SchemeOf(timeline, question));
  rules::Settle(timeline, *scheme, question.as_of, question.known_at, scratch);
  const rules::Figures figures =
      rules::FiguresOf(timeline, *scheme, scratch, question.as_of, question.known_at);
  if (figures.arrears.IsZero() && figures.penalty.IsZero()) return {};
  rows.push_back({timeline.member, std::move(group), figures.months_overdue, figures.arrears,
                  figures.ageing, figures.penalty});
  return {};
}

}  // namespace iuran::projections
