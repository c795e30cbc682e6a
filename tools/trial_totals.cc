#include "tools/trial_totals.h"

#include <fmt/format.h>

#include <array>

namespace iuran::tools {
namespace {

using projections::Figure;
using projections::kAllFigures;

constexpr std::string_view kPrice = "price";

// How a figure differs, in the order the totals list them.
enum Change { kMore, kLess, kLater, kEarlier, kChanged, kSame };
constexpr std::array<std::string_view, 6> kChangeNames = {"more",    "less",    "later",
                                                          "earlier", "changed", "same"};

Change ChangeOf(const TriedFigure& figure) {
  if (figure.before == figure.after) return kSame;
  if (!std::holds_alternative<std::string>(figure.after)) {
    return figure.after > figure.before ? kMore : kLess;
  }
  if (figure.name != Name(Figure::kPaidThrough)) return kChanged;
  return figure.after > figure.before ? kLater : kEarlier;  // no month is the earliest
}

std::string Pay(int64_t members) {
  return fmt::format("{} pay{}", Grouped(members), members == 1 ? "s" : "");
}

}  // namespace

std::vector<TriedFigure> FiguresOf(const projections::TrialRow& row) {
  std::vector<TriedFigure> figures = {{kPrice, row.price_before, row.price_after}};
  for (const Figure figure : kAllFigures) {
    if (figure == Figure::kGroup) continue;
    const auto i = static_cast<size_t>(figure);
    figures.push_back({Name(figure), row.before[i], row.after[i]});
  }
  return figures;
}

void TrialTotals::Add(const std::vector<TriedFigure>& figures) {
  ++members_;
  names_.resize(figures.size());
  differs_.resize(figures.size());
  bool differs = false;
  for (size_t i = 0; i < figures.size(); ++i) {
    const TriedFigure& figure = figures[i];
    names_[i] = figure.name;
    const Change change = ChangeOf(figure);
    if (change != kSame) differs = differs_[i] = true;
    Key key{i, change, {}, {}};
    const bool of_cover = figure.name == Name(Figure::kCover) && change != kSame;
    if (of_cover) {
      ++cover_changes_;
      key = {i, change, std::get<std::string>(figure.before), std::get<std::string>(figure.after)};
    }
    Sum& sum = sums_[key];
    ++sum.members;
    if (of_cover) {
      sum.before = figure.before;
      sum.after = figure.after;
    } else {
      AddValue(sum.before, figure.before);
      AddValue(sum.after, figure.after);
    }
  }
  if (differs) ++differ_;
}

TrialTotals::Sum TrialTotals::OfPrice(int change) const {
  const auto found = sums_.find(Key{0, change, {}, {}});
  return found == sums_.end() ? Sum{0, events::Money(), events::Money()} : found->second;
}

std::string TrialTotals::InWords(events::Month month) const {
  const auto together = [](const Sum& sum) {
    if (sum.members == 0) return std::string();
    const events::Money before = std::get<events::Money>(sum.before);
    const events::Money after = std::get<events::Money>(sum.after);
    return fmt::format(" (together {})", Grouped(after > before ? after - before : before - after));
  };
  const Sum more = OfPrice(kMore);
  const Sum less = OfPrice(kLess);
  return fmt::format(
      "Of {} member{} {} differ{}: {} more for {}{}, {} less{}, {} the same; cover changes for {}.",
      Grouped(members_), members_ == 1 ? "" : "s", Grouped(differ_), differ_ == 1 ? "s" : "",
      Pay(more.members), month.ToString(), together(more), Pay(less.members), together(less),
      Pay(OfPrice(kSame).members), Grouped(cover_changes_));
}

void TrialTotals::Print(Format format, Output& out) const {
  Report report(out, format,
                {{"figure"},
                 {"change"},
                 {"members", ColumnKind::kCount},
                 {"before", ColumnKind::kAmount},
                 {"after", ColumnKind::kAmount},
                 {"difference", ColumnKind::kAmount}});
  for (const auto& [key, sum] : sums_) {
    const auto& [figure, change, was, becomes] = key;
    const bool sums = !std::holds_alternative<std::string>(sum.after);
    if (figure != 0 && (!differs_[figure] || (change == kSame && !sums))) continue;
    report.Text(names_[figure]);
    report.Text(kChangeNames[static_cast<size_t>(change)]);
    report.Count(sum.members);
    PrintValue(sum.before, report);
    PrintValue(sum.after, report);
    PrintValue(Difference(sum.before, sum.after), report);
    report.EndRow();
  }
  report.Finish("");
}

}  // namespace iuran::tools
