// Where the sequencer reads the past and puts what it decided: the log, or for a rehearsal a
// scratch log laid over it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/event_log.h"
#include "ledger/rules/scheme.h"

namespace iuran::ledger {

using namespace events;

// What is recorded. As the methods of log::EventLog of the same names.
class Past {
 public:
  virtual ~Past() = default;
  virtual uint64_t size() const = 0;
  virtual Result<std::vector<std::byte>> Read(uint64_t position) const = 0;
  virtual Result<std::vector<uint64_t>> Stream(std::string_view stream) const = 0;
  virtual Result<uint32_t> StreamSize(std::string_view stream) const = 0;
  virtual Result<std::vector<std::optional<log::KeyEntry>>> FindKeys(
      std::span<const std::string> keys) const = 0;
  virtual Result<std::vector<std::optional<std::string>>> FindRows(
      log::Table table, std::span<const std::string> keys) const = 0;
};

// The same, and where more is recorded. Reading goes on while something is appended.
class Store : public Past {
 public:
  virtual Result<void> Append(const log::Batch& batch) = 0;
};

// The log itself, which must outlive the store.
std::unique_ptr<Store> StoreIn(log::EventLog& log);

// `base` with what is appended here laid over it. That goes to a scratch log in the system's folder
// for temporary files, removed with the store or by the next one; memory stays small all the while.
Result<std::unique_ptr<Store>> ScratchStoreOver(const log::EventLog& base);

Result<Event> ReadEvent(const Past& past, Position position);

// The schemes enacted up to the end of the past, and the positions they were enacted at.
struct EnactedSchemes {
  rules::SchemeBook schemes;
  std::vector<uint64_t> positions;
};
Result<EnactedSchemes> LoadSchemes(const Past& past);

}  // namespace iuran::ledger
