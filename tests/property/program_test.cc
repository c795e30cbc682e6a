// The program itself against the naive model: random histories written as CSV files, taken in by
// `iuran import`, and its reports compared line by line. Slower than rulebook_test.cc and therefore
// few; it takes in what that one leaves out: files, the ledger, the log, the stores, the command line.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "tests/support/naive_history.h"
#include "tests/support/naive_model.h"

namespace iuran::tests {
namespace {

struct Ran {
  int exit_code;
  std::string out;
};

Ran Execute(const std::string& arguments) {
  FILE* pipe = ::popen((IURAN_PROGRAM " " + arguments + " 2>/dev/null").c_str(), "r");
  std::string out;
  std::array<char, 4096> buffer;
  for (size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    out.append(buffer.data(), n);
  }
  const int status = ::pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, out};
}

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

class ProgramTest : public testing::TestWithParam<uint64_t> {
 protected:
  ProgramTest() : folder_(testing::TempDir() + "/iuran-program-" + std::to_string(GetParam())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~ProgramTest() override { std::filesystem::remove_all(folder_); }

  const std::filesystem::path folder_;
};

TEST_P(ProgramTest, ReportsAgreeWithTheNaiveModel) {
  const naive::History history = naive::Make(GetParam());
  const naive::Model model(history.rows);
  naive::Write(history, folder_ / "files");
  const std::string ledger = " --ledger " + (folder_ / "book").string();
  ASSERT_EQ(Execute("init" + ledger).exit_code, 0);

  std::vector<std::filesystem::path> batches;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "files")) {
    if (entry.is_directory()) batches.push_back(entry.path());
  }
  std::sort(batches.begin(), batches.end());
  for (const auto& batch : batches) {
    const Ran imported = Execute("import " + batch.string() + ledger);
    ASSERT_TRUE(imported.exit_code == 0 || imported.exit_code == 1) << imported.out;
  }

  for (const naive::Query& query : history.queries) {
    const int64_t known_at = model.PositionAfter(query.known_rows);
    std::string arguments;
    std::vector<std::string> expected;
    switch (query.report) {
      case naive::Report::kBalances:
        arguments = "balances --as-of " + query.as_of;
        expected = model.Balances(query.as_of, known_at);
        break;
      case naive::Report::kArrears:
        arguments = "arrears --as-of " + query.as_of;
        expected = model.Arrears(query.as_of, known_at);
        break;
      case naive::Report::kCoverage:
        arguments = "coverage --on " + query.on + " --as-of " + query.as_of;
        expected = model.Coverage(query.on, query.as_of, known_at);
        break;
    }
    arguments += " --known-at " + std::to_string(known_at) + " --format csv" + ledger;
    const Ran ran = Execute(arguments);
    EXPECT_EQ(ran.exit_code, 0) << arguments;
    EXPECT_EQ(Lines(ran.out, query.report == naive::Report::kCoverage), expected) << arguments;
  }
  EXPECT_EQ(Execute("replay" + ledger).exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ProgramTest, testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace iuran::tests
