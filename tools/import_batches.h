// Reads the files of an import ahead of who records them, on a thread of its own: while one batch
// is recorded, the next ones are read. Memory is a few batches, whatever the size of the files.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tools/import_plan.h"

namespace iuran::tools {

// A row that asks for nothing that could be recorded.
struct BadRow {
  uint32_t line = 0;
  RowError error;
  events::RemittanceId remittance;  // the one that a payment names, as far as it can be told
};

// Consecutive rows of one file. The line of a command is its source.line; commands and bad rows are
// each in order of lines.
struct Batch {
  size_t file = 0;         // in the plan
  uint32_t last_line = 0;  // where the last row begins
  std::vector<rules::Command> commands;
  std::vector<BadRow> bad_rows;
  std::optional<Error> failure;  // the file cannot be read on behind these rows: the last batch
  bool ends_file = false;        // and nothing failed

  size_t rows() const { return commands.size() + bad_rows.size(); }
};

// Thread rule: Next and Recycle belong to one thread.
class BatchReader {
 public:
  // A batch takes rows until their values pass this size, however many more it might take.
  static constexpr size_t kBytesPerBatch = size_t{4} << 20;

  // `plan` must outlive the reader. Every file has at least one batch, empty where it has no rows.
  // Every row is asked for by `author`, and agreed to by `approver` if that is not empty.
  BatchReader(const ImportPlan& plan, std::string author, std::string approver,
              size_t rows_per_batch);
  ~BatchReader();  // also before all is read
  BatchReader(const BatchReader&) = delete;
  BatchReader& operator=(const BatchReader&) = delete;

  // The next batch; nothing behind the last one.
  std::optional<Batch> Next();
  // Gives a batch back whose memory may be used again.
  void Recycle(Batch batch);

 private:
  void ReadAll();
  bool ReadFile(size_t number);
  bool Push(Batch batch);
  Batch NewBatch(size_t file);

  const ImportPlan& plan_;
  const std::string author_;
  const std::string approver_;
  const size_t rows_per_batch_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Batch> ready_;
  std::vector<Batch> used_;
  bool finished_ = false;  // nothing more will be ready
  bool unwanted_ = false;  // nobody takes what is ready

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace iuran::tools
