#include "tools/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include "tools/report.h"

namespace iuran::tools {

using std::chrono::steady_clock;

Progress::Progress(std::string_view doing, std::string_view units)
    : doing_(doing),
      units_(units),
      on_terminal_(::isatty(STDERR_FILENO) != 0),
      next_(steady_clock::now() + std::chrono::milliseconds(300)) {}

Progress::~Progress() { Clear(); }

void Progress::Clear() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
  shown_ = false;
}

void Progress::Update(uint64_t done, uint64_t total) {
  if (!on_terminal_) return;
  const auto now = steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(200);
  std::string text = fmt::format("\r\x1b[K{}: {}", doing_, Grouped(static_cast<int64_t>(done)));
  if (total > 0) text += fmt::format(" of {}", Grouped(static_cast<int64_t>(total)));
  text += " " + units_;
  if (total > 0) text += fmt::format(" ({} %)", done * 100 / total);
  fmt::print(stderr, "{}", text);
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace iuran::tools
