// What of a RocksDB table has to be looked at before RocksDB does. May be used by whoever opens a
// database of RocksDB.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/status.h>

#include <filesystem>

namespace iuran::log {

// Corruption where a table in `folder` would stop the program. RocksDB (7.8) makes a block of the
// properties of a table before it verifies their checksum, and where a changed bit says that the
// block has an index of hashes, which properties never have, an assertion fails. Every other change
// is found by RocksDB itself. Files that are no whole tables, as a writer leaves them while it
// writes them, are passed over.
//
// A read that gives this one bit wrong to RocksDB, and gave it right here, still stops the program:
// nothing that was acknowledged is lost by that, and the next opening reads what is there.
rocksdb::Status CheckTables(rocksdb::Env& env, const std::filesystem::path& folder);

}  // namespace iuran::log
