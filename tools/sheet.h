// A sheet: one thing described by named values. For people one line a value that is not empty; as
// CSV one row under a header; as JSON an array of one object. Values are those of a report
// (tools/report.h).
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tools/report.h"

namespace iuran::tools {

class Sheet {
 public:
  // `name` is the column of CSV and JSON, `label` what people read; names live as long as the
  // sheet.
  void Text(std::string_view name, std::string label, std::string value);
  void Count(std::string_view name, std::string label, uint64_t value);
  void Amount(std::string_view name, std::string label, events::Money value);
  // A line for people only.
  void Remark(std::string label, std::string value);

  void Print(Format format, Output& out) const;

 private:
  struct Value {
    std::string_view name;  // empty: for people only
    std::string label;
    std::variant<std::string, uint64_t, events::Money> value;
  };
  std::vector<Value> values_;
};

}  // namespace iuran::tools
