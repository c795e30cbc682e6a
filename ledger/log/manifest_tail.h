// What a power cut leaves at the end of RocksDB's list of tables, the MANIFEST. May be used by
// whoever opens a database of RocksDB.
//
// RocksDB syncs each change of the list before it relies on it. Where the power fails before the
// sync, a file system may leave a file of full length that has zeros or older bytes in it, over
// which RocksDB does not open. A change that rotted later looks the same, and what it stands for is
// missing without it. So it is asked whether RocksDB went on after the change: it begins to use a
// MANIFEST when its first changes are durable, those of the opening that made it; and when a later
// change has brought rows into tables, it removes the write-ahead file that held them. So this
// holds only while every row goes through a write-ahead file.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "events/error.h"

namespace iuran::log {

class Store;

// The changes of a MANIFEST that come before the first one that is not there whole or does not have
// its checksum. The format is that of RocksDB's log files: blocks of 32 KiB, records of CRC-32C,
// length and kind, changes of one or more records.
struct SoundChanges {
  uint64_t length = 0;     // in bytes; that of the MANIFEST where every change is sound
  uint64_t next_file = 0;  // the greatest number that one of them names for the next file to make
};
SoundChanges FindSoundChanges(std::string_view manifest);

// Whether every change of the MANIFEST is sound; true as well where it cannot be read at all, which
// RocksDB tells by itself.
bool IsManifestSound(rocksdb::Env& env, const std::filesystem::path& folder);

// Of a database just opened for reading: Corruption where the MANIFEST has more behind what is
// sound, and that was durable; OK where it was not, as it is while a writer adds to it. RocksDB
// passes without a word over a last change that claims to be longer than the file.
rocksdb::Status CheckManifestTail(rocksdb::DB& db, rocksdb::Env& env,
                                  const std::filesystem::path& folder);

// Where nothing but the end of the MANIFEST, which was not durable, keeps the database from being
// opened: the length of the MANIFEST without it. So it opens for reading, and `is_whole`. Changes
// nothing on the disk.
std::optional<uint64_t> WholeBeforeTornTail(
    rocksdb::Env& env, const std::filesystem::path& folder,
    const std::function<bool(const std::shared_ptr<const Store>&)>& is_whole);

// Cuts the MANIFEST off at that length. The caller holds the writer's lock. An error where the disk
// fails.
Result<void> CutTornManifest(rocksdb::Env& env, const std::filesystem::path& folder,
                             uint64_t length);

}  // namespace iuran::log
