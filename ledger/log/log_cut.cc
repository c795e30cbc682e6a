// Making a log shorter. See log_cut.h; FORMAT.md has the bytes.
#include "ledger/log/log_cut.h"

#include <rocksdb/env.h>

#include <memory>
#include <utility>

#include "events/check.h"
#include "ledger/log/bytes.h"
#include "ledger/log/page.h"
#include "ledger/log/proof/tree.h"
#include "ledger/log/store.h"

namespace iuran::log {
namespace {

constexpr size_t kBatchBytes = size_t{4} << 20;

class Cutter {
 public:
  Cutter(Store& store, const Cut& cut) : store_(store), cut_(cut) {}

  Result<void> Run() {
    IURAN_TRY(CutPages());
    IURAN_TRY(CutIndex(Family::kStreams));
    IURAN_TRY(CutIndex(Family::kKeys));
    for (int level = 1; level < kTileLevels; ++level) {
      const std::string end(1, static_cast<char>(level + 1));
      const std::string begin =
          Key(std::string(1, static_cast<char>(level)), cut_.size >> (kTileHeight * level));
      IURAN_TRY(RemoveFrom(Family::kTree, begin, end));
    }
    IURAN_TRY(RemoveFrom(Family::kCheckpoints, Key("", cut_.size + 1), kEnd));
    IURAN_TRY(CutRows(Table::kBook));
    IURAN_TRY(CutRows(Table::kVault));
    for (const RowChange& row : cut_.rows) {
      IURAN_TRY(Put(FamilyOf(row.table), row.key, row.value));
    }
    IURAN_TRY(Write());
    for (size_t family = 0; family < kFamilies; ++family) {
      IURAN_TRY(store_.Purge(static_cast<Family>(family)));
    }
    return {};
  }

 private:
  inline static const std::string kEnd = std::string(9, '\xff');  // behind every position

  static std::string Key(std::string prefix, uint64_t number) {
    AppendBigEndian(prefix, number);
    return prefix;
  }

  // The page in which the cut falls is written again without what stands behind it.
  Result<void> CutPages() {
    const auto page = NewIterator(Family::kRecords);
    page->SeekForPrev(Key("", cut_.size));
    if (page->Valid() && page->key().size() == sizeof(uint64_t)) {
      const auto first = ReadBigEndian<uint64_t>(page->key().ToStringView());
      PageReader reader;
      if (const auto fault = reader.Load(page->value().ToStringView())) {
        return tl::unexpected(Damaged(store_.folder(), "A page of its records cannot be read."));
      }
      if (first < cut_.size && cut_.size - first < reader.count()) {
        std::vector<std::string_view> records;
        for (size_t i = 0; i < cut_.size - first; ++i) {
          const auto bytes = reader.record(i);
          records.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        }
        PageWriter writer;
        IURAN_TRY(Put(Family::kRecords, Key("", first), std::string(writer.Write(records))));
      }
    }
    IURAN_TRY(CheckRead(*page));
    return RemoveFrom(Family::kRecords, Key("", cut_.size), kEnd);
  }

  // Rows of streams and keys begin with a position.
  Result<void> CutIndex(Family family) {
    const auto row = NewIterator(family);
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      std::string_view value = row->value().ToStringView();
      const std::optional<uint64_t> position = TakeVarint(value);
      if (!position) return tl::unexpected(Damaged(store_.folder(), "An index row is damaged."));
      if (*position >= cut_.size) IURAN_TRY(Put(family, row->key().ToString(), std::nullopt));
    }
    return CheckRead(*row);
  }

  Result<void> CutRows(Table table) {
    const auto row = NewIterator(FamilyOf(table));
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      std::optional<std::string> kept =
          cut_.row(table, row->key().ToStringView(), row->value().ToStringView());
      if (kept && *kept == row->value().ToStringView()) continue;
      IURAN_TRY(Put(FamilyOf(table), row->key().ToString(), kept));
    }
    return CheckRead(*row);
  }

  std::unique_ptr<rocksdb::Iterator> NewIterator(Family family) const {
    return std::unique_ptr<rocksdb::Iterator>(store_.db().NewIterator({}, store_.handle(family)));
  }
  Result<void> CheckRead(const rocksdb::Iterator& iterator) const {
    return Checked(iterator.status());
  }
  Result<void> Checked(const rocksdb::Status& status) const {
    if (status.ok()) return {};
    return tl::unexpected(ErrorOf(status, store_.folder(), "made shorter"));
  }

  Result<void> RemoveFrom(Family family, const std::string& begin, const std::string& end) {
    IURAN_CHECK(family != Family::kStreams && family != Family::kKeys,
                "no range is deleted where places are looked for from the row before (store.cc)");
    return Checked(batch_.DeleteRange(store_.handle(family), begin, end));
  }
  Result<void> Put(Family family, const std::string& key, const std::optional<std::string>& value) {
    rocksdb::ColumnFamilyHandle* const table = store_.handle(family);
    IURAN_TRY(Checked(value ? batch_.Put(table, key, *value) : batch_.Delete(table, key)));
    return batch_.GetDataSize() < kBatchBytes ? Result<void>{} : Write();
  }
  Result<void> Write() {
    IURAN_TRY(Checked(store_.db().Write({}, &batch_)));
    batch_.Clear();
    return {};
  }

  Store& store_;
  const Cut& cut_;
  rocksdb::WriteBatch batch_;
};

}  // namespace

Result<void> CutLog(const std::filesystem::path& folder, const Cut& cut) {
  IURAN_ASSIGN(const auto store, Store::Open(*rocksdb::Env::Default(), folder, Access::kWrite));
  return Cutter(*store, cut).Run();
}

}  // namespace iuran::log
