// Standard output of the program: one large buffer, one place where a write can fail.
#pragma once

#include <string>
#include <string_view>

#include "events/error.h"

namespace iuran::tools {

class Output {
 public:
  explicit Output(int descriptor) : descriptor_(descriptor) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void Write(std::string_view text) {
    buffer_.append(text);
    if (buffer_.size() >= kFlushAt) Flush();
  }

  // Writes out what is buffered. A reader that went away (`iuran events | head`) is no failure:
  // what follows is dropped, and long commands ask wanted() and stop.
  void Flush();
  bool wanted() const { return !reader_gone_ && error_number_ == 0; }

  // Flushes and tells whether everything reached the system: kIo where it did not (a full disk).
  Result<void> Finish();

 private:
  static constexpr size_t kFlushAt = size_t{1} << 18;
  int descriptor_;
  std::string buffer_;
  bool reader_gone_ = false;
  int error_number_ = 0;
};

}  // namespace iuran::tools
