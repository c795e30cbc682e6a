// The views on participation, collecting and differences of the real model.
#include <algorithm>
#include <map>

#include "projections/collect.h"
#include "projections/participation.h"
#include "tests/support/naive_values.h"
#include "tests/support/real_model.h"

namespace iuran::tests {
namespace {

void MustAnswer(const Result<void>& done) {
  IURAN_CHECK(done.has_value(), "a view answers about a history that was folded");
}

std::string Cells(std::initializer_list<std::string> cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (&cell != cells.begin()) line += ',';
    line += naive::Cell(cell);
  }
  return line;
}

}  // namespace

std::vector<std::string> RealModel::Participation(std::string_view by, std::string_view as_of,
                                                  Position known_at) const {
  const auto how = by == "region"  ? projections::CountBy::kRegion
                   : by == "group" ? projections::CountBy::kGroup
                                   : projections::CountBy::kProgram;
  std::vector<projections::Participant> rows;
  rules::Settlement scratch;
  for (const auto& [member, timeline] : timelines_) {
    MustAnswer(projections::ParticipationOf(timeline, Ask(as_of, known_at), how, scratch, rows));
  }
  std::map<std::string, projections::Participation> counts;
  for (const auto& row : rows) counts[row.part].Add(row);
  std::vector<std::string> lines;
  for (const auto& [part, c] : counts) {
    lines.push_back(Cells({part, std::to_string(c.enrolled), std::to_string(c.active),
                           std::to_string(c.grace), std::to_string(c.paid)}));
  }
  return lines;
}

std::vector<std::string> RealModel::Collect(std::string_view as_of, Position known_at) const {
  std::vector<projections::CollectRow> rows;
  rules::Settlement scratch;
  for (const auto& [member, timeline] : timelines_) {
    MustAnswer(projections::CollectOf(timeline, Ask(as_of, known_at), scratch, rows));
  }
  std::sort(rows.begin(), rows.end(), projections::CallsBefore);
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    lines.push_back(Cells({row.member.text(), row.group.text(), std::string(Name(row.cover)),
                           row.grace_end ? row.grace_end->ToString() : "", row.owed_from.ToString(),
                           std::to_string(row.months), row.overdue.ToString(),
                           row.to_pay.ToString(), row.penalty.ToString()}));
  }
  return lines;
}

std::vector<projections::DiffRow> RealModel::Diff(std::string_view as_of, Position earlier,
                                                  Position later) const {
  projections::DiffQuestion question;
  question.earlier = Ask(as_of, earlier);
  question.later = Ask(as_of, later);
  question.stream = [this](const std::string& stream) -> Result<std::vector<uint64_t>> {
    const auto found = streams_.find(stream);
    return found != streams_.end() ? found->second : std::vector<uint64_t>();
  };
  for (const SchemeId& scheme : schemes_.Ids(later)) {
    const auto enacted = streams_.find("scheme/" + scheme.text());
    if (enacted != streams_.end()) question.enactments[scheme] = enacted->second;
  }
  std::vector<projections::DiffRow> rows;
  rules::Settlement scratch;
  for (const auto& [member, timeline] : timelines_) {
    MustAnswer(projections::DiffOf(timeline, question, scratch, rows));
  }
  return rows;
}

}  // namespace iuran::tests
