#include "projections/standing.h"

#include "ledger/rules/cover.h"
#include "ledger/rules/figures.h"

namespace iuran::projections {
namespace {

std::string TextOf(const std::optional<Month>& month) {
  return month ? month->ToString() : std::string();
}

}  // namespace

std::string_view Name(Figure figure) {
  constexpr std::array<std::string_view, kAllFigures.size()> kNames = {
      "group",          "assessed",       "paid",         "settled", "credit", "arrears",
      "months_overdue", "oldest_overdue", "paid_through", "penalty", "cover"};
  return kNames[static_cast<size_t>(figure)];
}

Result<Standing> StandingOf(const rules::Timeline& timeline, const Question& question,
                            rules::Settlement& scratch) {
  rules::Figures figures;
  std::string group;
  std::string cover;
  if (timeline.enrolled_at <= question.known_at) {
    group = rules::AttributesIn(timeline, Month::Containing(question.as_of), question.known_at)
                .group.text();
    IURAN_ASSIGN(const rules::Scheme* scheme, SchemeOf(timeline, question));
    rules::Settle(timeline, *scheme, question.as_of, question.known_at, scratch);
    figures = rules::FiguresOf(timeline, *scheme, scratch, question.as_of, question.known_at);
    cover =
        Name(rules::CoverOf(timeline, *scheme, scratch, question.as_of, question.known_at).state);
  }
  return Standing{std::move(group),
                  figures.assessed,
                  figures.paid,
                  figures.settled,
                  figures.credit,
                  figures.arrears,
                  figures.months_overdue,
                  TextOf(figures.oldest_overdue),
                  TextOf(figures.paid_through),
                  figures.penalty,
                  std::move(cover)};
}

}  // namespace iuran::projections
