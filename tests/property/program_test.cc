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
  ProgramTest()
      : folder_(testing::TempDir() + "/iuran-program-" + std::to_string(GetParam()) + "-" +
                std::to_string(::getpid())) {
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

// Imports the files of a folder, signed as its rows are, and runs its commands.
void Record(const std::vector<naive::Row>& rows, const std::string& folder,
            const std::string& ledger) {
  naive::Signing signing;
  bool has_files = false;
  for (const naive::Row& row : rows) {
    signing = naive::SigningOf(row).value_or(signing);
    has_files = has_files || !naive::IsCommand(row);
  }
  if (has_files) {
    std::string arguments = "import " + folder + " --author '" + signing.author + "'";
    if (!signing.approver.empty()) arguments += " --approved-by '" + signing.approver + "'";
    const Ran ran = Execute(arguments + ledger);
    ASSERT_TRUE(ran.exit_code == 0 || ran.exit_code == 1) << arguments << '\n' << ran.out;
  }
  for (const naive::Row& row : rows) {
    if (const auto* approve = std::get_if<naive::ApproveRow>(&row)) {
      Execute("approve '" + approve->id + "' --author '" + approve->author + "'" + ledger);
    } else if (const auto* decline = std::get_if<naive::DeclineRow>(&row)) {
      Execute("decline '" + decline->id + "' --author '" + decline->author + "' --reason '" +
              decline->reason + "'" + ledger);
    }
  }
}

TEST_P(ProgramTest, ReportsAgreeWithTheNaiveModel) {
  naive::Size size;
  size.desk = 6;
  const naive::History history = naive::Make(GetParam(), size);
  const naive::Model model(history.rows);
  naive::Write(history, folder_ / "files");
  ASSERT_EQ(Execute("init" + ledger_).exit_code, 0);

  size_t number = 0;
  for (const std::vector<naive::Row>& rows : naive::Folders(history.rows)) {
    ++number;
    const std::string name = (number < 10 ? "0" : "") + std::to_string(number);
    Record(rows, (folder_ / "files" / name).string(), ledger_);
    ASSERT_FALSE(HasFatalFailure());
  }

  for (size_t i = 0; i < history.queries.size(); ++i) {
    Check(history.queries[i], model, 7 * i + GetParam());
  }
  EXPECT_EQ(Execute("replay" + ledger_).exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ProgramTest, testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace iuran::tests
