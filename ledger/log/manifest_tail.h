// What a power cut leaves at the end of RocksDB's list of tables, the MANIFEST. May be used by
// whoever opens a database of RocksDB.
//
// RocksDB syncs each change of the list before it relies on it. Where the power fails before the
// sync, a file system may leave a file of full length that has zeros or older bytes in it, over
// which RocksDB does not open. A change that rotted later looks the same, and what it stands for is
// missing without it. So it is asked whether RocksDB went on after the change: then it has removed
// the write-ahead file whose rows the change brought into tables.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "events/error.h"

namespace iuran::log {

class Store;

// How many bytes of a MANIFEST come before the first change that is not there whole or does not
// have its checksum; all of them where every change is sound. The format is that of RocksDB's
// log files: blocks of 32 KiB, records of CRC-32C, length and kind, changes of one or more records.
uint64_t SoundLength(std::string_view manifest);

// Of a database just opened for reading: Corruption where the MANIFEST has more behind what is
// sound, and the first write-ahead file from there on is gone. RocksDB passes over a last change
// that claims to be longer than the file, without a word.
rocksdb::Status CheckManifestTail(rocksdb::DB& db, rocksdb::Env& env,
                                  const std::filesystem::path& folder);

// Whether nothing but the end of the MANIFEST keeps the database from being opened: without it the
// database opens for reading and `is_whole`. Changes nothing on the disk.
bool IsManifestTorn(rocksdb::Env& env, const std::filesystem::path& folder,
                    const std::function<bool(const Store&)>& is_whole);

// Cuts the MANIFEST off behind what is sound. Only for one that is torn; the caller holds the
// writer's lock. An error where the disk fails.
Result<void> CutTornManifest(rocksdb::Env& env, const std::filesystem::path& folder);

}  // namespace iuran::log
