// Runs this test program again in another role, as a process of its own.
//
// RocksDB's threads do not survive a fork, so that a child has to be a fresh process.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "events/check.h"

extern char** environ;

namespace iuran::tests {

class ChildProcess {
 public:
  // `arguments` are what the program gets after its name; its standard output comes here.
  explicit ChildProcess(std::vector<std::string> arguments) {
    std::array<int, 2> ends{};
    IURAN_CHECK(pipe2(ends.data(), O_CLOEXEC) == 0, "a pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::string program = "/proc/self/exe";
    std::vector<char*> words{program.data()};
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    IURAN_CHECK(posix_spawn(&pid_, program.c_str(), &actions, nullptr, words.data(), environ) == 0,
                "a process");
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = ends[0];
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() {
    if (!status_) {
      Kill();
      Wait();
    }
    close(output_);
  }

  void Kill() { kill(pid_, SIGKILL); }
  void Pause() { kill(pid_, SIGSTOP); }
  void Resume() { kill(pid_, SIGCONT); }

  // Whether it still runs.
  bool Running() {
    if (status_) return false;
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == 0) return true;
    status_ = status;
    return false;
  }

  // Waits for its end; what it exited with, or -1 where a signal ended it.
  int Wait() {
    if (!status_) {
      int status = 0;
      waitpid(pid_, &status, 0);
      status_ = status;
    }
    return WIFEXITED(*status_) ? WEXITSTATUS(*status_) : -1;
  }

  // Waits until it has put out something, or has ended.
  void AwaitOutput() { ReadSome(); }

  // What it has put out up to now.
  std::string OutputSoFar() {
    pollfd ready{output_, POLLIN, 0};
    while (poll(&ready, 1, 0) > 0 && ReadSome()) {
    }
    return said_;
  }

  // All of its output up to its end.
  std::string Output() {
    while (ReadSome()) {
    }
    return said_;
  }

 private:
  bool ReadSome() {
    std::array<char, 4096> bytes{};
    const ssize_t length = read(output_, bytes.data(), bytes.size());
    if (length > 0) said_.append(bytes.data(), static_cast<size_t>(length));
    return length > 0;
  }

  pid_t pid_ = -1;
  int output_ = -1;
  std::string said_;
  std::optional<int> status_;
};

}  // namespace iuran::tests
