// Tells people at a terminal how far long work has come. Silent where standard error is no
// terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace iuran::tools {

class Progress {
 public:
  // "Replaying", "events".
  Progress(std::string_view doing, std::string_view units);
  ~Progress();  // leaves the line as it was
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Shows "Replaying: 120,000 of 1,000,000 events (12 %)", a few times a second at most. A total of
  // 0 is not known. To be called from one thread at a time.
  void Update(uint64_t done, uint64_t total);
  // Takes the line away, so that another may be written; the next Update shows it again.
  void Clear();

 private:
  const std::string doing_;
  const std::string units_;
  const bool on_terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace iuran::tools
