// Checking a log: the tables of streams and keys. They are walked in key order, on several threads,
// and every row is looked for at its position; the positions that then still expect a row have
// none. See verify_parts.h.
#include <fmt/format.h>

#include <algorithm>

#include "ledger/log/bytes.h"
#include "ledger/log/verify_parts.h"

namespace iuran::log {
namespace {

constexpr size_t kVersionBytes = 4;

// A table of rows that lead from a key to a position.
struct Index {
  Family family;
  const char* name;
  ExpectedRows* expected;
  std::atomic<uint64_t> rows{0};
  std::atomic<bool> unreadable{false};
};

// Walks the rows of a range of keys; `visit` is told whether the row before it was visited before.
// Where a part cannot be read, what lies on both sides of it is. Empty bounds: none.
template <typename Visit>
void WalkRows(const Store& store, Index& index, const std::string& from, const std::string& to,
              Faults& faults, const Visit& visit) {
  rocksdb::ReadOptions options;
  options.readahead_size = size_t{1} << 20;
  options.fill_cache = false;
  const rocksdb::Slice lower(from), upper(to);
  if (!from.empty()) options.iterate_lower_bound = &lower;
  if (!to.empty()) options.iterate_upper_bound = &upper;
  const auto open = [&] {
    return std::unique_ptr<rocksdb::Iterator>(
        store.db().NewIterator(options, store.handle(index.family)));
  };
  uint64_t rows = 0;
  auto row = open();
  for (row->SeekToFirst(); row->Valid(); row->Next(), ++rows) {
    visit(row->key().ToStringView(), row->value().ToStringView(), true);
  }
  if (!row->status().ok()) {
    index.unreadable = true;
    faults.Add(
        fmt::format("Part of the {} cannot be read ({}).", index.name, row->status().ToString()));
    // From the other end, as far as that goes.
    row = open();
    for (row->SeekToLast(); row->Valid(); row->Prev(), ++rows) {
      visit(row->key().ToStringView(), row->value().ToStringView(), false);
    }
  }
  index.rows += rows;
}

// Text for people: keys are printable, as far as they are ours.
std::string Printable(std::string_view key) {
  std::string text(key);
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

class IndexCheck {
 public:
  IndexCheck(const Store& store, const VerifyOptions& options, ReadRecords& records, Faults& faults)
      : store_(store), threads_(options.readers.size()), records_(records), faults_(faults) {}

  void Streams(const std::string& from, const std::string& to) {
    std::string stream;     // of the row before
    uint64_t version = 0;   // that the next row of that stream must have
    uint64_t position = 0;  // and that it must be behind
    WalkRows(store_, streams_, from, to, faults_,
             [&](std::string_view key, std::string_view value, bool in_order) {
               const std::optional<uint64_t> leads_to = TakeVarint(value);
               if (key.size() <= kVersionBytes + 1 || !leads_to || !value.empty()) {
                 faults_.Add(fmt::format("A row of the index of streams cannot be read: {}.",
                                         Printable(key)));
                 return;
               }
               const std::string_view name = key.substr(0, key.size() - kVersionBytes - 1);
               const auto its_version = ReadBigEndian<uint32_t>(key.substr(name.size() + 1));
               const auto words = [&] {
                 return fmt::format("version {} of stream {}", its_version, Printable(name));
               };
               Compare(streams_, key, *leads_to, words);
               if (!in_order) return;
               if (name != stream) {
                 stream = name;
                 version = position = 0;
               }
               if (its_version != version) {
                 faults_.Add(*leads_to, fmt::format("The index of streams has {} where version {} "
                                                    "should come.",
                                                    words(), version));
               } else if (version > 0 && *leads_to <= position) {
                 faults_.Add(*leads_to,
                             fmt::format("The index of streams has {} at position {}, before that "
                                         "of the version before it.",
                                         words(), *leads_to));
               }
               version = uint64_t{its_version} + 1;
               position = *leads_to;
             });
  }

  void Keys(const std::string& from, const std::string& to) {
    std::string row;
    WalkRows(store_, keys_, from, to, faults_,
             [&](std::string_view key, std::string_view value, bool /*in_order*/) {
               const std::optional<uint64_t> leads_to = TakeVarint(value);
               if (!leads_to || value.size() != sizeof(RequestDigest)) {
                 faults_.Add(fmt::format("The row of key {} cannot be read.", Printable(key)));
                 return;
               }
               RequestDigest digest;
               std::copy_n(value.begin(), digest.size(), digest.begin());
               KeyRow(key, digest, row);
               Compare(keys_, row, *leads_to, [&] {
                 return fmt::format("key {}, with the digest beside it,", Printable(key));
               });
             });
  }

  void Run() {
    // Each table in as many parts as there are threads, cut where the records say that keys are.
    struct Part {
      bool of_streams;
      std::string from, to;
    };
    std::vector<Part> parts;
    for (const bool of_streams : {true, false}) {
      const std::vector<std::string>& cuts = of_streams ? records_.stream_cuts : records_.key_cuts;
      std::string from;
      for (size_t i = 1; i < threads_ && !cuts.empty(); ++i) {
        const std::string& cut = cuts[cuts.size() * i / threads_];
        if (cut <= from) continue;
        parts.push_back({of_streams, from, cut});
        from = cut;
      }
      parts.push_back({of_streams, from, {}});
    }
    std::atomic<size_t> next{0};
    RunOnThreads(std::min(threads_, parts.size()), [&](size_t) {
      for (size_t i = next++; i < parts.size(); i = next++) {
        const Part& part = parts[i];
        part.of_streams ? Streams(part.from, part.to) : Keys(part.from, part.to);
      }
    });
    CountMissing(streams_);
    CountMissing(keys_);
  }

  uint64_t stream_rows() const { return streams_.rows; }
  uint64_t key_rows() const { return keys_.rows; }

 private:
  template <typename Words>
  void Compare(const Index& index, std::string_view row, uint64_t position, const Words& words) {
    if (position >= records_.size) {
      faults_.Add(position,
                  fmt::format("The {} leads {} to position {}, behind the end of the log.",
                              index.name, words(), position));
      return;
    }
    const uint64_t expected = index.expected->at(position);
    if (expected == index.expected->HashOf(row)) {
      index.expected->Found(position);
    } else if (expected != ExpectedRows::kUnknown && !SeenFromTheOtherEnd(index, expected)) {
      faults_.Add(position, fmt::format("The {} leads {} to position {}; the record there says "
                                        "otherwise.",
                                        index.name, words(), position));
    }
  }
  static bool SeenFromTheOtherEnd(const Index& index, uint64_t expected) {
    return index.unreadable && expected == ExpectedRows::kNone;
  }

  void CountMissing(const Index& index) {
    uint64_t missing = 0;
    uint64_t first = 0;
    for (uint64_t position = 0; position < records_.size; ++position) {
      if (index.expected->at(position) <= ExpectedRows::kUnknown) continue;
      if (missing++ == 0) first = position;
      if (index.unreadable) continue;
      faults_.Add(position, fmt::format("The {} does not lead to the record at position {}.",
                                        index.name, position));
    }
    if (index.unreadable && missing > 0) {
      faults_.AddMany(
          missing, first,
          fmt::format("The {} does not lead to {} records, the first of them at position "
                      "{}: their rows may stand where it cannot be read.",
                      index.name, missing, first));
    }
  }

  const Store& store_;
  const size_t threads_;
  ReadRecords& records_;
  Faults& faults_;
  Index streams_{Family::kStreams, "index of streams", &records_.streams, {}, {}};
  Index keys_{Family::kKeys, "table of keys", &records_.keys, {}, {}};
};

}  // namespace

void CheckIndex(const Store& store, const VerifyOptions& options, ReadRecords& records,
                LogReport& report, Faults& faults) {
  IndexCheck check(store, options, records, faults);
  check.Run();
  report.stream_rows = check.stream_rows();
  report.key_rows = check.key_rows();
}

}  // namespace iuran::log
