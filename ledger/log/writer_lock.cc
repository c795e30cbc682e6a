// The writer's lock: flock on a file that names its holder. See writer_lock.h.
#include "ledger/log/writer_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <thread>
#include <utility>

namespace iuran::log {
namespace {

constexpr int kHolderAttempts = 200;

std::string NowUtc() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text.data();
}

// The holder's line; empty in the moment before it has written it.
std::string ReadHolder(int descriptor) {
  std::array<char, 512> text{};
  const ssize_t length = pread(descriptor, text.data(), text.size(), 0);
  std::string holder(text.data(), length > 0 ? static_cast<size_t>(length) : 0);
  return holder.substr(0, holder.find('\n'));
}

// The line of a writer that was killed stays; its process does not.
bool NamesOneThatLives(const std::string& holder) {
  const size_t at = holder.find(", process ");
  if (at == std::string::npos) return false;
  const long process = std::strtol(holder.c_str() + at + 10, nullptr, 10);
  return process > 0 && (kill(static_cast<pid_t>(process), 0) == 0 || errno != ESRCH);
}

}  // namespace

Result<WriterLock> WriterLock::Take(const std::filesystem::path& folder, std::string_view purpose) {
  const std::filesystem::path file = folder / "WRITER";
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return Fail(ErrorCode::kIo,
                fmt::format("The file {} cannot be opened for writing: {}. Check who owns it and "
                            "its permissions.",
                            file.string(), std::strerror(errno)));
  }
  for (int attempt = 0; flock(descriptor, LOCK_EX | LOCK_NB) != 0; ++attempt) {
    if (const int problem = errno; problem != EWOULDBLOCK) {
      close(descriptor);
      return Fail(ErrorCode::kIo, fmt::format("The file {} cannot be locked: {}.", file.string(),
                                              std::strerror(problem)));
    }
    // Whoever has just locked it names himself in a moment, and till then an earlier holder may
    // stand there; whoever ends takes his name away in the moment before he lets go.
    const std::string other = ReadHolder(descriptor);
    const bool is_named = NamesOneThatLives(other);
    if (is_named || attempt == kHolderAttempts) {
      close(descriptor);
      return Fail(ErrorCode::kLedgerLocked,
                  fmt::format("Another program is writing to this ledger: {}. Wait until it is "
                              "done, or end it; reading goes on meanwhile.",
                              is_named ? other : "it has not said who it is"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  WriterLock lock(descriptor);
  const std::string holder =
      fmt::format("\"{}\", process {}, since {}\n", purpose, getpid(), NowUtc());
  if (ftruncate(descriptor, 0) != 0 ||
      pwrite(descriptor, holder.data(), holder.size(), 0) != static_cast<ssize_t>(holder.size())) {
    return Fail(ErrorCode::kIo,
                fmt::format("The file {} cannot be written: {}. Nothing was recorded. Look at the "
                            "disk (room, permissions, faults), then try again.",
                            file.string(), std::strerror(errno)));
  }
  return lock;
}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

WriterLock& WriterLock::operator=(WriterLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

WriterLock::~WriterLock() {
  if (descriptor_ < 0) return;
  // The lock counts, not the text; a name left behind would only mislead who looks.
  [[maybe_unused]] const int ignored = ftruncate(descriptor_, 0);
  close(descriptor_);
}

std::optional<std::string> WriterOf(const std::filesystem::path& folder) {
  const int descriptor = open((folder / "WRITER").c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  std::string holder = ReadHolder(descriptor);
  close(descriptor);
  if (!NamesOneThatLives(holder)) return std::nullopt;
  return holder;
}

}  // namespace iuran::log
