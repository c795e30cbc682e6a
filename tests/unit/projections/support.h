// What the tests of projections share: a log in memory, into which anything can be put, also what
// the rules would never record; and random pasts of a few members.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <random>
#include <vector>

#include "ledger/log/event_log.h"
#include "projections/fold.h"
#include "tests/support/rfc6962.h"
#include "tests/support/scratch_folder.h"

namespace iuran::projections {

// Appends and reads; everything else is not asked for here.
class MemoryLog : public log::EventLog {
 public:
  explicit MemoryLog(size_t page_events = 7) : page_events_(page_events) {}

  // Encodes the body as the next event of its stream. Returns its position.
  Position Add(Body body, std::optional<Position> corrects = std::nullopt);
  void AddBytes(std::string_view bytes, const std::string& stream);
  void Replace(uint64_t position, std::string_view bytes) { records_[position] = Aligned(bytes); }
  std::string BytesAt(uint64_t position) const;
  // What a reader sees who opened the log when it had `size` records.
  MemoryLog Cut(uint64_t size) const;
  // Reading the page with this position fails from now on.
  void Break(uint64_t position, Error error) { broken_[position] = std::move(error); }

  log::Anchor anchor() const override { return {log::Anchor::State::kHeld, {0, log::EmptyRoot()}}; }
  uint64_t size() const override { return records_.size(); }
  Result<void> Append(const log::Batch&) override { return Unused(); }
  Result<std::unique_ptr<log::RecordCursor>> Scan(uint64_t from, uint64_t to) const override;
  Result<std::vector<std::byte>> Read(uint64_t position) const override;
  Result<std::vector<uint64_t>> Stream(std::string_view stream,
                                       uint32_t from_version) const override;
  Result<uint32_t> StreamSize(std::string_view) const override { return Unused(); }
  Result<std::vector<std::optional<log::KeyEntry>>> FindKeys(
      std::span<const std::string>) const override {
    return Unused();
  }
  Result<std::vector<std::optional<std::string>>> FindRows(
      log::Table, std::span<const std::string>) const override {
    return Unused();
  }
  Result<void> VisitRows(log::Table, const RowVisitor&) const override { return Unused(); }
  Result<log::TreeHead> Head() const override { return Unused(); }
  Result<void> ReadTile(const log::Tile&, std::span<log::Hash>) const override { return Unused(); }
  Result<log::Hash> RootAt(uint64_t size) const override {
    std::vector<log::Hash> leaves;
    for (uint64_t i = 0; i < size; ++i) leaves.push_back(log::LeafHash(records_.at(i)));
    return tests::NaiveRoot(leaves);
  }
  Result<log::Path> ProveInclusion(uint64_t, uint64_t) const override { return Unused(); }
  Result<log::Path> ProveConsistency(uint64_t, uint64_t) const override { return Unused(); }
  Result<void> StoreCheckpoint(uint64_t, std::string_view) override { return Unused(); }
  Result<std::vector<log::StoredCheckpoint>> Checkpoints() const override { return Unused(); }
  Result<void> Purge(log::Table) override { return Unused(); }
  Result<void> Flush() override { return Unused(); }
  Result<void> CatchUp() override { return Unused(); }
  Result<std::vector<log::SizeOnDisk>> SizesOnDisk() const override { return Unused(); }
  Result<log::LogReport> Verify(const log::VerifyOptions&, log::Faults&) const override {
    return Unused();
  }

 private:
  class Cursor;
  static tl::unexpected<Error> Unused() { return Fail(ErrorCode::kIo, "not asked for in tests"); }
  static std::vector<std::byte> Aligned(std::string_view bytes);

  size_t page_events_;
  std::vector<std::vector<std::byte>> records_;
  std::map<std::string, std::vector<uint64_t>, std::less<>> streams_;
  std::map<uint64_t, Error> broken_;
};

// Adds random events that the rules could have recorded: `members` enrolments, and `events` of all
// kinds in all, payments above all.
void AddRandomPast(MemoryLog& log, uint32_t seed, uint32_t members, uint64_t events);

// The member M-nn of the random past, enrolled under that number.
MemberId RandomMember(uint32_t number);
MemberEnrolled Enrolment(const std::string& member, uint32_t number, Month from);
PaymentReceived Payment(const std::string& payment, const std::string& member, uint32_t number,
                        Day paid_on, int64_t rupiah);

// The digest of accounts folded one member at a time from each member's own stream.
Digest DigestOneByOne(const log::EventLog& log, uint32_t members, const Groups& groups);
// The digest of accounts folded from the log at once.
Digest DigestAtOnce(const log::EventLog& log, unsigned threads);
// The digest of the rows a store holds.
Digest DigestOfStore(const Store& store);

using TemporaryFolder = tests::ScratchFolder;

#define ASSERT_OK(expression)                                    \
  do {                                                           \
    const auto& result_ = (expression);                          \
    ASSERT_TRUE(result_.has_value()) << result_.error().message; \
  } while (false)

// The value of a result that must have one.
template <typename T>
T Must(Result<T> result) {
  if (!result) ADD_FAILURE() << result.error().message;
  IURAN_CHECK(result.has_value(), "the test's own preparation works");
  return std::move(*result);
}

}  // namespace iuran::projections
