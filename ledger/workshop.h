// Where a ledger is made: in a folder beside the one it is to have, which takes that name last, so
// that a crash half way leaves no ledger behind.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

#include "events/error.h"
#include "ledger/locked_folder.h"

namespace iuran::ledger {

// The ledger in the making; removed again unless it was moved to its place.
class Workshop {
 public:
  // `work` ("init") tells the folders of one kind of work from those of another; what killed
  // processes left of this kind beside `target` is cleared away. Makes its parents.
  static Result<std::unique_ptr<Workshop>> Open(const std::filesystem::path& target,
                                                std::string_view work);
  ~Workshop();
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  // A file elsewhere that is removed as well, unless the ledger was moved to its place.
  void MadeOutside(std::filesystem::path file) { made_outside_.push_back(std::move(file)); }
  // Gives the ledger its name. An empty folder is replaced, and nothing else: kLedgerExists.
  Result<void> MoveTo(const std::filesystem::path& target);

 private:
  explicit Workshop(std::filesystem::path folder) : folder_(std::move(folder)), lock_(folder_) {}

  std::filesystem::path folder_;
  LockedFolder lock_;
  std::vector<std::filesystem::path> made_outside_;
  bool moved_ = false;
};

// The folder as the absolute path of the ledger to be made there, without a slash at its end.
// kLedgerExists where there is something other than an empty folder.
Result<std::filesystem::path> PlaceForLedger(const std::filesystem::path& folder);

// Whether `path` is `folder`, or stands in it.
bool IsWithin(const std::filesystem::path& path, const std::filesystem::path& folder);

// <ledger>/keys, for its owner alone.
Result<void> MakeKeysFolder(const std::filesystem::path& folder);

// The error of a ledger that cannot be made at `path`.
tl::unexpected<Error> CannotBeMade(const std::filesystem::path& path,
                                   const std::error_code& reason);
std::error_code LastError();  // errno

}  // namespace iuran::ledger
