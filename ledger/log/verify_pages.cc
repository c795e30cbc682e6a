// Checking a log: its pages. Threads take pieces of the positions, hash the records, fold whole
// tiles and hand each record to the owner's reader; what touches the border of a piece is put
// together afterwards. See verify_parts.h.
#include <fmt/format.h>

#include <algorithm>

#include "ledger/log/bytes.h"
#include "ledger/log/page.h"
#include "ledger/log/verify_parts.h"

namespace iuran::log {
namespace {

constexpr uint64_t kPieceRecords = 64 * kTileWidth;

std::string PageKey(uint64_t position) {
  std::string key;
  AppendBigEndian(key, position);
  return key;
}

// Pages that follow each other without a gap; or, where there is a fault, one that cannot be read,
// of which only the begin is known.
struct Stretch {
  uint64_t from;
  uint64_t to;  // as `from`, where it cannot be read
  std::string fault;
};

struct Piece {
  std::vector<Stretch> stretches;                              // in order
  std::vector<std::pair<uint64_t, std::vector<Hash>>> leaves;  // those not folded, from a position
  uint64_t pages = 0;
  std::string stream_cut, key_cut;
};

// Reads pieces, on one thread.
class PieceReader {
 public:
  // `sizes` are sorted.
  PieceReader(const Store& store, const std::vector<uint64_t>& sizes, RecordReader& owner,
              ReadRecords& records, Faults& faults)
      : store_(store), sizes_(sizes), owner_(owner), records_(records), faults_(faults) {
    options_.readahead_size = size_t{1} << 20;
    options_.fill_cache = false;
  }

  // Reads the pages that begin at `from` or behind it and before `to`.
  void Read(uint64_t from, uint64_t to, Piece& piece) {
    piece_ = &piece;
    uint64_t at = from;
    while (at < to) {
      const std::unique_ptr<rocksdb::Iterator> page(
          store_.db().NewIterator(options_, store_.handle(Family::kRecords)));
      for (page->Seek(PageKey(at)); page->Valid(); page->Next()) {
        if (page->key().size() != sizeof(uint64_t)) {
          faults_.Add(at,
                      fmt::format("A page behind position {} has a key that is no position.", at));
          continue;
        }
        const auto position = ReadBigEndian<uint64_t>(page->key().ToStringView());
        if (position >= to) break;
        TakePage(position, page->value().ToStringView());
        at = position + 1;
      }
      if (page->status().ok()) break;
      at = BehindFault(*page, at, to);
    }
    KeepLeaves();
  }

 private:
  void TakePage(uint64_t position, std::string_view value) {
    ++piece_->pages;
    if (const auto fault = page_.Load(value)) {
      KeepLeaves();
      piece_->stretches.push_back({position, position, std::string(*fault)});
      return;
    }
    std::vector<Stretch>& stretches = piece_->stretches;
    const uint64_t end = position + page_.count();
    if (stretches.empty() || !stretches.back().fault.empty() || stretches.back().to != position) {
      KeepLeaves();
      stretches.push_back({position, end, {}});
      first_leaf_ = position;
    } else {
      stretches.back().to = end;
    }
    views_.clear();
    for (size_t i = 0; i < page_.count(); ++i) views_.push_back(page_.record(i));
    const size_t known = leaves_.size();
    leaves_.resize(known + views_.size());
    HashLeaves(views_, std::span(leaves_).subspan(known));
    FoldTiles();
    for (size_t i = 0; i < views_.size(); ++i) TakeRecord(position + i, views_[i]);
  }

  void TakeRecord(uint64_t position, Record record) {
    if (position >= records_.size) return;  // told as an overlap
    const Result<RecordNames> names = owner_.Read(position, record);
    if (!names) {
      faults_.Add(position, names.error().message);
      records_.Lose(position);
      return;
    }
    key_.clear();
    AppendStreamKey(key_, names->stream, names->stream_version);
    records_.streams.Expect(position, records_.streams.HashOf(key_));
    if (piece_->stream_cut.empty()) {
      piece_->stream_cut.assign(key_, 0, names->stream.size() + 1);
      piece_->key_cut = names->key;
    }
    if (names->key.empty()) return;
    KeyRow(names->key, names->digest, key_);
    records_.keys.Expect(position, records_.keys.HashOf(key_));
  }

  // Folds the tiles that the leaves at hand fill. Those before, between and behind are kept.
  void FoldTiles() {
    const uint64_t into_tile = first_leaf_ % kTileWidth;
    if (into_tile != 0) {
      if (into_tile + leaves_.size() < kTileWidth) return;
      Keep(kTileWidth - into_tile);
    }
    while (leaves_.size() >= kTileWidth) {
      const uint64_t tile = first_leaf_ / kTileWidth;
      const auto size = std::upper_bound(sizes_.begin(), sizes_.end(), first_leaf_);
      const bool is_cut = size != sizes_.end() && *size < first_leaf_ + kTileWidth;
      if (is_cut)
        piece_->leaves.push_back({first_leaf_, {leaves_.begin(), leaves_.begin() + kTileWidth}});
      if (tile < records_.roots.size()) {
        records_.roots[tile] = FoldComplete(std::span(leaves_).first(kTileWidth));
        records_.has_root[tile] = 1;
      }
      Drop(kTileWidth);
    }
  }

  void Keep(size_t count) {
    const auto end = leaves_.begin() + static_cast<std::ptrdiff_t>(count);
    piece_->leaves.push_back({first_leaf_, {leaves_.begin(), end}});
    Drop(count);
  }
  void Drop(size_t count) {
    leaves_.erase(leaves_.begin(), leaves_.begin() + static_cast<std::ptrdiff_t>(count));
    first_leaf_ += count;
  }
  void KeepLeaves() {
    if (!leaves_.empty()) Keep(leaves_.size());
  }

  // Notes that nothing can be read at `at`, and finds where it can again: RocksDB does not say how
  // far a broken block reaches, so that seeking has to try.
  uint64_t BehindFault(const rocksdb::Iterator& page, uint64_t at, uint64_t to) {
    KeepLeaves();
    std::vector<Stretch>& stretches = piece_->stretches;
    const bool goes_on = !stretches.empty() && stretches.back().fault.empty();
    stretches.push_back({goes_on ? stretches.back().to : at, 0, page.status().ToString()});
    stretches.back().to = stretches.back().from;
    const auto readable = [&](uint64_t position) {
      const std::unique_ptr<rocksdb::Iterator> probe(
          store_.db().NewIterator(options_, store_.handle(Family::kRecords)));
      probe->Seek(PageKey(position));
      return probe->status().ok();
    };
    uint64_t bad = at;
    uint64_t good = at + 1;
    for (uint64_t step = 1; good < to && !readable(good); step *= 2) {
      bad = good;
      good = std::min(to, good + step);
    }
    while (good - bad > 1) {
      const uint64_t middle = bad + (good - bad) / 2;
      (readable(middle) ? good : bad) = middle;
    }
    return good;
  }

  const Store& store_;
  const std::vector<uint64_t>& sizes_;
  RecordReader& owner_;
  ReadRecords& records_;
  Faults& faults_;
  rocksdb::ReadOptions options_;
  Piece* piece_ = nullptr;
  PageReader page_;
  std::vector<Record> views_;
  std::vector<Hash> leaves_;  // consecutive ones, not folded yet
  uint64_t first_leaf_ = 0;
  std::string key_;
};

// Puts the stretches of all pieces in a row, and names what is wrong between them.
class Joints {
 public:
  Joints(ReadRecords& records, Faults& faults) : records_(records), faults_(faults) {}

  void Add(const Stretch& stretch) {
    CloseFault(stretch.from);
    if (stretch.from > next_) {
      Lose(stretch.from);
      faults_.Add(next_,
                  fmt::format("The records at {} are missing.", WordsFor({next_, stretch.from})));
    } else if (stretch.fault.empty() && (stretch.from < next_ || stretch.to > records_.size)) {
      // Whoever reads a position that two pages hold is given the later page, or nothing.
      records_.broken[stretch.from / kTileWidth] = 1;
      for (uint64_t position = stretch.from; position < next_; ++position) records_.Lose(position);
      faults_.Add(stretch.from,
                  fmt::format("The page that begins at position {} does not go on where the one "
                              "before it ends, at position {}.",
                              stretch.from, next_));
    }
    if (!stretch.fault.empty()) {
      fault_ = stretch.fault;
      next_ = std::max(next_, stretch.from);
    } else {
      next_ = std::max(next_, std::min(stretch.to, records_.size));
    }
  }
  void Finish() {
    CloseFault(records_.size);
    if (next_ == records_.size) return;
    Lose(records_.size);
    faults_.Add(next_,
                fmt::format("The records at {} are missing.", WordsFor({next_, records_.size})));
  }

 private:
  // What could not be read ends where the next page begins.
  void CloseFault(uint64_t end) {
    if (fault_.empty()) return;
    end = std::max(end, next_ + 1);
    Lose(end);
    faults_.Add(next_,
                fmt::format("The page of {} cannot be read: {}.", WordsFor({next_, end}), fault_));
    fault_.clear();
    next_ = end;
  }
  void Lose(uint64_t end) {
    for (uint64_t position = next_; position < std::min(end, records_.size); ++position) {
      records_.Lose(position);
    }
  }

  ReadRecords& records_;
  Faults& faults_;
  uint64_t next_ = 0;
  std::string fault_;
};

// Folds the tiles that two pieces share, and keeps the leaves that are asked for.
void JoinLeaves(const std::vector<Piece>& pieces, ReadRecords& records) {
  for (const Piece& piece : pieces) {
    for (const auto& [first, hashes] : piece.leaves) {
      for (size_t i = 0; i < hashes.size(); ++i) {
        LeavesOfTile& tile = records.leaves[(first + i) / kTileWidth];
        tile.hashes[(first + i) % kTileWidth] = hashes[i];
        tile.there[(first + i) % kTileWidth] = true;
      }
    }
  }
  for (const auto& [index, tile] : records.leaves) {
    if (index >= records.roots.size() || records.has_root[index]) continue;
    if (std::find(tile.there.begin(), tile.there.end(), false) != tile.there.end()) continue;
    std::array<Hash, kTileWidth> scratch = tile.hashes;
    records.roots[index] = FoldComplete(scratch);
    records.has_root[index] = 1;
  }
}

}  // namespace

void ReadPages(const Store& store, const VerifyOptions& options, const std::vector<uint64_t>& sizes,
               ReadRecords& records, Faults& faults) {
  std::vector<Piece> pieces((records.size + kPieceRecords - 1) / kPieceRecords);
  std::atomic<size_t> next{0};
  std::atomic<uint64_t> done{0};
  RunOnThreads(options.readers.size(), [&](size_t thread) {
    PieceReader reader(store, sizes, *options.readers[thread], records, faults);
    for (size_t i = next++; i < pieces.size(); i = next++) {
      const uint64_t from = i * kPieceRecords;
      const uint64_t to = std::min(records.size, from + kPieceRecords);
      reader.Read(from, to, pieces[i]);
      done += to - from;
      if (thread == 0 && options.progress) options.progress(done, records.size);
    }
  });
  Joints joints(records, faults);
  for (const Piece& piece : pieces) {
    records.pages += piece.pages;
    for (const Stretch& stretch : piece.stretches) joints.Add(stretch);
    records.stream_cuts.push_back(piece.stream_cut);
    records.key_cuts.push_back(piece.key_cut);
  }
  joints.Finish();
  JoinLeaves(pieces, records);
  std::sort(records.stream_cuts.begin(), records.stream_cuts.end());
  std::sort(records.key_cuts.begin(), records.key_cuts.end());
}

}  // namespace iuran::log
