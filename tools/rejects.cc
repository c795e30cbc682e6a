#include "tools/rejects.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "tools/report.h"

namespace iuran::tools {
namespace {

constexpr uint64_t kMostShown = 20;

class ShownRejects final : public Rejects {
 public:
  explicit ShownRejects(Note note) : note_(std::move(note)) {}

  void Add(const std::string& file, uint64_t line, const RowError& error) override {
    if (++count_ > kMostShown) return;
    note_(fmt::format("{}, line {}{}{}: {}", file, line, error.column.empty() ? "" : ", ",
                      error.column, error.message));
  }
  Result<void> Finish() override {
    if (count_ > kMostShown) {
      note_(fmt::format("... and {} more rows were rejected.", count_ - kMostShown));
    }
    if (count_ > 0) {
      note_("To have the rejected rows in a file, import again with --rejects FILE.");
    }
    return {};
  }

 private:
  Note note_;
  uint64_t count_ = 0;
};

// Written under another name first: a file of that name is always whole.
class RejectsFile final : public Rejects {
 public:
  RejectsFile(std::filesystem::path file, std::filesystem::path partial, int descriptor)
      : file_(std::move(file)),
        partial_(std::move(partial)),
        descriptor_(descriptor),
        out_(descriptor),
        report_(out_, Format::kCsv,
                {{"file"},
                 {"line", ColumnKind::kCount},
                 {"column"},
                 {"code"},
                 {"value"},
                 {"message"}}) {}
  ~RejectsFile() override {
    ::close(descriptor_);
    if (!finished_) ::unlink(partial_.c_str());
  }

  void Add(const std::string& file, uint64_t line, const RowError& error) override {
    report_.Text(file);
    report_.Count(static_cast<int64_t>(line));
    report_.Text(error.column);
    report_.Text(error.code);
    report_.Text(error.value);
    report_.Text(error.message);
    report_.EndRow();
  }
  Result<void> Finish() override {
    report_.Finish("");
    const Result<void> written = out_.Finish();
    if (!written || ::fsync(descriptor_) != 0 || ::rename(partial_.c_str(), file_.c_str()) != 0) {
      const std::string reason =
          written ? std::generic_category().message(errno) + "." : written.error().message;
      return Fail(
          ErrorCode::kIo,
          fmt::format("The rejected rows could not be written to {}. {} Run the same import "
                      "again with another place for them.",
                      file_.string(), reason));
    }
    finished_ = true;
    return {};
  }

 private:
  const std::filesystem::path file_;
  const std::filesystem::path partial_;
  const int descriptor_;
  Output out_;
  Report report_;
  bool finished_ = false;
};

}  // namespace

Result<std::unique_ptr<Rejects>> Rejects::Open(const std::optional<std::filesystem::path>& file,
                                               Note note) {
  if (!file) return std::make_unique<ShownRejects>(std::move(note));
  // The file takes its name by replacing what has it, which a device would not survive.
  std::error_code ignored;
  const std::filesystem::file_status there = std::filesystem::status(*file, ignored);
  if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there)) {
    return Fail(
        ErrorCode::kUsage,
        fmt::format("--rejects {} is {}; name a file.", file->string(),
                    std::filesystem::is_directory(there) ? "a folder" : "a device or the like"));
  }
  std::filesystem::path partial = *file;
  partial += ".partial";
  const int descriptor =
      ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor < 0) {
    return Fail(ErrorCode::kUsage,
                fmt::format("--rejects {} cannot be written: {}.", file->string(),
                            std::generic_category().message(errno)));
  }
  return std::make_unique<RejectsFile>(*file, std::move(partial), descriptor);
}

}  // namespace iuran::tools
