// A file system for RocksDB that fails when it is told to, on a disk in memory (disk.h). Any thread
// may call it; what sets it up is for one thread, while no database is open on it unless it says
// otherwise.
#pragma once

#include <rocksdb/file_system.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/files/disk.h"

namespace iuran::tests {

// What a program asks of a file system; to be joined with |.
enum Calls : unsigned {
  kOpenCalls = 1,
  kReadCalls = 2,  // of tables and the daybook: at any offset
  kWriteCalls = 4,
  kSyncCalls = 8,
  kNameCalls = 16,            // rename, delete, make a folder
  kOtherCalls = 32,           // list, size, presence, lock, close
  kSequentialReadCalls = 64,  // of lists and write-ahead files
  kAllCalls = 127,
};

struct Fault {
  enum class Kind {
    kError,      // the call fails; a write may have written a part
    kShortRead,  // a read gives less than there is, without an error
    kStop,  // the program is killed or the power fails: this call and all later ones do nothing
  };
  Kind kind = Kind::kError;
  uint64_t at = 1;  // the how manieth of the calls from now
  unsigned calls = kAllCalls;
  bool lasting = false;  // all of these calls fail from then on
};

class FaultyFileSystem : public rocksdb::FileSystem {
 public:
  const char* Name() const override { return "faulty"; }

  // At any time.
  void Set(const Fault& fault);
  void Heal();  // no fault, room without end
  bool fault_met() const;
  // Calls of these kinds since the last Set or Heal.
  uint64_t CallsMade(unsigned calls) const;
  // From now on whoever begins a table waits until a fault is set; and whoever syncs a file, but
  // the thread that calls this, if the syncs of others are held as well.
  void HoldTables(bool syncs_of_others);
  // Bytes that files may grow by, all together; deleted ones give theirs back.
  void SetRoom(std::optional<uint64_t> bytes);
  // From now on reads of this byte get it with these bits turned.
  void FlipOnRead(std::string path, uint64_t offset, uint8_t mask);

  // Whatever program was running is gone, with its locks and open files. What it had written and
  // not synced is still there.
  void Kill();
  // So it is, and what was not synced meets its fate.
  void CutPower(Unsynced unsynced, uint64_t seed);

  // The disk as it is; copied out and in.
  Disk& disk() { return disk_; }

  using FileOptions = rocksdb::FileOptions;
  using IODebugContext = rocksdb::IODebugContext;
  using IOOptions = rocksdb::IOOptions;
  using IOStatus = rocksdb::IOStatus;
  IOStatus NewSequentialFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file,
                             IODebugContext* debug) override;
  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                               IODebugContext* debug) override;
  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override;
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                              IODebugContext* debug) override;
  IOStatus NewRandomRWFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                           IODebugContext* debug) override;
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* folder,
                        IODebugContext* debug) override;
  IOStatus FileExists(const std::string& path, const IOOptions& options,
                      IODebugContext* debug) override;
  IOStatus GetChildren(const std::string& path, const IOOptions& options,
                       std::vector<std::string>* names, IODebugContext* debug) override;
  IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                      IODebugContext* debug) override;
  IOStatus Truncate(const std::string& path, size_t size, const IOOptions& options,
                    IODebugContext* debug) override;
  IOStatus CreateDir(const std::string& path, const IOOptions& options,
                     IODebugContext* debug) override;
  IOStatus CreateDirIfMissing(const std::string& path, const IOOptions& options,
                              IODebugContext* debug) override;
  IOStatus DeleteDir(const std::string& path, const IOOptions& options,
                     IODebugContext* debug) override;
  IOStatus GetFileSize(const std::string& path, const IOOptions& options, uint64_t* size,
                       IODebugContext* debug) override;
  IOStatus GetFileModificationTime(const std::string& path, const IOOptions& options,
                                   uint64_t* time, IODebugContext* debug) override;
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override;
  IOStatus LockFile(const std::string& path, const IOOptions& options, rocksdb::FileLock** lock,
                    IODebugContext* debug) override;
  IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions& options,
                      IODebugContext* debug) override;
  IOStatus GetTestDirectory(const IOOptions& options, std::string* path,
                            IODebugContext* debug) override;
  IOStatus GetAbsolutePath(const std::string& path, const IOOptions& options, std::string* absolute,
                           IODebugContext* debug) override;
  IOStatus IsDirectory(const std::string& path, const IOOptions& options, bool* is_folder,
                       IODebugContext* debug) override;
  IOStatus GetFreeSpace(const std::string& path, const IOOptions& options, uint64_t* bytes,
                        IODebugContext* debug) override;

  // An open file or folder, of the program that was running when it was opened.
  struct Handle {
    Disk::Id id;
    uint64_t program;
    std::string path;
  };
  // What open files do; for their classes in the .cc file.
  IOStatus ReadAt(Calls calls, const Handle& handle, uint64_t offset, size_t size,
                  rocksdb::Slice* result, char* scratch);
  IOStatus WriteAt(const Handle& handle, uint64_t offset, const rocksdb::Slice& bytes);
  IOStatus TruncateTo(const Handle& handle, uint64_t size);
  IOStatus SyncOpen(const Handle& handle);
  IOStatus CloseOpen(const Handle& handle);
  uint64_t SizeOf(const Handle& handle) const;

 private:
  // Each call begins with this, under the mutex: counts it, and fails it when its time has come.
  IOStatus Enter(Calls calls, const std::string& path);
  IOStatus EnterOpen(Calls calls, const Handle& handle);
  bool Due(Calls calls);
  IOStatus OpenToWrite(const std::string& path, bool truncate, Handle* handle);
  IOStatus OpenToRead(const std::string& path, Handle* handle);
  IOStatus Remove(const std::string& path);

  mutable std::mutex mutex_;
  std::condition_variable fault_set_;
  bool tables_held_ = false;
  std::optional<std::thread::id> only_syncs_;  // of this thread
  Disk disk_;
  std::optional<Fault> fault_;
  uint64_t due_in_ = 0;  // calls until the fault
  bool fault_met_ = false;
  bool short_read_ = false;  // this call is to be one
  bool stopped_ = false;
  uint64_t program_ = 0;
  uint64_t calls_made_[7] = {};
  std::optional<uint64_t> room_;
  struct Flip {
    std::string path;
    uint64_t offset;
    uint8_t mask;
  };
  std::optional<Flip> flip_;
  std::set<std::string> locked_;
};

}  // namespace iuran::tests
