// The files that simulate writes: rows collected in memory and written in large pieces.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#include "events/error.h"

namespace iuran::tools {

// One of them.
class OutputFile {
 public:
  OutputFile(const std::filesystem::path& path, std::string_view header)
      : path_(path), file_(path, std::ios::binary) {
    fmt::format_to(std::back_inserter(buffer_), "{}\n", header);
  }
  template <typename... Args>
  void Row(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(std::back_inserter(buffer_), form, std::forward<Args>(args)...);
    buffer_.push_back('\n');
    ++rows_;
    if (buffer_.size() > (1u << 20)) Drain();
  }
  uint64_t rows() const { return rows_; }
  Result<void> Close() {
    Drain();
    file_.close();
    if (file_.fail()) {
      return Fail(ErrorCode::kIo,
                  fmt::format("{} could not be written. Is the disk full?", path_.string()));
    }
    return {};
  }

 private:
  void Drain() {
    file_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    buffer_.clear();
  }
  std::filesystem::path path_;
  std::ofstream file_;
  fmt::memory_buffer buffer_;
  uint64_t rows_ = 0;
};

struct Files {
  OutputFile groups, members, changes, remittances, payments, reversals;
};

}  // namespace iuran::tools
