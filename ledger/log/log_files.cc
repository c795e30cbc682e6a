// Holding and copying the files of a log. See log_files.h.
#include "ledger/log/log_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <rocksdb/env.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <thread>
#include <utility>

#include "events/check.h"
#include "ledger/log/store.h"

namespace iuran::log {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPiece = size_t{1} << 20;
constexpr size_t kTail = 4096;

tl::unexpected<Error> Refused(const fs::path& file, std::string_view task) {
  return Fail(ErrorCode::kIo,
              fmt::format("The file {} cannot be {}: {}. Look at the disk (room, permissions, "
                          "faults), then try again.",
                          file.string(), task, std::strerror(errno)));
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int value() const { return value_; }
  bool open() const { return value_ >= 0; }

 private:
  const int value_;
};

class RunningDigest {
 public:
  RunningDigest() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    IURAN_CHECK(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1,
                "SHA-256 begins");
  }
  void Add(const char* bytes, size_t count) {
    IURAN_CHECK(EVP_DigestUpdate(context_.get(), bytes, count) == 1, "SHA-256 goes on");
  }
  Hash Finish() {
    Hash hash{};
    IURAN_CHECK(EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr) == 1, "SHA-256 ends");
    return hash;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

bool WriteAll(int to, const char* bytes, size_t count) {
  while (count > 0) {
    const ssize_t written = ::write(to, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes += written;
    count -= static_cast<size_t>(written);
  }
  return true;
}

// Reads `size` bytes, or to the end of the file if that comes first, and gives their digest.
// `take` gets each piece; the first error of its ends the reading.
template <typename Take>
Result<Hash> ReadPieces(int from, uint64_t size, const fs::path& name, const Going& going,
                        Take take) {
  RunningDigest digest;
  std::vector<char> piece(std::min<uint64_t>(kPiece, std::max<uint64_t>(size, 1)));
  for (uint64_t at = 0; at < size;) {
    const size_t wanted = std::min<uint64_t>(piece.size(), size - at);
    const ssize_t length = ::pread(from, piece.data(), wanted, static_cast<off_t>(at));
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return Refused(name, "read");
    if (length == 0) break;
    digest.Add(piece.data(), static_cast<size_t>(length));
    IURAN_TRY(take(piece.data(), static_cast<size_t>(length), at));
    at += static_cast<uint64_t>(length);
    if (going && !going(static_cast<uint64_t>(length))) {
      return Fail(ErrorCode::kIo, "Stopped before it was done.");
    }
  }
  return digest.Finish();
}

}  // namespace

Result<Hash> CopyBytes(int from, uint64_t size, const fs::path& to, const Going& going) {
  const Descriptor out(
      ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!out.open()) return Refused(to, "made");
  uint64_t copied = 0;
  IURAN_ASSIGN(const Hash hash,
               ReadPieces(from, size, to, going,
                          [&](const char* bytes, size_t count, uint64_t) -> Result<void> {
                            if (!WriteAll(out.value(), bytes, count)) {
                              return Refused(to, "written");
                            }
                            copied += count;
                            return {};
                          }));
  if (copied != size) {
    return Fail(ErrorCode::kIo, fmt::format("The file copied to {} became shorter meanwhile. Try "
                                            "again.",
                                            to.string()));
  }
  if (::fsync(out.value()) != 0) return Refused(to, "brought to disk");
  return hash;
}

Result<Hash> CopyFile(const fs::path& from, uint64_t size, const fs::path& to, const Going& going) {
  const Descriptor in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if ((!in.open() && errno == ENOENT) || (in.open() && ::fstat(in.value(), &status) == 0 &&
                                          static_cast<uint64_t>(status.st_size) != size)) {
    return Fail(ErrorCode::kLedgerDamaged,
                fmt::format("The file {} is missing or not of its length.", from.string()));
  }
  if (!in.open()) return Refused(from, "read");
  return CopyBytes(in.value(), size, to, going);
}

Result<Hash> DigestOfFile(const fs::path& file, const Going& going) {
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in.open() && errno == ENOENT) {
    return Fail(ErrorCode::kNotFound, fmt::format("There is no file {}.", file.string()));
  }
  if (!in.open()) return Refused(file, "read");
  return ReadPieces(in.value(), UINT64_MAX, file, going,
                    [](const char*, size_t, uint64_t) -> Result<void> { return {}; });
}

Result<void> SyncFolder(const fs::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.open() || ::fsync(opened.value()) != 0) return Refused(folder, "brought to disk");
  return {};
}

Result<void> WriteFileSynced(const fs::path& file, std::string_view bytes) {
  const Descriptor out(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!out.open()) return Refused(file, "made");
  if (!WriteAll(out.value(), bytes.data(), bytes.size())) return Refused(file, "written");
  if (::fsync(out.value()) != 0) return Refused(file, "brought to disk");
  return {};
}

Result<LogFiles> LogFiles::Hold(const fs::path& log_folder) {
  rocksdb::Env& env = *rocksdb::Env::Default();
  IURAN_TRY(Store::CheckPresent(env, log_folder));
  LogFiles held(log_folder);
  for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(attempt));
    held.Close();
    IURAN_ASSIGN(const bool steady, held.TryHold());
    if (steady) return held;
  }
  return tl::unexpected(ChangesTooFast(log_folder));
}

// The list of tables is the same as when the store was opened: so the tables opened in between are
// those of the list, all of them, and the write-ahead files opened go on from there. All but the
// last of these were closed before the last was begun, and are whole; of the last there is a
// beginning.
Result<bool> LogFiles::TryHold() {
  rocksdb::Env& env = *rocksdb::Env::Default();
  IURAN_ASSIGN(const auto store, Store::Open(env, folder_, Access::kRead));
  const auto state = store->state_of_tables();
  std::vector<rocksdb::LiveFileMetaData> tables;
  store->db().GetLiveFilesMetaData(&tables);
  for (const rocksdb::LiveFileMetaData& table : tables) {
    IURAN_ASSIGN(const bool there, Open(table.relative_filename, true));
    if (!there) return false;
  }
  std::vector<std::string> write_ahead = WriteAheadFilesIn(env, folder_);
  std::ranges::sort(write_ahead, {}, NumberOf);
  for (const std::string& name : write_ahead) {
    IURAN_ASSIGN(const bool there, Open(name, false));
    if (!there) return false;
  }
  for (const std::string& name : {state.first, std::string("CURRENT")}) {
    IURAN_ASSIGN(const bool there, Open(name, false));
    if (!there) return false;
  }
  return StateOfTables(env, folder_) == state && AllThere(env, folder_, write_ahead);
}

// False where it has gone.
Result<bool> LogFiles::Open(const std::string& name, bool table) {
  const int descriptor = ::open((folder_ / name).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) return false;
  if (descriptor < 0) return Refused(folder_ / name, "read");
  files_.push_back({name, 0, table, descriptor});
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return Refused(folder_ / name, "read");
  files_.back().size = static_cast<uint64_t>(status.st_size);
  return true;
}

void LogFiles::Close() {
  for (const File& file : files_) ::close(file.descriptor);
  files_.clear();
}

LogFiles::~LogFiles() { Close(); }

bool IsCopyOf(const LogFiles::File& table, const fs::path& copy) {
  const Descriptor other(::open(copy.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!other.open() || ::fstat(other.value(), &status) != 0) return false;
  if (static_cast<uint64_t>(status.st_size) != table.size) return false;
  const size_t length = std::min<uint64_t>(kTail, table.size);
  const off_t at = static_cast<off_t>(table.size - length);
  std::string a(length, '\0'), b(length, '\0');
  return ::pread(table.descriptor, a.data(), length, at) == static_cast<ssize_t>(length) &&
         ::pread(other.value(), b.data(), length, at) == static_cast<ssize_t>(length) && a == b;
}

}  // namespace iuran::log
