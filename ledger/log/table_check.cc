// The end of a table (RocksDB's block based format, version 5):
//
//   properties   block; its last four bytes: number of restarts, highest bit: has an index of
//   hashes
//                trailer: compression (1 byte, 0), checksum (4 bytes)
//   metaindex    block, trailer
//   footer       53 bytes: kind of checksum (1 byte), place of the metaindex (offset and size,
//                varints), place of the index, zeros up to byte 41, version (4 bytes), magic number
#include "ledger/log/table_check.h"

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "ledger/log/bytes.h"

namespace iuran::log {
namespace {

constexpr uint64_t kFooter = 53;
constexpr uint64_t kTrailer = 5;
constexpr std::string_view kMagic{"\xf7\xcf\xf4\x85\xb7\x41\xe2\x88", 8};

// Nothing where the file is no whole table or cannot be read: RocksDB says so itself, if it is one
// of its own.
bool SaysHashIndex(rocksdb::Env& env, const std::string& name) {
  uint64_t size = 0;
  std::unique_ptr<rocksdb::RandomAccessFile> file;
  if (!env.GetFileSize(name, &size).ok() || size < kFooter) return false;
  if (!env.NewRandomAccessFile(name, &file, {}).ok()) return false;
  std::array<char, kFooter> room;
  rocksdb::Slice read;
  if (!file->Read(size - kFooter, kFooter, &read, room.data()).ok()) return false;
  std::string_view footer(read.data(), read.size());
  if (footer.size() != kFooter || !footer.ends_with(kMagic)) return false;
  footer.remove_prefix(1);
  const std::optional<uint64_t> metaindex = TakeVarint(footer);
  if (!metaindex || *metaindex < kTrailer + 4 || *metaindex > size - kFooter) return false;
  // The highest byte of the number of restarts, and the kind of compression.
  if (!file->Read(*metaindex - kTrailer - 1, 2, &read, room.data()).ok()) return false;
  return read.size() == 2 && (static_cast<uint8_t>(read[0]) & 0x80) != 0 && read[1] == 0;
}

}  // namespace

rocksdb::Status CheckTables(rocksdb::Env& env, const std::filesystem::path& folder) {
  std::vector<std::string> names;
  // A folder that cannot be listed is not there, or is told of by RocksDB.
  if (!env.GetChildren(folder.string(), &names).ok()) return rocksdb::Status::OK();
  for (const std::string& name : names) {
    if (name.ends_with(".sst") && SaysHashIndex(env, (folder / name).string())) {
      return rocksdb::Status::Corruption("the properties of the table " + name + " are damaged");
    }
  }
  return rocksdb::Status::OK();
}

}  // namespace iuran::log
