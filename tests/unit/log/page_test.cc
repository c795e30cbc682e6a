// Pages: what is written is read again, and no bytes whatever make the reader go out of bounds.
#include "ledger/log/page.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace iuran::log {
namespace {

std::vector<std::string_view> Views(const std::vector<std::string>& records) {
  return {records.begin(), records.end()};
}

void ExpectRoundTrip(const std::vector<std::string>& records) {
  PageWriter writer;
  PageReader reader;
  const std::string_view value = writer.Write(Views(records));
  ASSERT_EQ(CountOfPage(value), records.size());
  ASSERT_EQ(reader.Load(value), std::nullopt);
  ASSERT_EQ(reader.count(), records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    const std::span<const std::byte> bytes = reader.record(i);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()), records[i]);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(bytes.data()) % 8, 0u);
  }
}

TEST(Page, GivesBackItsRecordsEachAlignedToEightBytes) {
  std::mt19937_64 random(1);
  ExpectRoundTrip({"x"});
  ExpectRoundTrip({std::string(kMaxRecordBytes, 'x')});
  ExpectRoundTrip({"1234567", "12345678", "123456789", std::string(1, '\0')});
  std::vector<std::string> many;
  for (size_t i = 0; i < kMaxRecordsInPage; ++i) {
    many.emplace_back(1 + random() % 300, static_cast<char>(random()));
  }
  ExpectRoundTrip(many);
}

TEST(Page, IsPackedWhereThatPays) {
  std::string noise(4096, '\0');
  std::mt19937_64 random(2);
  for (char& byte : noise) byte = static_cast<char>(random());
  PageWriter writer;
  EXPECT_LT(writer.Write(Views({std::string(4096, '\0')})).size(), 100u);
  EXPECT_EQ(writer.Write(Views({noise})).size(), 8 + 8 + noise.size());
  ExpectRoundTrip({noise});
}

TEST(Page, TakesAtMost256RecordsAndAboutOneMebibyte) {
  EXPECT_EQ(RecordsOfNextPage(Views(std::vector<std::string>(1000, "small"))), 256u);
  EXPECT_EQ(RecordsOfNextPage(Views(std::vector<std::string>(3, "rest"))), 3u);
  EXPECT_EQ(RecordsOfNextPage(Views(std::vector<std::string>(40, std::string(60'000, 'b')))), 17u);
  ExpectRoundTrip(std::vector<std::string>(17, std::string(60'000, 'b')));
}

// A damaged page is refused or gives records within its bytes; the sanitizers watch.
TEST(Page, ReadsNothingBeyondItsBytesHoweverTheyAreChanged) {
  std::mt19937_64 random(3);
  PageReader reader;
  size_t refused = 0;
  for (const bool packed : {false, true}) {
    std::vector<std::string> records;
    for (size_t i = 0; i < 5; ++i) {
      records.emplace_back(10 + i, 'p');
      for (char& byte : records.back()) byte = packed ? 'p' : static_cast<char>(random());
    }
    PageWriter writer;
    const std::string good(writer.Write(Views(records)));
    for (size_t at = 0; at < good.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
        if (reader.Load(bad)) {
          ++refused;
          EXPECT_EQ(reader.count(), 0u);
        }
        size_t sum = 0;  // reads every byte shown
        for (size_t i = 0; i < reader.count(); ++i) {
          for (const std::byte byte : reader.record(i)) sum += static_cast<size_t>(byte);
        }
        EXPECT_LE(sum, 1000u * 255u);
      }
      EXPECT_NE(reader.Load(good.substr(0, at)), std::nullopt) << "cut at " << at;
    }
    EXPECT_NE(reader.Load(good + "x"), std::nullopt);
  }
  EXPECT_GT(refused, 200u);
}

// Found by fuzzing: without a body there is no buffer to copy into (undefined behaviour).
TEST(Page, IsRefusedWithoutABody) {
  PageReader reader;
  for (const char compression : {'\0', '\1'}) {
    const std::string header = {1, compression, 1, 0, 0, 0, 0, 0};
    EXPECT_EQ(reader.Load(header), "it is shorter than its table of records");
    EXPECT_EQ(reader.count(), 0u);
  }
}

}  // namespace
}  // namespace iuran::log
