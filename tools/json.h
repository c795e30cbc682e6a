// Writes JSON piece by piece, so that a report of any size is never held as a tree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/money.h"

namespace iuran::tools {

// "16800", "16800.50": as Money::ToString, without a string of its own.
void AppendAmount(std::string& text, events::Money amount);

// Appends to a string it does not own. The caller nests Begin and End properly and names every
// value of an object; commas and quotes are the writer's.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& text) : text_(text) {}

  // Begins a document of its own: the caller has written whatever stands before it.
  void Restart() { first_ = true; }

  JsonWriter& Name(std::string_view name);
  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }
  void Text(std::string_view value);
  void Number(uint64_t value);
  void Count(int64_t value);  // may be below zero
  void Amount(events::Money value);  // a string, since JSON numbers are read as floating point
  void Null();

  // Name and value in one; an absent value is null.
  void Field(std::string_view name, std::string_view value) { Name(name).Text(value); }
  void Field(std::string_view name, uint64_t value) { Name(name).Number(value); }
  void Field(std::string_view name, events::Money value) { Name(name).Amount(value); }
  template <typename Value>  // a day or month
  void Field(std::string_view name, const std::optional<Value>& value) {
    Name(name);
    value ? Text(value->ToString()) : Null();
  }

 private:
  void Open(char bracket);
  void Close(char bracket);
  void Separate();

  std::string& text_;
  bool first_ = true;   // nothing stands yet in the innermost object or array
  bool named_ = false;  // the name of the next value was just written
};

}  // namespace iuran::tools
