#include "projections/balances.h"

namespace iuran::projections {

Result<void> BalanceOf(const rules::Timeline& timeline, const Question& question,
                       rules::Settlement& scratch, std::vector<BalanceRow>& rows) {
  GroupId group;
  if (!IsAsked(timeline, question, Month::Containing(question.as_of), group)) return {};
  IURAN_ASSIGN(const rules::Scheme* scheme, SchemeOf(timeline, question));
  rules::Settle(timeline, *scheme, question.as_of, question.known_at, scratch);
  rows.push_back({timeline.member, timeline.scheme, std::move(group),
                  rules::FiguresOf(timeline, *scheme, scratch, question.as_of, question.known_at)});
  return {};
}

}  // namespace iuran::projections
