// Long work that a signal ends where it can be gone on with.
#pragma once

#include <atomic>
#include <csignal>

namespace iuran::tools {

// While it lives, the first SIGINT or SIGTERM asks the work at hand to stop where it can; the
// second ends the process, which loses no more than what was not acknowledged.
class StopOnSignal {
 public:
  StopOnSignal() {
    struct sigaction action {};
    action.sa_handler = [](int) { asked_.store(true); };
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
    ::sigaction(SIGINT, &action, &interrupt_before_);
    ::sigaction(SIGTERM, &action, &terminate_before_);
  }
  ~StopOnSignal() {
    ::sigaction(SIGINT, &interrupt_before_, nullptr);
    ::sigaction(SIGTERM, &terminate_before_, nullptr);
  }
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;
  const std::atomic<bool>* asked() const { return &asked_; }

 private:
  static inline std::atomic<bool> asked_{false};
  static_assert(std::atomic<bool>::is_always_lock_free);
  struct sigaction interrupt_before_ {};
  struct sigaction terminate_before_ {};
};

}  // namespace iuran::tools
