// The SHA-256 of a file's bytes, taken as they are read.
#pragma once

#include <memory>
#include <string_view>

#include "events/event.h"

namespace iuran::tools {

class FileDigest {
 public:
  FileDigest();
  ~FileDigest();
  FileDigest(FileDigest&&) noexcept;
  FileDigest& operator=(FileDigest&&) noexcept;

  void Add(std::string_view bytes);
  // Of all bytes added; nothing may be added behind it.
  events::Digest Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace iuran::tools
