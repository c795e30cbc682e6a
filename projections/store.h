// The projections' store: accounts as rows beside the log, in a RocksDB of their own. The only
// place in this folder that sees RocksDB.
//
// Keys, each row of a generation behind its number:
//   0x00                                        the state (StoreState below)
//   0x01 generation (4 bytes, big-endian) 'm' member id             a timeline, see account_rows.cc
//   0x01 generation 'n' member number (4 bytes, big-endian)         the member's id
//   0x01 generation 'g' group id                                    a group
// Bytewise order of the keys is the order of reports.
//
// Rows and the position up to which they are folded change in one batch, so a crash leaves an older
// state and never a wrong one. Nothing here is a fact: the log is the truth, and all of it can be
// made anew from the log.
//
// One process writes, the one that holds the ledger's writer lock. Readers see the state of the
// moment they opened it; they must open it *before* the log, so that what is folded is never beyond
// the log they read. Thread rule: reading methods from any thread, writing from one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "projections/accounts.h"

namespace iuran::projections {

// Folding stopped at an event that cannot be folded: an unknown or a damaged one. Never skipped.
struct Parked {
  uint64_t position = 0;
  std::string reason;  // a sentence
  friend bool operator==(const Parked&, const Parked&) = default;
};

struct StoreState {
  uint32_t generation = 0;
  uint64_t cursor = 0;   // events [0, cursor) are folded
  Digest last_record{};  // SHA-256 of record cursor - 1: a log that was put back has another there
  uint32_t fold_version = kFoldVersion;
  uint64_t members = 0;  // rows of this generation
  uint64_t groups = 0;
  std::optional<Parked> parked;
  friend bool operator==(const StoreState&, const StoreState&) = default;
};

std::string EncodeState(const StoreState& state);
std::optional<StoreState> DecodeState(std::string_view row);

class Store {
 public:
  // Opens or makes the store in `folder`. kLedgerLocked, kLedgerDamaged, kIo.
  static Result<std::unique_ptr<Store>> OpenToWrite(const std::filesystem::path& folder);
  // Opens it beside a writer. Where there is none yet, an empty store: nothing is folded.
  static Result<std::unique_ptr<Store>> OpenToRead(const std::filesystem::path& folder);
  // Removes a store that cannot be opened or read, so that OpenToWrite makes an empty one.
  static Result<void> Destroy(const std::filesystem::path& folder);
  virtual ~Store() = default;

  // The state of the generation in use. Rows of another fold version are not counted: cursor 0.
  virtual const StoreState& state() const = 0;

  // Walks member rows in bytewise order of ids. Texts are valid until the next Next.
  class Rows {
   public:
    virtual ~Rows() = default;
    virtual Result<bool> Next() = 0;           // false at the end
    virtual std::string_view key() const = 0;  // the member's id
    virtual std::string_view row() const = 0;
  };
  virtual std::unique_ptr<Rows> Members() const = 0;
  // Rows of the members with these numbers, in order, through `take(member id, row)`. Numbers are
  // sorted; one that is not stored is passed over.
  virtual Result<void> Load(
      std::span<const uint32_t> numbers,
      const std::function<Result<void>(std::string_view, std::string_view)>& take) const = 0;
  // Calls take(number, member id) for every number there is, in order of numbers.
  virtual Result<void> ReadNumbers(
      const std::function<void(MemberNumber, std::string_view)>& take) const = 0;
  virtual Result<Groups> ReadGroups() const = 0;

  // What changes together.
  class Changes {
   public:
    virtual ~Changes() = default;
    virtual void PutMember(std::string_view member, std::string_view row) = 0;
    virtual void PutNumber(MemberNumber number, std::string_view member) = 0;
    virtual void PutGroup(const GroupId& group, const GroupInfo& info) = 0;
    virtual size_t bytes() const = 0;
  };
  // For rows of `generation`.
  virtual std::unique_ptr<Changes> NewChanges(uint32_t generation) = 0;
  // Saves changes and, where one is given, the state, in one batch, and empties the changes. A new
  // generation in the state puts its rows in the place of the ones before, which are removed
  // afterwards.
  virtual Result<void> Commit(Changes& changes, const StoreState* state) = 0;
  // A generation that has no rows, for building the next one beside the one in use.
  virtual Result<uint32_t> NewGeneration() = 0;

  virtual uint64_t BytesOnDisk() const = 0;
};

}  // namespace iuran::projections
