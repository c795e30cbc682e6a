// Runs the program itself, as a user would.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

namespace iuran::tests {

struct Ran {
  int exit_code;
  std::string out;
};

// What the shell makes of a line; its standard output.
inline Ran RunInShell(const std::string& line) {
  FILE* pipe = ::popen(line.c_str(), "r");
  std::string out;
  std::array<char, 4096> buffer;
  for (size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    out.append(buffer.data(), n);
  }
  const int status = ::pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, out};
}

// IURAN_PROGRAM is the path of the program. Standard error is dropped, or comes with the rest.
inline Ran Execute(const std::string& arguments, bool with_errors = false) {
  return RunInShell(IURAN_PROGRAM " " + arguments + (with_errors ? " 2>&1" : " 2>/dev/null"));
}

}  // namespace iuran::tests
