// The report lines of the naive model. Rulebook sections 5 and 6.

#include "tests/support/naive_model.h"

#include <utility>

#include "tests/support/naive_figures.h"
#include "tests/support/naive_values.h"

namespace iuran::naive {
namespace {

std::string Join(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (&cell != &cells.front()) line += ',';
    line += Cell(cell);
  }
  return line;
}

std::string MonthOrEmpty(const std::optional<Month>& month) {
  return month ? PrintMonth(*month) : std::string();
}

// Section 1: reports name the group in force in the month asked about.
const std::string& GroupOn(const Facts& facts, Day day) {
  return facts.InForce(What::kGroup, MonthOf(day)).text;
}

}  // namespace

Model::Model(Rules rules) : log_(std::move(rules)) { positions_.push_back(log_.LastPosition()); }

Model::Model(const std::vector<Row>& rows, Rules rules) : Model(std::move(rules)) {
  for (const Row& row : rows) Take(row);
}

void Model::Enact(const Tariff& tariff) {
  log_.Enact(tariff);
  positions_.back() = log_.LastPosition();
}

Verdict Model::Take(const Row& row) {
  verdicts_.push_back(log_.Take(row));
  positions_.push_back(log_.LastPosition());
  return verdicts_.back();
}

std::vector<std::string> Model::Balances(std::string_view as_of, std::int64_t known_at) const {
  const Day day = MustParseDay(as_of);
  std::vector<std::string> lines;
  for (const std::string& member : log_.MembersKnownAt(known_at)) {
    const Facts facts = log_.KnownAt(member, known_at);
    const Figures figures = FiguresOf(facts, day);
    lines.push_back(
        Join({member, facts.pu ? "pu" : "bpu", GroupOn(facts, day), PrintAmount(figures.assessed),
              PrintAmount(figures.paid), PrintAmount(figures.settled), PrintAmount(figures.credit),
              PrintAmount(figures.arrears), std::to_string(figures.months_overdue),
              MonthOrEmpty(figures.oldest_overdue), MonthOrEmpty(figures.paid_through),
              PrintAmount(figures.penalty)}));
  }
  return lines;
}

std::vector<std::string> Model::Arrears(std::string_view as_of, std::int64_t known_at) const {
  const Day day = MustParseDay(as_of);
  std::vector<std::string> lines;
  for (const std::string& member : log_.MembersKnownAt(known_at)) {
    const Facts facts = log_.KnownAt(member, known_at);
    const Figures figures = FiguresOf(facts, day);
    if (figures.arrears == 0 && figures.penalty == 0) continue;
    lines.push_back(Join({member, GroupOn(facts, day), std::to_string(figures.months_overdue),
                          PrintAmount(figures.arrears), PrintAmount(figures.ageing[0]),
                          PrintAmount(figures.ageing[1]), PrintAmount(figures.ageing[2]),
                          PrintAmount(figures.ageing[3]), PrintAmount(figures.penalty)}));
  }
  return lines;
}

std::vector<std::string> Model::Coverage(std::string_view on, std::string_view as_of,
                                         std::int64_t known_at) const {
  const Day day = MustParseDay(on);
  const Day counted_to = MustParseDay(as_of);
  std::vector<std::string> lines;
  for (const std::string& member : log_.MembersKnownAt(known_at)) {
    const Facts facts = log_.KnownAt(member, known_at);
    const std::optional<Cover> cover = CoverOn(facts, day, counted_to);
    if (!cover) continue;
    const std::int64_t programs = facts.InForce(What::kPrograms, MonthOf(day)).number;
    for (std::size_t i = 0; i < kProgramNames.size(); ++i) {
      if ((programs & (1 << i)) == 0) continue;
      lines.push_back(Join({member, std::string(kProgramNames[i]), cover->state,
                            PrintDay(cover->since), cover->until ? PrintDay(*cover->until) : ""}));
    }
  }
  return lines;
}

}  // namespace iuran::naive
