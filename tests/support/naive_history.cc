// Random histories: the plan of the lives, the noise on top, the log order and the questions.

#include "tests/support/naive_history.h"

#include <algorithm>
#include <utility>

#include "tests/support/naive_desk.h"
#include "tests/support/naive_lives.h"
#include "tests/support/naive_noise.h"
#include "tests/support/naive_random.h"
#include "tests/support/naive_values.h"

namespace iuran::naive {
namespace {

// The rows of one folder in log order: file by file; in a file as planned, or shuffled.
std::vector<Row> InLogOrder(Random& random, const std::vector<Draft>& drafts, int batch) {
  std::vector<Row> folder;
  for (const Draft& draft : drafts) {
    if (draft.batch == batch) folder.push_back(draft.row);
  }
  if (random.Percent(50)) random.Shuffle(folder);
  std::stable_sort(folder.begin(), folder.end(),
                   [](const Row& a, const Row& b) { return a.index() < b.index(); });
  return folder;
}

// `days`: around which something happens.
Day AskedDay(Random& random, Month base, const std::vector<Day>& days, const Size& size) {
  // One draw a statement: the order of draws must not depend on the compiler.
  const Month month = base + random.Between(-1, size.months);
  const Month far_month = base + random.Below(12 * 15);
  const Day near_by = random.Between(-1, 1);
  const int choice = random.Below(10);
  if (choice < 5 && !days.empty()) return random.Pick(days) + near_by;
  if (choice < 7) return DueDay(false, month) + near_by;
  if (choice < 9) return LastDay(month) + near_by;
  return FirstDay(far_month) + random.Below(31);
}

std::vector<Query> Questions(Random& random, Month base, const std::vector<Day>& days,
                             const Size& size, std::size_t rows) {
  std::vector<Query> queries;
  for (int number = 0; number < size.queries; ++number) {
    Query query;
    query.report = static_cast<Report>(number % 3);
    const Day as_of = AskedDay(random, base, days, size);
    query.as_of = PrintDay(as_of);
    if (query.report == Report::kCoverage) {
      const Day on = random.Percent(50) ? as_of : AskedDay(random, base, days, size);
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
  Desk desk(random, size);
  for (int batch = 0; batch < size.batches; ++batch) {
    const std::vector<Row> folder = desk.After(InLogOrder(random, drafts, batch));
    history.rows.insert(history.rows.end(), folder.begin(), folder.end());
  }
  std::vector<Day> days = lives.days();
  days.insert(days.end(), desk.days().begin(), desk.days().end());
  history.queries = Questions(random, lives.base(), days, size, history.rows.size());
  if (size.tariffs) history.enactments = RandomEnactments(random, history.rows.size());
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
  for (Enactment& enactment : shorter.enactments) {
    enactment.before_row -= std::clamp(enactment.before_row, first, end) - first;
  }
  return shorter;
}

History Shrink(History history, const std::function<bool(const History&)>& fails) {
  for (std::size_t i = history.queries.size(); i-- > 0;) {
    History shorter = history;
    shorter.queries.erase(shorter.queries.begin() + static_cast<std::ptrdiff_t>(i));
    if (fails(shorter)) history = std::move(shorter);
  }
  for (std::size_t i = history.enactments.size(); i-- > 0;) {
    History shorter = history;
    shorter.enactments.erase(shorter.enactments.begin() + static_cast<std::ptrdiff_t>(i));
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
