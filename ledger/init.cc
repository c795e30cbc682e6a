// Making a ledger: everything is made in a folder beside the one asked for and moved there last.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "events/codec.h"
#include "ledger/checkpoints.h"
#include "ledger/civil_day.h"
#include "ledger/ledger.h"
#include "ledger/rules/shipped_schemes.h"
#include "ledger/rules/values.h"

namespace iuran::ledger {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> Refused(const fs::path& path, const std::error_code& reason) {
  return Fail(ErrorCode::kIo,
              fmt::format("The ledger cannot be made in {}: {}.", path.string(), reason.message()));
}
std::error_code LastError() { return {errno, std::generic_category()}; }

// A folder under a lock for as long as this lives; the lock goes with the process, so that a folder
// nobody has locked is one that a killed process left.
class LockedFolder {
 public:
  explicit LockedFolder(const fs::path& folder)
      : fd_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
        locked_(fd_ >= 0 && ::flock(fd_, LOCK_EX | LOCK_NB) == 0) {}
  LockedFolder(const LockedFolder&) = delete;
  LockedFolder& operator=(const LockedFolder&) = delete;
  ~LockedFolder() {
    if (fd_ >= 0) ::close(fd_);
  }
  bool locked() const { return locked_; }
  bool Sync() const { return ::fsync(fd_) == 0; }

 private:
  int fd_;
  bool locked_;
};

// The ledger in the making; removed again unless it was moved to its place.
class Workshop {
 public:
  static Result<std::unique_ptr<Workshop>> Open(const fs::path& target) {
    const std::string prefix = "." + target.filename().string() + ".init-";
    ClearLitter(target.parent_path(), prefix);
    const fs::path folder = target.parent_path() / (prefix + std::to_string(::getpid()));
    if (::mkdir(folder.c_str(), 0777) != 0) return Refused(target, LastError());
    auto workshop = std::unique_ptr<Workshop>(new Workshop(folder));
    if (!workshop->lock_.locked()) return Refused(target, LastError());
    return workshop;
  }
  ~Workshop() {
    std::error_code ignored;  // What stays is cleared by the next init.
    if (!moved_) fs::remove_all(folder_, ignored);
    for (const fs::path& file : made_outside_) {
      if (!moved_) fs::remove(file, ignored);
    }
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  const fs::path& folder() const { return folder_; }
  void MadeOutside(fs::path file) { made_outside_.push_back(std::move(file)); }

  // rename() replaces an empty folder and nothing else.
  Result<void> MoveTo(const fs::path& target) {
    if (!lock_.Sync()) return Refused(target, LastError());
    if (::rename(folder_.c_str(), target.c_str()) != 0) {
      if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) {
        return Fail(ErrorCode::kLedgerExists,
                    fmt::format("There is something in {} already.", target.string()));
      }
      return Refused(target, LastError());
    }
    moved_ = true;
    if (!LockedFolder(target.parent_path()).Sync()) return Refused(target, LastError());
    return {};
  }

 private:
  explicit Workshop(fs::path folder) : folder_(std::move(folder)), lock_(folder_) {}

  static void ClearLitter(const fs::path& parent, const std::string& prefix) {
    std::error_code ignored;  // Litter that cannot be removed is in nobody's way.
    for (const fs::directory_entry& entry : fs::directory_iterator(parent, ignored)) {
      if (entry.path().filename().string().rfind(prefix, 0) != 0) continue;
      const LockedFolder lock(entry.path());
      if (lock.locked()) fs::remove_all(entry.path(), ignored);
    }
  }

  fs::path folder_;
  LockedFolder lock_;
  std::vector<fs::path> made_outside_;
  bool moved_ = false;
};

// Position 0, and the value that tells this ledger's master key.
Result<void> RecordOpening(log::EventLog& log, const Vault& vault, const Settings& settings,
                           Time now) {
  Event event;
  event.envelope.stream = "ledger";
  event.envelope.recorded_at = now;
  event.envelope.day = CivilDayIn(settings.time_zone, now);
  event.envelope.author = settings.author;
  event.envelope.source.channel = "init";
  event.envelope.idempotency_key = "ledger";
  event.body = LedgerOpened{settings.time_zone, settings.currency};
  const std::string bytes = Encode(event);
  log::Batch batch;
  batch.records.push_back({event.envelope.stream, 0, bytes, event.envelope.idempotency_key, {}});
  batch.rows.push_back({log::Table::kVault, std::string(Vault::kCheckKey), vault.CheckValue()});
  return log.Append(batch);
}

Result<void> EnactShippedSchemes(Ledger& ledger, const std::string& author) {
  std::vector<rules::Command> commands;
  for (const rules::ShippedScheme& shipped : rules::ShippedSchemes()) {
    rules::Command& command = commands.emplace_back();
    command.request = rules::EnactScheme{shipped.id, std::string(shipped.document)};
    command.source.channel = "init";
    command.author = author;
  }
  IURAN_ASSIGN(const std::vector<Receipt> receipts, ledger.Submit(commands));
  for (const Receipt& receipt : receipts) {
    IURAN_CHECK(std::holds_alternative<Recorded>(receipt), "a shipped scheme can be enacted");
  }
  return ledger.log().Flush();
}

Result<void> CheckFree(const fs::path& folder) {
  std::error_code failed;
  const fs::file_status status = fs::status(folder, failed);
  if (status.type() == fs::file_type::not_found) return {};
  if (failed) return Refused(folder, failed);
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

Result<void> MakeKeysFolder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directory(folder, failed);
  if (!failed) fs::permissions(folder, fs::perms::owner_all, failed);
  if (failed) return Refused(folder, failed);
  return {};
}

// The key that signs checkpoints; always in the ledger's own folder.
Result<void> ProvideSigningKey(const Workshop& workshop, std::string origin) {
  const fs::path file = SigningKeyFile(workshop.folder());
  IURAN_TRY(MakeKeysFolder(file.parent_path()));
  if (origin.empty()) {
    IURAN_ASSIGN(origin, RandomOrigin());
  }
  IURAN_TRY(CreateSigningKey(file, origin));
  if (!LockedFolder(file.parent_path()).Sync()) return Refused(file.parent_path(), LastError());
  return {};
}

// The master key of the new ledger: in its own folder, or where the caller keeps keys.
Result<void> ProvideKey(Workshop& workshop, const fs::path& key_file, bool outside) {
  std::error_code failed;
  if (outside && fs::exists(key_file, failed)) return {};
  if (!outside) IURAN_TRY(MakeKeysFolder(key_file.parent_path()));
  IURAN_TRY(Vault::CreateMasterKey(key_file));
  if (outside) workshop.MadeOutside(key_file);
  const LockedFolder keys(key_file.parent_path());
  if (!keys.Sync()) return Refused(key_file.parent_path(), LastError());
  return {};
}

}  // namespace

Result<void> Ledger::Init(const Options& options, const Settings& settings) {
  std::error_code failed;
  const fs::path target = fs::absolute(options.folder, failed).lexically_normal();
  if (failed || !target.has_filename()) {
    // A trailing slash leaves an empty file name; what stands before it is meant.
    if (failed || !target.parent_path().has_filename()) return Refused(options.folder, failed);
    Options without_slash = options;
    without_slash.folder = target.parent_path();
    return Init(without_slash, settings);
  }
  IURAN_TRY(CheckFree(target));
  IURAN_TRY(CheckTimeZone(settings.time_zone));
  IURAN_TRY(rules::CheckAuthor(settings.author));
  if (settings.currency != "IDR") {
    return Fail(ErrorCode::kInvalidValue, "A ledger is kept in IDR; no other currency is known.");
  }
  fs::create_directories(target.parent_path(), failed);
  if (failed) return Refused(target.parent_path(), failed);
  IURAN_ASSIGN(const std::unique_ptr<Workshop> workshop, Workshop::Open(target));

  const bool key_outside = !options.master_key.empty();
  Options making = options;
  making.folder = workshop->folder();
  making.purpose = "iuran init";
  making.master_key = key_outside ? options.master_key : making.folder / "keys" / "master.key";
  IURAN_TRY(ProvideKey(*workshop, making.master_key, key_outside));
  IURAN_TRY(ProvideSigningKey(*workshop, settings.origin));
  IURAN_ASSIGN(const Vault vault, Vault::Open(making.master_key));
  IURAN_TRY(log::EventLog::Create(making.folder / "log"));
  {
    IURAN_ASSIGN(const auto log,
                 log::EventLog::Open(making.folder / "log", log::Access::kWrite, making.purpose));
    const Time now = options.clock ? options.clock() : SystemTime();
    IURAN_TRY(RecordOpening(*log, vault, settings, now));
  }
  {
    IURAN_ASSIGN(const auto ledger, Ledger::Open(making, log::Access::kWrite));
    IURAN_TRY(EnactShippedSchemes(*ledger, settings.author));
  }
  return workshop->MoveTo(target);
}

}  // namespace iuran::ledger
