// Where rejected rows are told: all of them in a CSV file, or the first few on standard error.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tools/input_rows.h"

namespace iuran::tools {

// Takes one line for people.
using Note = std::function<void(std::string_view)>;

class Rejects {
 public:
  // With a file: its name must be free or a file that may be replaced, which happens in Finish. The
  // error (kUsage) says why it cannot be written. Without: lines go to `note`.
  static Result<std::unique_ptr<Rejects>> Open(const std::optional<std::filesystem::path>& file,
                                               Note note);
  virtual ~Rejects() = default;

  // Rows in the order of the files. Nothing of `error` is personal data.
  virtual void Add(const std::string& file, uint64_t line, const RowError& error) = 0;
  // Every row was told of; the file, where there is one, takes its name. kIo. Without this call no
  // file is left behind.
  virtual Result<void> Finish() = 0;
};

}  // namespace iuran::tools
