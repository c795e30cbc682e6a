// The open files of the faulty file system: each passes on to it what it is asked. See
// faulty_file_system.h.
#include <utility>

#include "tests/support/files/faulty_file_system.h"

namespace iuran::tests {

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using Handle = FaultyFileSystem::Handle;

class SequentialFile : public rocksdb::FSSequentialFile {
 public:
  SequentialFile(FaultyFileSystem& files, Handle handle)
      : files_(files), handle_(std::move(handle)) {}
  IOStatus Read(size_t size, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) override {
    const IOStatus status =
        files_.ReadAt(kSequentialReadCalls, handle_, offset_, size, result, scratch);
    offset_ += result->size();
    return status;
  }
  IOStatus Skip(uint64_t size) override {
    offset_ += size;
    return IOStatus::OK();
  }

 private:
  FaultyFileSystem& files_;
  const Handle handle_;
  uint64_t offset_ = 0;
};

class RandomAccessFile : public rocksdb::FSRandomAccessFile {
 public:
  RandomAccessFile(FaultyFileSystem& files, Handle handle)
      : files_(files), handle_(std::move(handle)) {}
  IOStatus Read(uint64_t offset, size_t size, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) const override {
    return files_.ReadAt(kReadCalls, handle_, offset, size, result, scratch);
  }

 private:
  FaultyFileSystem& files_;
  const Handle handle_;
};

class WritableFile : public rocksdb::FSWritableFile {
 public:
  WritableFile(FaultyFileSystem& files, Handle handle)
      : files_(files), handle_(std::move(handle)), offset_(files_.SizeOf(handle_)) {}
  using rocksdb::FSWritableFile::Append;
  IOStatus Append(const Slice& bytes, const IOOptions&, IODebugContext*) override {
    const IOStatus status = files_.WriteAt(handle_, offset_, bytes);
    offset_ = status.ok() ? offset_ + bytes.size() : files_.SizeOf(handle_);
    return status;
  }
  IOStatus Truncate(uint64_t size, const IOOptions&, IODebugContext*) override {
    const IOStatus status = files_.TruncateTo(handle_, size);
    if (status.ok()) offset_ = size;
    return status;
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return files_.CloseOpen(handle_); }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return files_.SyncOpen(handle_); }
  bool IsSyncThreadSafe() const override { return true; }
  uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return offset_; }

 private:
  FaultyFileSystem& files_;
  const Handle handle_;
  uint64_t offset_;
};

class RandomRWFile : public rocksdb::FSRandomRWFile {
 public:
  RandomRWFile(FaultyFileSystem& files, Handle handle)
      : files_(files), handle_(std::move(handle)) {}
  IOStatus Write(uint64_t offset, const Slice& bytes, const IOOptions&, IODebugContext*) override {
    return files_.WriteAt(handle_, offset, bytes);
  }
  IOStatus Read(uint64_t offset, size_t size, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) const override {
    return files_.ReadAt(kReadCalls, handle_, offset, size, result, scratch);
  }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return files_.SyncOpen(handle_); }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return files_.CloseOpen(handle_); }

 private:
  FaultyFileSystem& files_;
  const Handle handle_;
};

class Folder : public rocksdb::FSDirectory {
 public:
  Folder(FaultyFileSystem& files, Handle handle) : files_(files), handle_(std::move(handle)) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return files_.SyncOpen(handle_); }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return files_.CloseOpen(handle_); }

 private:
  FaultyFileSystem& files_;
  const Handle handle_;
};

}  // namespace

IOStatus FaultyFileSystem::NewSequentialFile(const std::string& path, const FileOptions&,
                                             std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                             IODebugContext*) {
  Handle handle;
  const IOStatus status = OpenToRead(path, &handle);
  if (status.ok()) *file = std::make_unique<SequentialFile>(*this, handle);
  return status;
}

IOStatus FaultyFileSystem::NewRandomAccessFile(const std::string& path, const FileOptions&,
                                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                               IODebugContext*) {
  Handle handle;
  const IOStatus status = OpenToRead(path, &handle);
  if (status.ok()) *file = std::make_unique<RandomAccessFile>(*this, handle);
  return status;
}

IOStatus FaultyFileSystem::NewWritableFile(const std::string& path, const FileOptions&,
                                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                                           IODebugContext*) {
  Handle handle;
  const IOStatus status = OpenToWrite(path, true, &handle);
  if (status.ok()) *file = std::make_unique<WritableFile>(*this, handle);
  return status;
}

IOStatus FaultyFileSystem::ReopenWritableFile(const std::string& path, const FileOptions&,
                                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                                              IODebugContext*) {
  Handle handle;
  const IOStatus status = OpenToWrite(path, false, &handle);
  if (status.ok()) *file = std::make_unique<WritableFile>(*this, handle);
  return status;
}

// Of a file that is there, as RocksDB's own does it.
IOStatus FaultyFileSystem::NewRandomRWFile(const std::string& path, const FileOptions&,
                                           std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                                           IODebugContext*) {
  Handle handle;
  const IOStatus status = OpenToRead(path, &handle);
  if (status.ok()) *file = std::make_unique<RandomRWFile>(*this, handle);
  return status;
}

IOStatus FaultyFileSystem::NewDirectory(const std::string& path, const IOOptions&,
                                        std::unique_ptr<rocksdb::FSDirectory>* folder,
                                        IODebugContext*) {
  Handle handle;
  const IOStatus status = OpenToRead(path, &handle);
  if (status.ok()) *folder = std::make_unique<Folder>(*this, handle);
  return status;
}

}  // namespace iuran::tests
