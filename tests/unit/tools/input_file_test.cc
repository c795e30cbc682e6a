// Input files of rulebook 1: what each row asks for, and the message for whatever is wrong.
#include "tools/input_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tools/temporary_folder.h"
#include "tools/input_text.h"

namespace iuran::tools {
namespace {

using namespace events;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kMembersHeader =
    "member,scheme,group,region,from,income,sector,payer,programs,name,nik,birth_date,phone\n";

std::vector<RowResult> ReadAll(const std::filesystem::path& path) {
  std::vector<RowResult> rows;
  auto file = InputFile::Open(path);
  EXPECT_TRUE(file) << file.error().message;
  while (file && *file->Next()) rows.push_back(file->Read());
  return rows;
}

template <typename Request>
Request As(const RowResult& row) {
  EXPECT_TRUE(row) << row.error().column << ": " << row.error().message;
  return row ? std::get<Request>(*row) : Request();
}

TEST(InputFile, ReadsGroupsMembersAndChanges) {
  TemporaryFolder folder;
  const auto groups =
      ReadAll(folder.Write("groups.csv",
                           "\xEF\xBB\xBFrisk,group,kind,name,region\r\n,G-1,cooperative,\"Kopdit, "
                           "\"\"Maju\"\"\",Kupang\r\n3,G-2,employer,PT Laut,Ende\r\n"));
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(As<rules::RegisterGroup>(groups[0]).name, "Kopdit, \"Maju\"");
  EXPECT_EQ(As<rules::RegisterGroup>(groups[0]).risk, std::nullopt);
  EXPECT_EQ(As<rules::RegisterGroup>(groups[1]).kind, GroupKind::kEmployer);
  EXPECT_EQ(As<rules::RegisterGroup>(groups[1]).risk, 3);

  const auto members = ReadAll(folder.Write(
      "members.csv", std::string(kMembersHeader) +
                         "M-1,bpu,,Kupang,2023-12,1000000,,,JKM+JKK,Maria,5301012345670001,"
                         "1990-02-28,0812\nM-2,bpu,G-1,Ende,2024-01,1500000.50,transport,state,"
                         "JKK+JKM+JHT,,,,\n"));
  ASSERT_EQ(members.size(), 2u);
  const auto first = As<rules::EnrolMember>(members[0]);
  EXPECT_EQ(first.member, MemberId("M-1"));
  EXPECT_EQ(first.from, Month::Of(2023, 12));
  EXPECT_TRUE(first.attributes.group.empty());
  EXPECT_EQ(first.attributes.sector, Sector::kOther);
  EXPECT_EQ(first.attributes.payer, Payer::kSelf);
  EXPECT_EQ(ToString(first.attributes.programs), "JKK+JKM");
  EXPECT_EQ(first.personal_data,
            (rules::PersonalData{"Maria", "5301012345670001", "1990-02-28", "0812"}));
  const auto second = As<rules::EnrolMember>(members[1]);
  EXPECT_EQ(second.attributes.income, Money::FromSen(150000050));
  EXPECT_EQ(second.attributes.sector, Sector::kTransport);
  EXPECT_EQ(second.attributes.payer, Payer::kState);
  EXPECT_TRUE(second.personal_data.empty());

  const auto changes = ReadAll(folder.Write(
      "changes.csv",
      "member,what,from,value\nM-1,income,2025-01,1200000\nM-1,programs,2025-01,JKK+JKM+JHT\n"
      "M-1,sector,2025-01,transport\nM-1,payer,2025-01,state\nM-1,group,2025-01,\n"
      "M-1,region,2025-01,Ende\nM-1,exit,,2025-06-30\nM-1,exit,,\n"));
  ASSERT_EQ(changes.size(), 8u);
  const std::vector<std::string> values = {"1200000", "JKK+JKM+JHT", "transport", "state",
                                           "",        "Ende"};
  for (size_t i = 0; i < values.size(); ++i) {
    const auto change = As<rules::ChangeAttribute>(changes[i]);
    EXPECT_EQ(change.attribute, static_cast<Attribute>(i));
    EXPECT_EQ(change.value.index(), i);
    EXPECT_EQ(ToString(change.value), values[i]);
  }
  EXPECT_EQ(As<rules::ChangeExit>(changes[6]).last_day, Day::Of(2025, 6, 30));
  EXPECT_EQ(As<rules::ChangeExit>(changes[7]).last_day, std::nullopt);
}

TEST(InputFile, ReadsRemittancesPaymentsAndReversals) {
  TemporaryFolder folder;
  const auto remittances =
      ReadAll(folder.Write("remittances.csv",
                           "remittance,received_on,account,amount,payer,channel,bank_reference\n"
                           "R-1,2025-01-10,bank-ntt,504000,G-1,transfer,ref 1\n"));
  ASSERT_EQ(remittances.size(), 1u);
  EXPECT_EQ(As<rules::ReceiveRemittance>(remittances[0]).payer, "G-1");
  EXPECT_EQ(As<rules::ReceiveRemittance>(remittances[0]).bank_reference, "ref 1");

  const auto payments = ReadAll(
      folder.Write("payments.csv", "payment,paid_on,member,amount\nP-1,2023-12-05,M-1,201000\n"));
  ASSERT_EQ(payments.size(), 1u);
  const auto payment = As<rules::ReceivePayment>(payments[0]);
  EXPECT_EQ(payment.amount, Money::FromRupiah(201000));
  EXPECT_EQ(payment.purpose, Purpose::kContribution);
  EXPECT_TRUE(payment.remittance.empty());

  const auto reversals = ReadAll(folder.Write(
      "reversals.csv", "payment,reversed_on,reason\nP-1,2024-01-02,\"wrong, member\"\n"));
  ASSERT_EQ(reversals.size(), 1u);
  EXPECT_EQ(As<rules::ReversePayment>(reversals[0]).reason, "wrong, member");
}

TEST(InputFile, TellsTheKindByNameElseByHeader) {
  TemporaryFolder folder;
  const auto named =
      InputFile::Open(folder.Write("bank/november.csv", "amount,payment,member,channel,paid_on\n"));
  ASSERT_TRUE(named) << named.error().message;
  EXPECT_EQ(named->kind(), InputKind::kPayments);
  for (InputKind kind : kInputKinds) {
    std::string header;
    for (const InputColumn& column : ColumnsOf(kind)) {
      if (column.required) header += (header.empty() ? "" : ",") + std::string(column.name);
    }
    const auto file = InputFile::Open(folder.Write("any.csv", header + "\n"));
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->kind(), kind);
  }
}

struct BadFile {
  const char* name;
  std::string text;
  std::vector<std::string> says;
};

TEST(InputFile, EachWrongHeaderHasItsMessage) {
  TemporaryFolder folder;
  const std::string good = "payment,paid_on,member,amount";
  const std::vector<BadFile> files = {
      {"payments.csv", "", {"payments.csv, line 1", "is empty", "payment, paid_on"}},
      {"payments.csv", "\n\n", {"is empty"}},
      {"other.csv", "", {"is empty", "groups.csv, members.csv"}},
      {"payments.csv", "payment,paid_on,member\n", {"line 1", "\"amount\" is missing", "optional"}},
      {"payments.csv",
       good + ",chanel\n",
       {"line 1", "\"chanel\" is not known; is it \"channel\"?"}},
      {"payments.csv",
       "payment,Paid_On,member,amount\n",
       {"\"Paid_On\" must be written \"paid_on\"", "lower case"}},
      {"payments.csv",
       "PAYMENT,PAID ON,MEMBER,AMOUNT\n",
       {"\"PAYMENT\" must be written \"payment\"", "needs the columns payment, paid_on"}},
      {"payments.csv",
       "payment, paid on, member, amount\n",
       {"\" paid on\" must be written \"paid_on\"", "without spaces"}},
      {"unknown.csv",
       "Payment,Reversed On,Reason\n",
       {"\"Payment\" must be written \"payment\"", "reversals.csv needs"}},
      {"payments.csv", good + ",shoe size\n", {"\"shoe size\" is not known. payments.csv needs"}},
      {"payments.csv", good + ",amount\n", {"\"amount\" stands twice"}},
      {"payments.csv", "P-1,2025-01-02,M-1,16800\n", {"is not the header", "payment, paid_on"}},
      {"payments.csv", "payment;paid_on;member;amount\n", {"not separated by commas"}},
      {"payments.csv", "payment\tpaid_on\tmember\tamount\n", {"not separated by commas"}},
      {"payments.csv",
       std::string("PK\x03\x04\x14\0\x06\0\x08\0\xA5\xFE\n", 13),
       {"no CSV text in UTF-8", "CSV UTF-8"}},
      {"payments.csv", std::string("\xFF\xFEp\0a\0", 6), {"no CSV text in UTF-8"}},
      {"payments.csv", std::string(100000, 'x'), {"no CSV text in UTF-8"}},
      {"payments.csv", "payment,\"paid_on\n", {"double quote"}},
      {"letter.csv", "Dear all,\nplease pay.\n", {"not the header of one of the files", "line 1"}},
      {"unknown.csv", "payment,member,amount\n", {"\"paid_on\" is missing", "payments.csv needs"}},
  };
  for (BadFile bad : files) {
    if (bad.text.starts_with("payment,paid_on,member\n")) bad.says.back() = "may have remittance";
    const auto file = InputFile::Open(folder.Write(bad.name, bad.text));
    ASSERT_FALSE(file) << bad.text;
    EXPECT_EQ(ExitCode(file.error().code), 2);
    EXPECT_THAT(file.error().message, HasSubstr(bad.name));
    for (const std::string& part : bad.says) {
      EXPECT_THAT(file.error().message, HasSubstr(part)) << bad.text;
    }
  }
  const auto directory = InputFile::Open(folder.path());
  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error().message, HasSubstr("is a folder"));
}

TEST(InputFile, AFirstRowThatIsDataIsNotShown) {
  TemporaryFolder folder;
  const auto file = InputFile::Open(folder.Write(
      "members.csv", "M-1,bpu,,Kupang,2023-12,1000000,,,JKK+JKM,Maria Tena,5301012345670001,,\n"));
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message, AllOf(HasSubstr("is not the header"), Not(HasSubstr("Maria")),
                                          Not(HasSubstr("5301"))));
}

struct BadRow {
  InputKind kind;
  std::string row;
  std::string code;
  std::string column;
  std::string value;
  std::string says;
};

std::string FullHeader(InputKind kind) {
  std::string header;
  for (const InputColumn& column : ColumnsOf(kind)) {
    header += (header.empty() ? "" : ",") + std::string(column.name);
  }
  return header + "\n";
}

TEST(InputFile, EachWrongRowHasItsColumnValueAndMessage) {
  TemporaryFolder folder;
  const std::string invalid = "invalid_value";
  const std::string malformed = "malformed_row";
  const auto kPayments = InputKind::kPayments;
  const auto kChanges = InputKind::kChanges;
  const std::vector<BadRow> rows = {
      {kPayments, "P-1,2025-01-02,M-1,16800,,,,x", malformed, "", "", "8 values"},
      {kPayments, "P-1,2025-01-02,M-1,16800,,", malformed, "", "", "names 7 columns"},
      {kPayments, "P-1,2025-01-02,M-1,16800,,,\"x", malformed, "channel", "", "never closed"},
      {kPayments, "P-1,2025-01-02,M-1,\"16800\"5,,,", malformed, "amount", "", "closing"},
      {kPayments, "P-1,2025-01-02,M\"1,16800,,,", malformed, "member", "", "inside a value"},
      {kPayments, "P-1,2025-01-02,M-1,16800,,,\xFF", malformed, "channel", "", "not UTF-8"},
      {kPayments, "P-1,2025-01-02,M-1,16800,,," + std::string(70000, 'x'), malformed, "", "",
       "longer than 65536 bytes"},
      {kPayments, ",2025-01-02,M-1,16800,,,", invalid, "payment", "", "identifier"},
      {kPayments, "P-1,2025-02-29,M-1,16800,,,", invalid, "paid_on", "2025-02-29", "YYYY-MM-DD"},
      {kPayments, "P-1,2025-01-02,M\x01,16800,,,", invalid, "member", "\"M\\x01\"", "identifier"},
      {kPayments, "P-1,2025-01-02,M-1,16.800,,,", invalid, "amount", "16.800", "16800"},
      {kPayments, "P-1,2025-01-02,M-1,-5,,,", invalid, "amount", "-5", "more than 0"},
      {kPayments, "P-1,2025-01-02,M-1,16800,,gift,", invalid, "purpose", "gift", "contribution"},
      {kPayments, "P-1,2025-01-02,M-1,16800,,,\"two\nlines\"", invalid, "channel",
       "\"two\\x0Alines\"", "line break"},
      {kChanges, "M-1,exit,2025-01,2025-01-31,", invalid, "from", "2025-01", "exit"},
      {kChanges, "M-1,exit,,soon,", invalid, "value", "soon", "YYYY-MM-DD"},
      {kChanges, "M-1,wage,2025-01,5,", invalid, "what", "wage", "income, programs, sector"},
      {kChanges, "M-1,income,,1000000,", invalid, "from", "", "YYYY-MM"},
      {kChanges, "M-1,sector,2025-01,,", invalid, "value", "", "transport"},
      {InputKind::kGroups, "G-1,club,x,y,", invalid, "kind", "club", "cooperative"},
      {InputKind::kGroups, "G-1,cooperative,x,y,6", invalid, "risk", "6", "1, 2, 3, 4 or 5"},
      {InputKind::kReversals, "P-1,,oops", invalid, "reversed_on", "", "YYYY-MM-DD"},
      {InputKind::kRemittances, "R-1,2025-01-02,a,1,G,c,b,0,", invalid, "list_count", "0",
       "1 or more"},
      {InputKind::kCorrections, "P-1,amount,5,x", invalid, "what", "amount", "paid_on or member"},
      {InputKind::kCorrections, "P-1,paid_on,soon,x", invalid, "value", "soon", "YYYY-MM-DD"},
      {InputKind::kRefunds, "RF-1,M-1,2025-02-30,5,BRI,x", invalid, "refunded_on", "2025-02-30",
       "YYYY-MM-DD"},
      {InputKind::kPeople, "M-1,Ana,123,,,x", invalid, "nik", "", "16 digits"},
      {InputKind::kRemittances, "R-1,2025-01-02,a,0,G,c,b,,", invalid, "amount", "0",
       "more than 0"},
  };
  for (const BadRow& bad : rows) {
    const auto results = ReadAll(folder.Write("x.csv", FullHeader(bad.kind) + bad.row + "\n"));
    ASSERT_FALSE(results.empty());
    ASSERT_FALSE(results[0]) << bad.row;
    EXPECT_EQ(results[0].error().code, bad.code) << bad.row;
    EXPECT_EQ(results[0].error().column, bad.column) << bad.row;
    EXPECT_EQ(results[0].error().value, bad.value) << bad.row;
    EXPECT_THAT(results[0].error().message, HasSubstr(bad.says));
  }
}

TEST(InputFile, PersonalValuesStandInNoMessage) {
  TemporaryFolder folder;
  const std::string start = "M-1,bpu,,Kupang,2023-12,1000000,,,JKK+JKM,";
  const std::vector<std::pair<std::string, std::string>> rows = {
      {start + "\"Ria\nSECRET\",,,", "name"},
      {start + "Ria,530101234567SECRET,,", "nik"},
      {start + "Ria,53010,,", "nik"},
      {start + "Ria,,31-12-SECRET,", "birth_date"},
      {start + "Ria,,,08\x01SECRET", "phone"},
      {start + "Ria\xFFSECRET,,,", "name"},
      {start + "Ria,SECRET,53010,,,", ""},
      {"M-1,bpu,,Kupang,2023-12,5301012345670001,,,JKK+JKM,Ria,,,", "income"},
      {"M-1,bpu,,Kupang,2023-12,5301012345670001,,,JKK+JKM,,,,", "income"},
      // Columns out of place.
      {"M-1,bpu,,Kupang,SECRET,1000000,,,JKK+JKM,,,2023-12-01,", "from"},
      {"M-1,bpu,,Kupang,2023-12,Ria SECRET,,,JKK+JKM,1000000,,,", "income"},
      {"M-1,bpu,,Kupang,2023-12,1000000,,,0812SECRET,Ria,,,JKK+JKM", "programs"},
      {"Ria \x01SECRET,bpu,,Kupang,2023-12,1000000,,,JKK+JKM,M-1,,,", "member"},
  };
  for (const auto& [row, column] : rows) {
    const auto results =
        ReadAll(folder.Write("members.csv", std::string(kMembersHeader) + row + "\n"));
    ASSERT_FALSE(results.empty());
    ASSERT_FALSE(results[0]) << row;
    const RowError& error = results[0].error();
    EXPECT_EQ(error.column, column);
    EXPECT_EQ(error.value, "");
    EXPECT_THAT(error.message, AllOf(Not(HasSubstr("SECRET")), Not(HasSubstr("5301"))));
  }
}

TEST(InputRows, ReadsARowByColumnNamesAndGivesItsValuesBack) {
  const std::vector<std::pair<std::string_view, std::string_view>> row = {
      {"amount", "16800.00"}, {"member", "M-1"}, {"payment", "P-1"}, {"paid_on", "2025-01-02"}};
  const RowResult request = ReadRow(InputKind::kPayments, row);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(ValueIn(*request, "payment"), "P-1");
  EXPECT_EQ(ValueIn(*request, "amount"), "16800");
  EXPECT_EQ(ValueIn(*request, "purpose"), "contribution");
  EXPECT_EQ(ValueIn(*request, ""), "");

  RowValues values;
  const std::vector<std::string_view> texts = {
      "M-1", "bpu", "",        "Kupang", "2023-12",         "1000000",
      "",    "",    "JKK+JKM", "Maria",  "5301012345670001"};
  std::copy(texts.begin(), texts.end(), values.begin());
  const RowResult member = ReadRow(InputKind::kMembers, values);
  ASSERT_TRUE(member) << member.error().message;
  EXPECT_EQ(ValueIn(*member, "member"), "M-1");
  for (const char* column : {"group", "from", "programs", "name", "nik", "birth_date", "phone"}) {
    EXPECT_EQ(ValueIn(*member, column), "") << "of a row with personal data only the member is";
  }
  values[9] = values[10] = "";
  EXPECT_EQ(ValueIn(*ReadRow(InputKind::kMembers, values), "programs"), "JKK+JKM");
}

}  // namespace
}  // namespace iuran::tools
