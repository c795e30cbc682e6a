// Checking a log: its tree. What is computed from the records is compared with what is stored, and
// both with the roots that somebody vouched for. Where a computed and a stored hash differ, such a
// root tells which of them is right. See verify_parts.h.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "ledger/log/bytes.h"
#include "ledger/log/proof/checkpoint.h"
#include "ledger/log/verify_parts.h"

namespace iuran::log {
namespace {

// The hashes of one level; nothing where there is none.
using Level = std::vector<std::optional<Hash>>;

uint64_t RecordsUnder(int level) { return uint64_t{1} << (kTileHeight * level); }

std::string NameOf(int level, uint64_t index) {
  const uint64_t under = RecordsUnder(level);
  return fmt::format("hash {} of level {} of the tree ({})", index, level,
                     WordsFor({index * under, (index + 1) * under}));
}

std::vector<Level> ReadStored(const Store& store, uint64_t size, LogReport& report,
                              Faults& faults) {
  std::vector<Level> levels(kTileLevels);
  for (int level = 1; level < kTileLevels; ++level)
    levels[level].resize(size / RecordsUnder(level));
  const std::unique_ptr<rocksdb::Iterator> row(
      store.db().NewIterator({}, store.handle(Family::kTree)));
  for (row->SeekToFirst(); row->Valid(); row->Next(), ++report.hashes) {
    const std::string_view key = row->key().ToStringView();
    const int level = key.empty() ? 0 : static_cast<uint8_t>(key[0]);
    if (key.size() != 1 + sizeof(uint64_t) || level < 1 || level >= kTileLevels ||
        row->value().size() != sizeof(Hash)) {
      faults.Add("A row of the tree's table is no hash of the tree.");
      continue;
    }
    const auto index = ReadBigEndian<uint64_t>(key.substr(1));
    if (index >= levels[level].size()) {
      faults.Add(fmt::format("Hash {} of level {} of the tree is of records that are not there.",
                             index, level));
      continue;
    }
    std::memcpy(levels[level][index].emplace().data(), row->value().data(), sizeof(Hash));
  }
  if (!row->status().ok()) {
    faults.Add(fmt::format("The tree's table cannot be read ({}).", row->status().ToString()));
  }
  return levels;
}

// The roots over the first so many records, from hashes of level 1 and the leaves behind them.
class Roots {
 public:
  Roots(const Level& tiles, const std::map<uint64_t, LeavesOfTile>& leaves)
      : tiles_(tiles), leaves_(leaves) {}

  // Sizes are asked for in ascending order. Nothing where a hash below it is not known.
  std::optional<Hash> At(uint64_t size) {
    for (uint64_t next = frontier_.size() / kTileWidth; next < size / kTileWidth; ++next) {
      if (!tiles_[next]) return std::nullopt;
      frontier_.AppendSubtree(1, *tiles_[next]);
    }
    Frontier grown = frontier_;
    if (size % kTileWidth != 0) {
      const auto tile = leaves_.find(size / kTileWidth);
      if (tile == leaves_.end()) return std::nullopt;
      const auto& there = tile->second.there;
      const auto end = there.begin() + static_cast<std::ptrdiff_t>(size % kTileWidth);
      if (std::find(there.begin(), end, false) != end) return std::nullopt;
      grown.Append(std::span(tile->second.hashes).first(size % kTileWidth));
    }
    return grown.Root();
  }

 private:
  const Level& tiles_;
  const std::map<uint64_t, LeavesOfTile>& leaves_;
  Frontier frontier_;
};

class TreeCheck {
 public:
  TreeCheck(const Store& store, ReadRecords& records, LogReport& report, Faults& faults)
      : records_(records),
        faults_(faults),
        stored_(ReadStored(store, records.size, report, faults)) {
    for (size_t i = 0; i < records_.roots.size(); ++i) {
      const std::optional<Hash>& stored = stored_[1][i];
      computed_.push_back(records_.has_root[i] ? std::optional(records_.roots[i]) : stored);
      as_stored_.push_back(stored ? stored : computed_[i]);
    }
  }

  // A size and root that somebody vouched for. Ascending. `who` begins the sentence of a fault.
  void Compare(const TreeHead& known, const std::string& who, bool is_signed) {
    if (known.size > records_.size) {
      faults_.Add(records_.size, fmt::format("{} is of {} records, and the log ends after {}: {} "
                                             "are missing.",
                                             who, known.size, records_.size,
                                             WordsFor({records_.size, known.size})));
      return;
    }
    const std::optional<Hash> computed = roots_.At(known.size);
    const std::optional<Hash> as_stored = stored_roots_.At(known.size);
    if (computed == known.root) {
      // So that the stored hashes are wrong that differ.
      computed_to_ = known.size;
      if (is_signed) signed_to_ = known.size;
      return;
    }
    if (as_stored == known.root) {
      stored_to_ = known.size;  // the records are wrong that differ
      if (is_signed) signed_to_ = known.size;
      return;
    }
    if (!computed && !as_stored) {
      faults_.Add(known.size - 1, fmt::format("{} cannot be checked: some of the first {} records "
                                              "cannot be read.",
                                              who, known.size));
    } else {
      misfit_to_ = known.size;
      faults_.Add(known.size - 1, fmt::format("{} does not fit: some of the first {} records are "
                                              "not what was signed or acknowledged then.",
                                              who, known.size));
    }
  }

  void CompareTiles() {
    // Records that a root does not fit, and no later one holds, are whole by nobody's word.
    for (uint64_t tile = std::max(computed_to_, stored_to_) / kTileWidth;
         misfit_to_ > std::max(computed_to_, stored_to_) && tile * kTileWidth < misfit_to_;
         ++tile) {
      records_.broken[tile] = 1;
    }
    for (size_t i = 0; i < records_.roots.size(); ++i) {
      const PositionRange range{i * kTileWidth, (i + 1) * kTileWidth};
      if (!stored_[1][i]) {
        faults_.Add(range.from, fmt::format("The stored {} is missing.", NameOf(1, i)));
      } else if (computed_[i] != stored_[1][i]) {
        if (range.to <= computed_to_) {
          faults_.Add(range.from,
                      fmt::format("The stored {} was changed; the records are what was {}.",
                                  NameOf(1, i), Vouched(range)));
          continue;
        }
        records_.broken[i] = 1;
        faults_.Add(
            range.from,
            range.to <= stored_to_
                ? fmt::format("The records at {} are not what was {}: they do not give hash "
                              "{} of level 1 of the tree.",
                              WordsFor(range), Vouched(range), i)
                : fmt::format("The records at {} do not give hash {} of level 1 of the "
                              "tree: the records or the hash were changed.",
                              WordsFor(range), i));
      }
    }
  }

  // Each level from the one below it, whichever of its hashes are the right ones.
  void CompareLevels() {
    Level below = computed_;
    Level below_stored = as_stored_;
    for (int level = 2; level < kTileLevels && !stored_[level].empty(); ++level) {
      Level mine, mine_stored;
      for (size_t i = 0; i < stored_[level].size(); ++i) {
        const std::optional<Hash> one = Fold(below, i), other = Fold(below_stored, i);
        const std::optional<Hash>& stored = stored_[level][i];
        const uint64_t position = i * RecordsUnder(level);
        if (!stored) {
          faults_.Add(position, fmt::format("The stored {} is missing.", NameOf(level, i)));
        } else if ((one || other) && stored != one && stored != other) {
          faults_.Add(position, fmt::format("The stored {} was changed.", NameOf(level, i)));
        }
        mine.push_back(one ? one : stored);
        mine_stored.push_back(stored ? stored : other);
      }
      below = std::move(mine);
      below_stored = std::move(mine_stored);
    }
  }

  // As far as a checkpoint holds.
  uint64_t signed_to() const { return signed_to_; }
  std::optional<Hash> ComputedRoot() { return roots_.At(records_.size); }

 private:
  const char* Vouched(const PositionRange& range) const {
    return range.to <= signed_to_ ? "signed" : "acknowledged";
  }
  static std::optional<Hash> Fold(const Level& below, size_t index) {
    std::array<Hash, kTileWidth> hashes;
    for (size_t i = 0; i < kTileWidth; ++i) {
      const std::optional<Hash>& hash = below[index * kTileWidth + i];
      if (!hash) return std::nullopt;
      hashes[i] = *hash;
    }
    return FoldComplete(hashes);
  }

  ReadRecords& records_;
  Faults& faults_;
  const std::vector<Level> stored_;  // by level
  Level computed_;   // level 1 from the records, from the stored hashes where they cannot be read
  Level as_stored_;  // level 1 as stored, from the records where that is missing
  Roots roots_{computed_, records_.leaves};
  Roots stored_roots_{as_stored_, records_.leaves};
  // As far as somebody vouched for the hashes computed, and for those stored.
  uint64_t computed_to_ = 0;
  uint64_t stored_to_ = 0;
  uint64_t signed_to_ = 0;
  uint64_t misfit_to_ = 0;  // as far as the last one that fits neither
};

}  // namespace

std::vector<TreeHead> ReadCheckpoints(const Store& store, uint64_t size,
                                      const VerifyOptions& options, LogReport& report,
                                      Faults& faults) {
  const auto read = [&options](std::string_view text) -> Result<Checkpoint> {
    if (options.key) {
      IURAN_ASSIGN(OpenedCheckpoint opened, OpenCheckpoint(text, *options.key, options.witnesses));
      return std::move(opened.checkpoint);
    }
    IURAN_ASSIGN(const Note note, ParseNote(text));
    return ParseCheckpointText(note.text);
  };
  const char* const fault =
      options.key ? "is not one that this ledger's key has signed" : "cannot be read";
  std::vector<TreeHead> found;
  const std::unique_ptr<rocksdb::Iterator> row(
      store.db().NewIterator({}, store.handle(Family::kCheckpoints)));
  for (row->SeekToFirst(); row->Valid(); row->Next(), ++report.checkpoints) {
    if (row->key().size() != sizeof(uint64_t)) {
      faults.Add("The key of a stored checkpoint cannot be read.");
      continue;
    }
    const auto at = ReadBigEndian<uint64_t>(row->key().ToStringView());
    const Result<Checkpoint> said = read(row->value().ToStringView());
    const uint64_t position = std::min(at, size) - (at > 0 && size > 0 ? 1 : 0);
    if (!said) {
      faults.Add(position, fmt::format("The stored checkpoint of {} records {}: {}", at, fault,
                                       said.error().message));
    } else if (said->size != at) {
      faults.Add(position, fmt::format("The stored checkpoint of {} records says that it is of {}.",
                                       at, said->size));
    } else {
      found.push_back({at, said->root});
    }
  }
  if (!row->status().ok()) {
    faults.Add(fmt::format("The checkpoints cannot be read ({}).", row->status().ToString()));
  }
  if (!options.last_signed) return found;
  const Result<Checkpoint> last = read(*options.last_signed);
  if (!last) {
    faults.Add(fmt::format("The checkpoint signed last, kept beside the log, {}: {}", fault,
                           last.error().message));
  } else if (std::none_of(found.begin(), found.end(), [&last](const TreeHead& one) {
               return one.size == last->size && one.root == last->root;
             })) {
    found.push_back({last->size, last->root});
  }
  return found;
}

void CheckTree(const Store& store, const Anchor& anchor, const TreeHead& reached,
               const std::vector<TreeHead>& checkpoints, ReadRecords& records, LogReport& report,
               Faults& faults) {
  struct Vouched {
    TreeHead known;
    std::string who;
    bool is_checkpoint;
  };
  std::vector<Vouched> vouched;
  for (const TreeHead& one : checkpoints) {
    vouched.push_back({one, fmt::format("The checkpoint of {} records", one.size), true});
  }
  if (anchor.state == Anchor::State::kMissing) {
    faults.Add(
        "There is no daybook that can be read, so that nobody knows whether what was acknowledged "
        "last is there.");
  } else if (anchor.state == Anchor::State::kLost || reached.size == anchor.head.size) {
    vouched.push_back({anchor.head, "What was acknowledged last", false});
  } else {  // the rest is in the daybook
    vouched.push_back({reached, "What was acknowledged before the last", false});
  }
  if (anchor.state == Anchor::State::kRowsLost) {
    faults.Add(
        "Rows that were acknowledged are missing, such as a checkpoint. 'iuran recover' says "
        "more.");
  }
  std::stable_sort(vouched.begin(), vouched.end(),
                   [](const Vouched& a, const Vouched& b) { return a.known.size < b.known.size; });
  TreeCheck check(store, records, report, faults);
  for (const Vouched& one : vouched) {
    check.Compare(one.known, one.who, one.is_checkpoint);
  }
  report.signed_to = check.signed_to();
  check.CompareTiles();
  check.CompareLevels();
  report.root = check.ComputedRoot();
}

}  // namespace iuran::log
