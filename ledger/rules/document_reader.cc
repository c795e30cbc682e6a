// See document_reader.h.
#include "ledger/rules/document_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace iuran::rules {

using Json = nlohmann::json;

namespace {

// Lists and objects within one another; a valid document has five.
constexpr size_t kMostNested = 16;

// `text` has been parsed by ParseJson, so it is nested no deeper than printing it, which is
// recursive, can take.
std::string Shown(const Json& json) {
  std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  return text;
}

std::string TextOrNothing(const Json& json) {
  return json.is_string() ? json.get<std::string>() : std::string();
}

// At most nine digits and nothing else.
std::optional<int64_t> Digits(std::string_view text) {
  if (text.empty() || text.size() > 9) return std::nullopt;
  int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// The library's own messages repeat what it read, whatever its bytes and its length.
tl::unexpected<Error> NotJson(std::string_view why) {
  return Fail(ErrorCode::kInvalidValue,
              fmt::format("The scheme document is not JSON text: {}.", why));
}

// Follows the parser through the document: where it is, and whether an object names a field twice.
class Follower {
 public:
  bool operator()(Json::parse_event_t event, const Json& parsed) {
    switch (event) {
      case Json::parse_event_t::object_start:
      case Json::parse_event_t::array_start:
        levels_.push_back({event == Json::parse_event_t::array_start, 0, {}, {}});
        deepest_ = std::max(deepest_, levels_.size());
        break;
      case Json::parse_event_t::key:
        levels_.back().name = parsed.get<std::string>();
        if (!twice_ && !levels_.back().names.insert(levels_.back().name).second) twice_ = Path();
        break;
      case Json::parse_event_t::object_end:
      case Json::parse_event_t::array_end:
        levels_.pop_back();
        [[fallthrough]];
      case Json::parse_event_t::value:
        if (!levels_.empty()) ++levels_.back().element;
    }
    return true;
  }

  // As DocNode::path, of what was read last; texts that are not shown plainly are cut and escaped.
  std::string Path() const {
    std::string path;
    for (size_t i = 0; i < std::min(levels_.size(), kMostNested); ++i) {
      const Level& level = levels_[i];
      if (level.array) {
        path += fmt::format("[{}]", level.element);
      } else if (!level.name.empty()) {
        const std::string shown = Shown(Json(level.name));
        path += (path.empty() ? "" : ".") + shown.substr(1, shown.size() - 2);
      }
    }
    return path.empty() ? DocumentReader::kRoot : path;
  }
  size_t deepest() const { return deepest_; }
  const std::optional<std::string>& twice() const { return twice_; }

 private:
  struct Level {
    bool array;
    size_t element;               // of an array: the one at hand
    std::string name;             // of an object: the field at hand
    std::set<std::string> names;  // and all so far
  };
  std::vector<Level> levels_;
  size_t deepest_ = 0;
  std::optional<std::string> twice_;
};

// Where `read` ends.
std::string Place(std::string_view read) {
  const size_t line_begin = read.rfind('\n') + 1;  // 0 where there is none
  return fmt::format("line {}, column {}", 1 + std::count(read.begin(), read.end(), '\n'),
                     read.size() - line_begin);
}

}  // namespace

Result<Json> ParseJson(std::string_view text) {
  // The library takes a zero byte for the end: what stands behind it would be enacted unread.
  if (text.find('\0') != std::string_view::npos) return NotJson("it holds a zero byte");
  Follower follower;
  const auto callback = [&follower](int, Json::parse_event_t event, Json& parsed) {
    return follower(event, parsed);
  };
  try {
    Json json = Json::parse(text, callback);
    if (follower.deepest() > kMostNested) {
      return Fail(ErrorCode::kInvalidValue,
                  fmt::format("The scheme document is not valid: lists and objects stand in one "
                              "another more than {} deep.",
                              kMostNested));
    }
    if (!follower.twice()) return json;
  } catch (const Json::parse_error& problem) {
    return NotJson(Place(text.substr(0, problem.byte)) + " cannot be read");
  } catch (const Json::exception&) {
    return NotJson(fmt::format("a number at {} is too large", follower.Path()));
  }
  return Fail(ErrorCode::kInvalidValue,
              fmt::format("The scheme document is not valid at {}: the field stands twice in one "
                          "object; name it once.",
                          *follower.twice()));
}

void DocumentReader::Refuse(const std::string& path, const std::string& what) {
  if (!problem_) problem_ = fmt::format("The scheme document is not valid at {}: {}", path, what);
}

void DocumentReader::Refuse(const DocNode& node, std::string_view valid) {
  Refuse(node.path, fmt::format("{} stands there; valid is {}.", Shown(*node.json), valid));
}

void DocumentReader::Need(const DocNode& node, const std::vector<std::string_view>& fields) {
  if (failed()) return;
  if (!node.json->is_object()) return Refuse(node, "an object { ... }");
  for (const std::string_view field : fields) {
    if (!node.json->contains(field)) {
      return Refuse(node.path, fmt::format("the field \"{}\" is missing.", field));
    }
  }
}

void DocumentReader::Fields(const DocNode& node, const std::vector<std::string_view>& required,
                            const std::vector<std::string_view>& optional) {
  Need(node, required);
  if (failed()) return;
  std::vector<std::string_view> known = required;
  known.insert(known.end(), optional.begin(), optional.end());
  for (const auto& item : node.json->items()) {
    if (std::find(known.begin(), known.end(), item.key()) == known.end()) {
      return Refuse(node.path, fmt::format("there is no field {}; valid are {}.",
                                           Shown(Json(item.key())), fmt::join(known, ", ")));
    }
  }
  if (node.json->contains("note")) Text(At(node, "note"));
}

bool DocumentReader::Has(const DocNode& node, const char* field) const {
  return !failed() && node.json->contains(field);
}

DocNode DocumentReader::Kind(const DocNode& node) {
  Need(node, {"kind"});
  return At(node, "kind");
}

DocNode DocumentReader::At(const DocNode& node, const char* field) const {
  static const Json kNothing;
  const std::string path = node.path == kRoot ? field : node.path + "." + field;
  return {Has(node, field) ? &(*node.json)[field] : &kNothing, path};
}

std::vector<DocNode> DocumentReader::Rows(const DocNode& node, const char* field) {
  const DocNode array = At(node, field);
  std::vector<DocNode> rows;
  if (!array.json->is_array()) {
    Refuse(array, "a list [ ... ]");
    return rows;
  }
  for (size_t i = 0; i < array.json->size(); ++i) {
    rows.push_back({&(*array.json)[i], fmt::format("{}[{}]", array.path, i)});
  }
  return rows;
}

std::string DocumentReader::Text(const DocNode& node) {
  std::string text = TextOrNothing(*node.json);
  if (text.empty()) Refuse(node, "text that is not empty");
  return text;
}

int64_t DocumentReader::Whole(const DocNode& node, int64_t least, int64_t most) {
  const Json& json = *node.json;
  const bool whole = json.is_number_unsigned() ? json.get<uint64_t>() <= uint64_t{INT64_MAX}
                                               : json.is_number_integer();
  if (whole && json.get<int64_t>() >= least && json.get<int64_t>() <= most) {
    return json.get<int64_t>();
  }
  Refuse(node, fmt::format("a whole number from {} to {}", least, most));
  return least;
}

void DocumentReader::Word(const DocNode& node, std::string_view word) {
  if (TextOrNothing(*node.json) != word) Refuse(node, fmt::format("\"{}\"", word));
}

Ratio DocumentReader::Percent(const DocNode& node) {
  const std::string text = TextOrNothing(*node.json);
  const size_t point = text.find('.');
  const std::string whole = text.substr(0, point);
  const std::string decimals = point == std::string::npos ? "" : text.substr(point + 1);
  // Joined they are the numerator; each decimal makes the denominator ten times as large.
  const std::optional<int64_t> numerator = Digits(whole + decimals);
  Ratio ratio{numerator.value_or(0), 100};
  for (size_t i = 0; i < decimals.size() && i < 6; ++i) ratio.denominator *= 10;
  if (numerator && !whole.empty() && decimals.size() <= 6 &&
      (point == std::string::npos || !decimals.empty()) && ratio.numerator > 0 &&
      ratio.numerator <= ratio.denominator) {
    return ratio;
  }
  Refuse(node,
         "a percentage as decimal text, more than 0 and at most 100, with at most six decimals, "
         "such as \"1.00\"");
  return {};
}

Ratio DocumentReader::Fraction(const DocNode& node) {
  const std::string text = TextOrNothing(*node.json);
  const size_t slash = text.find('/');
  const auto numerator = Digits(std::string_view(text).substr(0, slash));
  const auto denominator =
      slash == std::string::npos ? std::nullopt : Digits(std::string_view(text).substr(slash + 1));
  if (numerator && denominator && *numerator <= *denominator && *denominator >= 1 &&
      *denominator <= 1000) {
    return {*numerator, *denominator};
  }
  Refuse(node, "a fraction as text, from 0 to 1, with a denominator up to 1000, such as \"1/2\"");
  return {};
}

}  // namespace iuran::rules
