// The real program and the naive model, written apart from the same rulebook, must agree to the
// rupiah on random histories: verdicts, balances, arrears and cover. In half of the histories
// changed scheme documents are enacted on the way.
//
// 1,000 histories in the usual run; IURAN_HISTORIES=100000 for more, IURAN_SEED=N to begin
// elsewhere. A failing history is shrunk and printed as rows.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/support/environment.h"
#include "tests/support/naive_history.h"
#include "tests/support/naive_model.h"
#include "tests/support/real_model.h"
#include "tests/support/report_comparison.h"
#include "tests/support/tariff_document.h"

namespace iuran::tests {
namespace {

// Of the rows known to a question, the last so many are those that a diff is asked about.
constexpr size_t kLaterRows = 40;

std::string Answer(const naive::Query& query, const naive::Model& expected,
                   const RealModel& actual) {
  const int64_t known_at = expected.PositionAfter(query.known_rows);
  const Position position{static_cast<uint64_t>(known_at)};
  std::string what;
  std::string difference;
  switch (query.report) {
    case naive::Report::kBalances:
      what = "balances --as-of " + query.as_of;
      difference = FirstDifference(expected.Balances(query.as_of, known_at),
                                   actual.Balances(query.as_of, position));
      if (difference.empty()) {
        what.clear();
        const size_t earlier = query.known_rows - std::min(query.known_rows, kLaterRows);
        difference = DifferenceOfReports(query.as_of, expected.PositionAfter(earlier), known_at,
                                         expected, actual);
      }
      break;
    case naive::Report::kArrears:
      what = "arrears --as-of " + query.as_of;
      difference = FirstDifference(expected.Arrears(query.as_of, known_at),
                                   actual.Arrears(query.as_of, position));
      break;
    case naive::Report::kCoverage:
      what = "coverage --on " + query.on + " --as-of " + query.as_of;
      difference = FirstDifference(expected.Coverage(query.on, query.as_of, known_at),
                                   actual.Coverage(query.on, query.as_of, position));
      break;
  }
  if (difference.empty()) return "";
  return what + " --known-at " + std::to_string(known_at) + difference;
}

std::string Compare(const naive::History& history) {
  naive::Model expected;
  RealModel actual;
  auto enactment = history.enactments.begin();
  const auto enact_before = [&](size_t number) {
    for (; enactment != history.enactments.end() && enactment->before_row <= number; ++enactment) {
      expected.Enact(enactment->tariff);
      actual.Enact(*enactment);
    }
  };
  for (size_t number = 0; number < history.rows.size(); ++number) {
    enact_before(number);
    const naive::Row& row = history.rows[number];
    const naive::Verdict wanted = expected.Take(row);
    const naive::Verdict got = actual.Take(row);
    if (wanted != got) {
      return "row " + naive::CsvLine(row) + " of " + naive::FileName(row) + ": naive " +
             std::string(naive::VerdictName(wanted)) + ", real " +
             std::string(naive::VerdictName(got));
    }
  }
  enact_before(history.rows.size());
  for (const naive::Query& query : history.queries) {
    if (std::string difference = Answer(query, expected, actual); !difference.empty()) {
      return difference;
    }
  }
  return "";
}

TEST(Rulebook, RealAndNaiveAgreeOnRandomHistories) {
  const uint64_t count = FromEnvironment("IURAN_HISTORIES", 1000);
  const uint64_t first = FromEnvironment("IURAN_SEED", 1);
  for (uint64_t seed = first; seed < first + count; ++seed) {
    naive::Size size;
    size.tariffs = seed % 2 == 0;
    size.desk = 12;
    const naive::History history = naive::Make(seed, size);
    if (Compare(history).empty()) continue;
    const naive::History smallest =
        naive::Shrink(history, [](const naive::History& h) { return !Compare(h).empty(); });
    std::ostringstream rows;
    for (const naive::Row& row : smallest.rows) {
      rows << "\n  " << naive::FileName(row) << ": " << naive::CsvLine(row);
      if (const auto signing = naive::SigningOf(row)) {
        rows << " (asked by " << signing->author << ", approved by " << signing->approver << ')';
      }
    }
    for (const naive::Enactment& enactment : smallest.enactments) {
      rows << "\n  enacted: " << DocumentOf(enactment);
    }
    FAIL() << "seed " << seed << ": " << Compare(smallest) << "\nrows:" << rows.str();
  }
}

// A comparison that cannot fail says nothing: against a naive model to whom no scheme was enacted,
// the verdicts must differ.
TEST(Rulebook, ADifferenceIsFound) {
  const naive::History history = naive::Make(1);
  naive::Rules none;
  none.enacted = {};
  const naive::Model wrong(history.rows, none);
  RealModel real;
  bool differs = false;
  for (size_t i = 0; i < history.rows.size(); ++i) {
    differs = differs || real.Take(history.rows[i]) != wrong.Verdicts()[i];
  }
  EXPECT_TRUE(differs);
}

}  // namespace
}  // namespace iuran::tests
