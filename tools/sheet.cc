#include "tools/sheet.h"

#include <fmt/format.h>

#include <algorithm>

namespace iuran::tools {
namespace {

struct ForPeople {
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(uint64_t count) const { return Grouped(static_cast<int64_t>(count)); }
  std::string operator()(events::Money amount) const { return Grouped(amount); }
};

struct ForReport {
  Report& report;
  void operator()(const std::string& text) const { report.Text(text); }
  void operator()(uint64_t count) const { report.Count(static_cast<int64_t>(count)); }
  void operator()(events::Money amount) const { report.Amount(amount); }
};

}  // namespace

void Sheet::Text(std::string_view name, std::string label, std::string value) {
  values_.push_back({name, std::move(label), std::move(value)});
}

void Sheet::Count(std::string_view name, std::string label, uint64_t value) {
  values_.push_back({name, std::move(label), value});
}

void Sheet::Amount(std::string_view name, std::string label, events::Money value) {
  values_.push_back({name, std::move(label), value});
}

void Sheet::Remark(std::string label, std::string value) {
  values_.push_back({{}, std::move(label), std::move(value)});
}

void Sheet::Print(Format format, Output& out) const {
  if (format == Format::kTable) {
    size_t width = 0;
    for (const Value& value : values_) width = std::max(width, value.label.size());
    for (const Value& value : values_) {
      if (value.value == decltype(value.value)(std::string())) continue;
      out.Write(
          fmt::format("{:<{}}  {}\n", value.label, width, std::visit(ForPeople{}, value.value)));
    }
    return;
  }
  std::vector<Column> columns;
  for (const Value& value : values_) {
    if (!value.name.empty()) columns.push_back({value.name});
  }
  Report report(out, format, columns);
  for (const Value& value : values_) {
    if (value.name.empty()) continue;
    std::visit(ForReport{report}, value.value);
  }
  report.EndRow();
  report.Finish({});
}

}  // namespace iuran::tools
