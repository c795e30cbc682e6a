// What a power cut leaves at the end of RocksDB's list of tables. May be used by whoever opens a
// database of RocksDB for writing.
#pragma once

#include <rocksdb/env.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "ledger/log/store.h"

namespace iuran::log {

// How many bytes of a MANIFEST come before the first change that is not there whole or does not
// have its checksum; all of them where every change is sound. The format is that of RocksDB's
// log files: blocks of 32 KiB, records of CRC-32C, length and kind, changes of one or more records.
uint64_t SoundLength(std::string_view manifest);

// Whether the MANIFEST in use has more behind what is sound.
bool IsManifestTorn(rocksdb::Env& env, const std::filesystem::path& folder);

// Cuts the MANIFEST in use off behind what is sound. RocksDB syncs each change before it relies on
// it and opens over one that is cut short, but not over one of full length that has zeros or older
// bytes in it, as a file system leaves it where the power fails before the sync. A change that
// rotted later looks the same, and what it stands for may be lost: so nothing is cut off unless the
// database opens without it and `check` finds nothing missing there. Until then nothing on the disk
// is changed. Where nothing is to be cut off, or the database would not open, this does nothing.
// The caller holds the writer's lock.
Result<void> CutTornManifest(rocksdb::Env& env, const std::filesystem::path& folder,
                             const std::function<Result<void>(const Store&)>& check);

}  // namespace iuran::log
