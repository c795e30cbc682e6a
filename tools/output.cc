#include "tools/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace iuran::tools {

void Output::Flush() {
  const char* at = buffer_.data();
  size_t left = buffer_.size();
  while (left > 0 && wanted()) {
    const ssize_t written = ::write(descriptor_, at, left);
    if (written >= 0) {
      at += written;
      left -= static_cast<size_t>(written);
    } else if (errno == EPIPE) {
      reader_gone_ = true;
    } else if (errno != EINTR) {
      error_number_ = errno;
    }
  }
  buffer_.clear();
}

Result<void> Output::Finish() {
  Flush();
  if (error_number_ == 0) return {};
  return Fail(ErrorCode::kIo, std::string("The output could not be written in full: ") +
                                  std::strerror(error_number_) +
                                  ". Make room or choose another place, then ask again.");
}

}  // namespace iuran::tools
