// Checking a log's tables of streams and keys.
#include "ledger/log/row_hash.h"
#include "tests/unit/log/verify_fixture.h"

namespace iuran::log {
namespace {

TEST_F(VerifyTest, NamesRowsOfStreams) {
  Put("streams", StreamKey("s1", 7), Leads(25));
  EXPECT_THAT(Verify(), Contains(HasSubstr("leads version 7 of stream s1 to position 25; the "
                                           "record there says otherwise")));
  Put("streams", StreamKey("s1", 7), Leads(5000));
  EXPECT_THAT(Verify(), Contains(HasSubstr("to position 5000, behind the end")));
  Put("streams", StreamKey("s1", 7), "");
  EXPECT_THAT(Verify(), Contains(HasSubstr("A row of the index of streams cannot be read")));
  Put("streams", StreamKey("s1", 7), std::nullopt);
  EXPECT_THAT(Verify(), ElementsAre("The index of streams does not lead to the record at position "
                                    "22.",
                                    HasSubstr("has version 8 of stream s1 where version 7 should "
                                              "come")));
  EXPECT_THAT(report_.whole, ElementsAre(PositionRange{0, kSize}));
  Put("streams", StreamKey("s1", 7), Leads(22));
  EXPECT_THAT(Verify(), IsEmpty());
  Put("streams", StreamKey("s2", 441), Leads(3));
  EXPECT_THAT(Verify(), Contains(HasSubstr("leads version 441 of stream s2 to position 3")));
}

TEST_F(VerifyTest, NamesRowsOfKeys) {
  const std::string digest(16, '\0');
  Put("keys", "k40", Leads(41) + digest);
  EXPECT_THAT(
      Verify(),
      ElementsAre(
          "The table of keys does not lead to the record at position 40.",
          "The table of keys leads key k40, with the digest beside it, to position 41; the record "
          "there says otherwise."));
  Put("keys", "k40", Leads(40) + std::string(15, '\0') + '\1');
  EXPECT_THAT(Verify(), Contains(HasSubstr("leads key k40, with the digest beside it, to position "
                                           "40; the record there says otherwise")));
  Put("keys", "k40", Leads(40));
  EXPECT_THAT(Verify(), Contains("The row of key k40 cannot be read."));
  Put("keys", "k40", std::nullopt);
  EXPECT_THAT(Verify(),
              ElementsAre("The table of keys does not lead to the record at position 40."));
  Put("keys", "k40", Leads(40) + digest);
  Put("keys", "other", Leads(40) + digest);
  EXPECT_THAT(Verify(),
              ElementsAre(HasSubstr("leads key other, with the digest beside it, to position 40")));
}

// Of the bytes 00, 01, ... under the key 00 to 0f: the vectors of the Rust library's SipHasher13.
TEST(RowHashTest, IsSipHash13) {
  const RowHash hash(0x0706050403020100, 0x0f0e0d0c0b0a0908);
  std::string bytes;
  const uint64_t expected[] = {0xabac0158050fc4dc, 0xc9f49bf37d57ca93, 0x82cb9b024dc7d44d,
                               0x8bf80ab8e7ddf7fb, 0xcf75576088d38328, 0xdef9d52f49533b67,
                               0xc50d2b50c59f22a7, 0xd3927d989bb11140, 0x369095118d299a8e};
  for (const uint64_t value : expected) {
    EXPECT_EQ(hash(bytes), value) << bytes.size();
    bytes.push_back(static_cast<char>(bytes.size()));
  }
  EXPECT_NE(RowHash()("row"), RowHash()("row")) << "each has a key of its own";
}

}  // namespace
}  // namespace iuran::log
