// A log in memory, into which anything can be put, also what the rules would never record.
#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "events/codec.h"
#include "ledger/log/event_log.h"
#include "tests/support/rfc6962.h"

namespace iuran::tests {

using namespace events;

// Appends and reads; everything else is not asked for here.
class MemoryLog : public log::EventLog {
 public:
  explicit MemoryLog(size_t page_events = 7) : page_events_(page_events) {}

  // Encodes the body as the next event of its stream. Returns its position.
  Position Add(Body body, std::optional<Position> corrects = std::nullopt) {
    Event event;
    event.envelope.position = Position{size()};
    event.envelope.stream = StreamOf(body);
    event.envelope.stream_version = static_cast<uint32_t>(streams_[event.envelope.stream].size());
    event.envelope.author = "test";
    event.envelope.source.channel = "test";
    event.envelope.corrects = corrects;
    event.body = std::move(body);
    AddBytes(Encode(event), event.envelope.stream);
    return event.envelope.position;
  }
  void AddBytes(std::string_view bytes, const std::string& stream) {
    streams_[stream].push_back(records_.size());
    records_.push_back(Aligned(bytes));
  }
  void Replace(uint64_t position, std::string_view bytes) { records_[position] = Aligned(bytes); }
  std::string BytesAt(uint64_t position) const {
    const auto& record = records_.at(position);
    return {reinterpret_cast<const char*>(record.data()), record.size()};
  }
  // What a reader sees who opened the log when it had `size` records.
  MemoryLog Cut(uint64_t size) const {
    MemoryLog log(*this);
    log.records_.resize(size);
    for (auto& [stream, positions] : log.streams_) {
      while (!positions.empty() && positions.back() >= size) positions.pop_back();
    }
    return log;
  }
  // Reading the page with this position fails from now on.
  void Break(uint64_t position, Error error) { broken_[position] = std::move(error); }

  log::Anchor anchor() const override { return {log::Anchor::State::kHeld, {0, log::EmptyRoot()}}; }
  uint64_t size() const override { return records_.size(); }
  Result<void> Append(const log::Batch&) override { return Unused(); }
  Result<std::unique_ptr<log::RecordCursor>> Scan(uint64_t from, uint64_t to) const override {
    return std::make_unique<Cursor>(*this, from, to);
  }
  Result<std::vector<std::byte>> Read(uint64_t position) const override {
    if (position >= size()) return Fail(ErrorCode::kNotFound, "no such position");
    return records_[position];
  }
  Result<std::vector<uint64_t>> Stream(std::string_view stream, uint32_t) const override {
    const auto found = streams_.find(stream);
    return found == streams_.end() ? std::vector<uint64_t>() : found->second;
  }
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
    return NaiveRoot(leaves);
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
  class Cursor : public log::RecordCursor {
   public:
    Cursor(const MemoryLog& log, uint64_t from, uint64_t to)
        : log_(log), next_(from), to_(std::min<uint64_t>(to, log.size())) {}
    Result<bool> NextPage() override {
      first_ = next_;
      if (first_ >= to_) return false;
      const uint64_t page = log_.page_events_;
      next_ = std::min(to_, (first_ / page + 1) * page);
      for (const auto& [position, error] : log_.broken_) {
        if (position >= first_ && position < next_) return tl::unexpected<Error>(error);
      }
      return true;
    }
    uint64_t first_position() const override { return first_; }
    size_t count() const override { return next_ - first_; }
    std::span<const std::byte> record(size_t index) const override {
      return log_.records_[first_ + index];
    }

   private:
    const MemoryLog& log_;
    uint64_t first_ = 0, next_, to_;
  };

  static tl::unexpected<Error> Unused() { return Fail(ErrorCode::kIo, "not asked for in tests"); }
  static std::vector<std::byte> Aligned(std::string_view bytes) {
    std::vector<std::byte> record(bytes.size());
    std::memcpy(record.data(), bytes.data(), bytes.size());
    return record;
  }

  size_t page_events_;
  std::vector<std::vector<std::byte>> records_;
  std::map<std::string, std::vector<uint64_t>, std::less<>> streams_;
  std::map<uint64_t, Error> broken_;
};

}  // namespace iuran::tests
