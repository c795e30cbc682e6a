// Takes values out of a scheme document, with the place of each for messages. Only the files that
// read documents include it: the rest of the house never sees JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/error.h"
#include "ledger/rules/scheme_document.h"

namespace iuran::rules {

// A value of the document and where it stands, as "programs[2].formula.percent".
struct DocNode {
  const nlohmann::json* json;
  std::string path;
};

// JSON text as a value. A field named twice is refused: nobody could say which one holds.
Result<nlohmann::json> ParseJson(std::string_view text);

// Remembers the first thing that is wrong; from then on it hands out harmless values, so that the
// code that reads stays a list of what a row holds. Whoever uses it asks failed() at the end, and
// before computing with what was read.
class DocumentReader {
 public:
  static constexpr const char* kRoot = "the top";  // the path of the document itself

  bool failed() const { return problem_.has_value(); }
  const std::string& problem() const { return *problem_; }

  void Refuse(const std::string& path, const std::string& what);
  void Refuse(const DocNode& node, std::string_view valid);

  // Checks that `node` is an object of exactly these fields; `optional` ones may be missing.
  void Fields(const DocNode& node, const std::vector<std::string_view>& required,
              const std::vector<std::string_view>& optional = {});
  bool Has(const DocNode& node, const char* field) const;
  // The field "kind", which must be there and says which others may be: read before Fields().
  DocNode Kind(const DocNode& node);
  DocNode At(const DocNode& node, const char* field) const;
  // The elements of an array field.
  std::vector<DocNode> Rows(const DocNode& node, const char* field);

  std::string Text(const DocNode& node);  // not empty
  int64_t Whole(const DocNode& node, int64_t least, int64_t most);
  void Word(const DocNode& node, std::string_view word);  // exactly this text
  Ratio Percent(const DocNode& node);   // "1.00": more than 0, at most 100, six decimals at most
  Ratio Fraction(const DocNode& node);  // "1/2": from 0 to 1, denominator at most 1000
  // Text that one of the Parse functions of events/ takes.
  template <typename T>
  T Parsed(const DocNode& node, Result<T> (*parse)(std::string_view)) {
    const std::string text = Text(node);
    if (failed()) return T();
    Result<T> value = parse(text);
    if (value) return *std::move(value);
    Refuse(node.path, value.error().message);
    return T();
  }

 private:
  // Checks that `node` is an object and has these fields.
  void Need(const DocNode& node, const std::vector<std::string_view>& fields);

  std::optional<std::string> problem_;
};

}  // namespace iuran::rules
