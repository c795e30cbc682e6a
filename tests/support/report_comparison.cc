#include "tests/support/report_comparison.h"

#include <algorithm>
#include <map>

namespace iuran::tests {
namespace {

using projections::DiffRow;
using projections::FigureChange;
using projections::FigureValue;

// So many events are gone through one by one for the causes, in so many members.
constexpr int64_t kMostEvents = 60;
constexpr size_t kMostMembers = 3;

std::string TextOf(const FigureValue& value) {
  if (const auto* amount = std::get_if<Money>(&value)) return amount->ToString();
  if (const auto* count = std::get_if<int64_t>(&value)) return std::to_string(*count);
  return std::get<std::string>(value);
}

Position At(int64_t position) { return Position{static_cast<uint64_t>(position)}; }

// Every change of a figure that differs, event by event, as the naive model sees it.
std::vector<std::string> ExpectedChanges(const std::string& member, std::string_view as_of,
                                         int64_t earlier, int64_t later,
                                         const naive::Model& model) {
  std::vector<std::string> lines;
  const std::vector<std::string> first = model.Standing(member, as_of, earlier);
  const std::vector<std::string> last = model.Standing(member, as_of, later);
  std::vector<std::string> before = first;
  for (int64_t position = earlier + 1; position <= later; ++position) {
    const std::vector<std::string> after = model.Standing(member, as_of, position);
    for (size_t i = 0; i < after.size(); ++i) {
      if (first[i] == last[i] || before[i] == after[i]) continue;
      lines.push_back(std::to_string(position) + " " +
                      std::string(Name(projections::kAllFigures[i])) + " " + before[i] + " > " +
                      after[i]);
    }
    before = after;
  }
  return lines;
}

std::vector<std::string> Changes(const DiffRow& row) {
  std::vector<std::string> lines;
  for (const FigureChange& change : row.changes) {
    lines.push_back(std::to_string(change.cause.value) + " " + std::string(Name(change.figure)) +
                    " " + TextOf(change.before) + " > " + TextOf(change.after));
  }
  return lines;
}

// The two ends of what changed a figure are what the two states have, and what is between meets.
std::string EndsOf(const DiffRow& row, const std::vector<std::string>& first,
                   const std::vector<std::string>& last) {
  std::vector<std::string> reached = first;
  for (const FigureChange& change : row.changes) {
    std::string& figure = reached[static_cast<size_t>(change.figure)];
    if (figure != TextOf(change.before)) return "\n  a change does not go on from the one before";
    figure = TextOf(change.after);
  }
  return FirstDifference(last, reached);
}

std::string DifferenceOfDiff(std::string_view as_of, int64_t earlier, int64_t later,
                             const naive::Model& expected, const RealModel& actual) {
  std::map<std::string, DiffRow> rows;
  for (DiffRow& row : actual.Diff(as_of, At(earlier), At(later))) {
    rows.emplace(row.member.text(), std::move(row));
  }
  size_t looked_at = 0;
  for (const std::string& member : expected.MembersKnownAt(later)) {
    const std::vector<std::string> first = expected.Standing(member, as_of, earlier);
    const std::vector<std::string> last = expected.Standing(member, as_of, later);
    const auto found = rows.find(member);
    if ((found != rows.end()) != (first != last)) {
      return "\n  member " + member + (first != last ? " is missing" : " is not expected");
    }
    if (found == rows.end()) continue;
    if (std::string wrong = EndsOf(found->second, first, last); !wrong.empty()) {
      return "\n  member " + member + wrong;
    }
    if (later - earlier > kMostEvents || ++looked_at > kMostMembers) continue;
    std::string wrong = FirstDifference(ExpectedChanges(member, as_of, earlier, later, expected),
                                        Changes(found->second));
    if (!wrong.empty()) return "\n  member " + member + wrong;
  }
  return "";
}

}  // namespace

std::string FirstDifference(const std::vector<std::string>& expected,
                            const std::vector<std::string>& actual) {
  for (size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
    const std::string wanted = i < expected.size() ? expected[i] : "(no line)";
    const std::string got = i < actual.size() ? actual[i] : "(no line)";
    if (wanted != got) return "\n  naive " + wanted + "\n  real  " + got;
  }
  return "";
}

std::string DifferenceOfReports(std::string_view as_of, int64_t earlier, int64_t later,
                                const naive::Model& expected, const RealModel& actual) {
  const std::string day(as_of);
  for (const std::string by : {"region", "group", "program"}) {
    const std::string wrong = FirstDifference(expected.Participation(by, as_of, later),
                                              actual.Participation(by, as_of, At(later)));
    if (!wrong.empty()) return "participation --by " + by + " --as-of " + day + wrong;
  }
  std::string wrong =
      FirstDifference(expected.Collect(as_of, later), actual.Collect(as_of, At(later)));
  if (!wrong.empty()) return "collect --as-of " + day + wrong;
  wrong = DifferenceOfDiff(as_of, earlier, later, expected, actual);
  if (wrong.empty()) return "";
  return "diff --known-at " + std::to_string(earlier) + " --as-of " + day + wrong;
}

}  // namespace iuran::tests
