// What stands in a backup: <backup>/backup.json, the one file that makes the others a backup.
//
//   tables/*.sst      tables of the log, which never change; backups made later share them
//   <number>/*        what changes from one backup to the next, of the backup of that number; the
//                     log's daybook among them
//   backup.json       the newest whole backup: its number, head and files, each with its SHA-256
//
// It is JSON for whoever looks at it, in exactly the form that is written: a file that is not, or
// whose own digest is wrong, is no manifest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "events/calendar.h"
#include "events/error.h"
#include "ledger/log/event_log.h"

namespace iuran::ledger {

struct BackupFile {
  std::string name;    // in the folder of the log; the daybook's, beside it
  std::string stored;  // and in the folder of tables or of the backup's number: mostly the same
  uint64_t size = 0;
  log::Hash digest{};
  friend bool operator==(const BackupFile&, const BackupFile&) = default;
};

struct BackupManifest {
  uint64_t number = 0;  // counts the backups made in this folder, from 1
  events::Time made_at;
  log::TreeHead head{};           // of the log that the files give, opened for writing
  std::string checkpoint;         // the newest note at or below the head; empty where there is none
  std::vector<BackupFile> files;  // in order of names

  // Of all files.
  uint64_t Bytes() const;
  const BackupFile* Find(std::string_view name) const;
};

inline constexpr std::string_view kDaybookName = "log.daybook";
bool IsTable(std::string_view name);
// Where a file stands within a ledger's folder.
std::filesystem::path PlaceInLedger(const std::filesystem::path& ledger, const BackupFile& file);

std::filesystem::path ManifestFile(const std::filesystem::path& backup);
// Where a file of this backup stands.
std::filesystem::path PlaceOf(const std::filesystem::path& backup, const BackupManifest& manifest,
                              const BackupFile& file);

std::string Print(const BackupManifest& manifest);
// kLedgerDamaged where it is not what Print gives.
Result<BackupManifest> ParseManifest(std::string_view text);

// kNotFound where there is no whole backup, kLedgerDamaged, kIo.
Result<BackupManifest> ReadManifest(const std::filesystem::path& backup);

}  // namespace iuran::ledger
