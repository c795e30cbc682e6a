#include "ledger/append_behind.h"

#include <cstring>
#include <utility>

#include "events/check.h"

namespace iuran::ledger {

AppendBehind::~AppendBehind() {
  if (outcome_.valid()) outcome_.wait();
}

Result<void> AppendBehind::Append(const Commit& commit) {
  IURAN_CHECK(!commit_, "one commit is appended at a time");
  return base_.Append(commit.batch);
}

void AppendBehind::Start(Commit commit) {
  IURAN_CHECK(!commit_, "one commit is appended at a time");
  commit_ = std::move(commit);
  for (size_t i = 0; i < commit_->events.size(); ++i) {
    const PendingEvent& event = commit_->events[i];
    if (!event.key.empty()) keys_[event.key] = i;
    streams_[event.stream] = i;
  }
  for (size_t i = 0; i < commit_->batch.rows.size(); ++i) {
    const log::RowChange& row = commit_->batch.rows[i];
    RowsOf(row.table)[row.key] = i;
  }
  // Deferred where the system has no thread to give.
  outcome_ = std::async(std::launch::async | std::launch::deferred,
                        [this, &batch = commit_->batch] { return base_.Append(batch); });
}

Result<void> AppendBehind::Finish() {
  if (!outcome_.valid()) return {};
  Result<void> outcome = outcome_.get();
  keys_.Clear();
  streams_.Clear();
  for (Index& rows : rows_) rows.Clear();
  commit_.reset();
  return outcome;
}

uint64_t AppendBehind::size() const {
  if (!commit_) return base_.size();
  return commit_->batch.first_position + commit_->events.size();
}

Result<std::vector<std::byte>> AppendBehind::Read(uint64_t position) const {
  if (!commit_ || position < commit_->batch.first_position) return base_.Read(position);
  IURAN_CHECK(position < size(), "an event that is read is there");
  const std::string& bytes = commit_->events[position - commit_->batch.first_position].bytes;
  std::vector<std::byte> copy(bytes.size());
  std::memcpy(copy.data(), bytes.data(), bytes.size());
  return copy;
}

Result<std::vector<uint64_t>> AppendBehind::Stream(std::string_view stream) const {
  IURAN_ASSIGN(std::vector<uint64_t> positions, base_.Stream(stream));
  if (!commit_) return positions;
  // The base may or may not show the commit under way.
  const uint64_t first = commit_->batch.first_position;
  while (!positions.empty() && positions.back() >= first) positions.pop_back();
  if (streams_.Find(stream) == nullptr) return positions;
  for (size_t i = 0; i < commit_->events.size(); ++i) {
    if (commit_->events[i].stream == stream) positions.push_back(first + i);
  }
  return positions;
}

Result<uint32_t> AppendBehind::StreamSize(std::string_view stream) const {
  const size_t* const last = streams_.Find(stream);
  if (last == nullptr) return base_.StreamSize(stream);
  return commit_->events[*last].stream_version + 1;
}

Result<std::vector<std::optional<log::KeyEntry>>> AppendBehind::FindKeys(
    std::span<const std::string> keys) const {
  IURAN_ASSIGN(auto found, base_.FindKeys(keys));
  if (!commit_) return found;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (const size_t* const at = keys_.Find(keys[i])) {
      found[i] = log::KeyEntry{commit_->batch.first_position + *at, commit_->events[*at].digest};
    }
  }
  return found;
}

Result<std::vector<std::optional<std::string>>> AppendBehind::FindRows(
    log::Table table, std::span<const std::string> keys) const {
  IURAN_ASSIGN(auto found, base_.FindRows(table, keys));
  if (!commit_) return found;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (const size_t* const at = RowsOf(table).Find(keys[i])) {
      found[i] = commit_->batch.rows[*at].value;
    }
  }
  return found;
}

}  // namespace iuran::ledger
