// The folder a ledger is made in. See workshop.h.
#include "ledger/workshop.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

namespace iuran::ledger {

namespace fs = std::filesystem;

namespace {

Result<void> CheckFree(const fs::path& folder) {
  std::error_code failed;
  const fs::file_status status = fs::status(folder, failed);
  if (status.type() == fs::file_type::not_found) return {};
  if (failed) return CannotBeMade(folder, failed);
  if (fs::is_directory(status) && fs::is_empty(folder, failed) && !failed) {
    if (!fs::equivalent(folder, fs::current_path(failed), failed)) return {};
    return Fail(ErrorCode::kUsage,
                fmt::format("A ledger cannot be made in the folder you are in, {}: it takes the "
                            "place of that folder, and you would be left in one that is gone. Go "
                            "one folder up, or name a folder that does not exist yet.",
                            folder.string()));
  }
  if (fs::exists(folder / "log", failed)) {
    return Fail(ErrorCode::kLedgerExists,
                fmt::format("There is a ledger in {} already. Use it, or name another folder.",
                            folder.string()));
  }
  return Fail(ErrorCode::kLedgerExists,
              fmt::format("{} is there and not empty. Name a folder that does not exist yet.",
                          folder.string()));
}

}  // namespace

tl::unexpected<Error> CannotBeMade(const fs::path& path, const std::error_code& reason) {
  return Fail(ErrorCode::kIo,
              fmt::format("The ledger cannot be made in {}: {}.", path.string(), reason.message()));
}

std::error_code LastError() { return {errno, std::generic_category()}; }

Result<std::unique_ptr<Workshop>> Workshop::Open(const fs::path& target, std::string_view work) {
  std::error_code failed;
  fs::create_directories(target.parent_path(), failed);
  if (failed) return CannotBeMade(target.parent_path(), failed);
  const std::string prefix = fmt::format(".{}.{}-", target.filename().string(), work);
  RemoveUnlocked(target.parent_path(), prefix);
  const fs::path folder = target.parent_path() / (prefix + std::to_string(::getpid()));
  if (::mkdir(folder.c_str(), 0777) != 0) return CannotBeMade(target, LastError());
  auto workshop = std::unique_ptr<Workshop>(new Workshop(folder));
  if (!workshop->lock_.locked()) return CannotBeMade(target, LastError());
  return workshop;
}

Workshop::~Workshop() {
  std::error_code ignored;  // What stays is cleared by the next one of this kind.
  if (!moved_) fs::remove_all(folder_, ignored);
  for (const fs::path& file : made_outside_) {
    if (!moved_) fs::remove(file, ignored);
  }
}

// rename() replaces an empty folder and nothing else.
Result<void> Workshop::MoveTo(const fs::path& target) {
  if (!lock_.Sync()) return CannotBeMade(target, LastError());
  if (::rename(folder_.c_str(), target.c_str()) != 0) {
    if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) {
      return Fail(ErrorCode::kLedgerExists,
                  fmt::format("There is something in {} already.", target.string()));
    }
    return CannotBeMade(target, LastError());
  }
  moved_ = true;
  if (!LockedFolder(target.parent_path()).Sync()) return CannotBeMade(target, LastError());
  return {};
}

Result<fs::path> PlaceForLedger(const fs::path& folder) {
  std::error_code failed;
  fs::path target = fs::absolute(folder, failed).lexically_normal();
  // A slash at the end leaves an empty file name; what stands before it is meant.
  if (!failed && !target.has_filename()) target = target.parent_path();
  if (failed || !target.has_filename()) return CannotBeMade(folder, failed);
  IURAN_TRY(CheckFree(target));
  return target;
}

bool IsWithin(const fs::path& path, const fs::path& folder) {
  std::error_code ignored;
  const fs::path inner = fs::weakly_canonical(path, ignored);
  const fs::path outer = fs::weakly_canonical(folder, ignored);
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

Result<void> MakeKeysFolder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directory(folder, failed);
  if (!failed) fs::permissions(folder, fs::perms::owner_all, failed);
  if (failed) return CannotBeMade(folder, failed);
  return {};
}

}  // namespace iuran::ledger
