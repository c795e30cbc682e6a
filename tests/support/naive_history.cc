// Random histories: the plan of the lives, the noise on top, the log order and the questions.

#include "tests/support/naive_history.h"

#include <algorithm>
#include <map>
#include <utility>

#include "tests/support/naive_columns.h"
#include "tests/support/naive_lives.h"
#include "tests/support/naive_random.h"
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
      {"amount", amounts},
      {"purpose", {"gift", "penalty"}},
  };
  const auto found = values.find(column);
  return found != values.end() ? found->second : none;
}

// The same content in other words: 16800 = 16800.00, JKK+JKM = JKM+JKK, no sector = other.
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

// One repeated, conflicting or bad row, made of a good one.
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

// Log order: folder by folder, in a folder file by file; in a file as planned, or shuffled.
std::vector<Row> InLogOrder(Random& random, const std::vector<Draft>& drafts, int batches) {
  std::vector<Row> rows;
  for (int batch = 0; batch < batches; ++batch) {
    std::vector<Row> folder;
    for (const Draft& draft : drafts) {
      if (draft.batch == batch) folder.push_back(draft.row);
    }
    if (random.Percent(50)) random.Shuffle(folder);
    std::stable_sort(folder.begin(), folder.end(),
                     [](const Row& a, const Row& b) { return a.index() < b.index(); });
    rows.insert(rows.end(), folder.begin(), folder.end());
  }
  return rows;
}

Day AskedDay(Random& random, const Lives& lives, const Size& size) {
  // One draw a statement: the order of draws must not depend on the compiler.
  const Month month = lives.base() + random.Between(-1, size.months);
  const Month far_month = lives.base() + random.Below(12 * 15);
  const Day near_by = random.Between(-1, 1);
  const int choice = random.Below(10);
  if (choice < 5 && !lives.days().empty()) return random.Pick(lives.days()) + near_by;
  if (choice < 7) return DueDay(false, month) + near_by;
  if (choice < 9) return LastDay(month) + near_by;
  return FirstDay(far_month) + random.Below(31);
}

std::vector<Query> Questions(Random& random, const Lives& lives, const Size& size,
                             std::size_t rows) {
  std::vector<Query> queries;
  for (int number = 0; number < size.queries; ++number) {
    Query query;
    query.report = static_cast<Report>(number % 3);
    const Day as_of = AskedDay(random, lives, size);
    query.as_of = PrintDay(as_of);
    if (query.report == Report::kCoverage) {
      const Day on = random.Percent(50) ? as_of : AskedDay(random, lives, size);
      query.on = PrintDay(on);
    }
    query.known_rows = rows;
    if (random.Percent(50)) {
      query.known_rows = static_cast<std::size_t>(random.Below(static_cast<int>(rows) + 1));
    }
    queries.push_back(query);
  }
  return queries;
}

}  // namespace

History Make(std::uint64_t seed, const Size& size) {
  Random random(seed);
  Lives lives(random, size);
  std::vector<Draft> drafts = lives.Plan();
  const int good = static_cast<int>(drafts.size());
  for (int number = 0; number < good * size.noise / 100; ++number) {
    const Draft draft = drafts.at(static_cast<std::size_t>(random.Below(good)));
    drafts.push_back(Disturb(random, draft, number, size.batches));
  }
  History history;
  history.seed = seed;
  history.rows = InLogOrder(random, drafts, size.batches);
  history.queries = Questions(random, lives, size, history.rows.size());
  return history;
}

History Without(const History& history, std::size_t first, std::size_t count) {
  History shorter = history;
  const std::size_t end = std::min(first + count, history.rows.size());
  if (first >= end) return shorter;
  shorter.rows.erase(shorter.rows.begin() + static_cast<std::ptrdiff_t>(first),
                     shorter.rows.begin() + static_cast<std::ptrdiff_t>(end));
  for (Query& query : shorter.queries) {
    const std::size_t known_of_dropped = std::clamp(query.known_rows, first, end) - first;
    query.known_rows -= known_of_dropped;
  }
  return shorter;
}

History Shrink(History history, const std::function<bool(const History&)>& fails) {
  for (std::size_t i = history.queries.size(); i-- > 0;) {
    History shorter = history;
    shorter.queries.erase(shorter.queries.begin() + static_cast<std::ptrdiff_t>(i));
    if (fails(shorter)) history = std::move(shorter);
  }
  for (std::size_t count = std::max<std::size_t>(history.rows.size() / 2, 1);; count /= 2) {
    for (std::size_t first = 0; first < history.rows.size();) {
      History shorter = Without(history, first, count);
      if (fails(shorter)) {
        history = std::move(shorter);
      } else {
        first += count;
      }
    }
    if (count <= 1) return history;
  }
}

}  // namespace iuran::naive
