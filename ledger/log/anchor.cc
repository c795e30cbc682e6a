// The anchor in the daybook's file. See anchor.h.
#include "ledger/log/anchor.h"

#include <fmt/format.h>
#include <rocksdb/env.h>

#include "ledger/log/daybook.h"

namespace iuran::log {
namespace {

rocksdb::FileSystem& Files() { return *rocksdb::Env::Default()->GetFileSystem(); }

tl::unexpected<Error> Refused(const std::string& file, const rocksdb::Status& status) {
  const ErrorCode code = status.IsNotFound()     ? ErrorCode::kNotFound
                         : status.IsCorruption() ? ErrorCode::kLedgerDamaged
                                                 : ErrorCode::kIo;
  return Fail(code, fmt::format("The daybook {} cannot be used ({}).", file, status.ToString()));
}

}  // namespace

std::filesystem::path DaybookOf(const std::filesystem::path& log_folder) {
  return Daybook::FileOf(log_folder);
}

Result<TreeHead> ReadAnchor(const std::filesystem::path& daybook) {
  Daybook::Content content;
  const rocksdb::Status status = Daybook::Read(Files(), daybook, content);
  if (!status.ok()) return Refused(daybook, status);
  return content.head;
}

Result<void> SetAnchor(const std::filesystem::path& log_folder, const TreeHead& head) {
  const std::string file = Daybook::FileOf(log_folder);
  const rocksdb::Status status = Daybook::Create(Files(), file, head);
  if (!status.ok()) return Refused(file, status);
  return {};
}

}  // namespace iuran::log
