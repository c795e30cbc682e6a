// The vault: what is sealed opens again unaltered for its own member and master key, and for nobody
// and nothing else.
#include "ledger/vault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/scratch_folder.h"

namespace iuran {
namespace {

using events::Digest;
using events::MemberId;
using ledger::Vault;
using rules::PersonalData;
using testing::HasSubstr;

const PersonalData kMaria = {"Maria Bunga Tokan", "5308014107900001", "1990-07-01",
                             "+62 812-3456-7890"};

class VaultTest : public testing::Test {
 protected:
  VaultTest() {
    EXPECT_TRUE(Vault::CreateMasterKey(folder_ / "one"));
    EXPECT_TRUE(Vault::CreateMasterKey(folder_ / "two"));
  }

  static std::string ReadAll(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  tests::ScratchFolder folder_;
};

TEST_F(VaultTest, OpensWhatItSealedAndNothingAltered) {
  const Vault vault = *Vault::Open(folder_ / "one");
  const MemberId maria("M-1");
  const Vault::Sealed sealed = *vault.Seal(maria, kMaria);
  for (const std::string& clear :
       {kMaria.name, kMaria.nik, kMaria.birth_date, kMaria.phone, std::string("Bunga")}) {
    EXPECT_THAT(sealed.row, Not(HasSubstr(clear)));
  }
  EXPECT_EQ(*vault.Open(maria, sealed.row), kMaria);
  EXPECT_EQ(*vault.Open(maria, sealed.row, sealed.commitment), kMaria);

  for (size_t i = 0; i < sealed.row.size(); ++i) {
    std::string altered = sealed.row;
    altered[i] = static_cast<char>(altered[i] ^ (1 << (i % 8)));
    const auto opened = vault.Open(maria, altered);
    ASSERT_FALSE(opened) << "byte " << i << " of the row may be altered unseen";
    EXPECT_EQ(opened.error().code, ErrorCode::kLedgerDamaged);
    ASSERT_FALSE(vault.Open(maria, sealed.row.substr(0, i))) << "a row cut at " << i << " opens";
  }
  EXPECT_FALSE(vault.Open(maria, sealed.row + '\0'));

  const auto swapped = vault.Open(MemberId("M-2"), sealed.row);
  ASSERT_FALSE(swapped) << "the row of one member opens for another";
  EXPECT_THAT(swapped.error().message, HasSubstr("M-2"));
}

TEST_F(VaultTest, CommitsToTheDataAndSaltsIt) {
  const Vault vault = *Vault::Open(folder_ / "one");
  const MemberId maria("M-1");
  const Vault::Sealed first = *vault.Seal(maria, kMaria);
  const Vault::Sealed second = *vault.Seal(maria, kMaria);
  EXPECT_NE(first.row, second.row);
  EXPECT_NE(first.commitment, second.commitment) << "equal people must not be recognisable";
  const auto other = vault.Open(maria, second.row, first.commitment);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kLedgerDamaged);
  EXPECT_THAT(other.error().message, Not(HasSubstr("Maria")));
  const PersonalData little = {"", "", "", "1"};
  EXPECT_EQ(*vault.Open(maria, vault.Seal(maria, little)->row), little);
}

TEST_F(VaultTest, AnotherMasterKeyOpensNothing) {
  const Vault one = *Vault::Open(folder_ / "one");
  const Vault two = *Vault::Open(folder_ / "two");
  const MemberId maria("M-1");
  EXPECT_FALSE(two.Open(maria, one.Seal(maria, kMaria)->row));
  EXPECT_NE(one.CheckValue(), two.CheckValue());
  EXPECT_EQ(one.CheckValue(), Vault::Open(folder_ / "one")->CheckValue());
  EXPECT_NE(one.NikKey(kMaria.nik), two.NikKey(kMaria.nik));
  EXPECT_EQ(one.NikKey(kMaria.nik), one.NikKey(kMaria.nik));
  EXPECT_NE(one.NikKey(kMaria.nik), one.NikKey("5308014107900002"));
  EXPECT_THAT(one.NikKey(kMaria.nik), Not(HasSubstr("5308")));
}

TEST_F(VaultTest, TheKeyFileIsOneLineForItsOwnerAlone) {
  struct stat status = {};
  ASSERT_EQ(::stat((folder_ / "one").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const std::string line = ReadAll(folder_ / "one");
  EXPECT_THAT(line, testing::MatchesRegex("iuran-master-key-1 [0-9a-f]{64}\n"));
  EXPECT_NE(line, ReadAll(folder_ / "two"));

  const auto again = Vault::CreateMasterKey(folder_ / "one");
  ASSERT_FALSE(again) << "a key that is there was written over";
  EXPECT_EQ(ReadAll(folder_ / "one"), line);

  const auto missing = Vault::Open(folder_ / "three");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kKeyMissing);
  for (const std::string& bad : {std::string(), line.substr(0, 60), line + "x",
                                 "x" + line.substr(1), line.substr(0, line.size() - 2) + "G\n"}) {
    std::ofstream(folder_ / "bad", std::ios::trunc) << bad;
    const auto opened = Vault::Open(folder_ / "bad");
    ASSERT_FALSE(opened) << bad;
    EXPECT_EQ(opened.error().code, ErrorCode::kKeyMissing);
    EXPECT_THAT(opened.error().message, HasSubstr("no master key file"));
  }
  std::ofstream(folder_ / "bare", std::ios::trunc) << line.substr(0, line.size() - 1);
  EXPECT_TRUE(Vault::Open(folder_ / "bare")) << "an editor may have dropped the line feed";
}

TEST(NikOwners, AreMembersInOrderOfEnrolment) {
  using namespace ledger;
  const MemberId a("A 1"), b("B"), c("C");
  const std::string one = AddNikOwner("", a);
  EXPECT_EQ(OtherNikOwner(one, a), std::nullopt);
  EXPECT_EQ(OtherNikOwner(one, b), a);
  const std::string three = AddNikOwner(AddNikOwner(one, b), c);
  EXPECT_EQ(OtherNikOwner(three, a), b);
  EXPECT_EQ(RemoveNikOwner(three, b), AddNikOwner(one, c));
  EXPECT_EQ(RemoveNikOwner(one, a), "");
  EXPECT_EQ(OtherNikOwner("", a), std::nullopt);
}

// "0000000000000000" for every member whose NIK is not known must not make a row of them all.
TEST(NikOwners, AreTheFirstFewHoweverManyShareTheNik) {
  using namespace ledger;
  std::string row;
  for (int i = 0; i < 1000; ++i) row = AddNikOwner(row, MemberId("M" + std::to_string(i)));
  EXPECT_EQ(row, "M0\nM1\nM2\nM3\nM4\nM5\nM6\nM7");
  EXPECT_EQ(OtherNikOwner(row, MemberId("M999")), MemberId("M0"));
  EXPECT_EQ(RemoveNikOwner(row, MemberId("M999")), row);
  EXPECT_EQ(AddNikOwner(RemoveNikOwner(row, MemberId("M0")), MemberId("N")),
            "M1\nM2\nM3\nM4\nM5\nM6\nM7\nN");
}

}  // namespace
}  // namespace iuran
