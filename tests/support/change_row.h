// Changes a row of a database behind the program's back, as it stands in ledger/log/FORMAT.md.
#pragma once

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace iuran::tests {

// `change` is given the value of the row, or nothing where there is none, and returns the new one,
// or nothing where the row is to go.
inline void ChangeRow(
    const std::filesystem::path& folder, const std::string& table, const std::string& key,
    const std::function<std::optional<std::string>(std::optional<std::string>)>& change) {
  std::vector<std::string> names;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, folder, &names).ok());
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.push_back({name, {}});
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open({}, folder, families, &handles, &db).ok());
  for (rocksdb::ColumnFamilyHandle* const handle : handles) {
    if (handle->GetName() == table) {
      std::string value;
      const rocksdb::Status found = db->Get({}, handle, key, &value);
      const std::optional<std::string> changed =
          change(found.ok() ? std::optional(value) : std::nullopt);
      EXPECT_TRUE(
          (changed ? db->Put({}, handle, key, *changed) : db->Delete({}, handle, key)).ok());
    }
    db->DestroyColumnFamilyHandle(handle);
  }
  delete db;
}

}  // namespace iuran::tests
