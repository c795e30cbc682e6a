#include "tools/hledger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace iuran::tools {
namespace {

constexpr std::string_view kCommodity = "IDR";

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// A file without a name, gone when it is closed, whatever happens.
Result<File> NamelessFile() {
  File file(std::tmpfile());
  if (file) return file;
  return Fail(ErrorCode::kIo, fmt::format("No temporary file could be made: {}. Make room in the "
                                          "folder for temporary files, then ask again.",
                                          std::strerror(errno)));
}

Result<std::string> ReadAll(std::FILE* file) {
  std::rewind(file);
  std::string text;
  std::array<char, 1 << 16> buffer;
  for (size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), file)) > 0;) {
    text.append(buffer.data(), n);
  }
  if (std::ferror(file) == 0) return text;
  return Fail(ErrorCode::kIo, "What hledger said could not be read back.");
}

// Runs hledger with these arguments, in an environment that holds none of the user's own settings
// of hledger, and returns what it prints.
Result<std::string> RunHledger(std::vector<std::string> arguments, std::string_view input) {
  IURAN_ASSIGN(const File in, NamelessFile());
  IURAN_ASSIGN(const File out, NamelessFile());
  IURAN_ASSIGN(const File err, NamelessFile());
  const bool written = std::fwrite(input.data(), 1, input.size(), in.get()) == input.size() &&
                       std::fflush(in.get()) == 0;
  if (!written) {
    return Fail(ErrorCode::kIo,
                "The journal could not be written for hledger to read: no room is "
                "left in the folder for temporary files. Make some, then ask "
                "again.");
  }
  std::rewind(in.get());

  arguments.insert(arguments.begin(), "hledger");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const char* path = std::getenv("PATH");
  std::vector<std::string> settings = {fmt::format("PATH={}", path == nullptr ? "" : path),
                                       "LC_ALL=C.UTF-8", "HOME=/nonexistent"};
  std::vector<char*> environment;
  for (std::string& setting : settings) environment.push_back(setting.data());
  environment.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ::fileno(in.get()), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, ::fileno(out.get()), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, ::fileno(err.get()), STDERR_FILENO);
  pid_t child = 0;
  const int failed =
      ::posix_spawnp(&child, "hledger", &actions, nullptr, argv.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed == ENOENT) {
    return Fail(ErrorCode::kNotFound,
                "hledger is not installed, so there is no second opinion. Install it (on Debian: "
                "apt-get install hledger), then ask again.");
  }
  if (failed != 0) {
    return Fail(ErrorCode::kIo,
                fmt::format("hledger could not be run: {}.", std::strerror(failed)));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  IURAN_ASSIGN(std::string said, ReadAll(out.get()));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return said;
  IURAN_ASSIGN(const std::string complaint, ReadAll(err.get()));
  return Fail(ErrorCode::kIo, fmt::format("hledger gave no answer: {}",
                                          complaint.empty() ? "it was ended." : complaint));
}

// The two texts of a CSV line `"account","balance"`, without the quotes around them.
bool SplitLine(std::string_view line, std::string& account, std::string& balance) {
  std::string* field = &account;
  account.clear();
  balance.clear();
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      *field += line[++i];
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == ',' && !quoted && field == &account) {
      field = &balance;
    } else {
      *field += line[i];
    }
  }
  return field == &balance && !quoted;
}

// "-16800.50 IDR" as sen.
std::optional<events::Money> ReadHledgerAmount(std::string_view text) {
  if (!text.ends_with(kCommodity)) return std::nullopt;
  text.remove_suffix(kCommodity.size());
  if (!text.ends_with(' ')) return std::nullopt;
  text.remove_suffix(1);
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const size_t point = text.find('.');
  if (point == std::string_view::npos || text.size() != point + 3 || point == 0) {
    return std::nullopt;
  }
  events::Money sen;
  for (const char c : text) {
    if (c == '.') continue;
    if (c < '0' || c > '9') return std::nullopt;
    events::Money ten;
    for (int i = 0; i < 10; ++i) ten += sen;
    sen = ten + events::Money::FromSen(c - '0');
  }
  return negative ? -sen : sen;
}

}  // namespace

void AddBooksFormatOption(CLI::App& command, BooksFormat& format) {
  command
      .add_option_function<std::string>(
          "--format",
          [&format](const std::string& word) {
            format.hledger = word == "hledger";
            if (word == "table" || format.hledger) {
              format.format = Format::kTable;
            } else if (word == "csv") {
              format.format = Format::kCsv;
            } else if (word == "json") {
              format.format = Format::kJson;
            } else {
              throw CLI::ValidationError("--format",
                                         "'" + word + "' is none of table, csv, json, hledger");
            }
          },
          "How to print it: table (default), csv, json, or hledger: a journal that hledger reads")
      ->type_name("FORMAT");
}

std::string HledgerHead(std::string_view title) {
  return fmt::format("; {}\ndecimal-mark .\ncommodity 1000.00 {}\n", title, kCommodity);
}

void AppendHledgerPosting(std::string_view account, events::Money amount, std::string& journal) {
  journal += "    ";
  journal += account;
  journal += "  ";
  AppendAmount(journal, amount);
  journal += ' ';
  journal += kCommodity;
  journal += '\n';
}

void AppendHledger(const projections::Entry& entry, std::string& journal) {
  journal += '\n';
  journal += entry.day.ToString();
  journal += ' ';
  journal += projections::Describe(entry);
  fmt::format_to(std::back_inserter(journal), "  ; event:{}", entry.event.value);
  if (entry.also) fmt::format_to(std::back_inserter(journal), ", event:{}", entry.also->value);
  journal += '\n';
  for (const projections::Posting& posting : entry.postings) {
    AppendHledgerPosting(projections::NameOf(posting.account), posting.amount, journal);
  }
}

Result<std::string> HledgerVersion() {
  IURAN_ASSIGN(std::string said, RunHledger({"--version"}, ""));
  said.resize(said.find_last_not_of('\n') + 1);
  return said;
}

Result<void> AddHledgerBalances(std::string_view journal, events::Day as_of,
                                HledgerBalances& balances) {
  const std::string day_after = (as_of + 1).ToString();  // the first day that is not counted
  IURAN_ASSIGN(
      const std::string said,
      RunHledger({"-f", "-", "balance", "--flat", "-N", "-O", "csv", "-e", day_after}, journal));
  std::string account, balance;
  bool header = true;
  for (size_t begin = 0; begin < said.size();) {
    const size_t end = std::min(said.find('\n', begin), said.size());
    const std::string_view line = std::string_view(said).substr(begin, end - begin);
    begin = end + 1;
    if (line.empty() || std::exchange(header, false)) continue;
    const bool split = SplitLine(line, account, balance);
    if (split && balance == "0") continue;
    const std::optional<events::Money> amount = split ? ReadHledgerAmount(balance) : std::nullopt;
    if (!amount) {
      return Fail(ErrorCode::kIo, fmt::format("hledger's line '{}' cannot be read.", line));
    }
    balances[account] += *amount;
  }
  return {};
}

}  // namespace iuran::tools
