// Repeated, conflicting and bad rows in random histories.

#include "tests/support/naive_noise.h"

#include <map>
#include <string>
#include <string_view>

#include "tests/support/naive_columns.h"
#include "tests/support/naive_values.h"

namespace iuran::naive {
namespace {

// Other values of section 1 that a column may hold, by column name.
const std::vector<std::string>& GoodValues(std::string_view column) {
  static const std::vector<std::string> other = {"1", "Ende", "JKM", "2026-04", "1100000"};
  static const std::vector<std::string> days = {"2024-02-29", "2025-04-15", "2026-08-18"};
  static const std::vector<std::string> amounts = {"16800", "8400.00", "0.01", "201000"};
  static const std::map<std::string_view, std::vector<std::string>> values = {
      {"group", {"", "G1", "G2"}},
      {"remittance", {"", "R1", "R2"}},
      {"kind", {"donor", "employer"}},
      {"risk", {"", "1", "5"}},
      {"region", {"Sikka", "Ngada"}},
      {"from", {"2015-07", "2024-02", "2026-04"}},
      {"income", {"1099500", "1100000", "1000"}},
      {"sector", {"", "other", "transport"}},
      {"payer", {"", "self", "state", "G1"}},
      {"programs", {"JKK", "JHT+JKK", "JKM+JKK+JHT"}},
      {"received_on", days},
      {"paid_on", days},
      {"reversed_on", days},
      {"refunded_on", days},
      {"waived_on", days},
      {"returned_on", days},
      {"amount", amounts},
      {"purpose", {"", "contribution", "penalty"}},
      {"channel", {"", "va", "counter"}},
  };
  const auto found = values.find(column);
  return found != values.end() ? found->second : other;
}

// Values that section 1 does not have, by column name; none for columns of free text.
const std::vector<std::string>& BadValues(std::string_view column) {
  static const std::vector<std::string> none;
  static const std::vector<std::string> days = {
      "", "2023-02-29", "2024-2-03", "20240203", "03-02-2024", "2024-13-01", "2024-04-31", "x"};
  static const std::vector<std::string> amounts = {
      "", "0", "0.00", "-1", "1.234", "1e5", "16,800", "10000000000000.01", "10000000000001", "x"};
  static const std::vector<std::string> names = {
      "", " x", "x ", "a\tb", "\xc3\xa9", std::string(65, 'x'), "nobody"};
  static const std::map<std::string_view, std::vector<std::string>> values = {
      {"group", names},
      {"member", names},
      {"payment", names},
      {"remittance", {" x", "nobody"}},
      {"kind", {"", "Employer", "bank"}},
      {"risk", {"0", "6", "1.0", "x"}},
      {"scheme", {"", "BPU", "pmi", "pu"}},
      {"from", {"", "2015-06", "2024-00", "2024-13", "2024-1", "2024-01-01", "x"}},
      {"income", {"", "0", "999", "999.99", "-1100000", "10000000000000.01", "x"}},
      {"sector", {"farming", "Transport"}},
      {"payer", {"nobody", "State"}},
      {"programs", {"", "JP", "JKK+JKK", "JKK+", "+JKK", "JKK,JKM", "jkk", "JKP"}},
      {"what", {"", "wage", "Exit"}},
      {"received_on", days},
      {"paid_on", days},
      {"reversed_on", days},
      {"refunded_on", days},
      {"waived_on", days},
      {"returned_on", days},
      {"amount", amounts},
      {"refund", names},
      {"waiver", names},
      {"return", names},
      {"purpose", {"gift", "penalty"}},
  };
  const auto found = values.find(column);
  return found != values.end() ? found->second : none;
}

}  // namespace

void Respell(Random& random, Row& row) {
  for (const Column& column : Columns(row)) {
    std::string& text = *column.text;
    const std::optional<Sen> amount = ParseAmount(text);
    if ((column.name == "amount" || column.name == "income") && amount) {
      text = SpellAmount(random, *amount);
    }
    if (column.name == "programs" && text == "JKK+JKM") text = "JKM+JKK";
    if (column.name == "sector" && text.empty()) text = "other";
    if (column.name == "purpose" && text == "contribution") text.clear();
  }
}

Draft Disturb(Random& random, const Draft& good, int number, int batches) {
  Draft draft = good;
  if (random.Percent(80)) draft.batch = random.Between(good.batch, batches - 1);
  const int choice = random.Below(10);
  if (choice < 2) return draft;
  Respell(random, draft.row);
  if (choice < 4) return draft;
  std::vector<Column> columns = Columns(draft.row);
  const bool new_name = random.Percent(50) && columns.front().name != "member";
  if (new_name) *columns.front().text = "N" + std::to_string(number);
  const Column& column = random.Pick(columns);
  const std::vector<std::string>& bad = BadValues(column.name);
  if (choice < 8 && !bad.empty()) {
    *column.text = random.Pick(bad);
  } else if (&column != &columns.front() && column.name != "what") {
    *column.text = random.Pick(GoodValues(column.name));
  }
  return draft;
}

}  // namespace iuran::naive
