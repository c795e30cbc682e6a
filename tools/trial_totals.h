// What a trial of a scheme document comes to: figure by figure, for how many it is more, less or
// the same, and what those figures add up to before and after.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "projections/trial.h"
#include "tools/figure_values.h"

namespace iuran::tools {

// One figure of one member, under the scheme in force and under the one proposed.
struct TriedFigure {
  std::string_view name;  // of projections::Figure, or "price"
  FigureValue before;
  FigureValue after;
};
// Price first, then the others in the order of projections::Figure. The group is none of them: no
// scheme changes it.
std::vector<TriedFigure> FiguresOf(const projections::TrialRow& row);

class TrialTotals {
 public:
  // All figures of one member.
  void Add(const std::vector<TriedFigure>& figures);

  int64_t members() const { return members_; }
  // "Of 10 members 3 differ: 2 pay more for 2026-11 (together 2,000), 1 pays less (together 500), 7
  // pay the same; cover changes for 0."
  std::string InWords(events::Month month) const;
  void Print(Format format, Output& out) const;

 private:
  struct Sum {
    int64_t members = 0;
    FigureValue before = std::string();  // of amounts and counts; the word itself of cover
    FigureValue after = std::string();
  };
  // The number of the figure; how it differs; of cover, what it was and becomes.
  using Key = std::tuple<size_t, int, std::string, std::string>;
  Sum OfPrice(int change) const;

  std::vector<std::string_view> names_;  // of the figures
  std::vector<bool> differs_;            // in anybody
  std::map<Key, Sum> sums_;
  int64_t members_ = 0;
  int64_t differ_ = 0;         // in any figure
  int64_t cover_changes_ = 0;  // members
};

}  // namespace iuran::tools
