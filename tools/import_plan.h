// Which files an import takes, in which order. Everything that can be told before the first row is
// told here, so that a wrong header in the last file is known before the first is recorded.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tools/input_file.h"

namespace iuran::tools {

struct PlannedFile {
  std::filesystem::path path;
  std::string name;  // without its folder, as reports show it
  InputKind kind = InputKind::kGroups;
  events::Digest digest{};  // SHA-256 of its bytes
};

struct ImportPlan {
  std::vector<PlannedFile> files;    // in the order they are taken (rulebook 1)
  std::vector<std::string> ignored;  // what else lies in the folder, sorted
};

// `path` is a folder with some of the input files, or one file. kUsage where it is neither or a
// header is wrong; kIo where a file cannot be read.
Result<ImportPlan> PlanImport(const std::filesystem::path& path);

}  // namespace iuran::tools
