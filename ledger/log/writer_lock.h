// The lock that makes one process the writer of a log, and tells others who it is.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "events/error.h"

namespace iuran::log {

// Held from Take until destroyed; the operating system drops it when the process dies, however.
class WriterLock {
 public:
  // Locks <folder>/WRITER and writes there who holds it: process, `purpose`, since when (UTC).
  // Takes it as well where the holder lets go meanwhile, or waits two seconds for one without a
  // name. kLedgerLocked names the holder where he has one; kIo.
  static Result<WriterLock> Take(const std::filesystem::path& folder, std::string_view purpose);

  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&& other) noexcept;
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
  ~WriterLock();

 private:
  explicit WriterLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

// Who writes to the log in `folder` now, as the lock's file names it; nothing where nobody does.
// For people to read: it takes no lock, so that it can never be in a writer's way.
std::optional<std::string> WriterOf(const std::filesystem::path& folder);

}  // namespace iuran::log
