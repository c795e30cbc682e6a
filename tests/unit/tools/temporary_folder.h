// A folder that lives as long as a test, with files as texts.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "tests/support/scratch_folder.h"

namespace iuran::tools {

class TemporaryFolder : public tests::ScratchFolder {
 public:
  std::filesystem::path Write(std::string_view name, std::string_view text) const {
    const auto file = path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
  std::string Read(std::string_view name) const {
    std::ifstream file(path() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

}  // namespace iuran::tools
