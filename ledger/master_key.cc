#include "ledger/master_key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace iuran::ledger {
namespace {

constexpr std::string_view kKeyFileHead = "iuran-master-key-1 ";

int NibbleOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool ParseKeyLine(std::string_view line, Secret& master) {
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  if (line.substr(0, kKeyFileHead.size()) != kKeyFileHead) return false;
  line.remove_prefix(kKeyFileHead.size());
  if (line.size() != 2 * kKeyBytes) return false;
  for (size_t i = 0; i < kKeyBytes; ++i) {
    const int high = NibbleOf(line[2 * i]);
    const int low = NibbleOf(line[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    master.bytes[i] = static_cast<uint8_t>(high * 16 + low);
  }
  return true;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string ReasonOf(int error_number) {
  return std::error_code(error_number, std::generic_category()).message();
}

}  // namespace

Result<void> WriteNewMasterKey(const std::filesystem::path& file) {
  const auto refused = [&](int error_number) {
    return Fail(ErrorCode::kIo, fmt::format("The master key file {} cannot be written: {}.",
                                            file.string(), ReasonOf(error_number)));
  };
  Secret master;
  if (RAND_priv_bytes(master.bytes.data(), kKeyBytes) != 1) {
    return Fail(ErrorCode::kIo, "The system gives no random numbers for a master key.");
  }
  SecretText line;
  line.text = kKeyFileHead;
  line.text.reserve(kKeyFileHead.size() + 2 * kKeyBytes + 1);
  for (const uint8_t byte : master.bytes) {
    line.text += "0123456789abcdef"[byte >> 4];
    line.text += "0123456789abcdef"[byte & 15];
  }
  line.text += '\n';
  const Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (out.get() < 0) return refused(errno);
  const ssize_t written = ::write(out.get(), line.text.data(), line.text.size());
  int error_number = 0;
  if (written != static_cast<ssize_t>(line.text.size())) {
    error_number = written < 0 ? errno : ENOSPC;
  } else if (::fsync(out.get()) != 0) {
    error_number = errno;
  }
  if (error_number != 0) {
    ::unlink(file.c_str());
    return refused(error_number);
  }
  return {};
}

Result<void> ReadMasterKey(const std::filesystem::path& file, Secret& master) {
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) {
    return Fail(ErrorCode::kKeyMissing, fmt::format("The master key file {} cannot be read: {}.",
                                                    file.string(), ReasonOf(errno)));
  }
  SecretText line;
  line.text.resize(kKeyFileHead.size() + 2 * kKeyBytes + 2);
  const ssize_t length = ::read(in.get(), line.text.data(), line.text.size());
  if (length < 0 ||
      !ParseKeyLine(std::string_view(line.text).substr(0, static_cast<size_t>(length)), master)) {
    return Fail(ErrorCode::kKeyMissing,
                fmt::format("{} is no master key file: it must be one line of \"{}\" and {} "
                            "hexadecimal digits.",
                            file.string(), kKeyFileHead, 2 * kKeyBytes));
  }
  return {};
}

}  // namespace iuran::ledger
