// Folders that are there for a while: one under a lock belongs to a process that lives, one without
// is litter.
#pragma once

#include <filesystem>
#include <string>
#include <system_error>

namespace iuran::ledger {

// A folder under a lock for as long as this lives; the lock goes with the process, so that a folder
// nobody has locked is one that a killed process left.
class LockedFolder {
 public:
  explicit LockedFolder(const std::filesystem::path& folder);
  LockedFolder(const LockedFolder&) = delete;
  LockedFolder& operator=(const LockedFolder&) = delete;
  ~LockedFolder();
  bool locked() const { return !error_; }
  // Why it is not; operation_would_block: another process has locked it.
  const std::error_code& error() const { return error_; }
  // Makes durable which files the folder has; also where it is not locked.
  bool Sync() const;

 private:
  int fd_;
  std::error_code error_;
};

// Removes the folders in `parent` whose names begin so and that nobody has locked, where it can.
void RemoveUnlocked(const std::filesystem::path& parent, const std::string& prefix);

}  // namespace iuran::ledger
