// The versions of streams kept in memory: right, and never more than two generations of them.
#include "ledger/log/version_cache.h"

#include <gtest/gtest.h>

namespace iuran::log {
namespace {

TEST(VersionCache, CountsWhatABatchTakesOnceItIsRecorded) {
  VersionCache cache(4);
  EXPECT_EQ(cache.Take("s"), std::nullopt);
  cache.Learn("s", 7);
  EXPECT_EQ(cache.Take("s"), 7u);
  EXPECT_EQ(cache.Take("s"), 8u);
  EXPECT_EQ(cache.Find("s"), 7u) << "the batch is not recorded yet";
  cache.Commit();
  EXPECT_EQ(cache.Find("s"), 9u);
  EXPECT_EQ(cache.Take("s"), 9u);
  cache.Abandon();
  EXPECT_EQ(cache.Find("s"), std::nullopt) << "nothing is known of it any more";
}

TEST(VersionCache, HoldsTwoGenerationsHoweverMuchIsAskedFor) {
  VersionCache cache(4);
  for (uint32_t i = 0; i < 1000; ++i) {
    cache.Learn(std::to_string(i), i);
    cache.Age();  // as reading does, without any commit
    EXPECT_LE(cache.size(), 8u);
    EXPECT_EQ(cache.Find(std::to_string(i)), i);
  }
}

}  // namespace
}  // namespace iuran::log
