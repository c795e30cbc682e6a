// A scheme document in a file, for the commands that try and enact one.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "ledger/ledger.h"

namespace iuran::tools {

struct DocumentFile {
  std::string document;  // byte for byte
  std::shared_ptr<const rules::Scheme> scheme;
};

// The document, which may come into force in the place of the version that `known_at` knows.
// kNotFound where the file cannot be read; kInvalidValue with the file, the row and what would be
// valid where it is no scheme document, or none of this ledger.
Result<DocumentFile> ReadDocument(const std::filesystem::path& path, const ledger::Ledger& ledger,
                                  events::Position known_at);

// Why the document of this file may not come into force.
Error Refused(const std::filesystem::path& path, std::string_view why);

}  // namespace iuran::tools
