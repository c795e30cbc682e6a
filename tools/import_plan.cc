#include "tools/import_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "tools/file_digest.h"

namespace iuran::tools {
namespace {

namespace fs = std::filesystem;

Result<events::Digest> DigestOf(const fs::path& path) {
  constexpr size_t kBlockBytes = size_t{1} << 20;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  const std::string reason = std::generic_category().message(errno);
  if (file == nullptr) {
    return Fail(ErrorCode::kIo, fmt::format("{} cannot be read: {}.", path.string(), reason));
  }
  FileDigest digest;
  const auto block = std::make_unique<char[]>(kBlockBytes);
  size_t bytes = kBlockBytes;
  while (bytes == kBlockBytes) {
    bytes = std::fread(block.get(), 1, kBlockBytes, file.get());
    digest.Add({block.get(), bytes});
  }
  if (std::ferror(file.get()) != 0) {
    return Fail(ErrorCode::kIo, fmt::format("{} could not be read to its end.", path.string()));
  }
  return digest.Finish();
}

Result<PlannedFile> PlanFile(const fs::path& path) {
  IURAN_ASSIGN(const InputFile file, InputFile::Open(path));
  PlannedFile planned{path, path.filename().string(), file.kind(), {}};
  IURAN_ASSIGN(planned.digest, DigestOf(path));
  return planned;
}

Result<ImportPlan> PlanFolder(const fs::path& folder) {
  ImportPlan plan;
  std::error_code error;
  std::vector<InputKind> present;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (const auto kind = KindOfFileName(name)) {
      present.push_back(*kind);
    } else if (!name.starts_with('.')) {
      plan.ignored.push_back(name);
    }
  }
  if (error) {
    return Fail(ErrorCode::kIo,
                fmt::format("The folder {} cannot be read: {}.", folder.string(), error.message()));
  }
  if (present.empty()) {
    return Fail(ErrorCode::kUsage, fmt::format("The folder {} holds none of the files {}.",
                                               folder.string(), AllFileNames()));
  }
  std::sort(present.begin(), present.end());
  std::sort(plan.ignored.begin(), plan.ignored.end());
  for (InputKind kind : present) {
    IURAN_ASSIGN(PlannedFile file, PlanFile(folder / FileName(kind)));
    plan.files.push_back(std::move(file));
  }
  return plan;
}

}  // namespace

Result<ImportPlan> PlanImport(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::directory) return PlanFolder(path);
  if (status.type() == fs::file_type::not_found) {
    return Fail(ErrorCode::kUsage,
                fmt::format("There is no file or folder {}. Name a folder with files like "
                            "members.csv and payments.csv, or one such file.",
                            path.string()));
  }
  ImportPlan plan;
  IURAN_ASSIGN(PlannedFile file, PlanFile(path));
  plan.files.push_back(std::move(file));
  return plan;
}

}  // namespace iuran::tools
