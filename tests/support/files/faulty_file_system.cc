// A file system that fails when it is told to. See faulty_file_system.h.
#include "tests/support/files/faulty_file_system.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "events/check.h"

namespace iuran::tests {

using rocksdb::IOStatus;
using rocksdb::Slice;

namespace {

IOStatus Absent(const std::string& path) {
  return IOStatus::PathNotFound(path, "No such file or directory");
}

}  // namespace

void FaultyFileSystem::Set(const Fault& fault) {
  const std::lock_guard guard(mutex_);
  fault_ = fault;
  due_in_ = fault.at;
  fault_met_ = false;
  std::fill(std::begin(calls_made_), std::end(calls_made_), 0);
  tables_held_ = false;
  only_syncs_.reset();
  fault_set_.notify_all();
}

void FaultyFileSystem::HoldTables(bool syncs_of_others) {
  const std::lock_guard guard(mutex_);
  tables_held_ = true;
  if (syncs_of_others) only_syncs_ = std::this_thread::get_id();
}

void FaultyFileSystem::Heal() {
  const std::lock_guard guard(mutex_);
  fault_.reset();
  flip_.reset();
  room_.reset();
  fault_met_ = false;
  std::fill(std::begin(calls_made_), std::end(calls_made_), 0);
}

bool FaultyFileSystem::fault_met() const {
  const std::lock_guard guard(mutex_);
  return fault_met_;
}

uint64_t FaultyFileSystem::CallsMade(unsigned calls) const {
  const std::lock_guard guard(mutex_);
  uint64_t sum = 0;
  for (unsigned i = 0; i < 7; ++i) sum += (calls >> i & 1) != 0 ? calls_made_[i] : 0;
  return sum;
}

void FaultyFileSystem::SetRoom(std::optional<uint64_t> bytes) {
  const std::lock_guard guard(mutex_);
  room_ = bytes;
}

void FaultyFileSystem::FlipOnRead(std::string path, uint64_t offset, uint8_t mask) {
  const std::lock_guard guard(mutex_);
  flip_ = Flip{std::move(path), offset, mask};
}

void FaultyFileSystem::Kill() {
  const std::lock_guard guard(mutex_);
  ++program_;
  stopped_ = false;
  locked_.clear();
  fault_.reset();
}

void FaultyFileSystem::CutPower(Unsynced unsynced, uint64_t seed) {
  Kill();
  const std::lock_guard guard(mutex_);
  disk_.CutPower(unsynced, seed);
}

bool FaultyFileSystem::Due(Calls calls) {
  ++calls_made_[std::countr_zero(static_cast<unsigned>(calls))];
  if (!fault_ || (fault_->calls & calls) == 0) return false;
  if (due_in_ > 0) --due_in_;
  if (due_in_ > 0 || (fault_met_ && !fault_->lasting)) return false;
  fault_met_ = true;
  return true;
}

IOStatus FaultyFileSystem::Enter(Calls calls, const std::string& path) {
  short_read_ = false;
  if (!stopped_) {
    if (!Due(calls)) return IOStatus::OK();
    short_read_ = fault_->kind == Fault::Kind::kShortRead;
    if (short_read_) return IOStatus::OK();
    stopped_ = fault_->kind == Fault::Kind::kStop;
  }
  return IOStatus::IOError(path, stopped_ ? "The test has stopped the program" : "A test's fault");
}

IOStatus FaultyFileSystem::EnterOpen(Calls calls, const Handle& handle) {
  if (handle.program != program_) return IOStatus::IOError(handle.path, "Opened before a restart");
  return Enter(calls, handle.path);
}

IOStatus FaultyFileSystem::ReadAt(Calls calls, const Handle& handle, uint64_t offset, size_t size,
                                  Slice* result, char* scratch) {
  const std::lock_guard guard(mutex_);
  *result = Slice();
  if (IOStatus status = EnterOpen(calls, handle); !status.ok()) return status;
  const std::string& bytes = disk_.BytesOf(handle.id);
  if (offset >= bytes.size()) return IOStatus::OK();
  size = std::min<size_t>(size, bytes.size() - offset);
  if (short_read_) size /= 2;
  std::copy_n(bytes.data() + offset, size, scratch);
  if (flip_ && flip_->path == handle.path && flip_->offset - offset < size) {
    char& byte = scratch[flip_->offset - offset];
    byte = static_cast<char>(byte ^ flip_->mask);
  }
  *result = Slice(scratch, size);
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::WriteAt(const Handle& handle, uint64_t offset, const Slice& bytes) {
  const std::lock_guard guard(mutex_);
  const bool was_stopped = stopped_;
  const IOStatus status = EnterOpen(kWriteCalls, handle);
  if (!status.ok()) {
    // The write that fails, or that a program dies in, has often written its first bytes.
    if (handle.program == program_ && !was_stopped) {
      disk_.Write(handle.id, offset, {bytes.data(), bytes.size() / 3});
    }
    return status;
  }
  const uint64_t size = disk_.BytesOf(handle.id).size();
  const uint64_t growth = std::max(offset + bytes.size(), size) - size;
  if (room_ && growth > *room_) {
    const uint64_t fits = bytes.size() - (growth - *room_);
    disk_.Write(handle.id, offset, {bytes.data(), fits});
    room_ = 0;
    IOStatus full = IOStatus::NoSpace(handle.path, "No space left on device");
    full.SetRetryable(true);  // as RocksDB's own file system says it
    return full;
  }
  if (room_) *room_ -= growth;
  disk_.Write(handle.id, offset, {bytes.data(), bytes.size()});
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::TruncateTo(const Handle& handle, uint64_t size) {
  const std::lock_guard guard(mutex_);
  const IOStatus status = EnterOpen(kWriteCalls, handle);
  if (status.ok()) disk_.Truncate(handle.id, size);
  return status;
}

IOStatus FaultyFileSystem::SyncOpen(const Handle& handle) {
  std::unique_lock guard(mutex_);
  fault_set_.wait(guard,
                  [this] { return !only_syncs_ || *only_syncs_ == std::this_thread::get_id(); });
  const bool was_stopped = stopped_;
  const IOStatus status = EnterOpen(kSyncCalls, handle);
  if (status.ok()) {
    disk_.Sync(handle.id);
  } else if (handle.program == program_ && !was_stopped && !stopped_) {
    disk_.GiveUpSync(handle.id);
  }
  return status;
}

IOStatus FaultyFileSystem::CloseOpen(const Handle& handle) {
  const std::lock_guard guard(mutex_);
  return EnterOpen(kOtherCalls, handle);
}

uint64_t FaultyFileSystem::SizeOf(const Handle& handle) const {
  const std::lock_guard guard(mutex_);
  return handle.program == program_ ? disk_.BytesOf(handle.id).size() : 0;
}

IOStatus FaultyFileSystem::OpenToRead(const std::string& path, Handle* handle) {
  const std::lock_guard guard(mutex_);
  if (IOStatus status = Enter(kOpenCalls, path); !status.ok()) return status;
  const std::optional<Disk::Id> id = disk_.Find(path);
  if (!id) return Absent(path);
  *handle = {*id, program_, path};
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::OpenToWrite(const std::string& path, bool truncate, Handle* handle) {
  std::unique_lock guard(mutex_);
  if (path.ends_with(".sst")) fault_set_.wait(guard, [this] { return !tables_held_; });
  if (IOStatus status = Enter(kOpenCalls, path); !status.ok()) return status;
  std::optional<Disk::Id> id = disk_.Find(path);
  if (id && disk_.IsFolder(*id)) return IOStatus::IOError(path, "Is a directory");
  if (id && truncate) disk_.Truncate(*id, 0);
  if (!id) id = disk_.Make(path, false);
  if (!id) return Absent(path);
  *handle = {*id, program_, path};
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::FileExists(const std::string& path, const IOOptions&, IODebugContext*) {
  const std::lock_guard guard(mutex_);
  if (IOStatus status = Enter(kOtherCalls, path); !status.ok()) return status;
  return disk_.Find(path) ? IOStatus::OK() : IOStatus::NotFound(path);
}

IOStatus FaultyFileSystem::GetChildren(const std::string& path, const IOOptions&,
                                       std::vector<std::string>* names, IODebugContext*) {
  const std::lock_guard guard(mutex_);
  names->clear();
  if (IOStatus status = Enter(kOtherCalls, path); !status.ok()) return status;
  const std::optional<Disk::Id> id = disk_.Find(path);
  if (!id || !disk_.IsFolder(*id)) return IOStatus::NotFound(path);
  *names = disk_.NamesIn(*id);
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::Remove(const std::string& path) {
  const std::lock_guard guard(mutex_);
  if (IOStatus status = Enter(kNameCalls, path); !status.ok()) return status;
  const std::optional<Disk::Id> id = disk_.Find(path);
  if (!id) return Absent(path);
  if (!disk_.Remove(path)) return IOStatus::IOError(path, "Directory not empty");
  if (room_) *room_ += disk_.BytesOf(*id).size();
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) {
  return Remove(path);
}

IOStatus FaultyFileSystem::DeleteDir(const std::string& path, const IOOptions&, IODebugContext*) {
  return Remove(path);
}

IOStatus FaultyFileSystem::Truncate(const std::string& path, size_t size, const IOOptions&,
                                    IODebugContext*) {
  Handle handle;
  const IOStatus status = OpenToWrite(path, false, &handle);
  return status.ok() ? TruncateTo(handle, size) : status;
}

IOStatus FaultyFileSystem::CreateDir(const std::string& path, const IOOptions&, IODebugContext*) {
  const std::lock_guard guard(mutex_);
  if (IOStatus status = Enter(kNameCalls, path); !status.ok()) return status;
  return disk_.Make(path, true) ? IOStatus::OK() : IOStatus::IOError(path, "Cannot be made");
}

IOStatus FaultyFileSystem::CreateDirIfMissing(const std::string& path, const IOOptions&,
                                              IODebugContext*) {
  const std::lock_guard guard(mutex_);
  if (IOStatus status = Enter(kNameCalls, path); !status.ok()) return status;
  const std::optional<Disk::Id> id = disk_.Find(path);
  if (id ? disk_.IsFolder(*id) : disk_.Make(path, true).has_value()) return IOStatus::OK();
  return IOStatus::IOError(path, "Cannot be made");
}

IOStatus FaultyFileSystem::GetFileSize(const std::string& path, const IOOptions&, uint64_t* size,
                                       IODebugContext*) {
  const std::lock_guard guard(mutex_);
  *size = 0;
  if (IOStatus status = Enter(kOtherCalls, path); !status.ok()) return status;
  const std::optional<Disk::Id> id = disk_.Find(path);
  if (!id) return Absent(path);
  *size = disk_.BytesOf(*id).size();
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::GetFileModificationTime(const std::string&, const IOOptions&,
                                                   uint64_t* time, IODebugContext*) {
  *time = 0;
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::RenameFile(const std::string& from, const std::string& to,
                                      const IOOptions&, IODebugContext*) {
  const std::lock_guard guard(mutex_);
  if (IOStatus status = Enter(kNameCalls, from); !status.ok()) return status;
  return disk_.Rename(from, to) ? IOStatus::OK() : IOStatus::IOError(from, "Cannot be renamed");
}

namespace {

struct HeldLock : rocksdb::FileLock {
  HeldLock(std::string path_, uint64_t program_) : path(std::move(path_)), program(program_) {}
  std::string path;
  uint64_t program;
};

}  // namespace

IOStatus FaultyFileSystem::LockFile(const std::string& path, const IOOptions&,
                                    rocksdb::FileLock** lock, IODebugContext*) {
  *lock = nullptr;
  Handle handle;
  if (IOStatus status = OpenToWrite(path, false, &handle); !status.ok()) return status;
  const std::lock_guard guard(mutex_);
  if (!locked_.insert(path).second) return IOStatus::IOError(path, "lock held by another");
  *lock = new HeldLock(path, program_);
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) {
  const std::lock_guard guard(mutex_);
  const std::unique_ptr<HeldLock> held(static_cast<HeldLock*>(lock));
  if (held->program == program_) locked_.erase(held->path);
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::GetTestDirectory(const IOOptions&, std::string* path, IODebugContext*) {
  *path = "/";
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::GetAbsolutePath(const std::string& path, const IOOptions&,
                                           std::string* absolute, IODebugContext*) {
  *absolute = path;
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::IsDirectory(const std::string& path, const IOOptions&, bool* is_folder,
                                       IODebugContext*) {
  const std::lock_guard guard(mutex_);
  if (IOStatus status = Enter(kOtherCalls, path); !status.ok()) return status;
  const std::optional<Disk::Id> id = disk_.Find(path);
  if (!id) return Absent(path);
  *is_folder = disk_.IsFolder(*id);
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::GetFreeSpace(const std::string&, const IOOptions&, uint64_t* bytes,
                                        IODebugContext*) {
  const std::lock_guard guard(mutex_);
  *bytes = room_.value_or(uint64_t{1} << 40);
  return IOStatus::OK();
}

}  // namespace iuran::tests
