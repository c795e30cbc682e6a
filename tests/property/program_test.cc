// The program itself against the naive model: random histories written as CSV files, taken in by
// `iuran import`, and its reports compared line by line. Slower than rulebook_test.cc and therefore
// few; it takes in what that one leaves out: files, the ledger, the log, the stores, the command
// line.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "tests/support/naive_history.h"
#include "tests/support/naive_model.h"
#include "tests/support/run_program.h"

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

// The n-th value of a line, without its quotes.
std::string ValueIn(const std::string& line, size_t n) {
  std::string value;
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && line[i + 1] == '"') {
      value += line[++i];
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] != ',' || quoted) {
      value += line[i];
    } else if (n-- == 0) {
      break;
    } else {
      value.clear();
    }
  }
  return value;
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
  ProgramTest() : folder_(testing::TempDir() + "/iuran-program-" + std::to_string(::getpid()) + "-" +
                          std::to_string(GetParam())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~ProgramTest() override { std::filesystem::remove_all(folder_); }

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
    const std::string arguments = all.command + filter + " --known-at " + std::to_string(known_at) +
                                  " --format csv" + ledger_;
    std::vector<std::string> expected;
    for (const std::string& line : all.lines) {
      if (wanted(ValueIn(line, 0))) expected.push_back(line);
    }
    const Ran ran = Execute(arguments);
    EXPECT_EQ(ran.exit_code, 0) << arguments;
    EXPECT_EQ(Lines(ran.out, all.cut), expected) << arguments;
  }

  const std::filesystem::path folder_;
  const std::string ledger_ = " --ledger " + (folder_ / "book").string();
};

TEST_P(ProgramTest, ReportsAgreeWithTheNaiveModel) {
  const naive::History history = naive::Make(GetParam());
  const naive::Model model(history.rows);
  naive::Write(history, folder_ / "files");
  ASSERT_EQ(Execute("init" + ledger_).exit_code, 0);

  std::vector<std::filesystem::path> batches;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "files")) {
    if (entry.is_directory()) batches.push_back(entry.path());
  }
  std::sort(batches.begin(), batches.end());
  for (const auto& batch : batches) {
    const Ran imported =
        Execute("import " + batch.string() + " --author maker --approved-by checker" + ledger_);
    ASSERT_TRUE(imported.exit_code == 0 || imported.exit_code == 1) << imported.out;
  }

  for (size_t i = 0; i < history.queries.size(); ++i) {
    Check(history.queries[i], model, 7 * i + GetParam());
  }
  EXPECT_EQ(Execute("replay" + ledger_).exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ProgramTest, testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace iuran::tests
