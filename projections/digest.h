// Digests: of bytes as they come, and of accounts, the one line by which two machines compare a
// replay.
#pragma once

#include <memory>
#include <string_view>

#include "events/event.h"
#include "ledger/log/event_log.h"

namespace iuran::projections {

// SHA-256 of bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void Add(std::string_view bytes);
  events::Digest Finish();  // once

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// SHA-256 over "iuran accounts\n", then every member's id and row in bytewise order of ids, then
// every group's, each as: one letter ('m', 'g'), the lengths of id and row (8 bytes each,
// big-endian), id, row. Rows are canonical and carry positions, so accounts folded to one position
// have one digest, whatever the way they were folded.
class AccountsDigest {
 public:
  AccountsDigest() { sha256_.Add("iuran accounts\n"); }
  void AddMember(std::string_view member, std::string_view row) { Add('m', member, row); }
  void AddGroup(std::string_view group, std::string_view row) { Add('g', group, row); }
  events::Digest Finish() { return sha256_.Finish(); }

 private:
  void Add(char kind, std::string_view id, std::string_view row);

  Sha256 sha256_;
};

// SHA-256 of the record before `cursor`; zeroes where there is none.
Result<events::Digest> DigestOfLastRecord(const log::EventLog& log, uint64_t cursor);

}  // namespace iuran::projections
