// The program itself against the naive model: random histories written as CSV files, taken in by
// `iuran import`, and its reports compared line by line. Slower than rulebook_test.cc and therefore
// few; it takes in what that one leaves out: files, the ledger, the log, the stores, the command
// line.
#include <gtest/gtest.h>

#include <map>

#include "tests/support/csv_value.h"
#include "tests/support/naive_history.h"
#include "tests/support/naive_model.h"
#include "tests/support/program_on_ledger.h"

namespace iuran::tests {
namespace {

// The lines behind the header, without the last column if `cut` (the reason of coverage).
std::vector<std::string> Lines(const std::string& csv, bool cut) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < csv.size();) {
    const size_t end = csv.find('\n', begin);
    std::string line = csv.substr(begin, end - begin);
    if (cut) {
      // The reason may be quoted; it begins behind the fifth comma outside quotes.
      bool quoted = false;
      size_t commas = 0;
      for (size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"') quoted = !quoted;
        if (line[i] == ',' && !quoted && ++commas == 5) line.resize(i);
      }
    }
    lines.push_back(line);
    begin = end + 1;
  }
  if (!lines.empty()) lines.erase(lines.begin());
  return lines;
}

struct Answer {
  std::string command;
  bool cut;  // whether the last column is the program's alone
  std::vector<std::string> lines;
};

Answer AnswerTo(const naive::Query& query, const naive::Model& model, int64_t known_at) {
  switch (query.report) {
    case naive::Report::kBalances:
      return {"balances --as-of " + query.as_of, false, model.Balances(query.as_of, known_at)};
    case naive::Report::kArrears:
      return {"arrears --as-of " + query.as_of, false, model.Arrears(query.as_of, known_at)};
    case naive::Report::kCoverage:
      break;
  }
  return {"coverage --on " + query.on + " --as-of " + query.as_of, true,
          model.Coverage(query.on, query.as_of, known_at)};
}

// Everybody known, with the group in force in the month that the question is about (rulebook 1).
std::map<std::string, std::string> GroupsOfMembers(const naive::Query& query,
                                                   const naive::Model& model, int64_t known_at) {
  const std::string& day = query.report == naive::Report::kCoverage ? query.on : query.as_of;
  std::map<std::string, std::string> groups;
  for (const std::string& line : model.Balances(day, known_at)) {
    groups[ValueIn(line, 0)] = ValueIn(line, 2);
  }
  return groups;
}

class ProgramTest : public testing::TestWithParam<uint64_t> {
 protected:
  // Asks for all members, for those of one group, and for one member.
  void Check(const naive::Query& query, const naive::Model& model, size_t pick) const {
    const int64_t known_at = model.PositionAfter(query.known_rows);
    const Answer all = AnswerTo(query, model, known_at);
    ExpectLines(all, known_at, "", [](const std::string&) { return true; });
    const auto groups = GroupsOfMembers(query, model, known_at);
    if (groups.empty()) return;
    const auto picked = std::next(groups.begin(), static_cast<int64_t>(pick % groups.size()));
    const std::string& member = picked->first;
    const std::string& group = picked->second;
    if (!group.empty()) {
      ExpectLines(all, known_at, " --group '" + group + "'",
                  [&](const std::string& other) { return groups.at(other) == group; });
    }
    ExpectLines(all, known_at, " --member '" + member + "'",
                [&](const std::string& other) { return other == member; });
  }

  template <typename OfMember>
  void ExpectLines(const Answer& all, int64_t known_at, const std::string& filter,
                   const OfMember& wanted) const {
    const std::string arguments =
        all.command + filter + " --known-at " + std::to_string(known_at) + " --format csv";
    std::vector<std::string> expected;
    for (const std::string& line : all.lines) {
      if (wanted(ValueIn(line, 0))) expected.push_back(line);
    }
    const Ran ran = program_.Run(arguments);
    EXPECT_EQ(ran.exit_code, 0) << arguments;
    EXPECT_EQ(Lines(ran.out, all.cut), expected) << arguments;
  }

  ProgramOnLedger program_;
};

TEST_P(ProgramTest, ReportsAgreeWithTheNaiveModel) {
  naive::Size size;
  size.desk = 6;
  const naive::History history = naive::Make(GetParam(), size);
  const naive::Model model(history.rows);
  ASSERT_EQ(program_.Import(history.rows), 0);

  for (size_t i = 0; i < history.queries.size(); ++i) {
    Check(history.queries[i], model, 7 * i + GetParam());
  }
  EXPECT_EQ(program_.Run("replay").exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ProgramTest, testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace iuran::tests
