#include "tools/document_file.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <utility>

#include "ledger/rules/later_version.h"

namespace iuran::tools {

Result<DocumentFile> ReadDocument(const std::filesystem::path& path, const ledger::Ledger& ledger,
                                  events::Position known_at) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  if (!file) {
    return Fail(ErrorCode::kNotFound, fmt::format("The file {} cannot be read.", path.string()));
  }
  DocumentFile read{text.str(), nullptr};
  auto version = rules::ReadVersion(read.document, ledger.opened().currency);
  if (const auto* why = std::get_if<rules::Rejected>(&version)) {
    return tl::unexpected<Error>(Refused(path, why->message));
  }
  read.scheme = std::get<0>(std::move(version));
  IURAN_ASSIGN(const rules::SchemeBook schemes, ledger.Schemes());
  if (const rules::Scheme* before = schemes.Find(read.scheme->id(), known_at)) {
    if (const auto why = rules::CheckLaterVersion(*before, *read.scheme)) {
      return tl::unexpected<Error>(Refused(path, why->message));
    }
  }
  return read;
}

Error Refused(const std::filesystem::path& path, std::string_view why) {
  return {ErrorCode::kInvalidValue, fmt::format("{}: {}", path.string(), why)};
}

}  // namespace iuran::tools
