#include "projections/trial.h"

#include "ledger/rules/assessed_month.h"

namespace iuran::projections {
namespace {

struct Stand {
  Standing standing;
  Money price;
};

Result<Stand> StandIn(const rules::Timeline& timeline, const Question& question,
                      rules::Settlement& scratch) {
  Stand stand;
  IURAN_ASSIGN(stand.standing, StandingOf(timeline, question, scratch));
  IURAN_ASSIGN(const rules::Scheme* scheme, SchemeOf(timeline, question));
  stand.price =
      rules::AssessedForMonth(timeline, *scheme, scratch, question.as_of, question.known_at);
  return stand;
}

}  // namespace

Result<void> TrialOf(const rules::Timeline& timeline, const TrialQuestion& question,
                     rules::Settlement& scratch, std::vector<TrialRow>& rows) {
  if (timeline.scheme != question.scheme) return {};
  const Month month = Month::Containing(question.present.as_of);
  GroupId group;
  if (!IsAsked(timeline, question.present, month, group)) return {};
  IURAN_ASSIGN(Stand before, StandIn(timeline, question.present, scratch));
  IURAN_ASSIGN(Stand after, StandIn(timeline, question.proposed, scratch));
  rows.push_back({timeline.member, std::move(group), before.price, after.price,
                  std::move(before.standing), std::move(after.standing)});
  return {};
}

}  // namespace iuran::projections
