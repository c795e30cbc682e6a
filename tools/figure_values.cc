#include "tools/figure_values.h"

namespace iuran::tools {

FigureValue Difference(const FigureValue& before, const FigureValue& after) {
  if (const auto* amount = std::get_if<events::Money>(&after)) {
    return *amount - std::get<events::Money>(before);
  }
  if (const auto* count = std::get_if<int64_t>(&after)) return *count - std::get<int64_t>(before);
  return std::string();
}

void AddValue(FigureValue& sum, const FigureValue& value) {
  if (const auto* amount = std::get_if<events::Money>(&value)) {
    sum = sum.index() == value.index() ? std::get<events::Money>(sum) + *amount : *amount;
  } else if (const auto* count = std::get_if<int64_t>(&value)) {
    sum = sum.index() == value.index() ? std::get<int64_t>(sum) + *count : *count;
  }
}

void PrintValue(const FigureValue& value, Report& report) {
  if (const auto* amount = std::get_if<events::Money>(&value)) return report.Amount(*amount);
  if (const auto* count = std::get_if<int64_t>(&value)) return report.Count(*count);
  report.Text(std::get<std::string>(value));
}

}  // namespace iuran::tools
