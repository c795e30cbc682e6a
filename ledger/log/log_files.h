// The files of a log, copied as they are at one moment while another process may write to it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "events/error.h"
#include "ledger/log/proof/hash.h"

namespace iuran::log {

// Called with the number of bytes done since the last call; what it answers with false ends.
using Going = std::function<bool(uint64_t)>;

// Copies the first `size` bytes of an open file to `to`, which is made anew, and syncs it. Gives
// their SHA-256. kIo; also where `going` ended it or the file is shorter.
Result<Hash> CopyBytes(int from, uint64_t size, const std::filesystem::path& to,
                       const Going& going);
// The same of a file with a name, whole, which must be of that size: else kLedgerDamaged.
Result<Hash> CopyFile(const std::filesystem::path& from, uint64_t size,
                      const std::filesystem::path& to, const Going& going);
// SHA-256 of a file. kNotFound, kIo.
Result<Hash> DigestOfFile(const std::filesystem::path& file, const Going& going);

// A log's files of one moment, held open: what a writer removes meanwhile stays readable here, and
// what it appends is not of that moment. A log opened from copies of them is what the log was then.
// Takes no lock and holds nobody up. Not copyable; from one thread.
class LogFiles {
 public:
  struct File {
    std::string name;
    uint64_t size;
    // A table: it never changes, and its name is not used again within the log.
    bool table;
    int descriptor;
  };

  // kLedgerMissing, kLedgerDamaged, kIo.
  static Result<LogFiles> Hold(const std::filesystem::path& log_folder);
  LogFiles(LogFiles&& other) noexcept = default;
  LogFiles& operator=(LogFiles&&) = delete;
  ~LogFiles();

  const std::vector<File>& files() const { return files_; }

 private:
  explicit LogFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Result<bool> Open(const std::string& name, bool table);
  Result<bool> TryHold();
  void Close();

  std::filesystem::path folder_;
  std::vector<File> files_;
};

// Whether `copy` is a whole copy of this table. Their sizes and last bytes are compared, where
// RocksDB writes in which session of which database a table was made.
bool IsCopyOf(const LogFiles::File& table, const std::filesystem::path& copy);

// Makes durable which files a folder has. kIo.
Result<void> SyncFolder(const std::filesystem::path& folder);
// Writes a small file anew, durably. kIo.
Result<void> WriteFileSynced(const std::filesystem::path& file, std::string_view bytes);

}  // namespace iuran::log
