// The list of a backup's files is read as it is printed, and in no other form.
#include "ledger/backup_manifest.h"

#include <gtest/gtest.h>

namespace iuran::ledger {
namespace {

TEST(BackupManifest, IsReadAsPrintedAndInNoOtherForm) {
  BackupManifest manifest;
  manifest.number = 7;
  manifest.head = {12, log::EmptyRoot()};
  manifest.files = {{"000009.sst", "000009.sst", 4096, log::EmptyRoot()}};
  const std::string text = Print(manifest);
  const auto read = ParseManifest(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->files, manifest.files);
  EXPECT_EQ(Print(*read), text);

  // Found by fuzzing: a number that is no whole one of 64 bits (undefined behaviour).
  for (const std::string number : {"6.64032e+20", "-7", "7.0", "7e0", "18446744073709551616"}) {
    for (const std::string field : {"\"number\": 7", "\"events\": 12", "\"bytes\": 4096"}) {
      std::string changed = text;
      ASSERT_NE(changed.find(field), std::string::npos);
      changed.replace(changed.find(field), field.size(),
                      field.substr(0, field.find(' ') + 1) + number);
      const auto refused = ParseManifest(changed);
      ASSERT_FALSE(refused) << changed;
      EXPECT_EQ(refused.error().code, ErrorCode::kLedgerDamaged);
    }
  }
}

}  // namespace
}  // namespace iuran::ledger
