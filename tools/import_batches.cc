#include "tools/import_batches.h"

#include <fmt/format.h>

#include <limits>

namespace iuran::tools {
namespace {

constexpr size_t kBatchesAhead = 2;

}  // namespace

BatchReader::BatchReader(const ImportPlan& plan, std::string author, std::string approver,
                         size_t rows_per_batch)
    : plan_(plan),
      author_(std::move(author)),
      approver_(std::move(approver)),
      rows_per_batch_(rows_per_batch),
      thread_([this] { ReadAll(); }) {}

BatchReader::~BatchReader() {
  {
    const std::lock_guard lock(mutex_);
    unwanted_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::optional<Batch> BatchReader::Next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !ready_.empty() || finished_; });
  if (ready_.empty()) return std::nullopt;
  Batch batch = std::move(ready_.front());
  ready_.pop_front();
  lock.unlock();
  changed_.notify_all();
  return batch;
}

void BatchReader::Recycle(Batch batch) {
  batch.bad_rows.clear();
  batch.failure.reset();
  const std::lock_guard lock(mutex_);
  used_.push_back(std::move(batch));
}

bool BatchReader::Push(Batch batch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ready_.size() < kBatchesAhead || unwanted_; });
  if (unwanted_) return false;
  ready_.push_back(std::move(batch));
  lock.unlock();
  changed_.notify_all();
  return true;
}

Batch BatchReader::NewBatch(size_t file) {
  Batch batch;
  {
    const std::lock_guard lock(mutex_);
    if (!used_.empty()) {
      batch = std::move(used_.back());
      used_.pop_back();
    }
  }
  batch.commands.clear();  // here, on the thread that has time for it
  batch.commands.reserve(rows_per_batch_);
  batch.file = file;
  batch.last_line = 0;
  batch.ends_file = false;
  return batch;
}

void BatchReader::ReadAll() {
  for (size_t file = 0; file < plan_.files.size(); ++file) {
    if (!ReadFile(file)) break;
  }
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
  }
  changed_.notify_all();
}

// False where there is no sense in reading on.
bool BatchReader::ReadFile(size_t number) {
  const PlannedFile& planned = plan_.files[number];
  Batch batch = NewBatch(number);
  size_t bytes = 0;
  auto input = InputFile::Open(planned.path);
  while (input) {
    const auto more = input->Next();
    if (!more) {
      batch.failure = more.error();
    } else if (*more && input->line() > std::numeric_limits<uint32_t>::max()) {
      batch.failure = Error{
          ErrorCode::kIo, fmt::format("{} has more than {} lines. Split it.", planned.path.string(),
                                      std::numeric_limits<uint32_t>::max())};
    }
    if (!batch.failure && !*more && input->TakeDigest() != planned.digest) {
      batch.commands.clear();  // They would be recorded as rows of the file as it was.
      batch.bad_rows.clear();
      batch.last_line = 0;
      batch.failure = Error{ErrorCode::kIo,
                            fmt::format("{} was changed while it was imported. Wait until nobody "
                                        "writes to it.",
                                        planned.path.string())};
    }
    if (batch.failure || !*more) break;
    batch.last_line = static_cast<uint32_t>(input->line());
    RowResult row = input->Read();
    if (row) {
      batch.commands.push_back(
          {*std::move(row), {"import", planned.digest, batch.last_line}, author_, approver_, {}});
    } else {
      batch.bad_rows.push_back({batch.last_line, std::move(row.error()), input->remittance()});
    }
    bytes += input->row_bytes();
    if (batch.rows() == rows_per_batch_ || bytes > kBytesPerBatch) {
      if (!Push(std::move(batch))) return false;
      batch = NewBatch(number);
      bytes = 0;
    }
  }
  if (!input) batch.failure = input.error();
  batch.ends_file = !batch.failure;
  const bool goes_on = batch.ends_file;
  return Push(std::move(batch)) && goes_on;
}

}  // namespace iuran::tools
