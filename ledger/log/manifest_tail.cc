#include "ledger/log/manifest_tail.h"

#include <rocksdb/file_system.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/log/bytes.h"
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

// Reads one file as if it ended earlier.
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

// The files as they are, but for one that ends earlier where it is read. Its length is told as it
// is: by that a database opened so knows that there is more, and asks whether it was durable.
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

struct Manifest {
  std::string name;
  SoundChanges sound;
  bool is_sound = true;  // to its end on the disk
};

rocksdb::Status ReadManifest(rocksdb::Env& env, const std::filesystem::path& folder,
                             Manifest& manifest) {
  const auto [name, length] = StateOfTables(env, folder);
  std::string bytes;
  const rocksdb::Status status = rocksdb::ReadFileToString(&env, folder / name, &bytes);
  if (!status.ok()) return status;
  const SoundChanges sound = FindSoundChanges(bytes);
  manifest = {name, sound, sound.length >= length};  // a writer may have added to it meanwhile
  return status;
}

rocksdb::Status Truncate(rocksdb::FileSystem& files, const std::string& path, uint64_t length) {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  rocksdb::IOStatus status = files.ReopenWritableFile(path, {}, &file, nullptr);
  if (status.ok()) status = file->Truncate(length, {}, nullptr);
  if (status.ok()) status = file->Fsync({}, nullptr);
  if (status.ok()) status = file->Close({}, nullptr);
  return status;
}

// Whether what comes behind the sound changes of a database's MANIFEST was durable once. The
// changes of the opening that made it were: only the last of them names a next file behind the
// MANIFEST itself, and so does every later one. And after a later one that brought rows into
// tables, the write-ahead file from which the sound changes go on is gone: the one of the number
// that they name; or, where no rows were brought into tables since that opening, the one that it
// made just before the MANIFEST. Others prove nothing: openings that bring no rows leave empty ones
// behind.
bool WasDurable(rocksdb::DB& db, const std::vector<std::string>& write_ahead,
                const Manifest& manifest) {
  const uint64_t number = NumberOf(manifest.name);
  uint64_t named = 0;
  if (manifest.sound.next_file <= number ||
      !db.GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &named)) {
    return true;
  }
  const uint64_t first = named > number ? named : number - 1;
  return std::none_of(write_ahead.begin(), write_ahead.end(),
                      [first](const std::string& name) { return NumberOf(name) == first; });
}

// The number that a change names for the next file to make; 0 where it names none. A change is a
// sequence of tags and what they bring, and the next file comes early.
uint64_t NextFileIn(std::string_view change) {
  enum Tag : uint64_t { kComparator = 1, kLogNumber = 2, kNextFile = 3, kPreviousLogNumber = 9 };
  while (!change.empty()) {
    const std::optional<uint64_t> tag = TakeVarint(change);
    const std::optional<uint64_t> value = TakeVarint(change);
    if (!tag || !value) return 0;
    if (*tag == kNextFile) return *value;
    if (*tag == kComparator) {
      change.remove_prefix(std::min<uint64_t>(*value, change.size()));
    } else if (*tag != kLogNumber && *tag != kPreviousLogNumber) {
      return 0;
    }
  }
  return 0;
}

}  // namespace

SoundChanges FindSoundChanges(std::string_view manifest) {
  SoundChanges sound;
  std::string change;
  bool within = false;  // a change that has begun
  for (uint64_t at = 0; at < manifest.size();) {
    const uint64_t left = kBlock - at % kBlock;
    if (left < kHeader) {  // the rest of a block is not used
      at += left;
      if (!within) sound.length = std::min<uint64_t>(at, manifest.size());
      continue;
    }
    const std::string_view rest = manifest.substr(at, left);
    if (rest.size() < kHeader) break;
    const uint64_t length = ReadLittleEndian<uint16_t>(rest.data() + 4);
    const auto kind = static_cast<uint8_t>(rest[6]);
    const bool goes_on = kind == kMiddle || kind == kLast;
    if (kind < kFull || kind > kLast || goes_on != within || kHeader + length > rest.size() ||
        MaskedCrc32c(rest.substr(6, 1 + length)) != ReadLittleEndian<uint32_t>(rest.data())) {
      break;
    }
    at += kHeader + length;
    change.append(rest.substr(kHeader, length));
    within = kind == kFirst || kind == kMiddle;
    if (within) continue;
    sound = {at, std::max(sound.next_file, NextFileIn(change))};
    change.clear();
  }
  return sound;
}

bool IsManifestSound(rocksdb::Env& env, const std::filesystem::path& folder) {
  Manifest manifest;
  return !ReadManifest(env, folder, manifest).ok() || manifest.is_sound;
}

rocksdb::Status CheckManifestTail(rocksdb::DB& db, rocksdb::Env& env,
                                  const std::filesystem::path& folder) {
  Manifest manifest;
  const rocksdb::Status status = ReadManifest(env, folder, manifest);
  if (!status.ok() || manifest.is_sound) return status;
  if (!WasDurable(db, WriteAheadFilesIn(env, folder), manifest)) return status;
  return rocksdb::Status::Corruption(
      manifest.name + ", from byte " + std::to_string(manifest.sound.length),
      "what stands there cannot be read, and is not of a change that a power cut tore");
}

std::optional<uint64_t> WholeBeforeTornTail(
    rocksdb::Env& env, const std::filesystem::path& folder,
    const std::function<bool(const std::shared_ptr<const Store>&)>& is_whole) {
  Manifest manifest;
  if (!ReadManifest(env, folder, manifest).ok() || manifest.is_sound) return std::nullopt;
  const auto files =
      std::make_shared<OneFileShort>(env.GetFileSystem(), manifest.name, manifest.sound.length);
  const std::unique_ptr<rocksdb::Env> without = rocksdb::NewCompositeEnv(files);
  auto seen = Store::Open(*without, folder, Access::kRead);
  if (!seen || !is_whole(*std::move(seen))) return std::nullopt;
  return manifest.sound.length;
}

Result<void> CutTornManifest(rocksdb::Env& env, const std::filesystem::path& folder,
                             uint64_t length) {
  const auto [name, size] = StateOfTables(env, folder);
  const rocksdb::Status status = Truncate(*env.GetFileSystem(), folder / name, length);
  if (status.ok()) return {};
  return tl::unexpected(ErrorOf(status, folder, "opened"));
}

}  // namespace iuran::log
