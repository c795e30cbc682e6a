// The manifest of a backup. See backup_manifest.h.
#include "ledger/backup_manifest.h"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

namespace iuran::ledger {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr uint64_t kFormat = 1;

std::string Hex(const log::Hash& hash) {
  std::string text;
  for (const uint8_t byte : hash) text += fmt::format("{:02x}", byte);
  return text;
}

int Digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Not judged here: what is not the form that is printed is refused as a whole.
log::Hash FromHex(const std::string& text) {
  log::Hash hash{};
  for (size_t i = 0; i < hash.size() && 2 * i + 1 < text.size(); ++i) {
    hash[i] = static_cast<uint8_t>(Digit(text[2 * i]) * 16 + Digit(text[2 * i + 1]));
  }
  return hash;
}

// Names of files come from a file, and must not lead out of the folder.
bool IsFileName(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

// The library would make a whole number of any other, which for a large one is undefined.
uint64_t Number(const Json& json) { return json.get_ref<const Json::number_unsigned_t&>(); }

BackupManifest FromJson(const Json& json) {
  BackupManifest manifest;
  manifest.number = Number(json.at("number"));
  manifest.made_at =
      events::ParseTime(json.at("made_at").get<std::string>()).value_or(events::Time{});
  manifest.head.size = Number(json.at("events"));
  manifest.head.root = FromHex(json.at("root"));
  manifest.checkpoint = json.at("checkpoint");
  for (const Json& file : json.at("files")) {
    manifest.files.push_back(
        {file.at("name"), file.at("stored"), Number(file.at("bytes")), FromHex(file.at("sha256"))});
  }
  return manifest;
}

}  // namespace

uint64_t BackupManifest::Bytes() const {
  uint64_t bytes = 0;
  for (const BackupFile& file : files) bytes += file.size;
  return bytes;
}

const BackupFile* BackupManifest::Find(std::string_view name) const {
  for (const BackupFile& file : files) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

bool IsTable(std::string_view name) { return name.ends_with(".sst"); }

fs::path ManifestFile(const fs::path& backup) { return backup / "backup.json"; }

fs::path PlaceOf(const fs::path& backup, const BackupManifest& manifest, const BackupFile& file) {
  return backup / (IsTable(file.name) ? "tables" : std::to_string(manifest.number)) / file.stored;
}

fs::path PlaceInLedger(const fs::path& ledger, const BackupFile& file) {
  return file.name == kDaybookName ? ledger / file.name : ledger / "log" / file.name;
}

std::string Print(const BackupManifest& manifest) {
  Json json;
  json["format"] = kFormat;
  json["number"] = manifest.number;
  json["made_at"] = events::ToString(manifest.made_at);
  json["events"] = manifest.head.size;
  json["root"] = Hex(manifest.head.root);
  json["checkpoint"] = manifest.checkpoint;
  json["files"] = Json::array();
  for (const BackupFile& file : manifest.files) {
    json["files"].push_back({{"name", file.name},
                             {"stored", file.stored},
                             {"bytes", file.size},
                             {"sha256", Hex(file.digest)}});
  }
  const std::string digest = Hex(log::Sha256(json.dump()));
  json["sha256"] = digest;  // of what stands before it, written without spaces
  return json.dump(1) + "\n";
}

Result<BackupManifest> ParseManifest(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    if (json.at("format") != kFormat) {
      return Fail(ErrorCode::kUnknownEvent,
                  "It was made by another program: its format is not known to this one.");
    }
    BackupManifest manifest = FromJson(json);
    bool good = Print(manifest) == text;
    for (const BackupFile& file : manifest.files) {
      good = good && IsFileName(file.name) && IsFileName(file.stored);
    }
    if (good) return manifest;
  } catch (const Json::exception&) {
  }
  return Fail(ErrorCode::kLedgerDamaged, "Its list of files is not what was written.");
}

Result<BackupManifest> ReadManifest(const fs::path& backup) {
  const fs::path file = ManifestFile(backup);
  std::error_code ignored;
  if (!fs::exists(file, ignored)) {
    return Fail(ErrorCode::kNotFound,
                fmt::format("There is no whole backup in {}. Name the folder that 'iuran backup' "
                            "made.",
                            backup.string()));
  }
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad() || !in.is_open()) {
    return Fail(ErrorCode::kIo, fmt::format("The file {} cannot be read.", file.string()));
  }
  Result<BackupManifest> manifest = ParseManifest(text);
  if (!manifest) {
    manifest.error().message = fmt::format(
        "The backup in {} cannot be used. {} Use another backup, or make a new one in "
        "another folder.",
        backup.string(), manifest.error().message);
  }
  return manifest;
}

}  // namespace iuran::ledger
