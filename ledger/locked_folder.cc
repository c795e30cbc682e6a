// See locked_folder.h.
#include "ledger/locked_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace iuran::ledger {

namespace fs = std::filesystem;

LockedFolder::LockedFolder(const fs::path& folder)
    : fd_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (fd_ < 0 || ::flock(fd_, LOCK_EX | LOCK_NB) != 0) error_ = {errno, std::generic_category()};
}

LockedFolder::~LockedFolder() {
  if (fd_ >= 0) ::close(fd_);
}

bool LockedFolder::Sync() const { return ::fsync(fd_) == 0; }

void RemoveUnlocked(const fs::path& parent, const std::string& prefix) {
  std::error_code ignored;  // Litter that cannot be removed is in nobody's way.
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, ignored)) {
    if (entry.path().filename().string().rfind(prefix, 0) != 0) continue;
    if (!fs::is_directory(entry.symlink_status(ignored))) continue;
    const LockedFolder lock(entry.path());
    if (lock.locked()) fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace iuran::ledger
