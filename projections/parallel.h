// Runs one function on several threads at once.
#pragma once

#include <thread>
#include <vector>

namespace iuran::projections {

// Calls run(0) .. run(count - 1) at the same time, the last of them on this thread, and returns
// when all are done. `run` must not throw.
template <typename Run>
void RunOnThreads(unsigned count, const Run& run) {
  std::vector<std::thread> threads;
  for (unsigned i = 0; i + 1 < count; ++i) threads.emplace_back([&run, i] { run(i); });
  if (count > 0) run(count - 1);
  for (auto& thread : threads) thread.join();
}

}  // namespace iuran::projections
