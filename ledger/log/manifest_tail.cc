#include "ledger/log/manifest_tail.h"

#include <rocksdb/file_system.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/log/store.h"

namespace iuran::log {
namespace {

constexpr uint64_t kBlock = 32'768;
constexpr uint64_t kHeader = 7;  // checksum, length, kind
enum Kind : uint8_t { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

constexpr std::array<uint32_t, 256> Crc32cTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value % 2 == 0 ? 0 : 0x82F63B78u);
    table[i] = value;
  }
  return table;
}

// As RocksDB stores it: rotated and with a constant added, so that it is not one of itself.
uint32_t MaskedCrc32c(std::string_view bytes) {
  static constexpr std::array<uint32_t, 256> kTable = Crc32cTable();
  uint32_t crc = ~0u;
  for (const char c : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<uint8_t>(c)) & 0xFF];
  crc = ~crc;
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

uint32_t LittleEndian(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

// Of one file, as if it ended earlier.
class ShortFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  ShortFile(std::unique_ptr<rocksdb::FSSequentialFile> file, uint64_t length)
      : FSSequentialFileOwnerWrapper(std::move(file)), left_(length) {}

  rocksdb::IOStatus Read(size_t n, const rocksdb::IOOptions& options, rocksdb::Slice* result,
                         char* scratch, rocksdb::IODebugContext* context) override {
    n = static_cast<size_t>(std::min<uint64_t>(n, left_));
    const rocksdb::IOStatus status =
        FSSequentialFileOwnerWrapper::Read(n, options, result, scratch, context);
    if (status.ok()) left_ -= result->size();
    return status;
  }
  rocksdb::IOStatus Skip(uint64_t n) override {
    n = std::min(n, left_);
    left_ -= n;
    return FSSequentialFileOwnerWrapper::Skip(n);
  }

 private:
  uint64_t left_;
};

// The files as they are, but for one that ends earlier.
class OneFileShort final : public rocksdb::FileSystemWrapper {
 public:
  OneFileShort(const std::shared_ptr<rocksdb::FileSystem>& files, std::string name, uint64_t length)
      : FileSystemWrapper(files), name_(std::move(name)), length_(length) {}

  static const char* kClassName() { return "OneFileShort"; }
  const char* Name() const override { return kClassName(); }
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* context) override {
    const rocksdb::IOStatus status =
        FileSystemWrapper::NewSequentialFile(path, options, file, context);
    if (status.ok() && std::filesystem::path(path).filename() == name_) {
      *file = std::make_unique<ShortFile>(std::move(*file), length_);
    }
    return status;
  }

 private:
  const std::string name_;
  const uint64_t length_;
};

// Name and sound length of the MANIFEST in use; nothing where it is sound to its end, or cannot be
// read. One that only seems to end earlier is of its length on the disk.
std::optional<std::pair<std::string, uint64_t>> SoundPart(rocksdb::Env& env,
                                                          const std::filesystem::path& folder) {
  auto [name, size] = StateOfTables(env, folder);
  std::string manifest;
  if (!rocksdb::ReadFileToString(&env, folder / name, &manifest).ok()) return std::nullopt;
  const uint64_t sound = SoundLength(manifest);
  if (sound >= size) return std::nullopt;
  return std::pair(std::move(name), sound);
}

rocksdb::Status Truncate(rocksdb::FileSystem& files, const std::string& path, uint64_t length) {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  rocksdb::IOStatus status = files.ReopenWritableFile(path, {}, &file, nullptr);
  if (status.ok()) status = file->Truncate(length, {}, nullptr);
  if (status.ok()) status = file->Fsync({}, nullptr);
  if (status.ok()) status = file->Close({}, nullptr);
  return status;
}

// The number in the name of one of RocksDB's files; it gives each a higher one than the last.
uint64_t NumberOf(std::string_view name) {
  const size_t begin = std::min(name.find_first_of("0123456789"), name.size());
  uint64_t number = 0;
  std::from_chars(name.data() + begin, name.data() + name.size(), number);
  return number;
}

// Whether the write-ahead files of a database go back to where its tables end. The first of them is
// the one of the number that its MANIFEST names; or, where no tables were added since the opening
// that made the MANIFEST, the one that the same opening made before it. RocksDB removes it when a
// later change has brought its rows into tables.
bool HasFirstWriteAheadFile(rocksdb::DB& db, rocksdb::Env& env, const std::filesystem::path& folder,
                            std::string_view manifest) {
  uint64_t first = 0;
  if (!db.GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &first)) return false;
  const std::vector<std::string> names = WriteAheadFilesIn(env, folder);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    const uint64_t number = NumberOf(name);
    return number == first || (number > first && number < NumberOf(manifest));
  });
}

}  // namespace

uint64_t SoundLength(std::string_view manifest) {
  uint64_t sound = 0;
  bool within = false;  // a change that has begun
  for (uint64_t at = 0; at < manifest.size();) {
    const uint64_t left = kBlock - at % kBlock;
    if (left < kHeader) {  // the rest of a block is not used
      at += left;
      if (!within) sound = std::min<uint64_t>(at, manifest.size());
      continue;
    }
    const std::string_view rest = manifest.substr(at, left);
    if (rest.size() < kHeader) break;
    const uint64_t length = LittleEndian(rest.substr(4, 2));
    const auto kind = static_cast<uint8_t>(rest[6]);
    const bool goes_on = kind == kMiddle || kind == kLast;
    if (kind < kFull || kind > kLast || goes_on != within || kHeader + length > rest.size() ||
        MaskedCrc32c(rest.substr(6, 1 + length)) != LittleEndian(rest.substr(0, 4))) {
      break;
    }
    at += kHeader + length;
    within = kind == kFirst || kind == kMiddle;
    if (!within) sound = at;
  }
  return sound;
}

rocksdb::Status CheckManifestTail(rocksdb::DB& db, rocksdb::Env& env,
                                  const std::filesystem::path& folder) {
  const auto part = SoundPart(env, folder);
  if (!part || HasFirstWriteAheadFile(db, env, folder, part->first)) return {};
  return rocksdb::Status::Corruption(
      part->first + ", from byte " + std::to_string(part->second),
      "what stands there cannot be read, and the write-ahead file from before it is gone");
}

bool IsManifestTorn(rocksdb::Env& env, const std::filesystem::path& folder,
                    const std::function<bool(const Store&)>& is_whole) {
  const auto part = SoundPart(env, folder);
  if (!part) return false;
  const auto files = std::make_shared<OneFileShort>(env.GetFileSystem(), part->first, part->second);
  const std::unique_ptr<rocksdb::Env> without = rocksdb::NewCompositeEnv(files);
  const auto seen = Store::Open(*without, folder, Access::kRead);
  return seen && is_whole(**seen);
}

Result<void> CutTornManifest(rocksdb::Env& env, const std::filesystem::path& folder) {
  const auto part = SoundPart(env, folder);
  if (!part) return {};
  const rocksdb::Status status = Truncate(*env.GetFileSystem(), folder / part->first, part->second);
  if (status.ok()) return {};
  return tl::unexpected(ErrorOf(status, folder, "opened"));
}

}  // namespace iuran::log
