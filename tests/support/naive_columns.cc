// Columns of rows, and histories as CSV files. Rulebook section 1.

#include "tests/support/naive_columns.h"

#include <array>
#include <fstream>
#include <stdexcept>

#include "tests/support/naive_history.h"
#include "tests/support/naive_values.h"

namespace iuran::naive {
namespace {

constexpr std::array<std::string_view, 12> kFiles = {
    "groups",    "members", "changes", "remittances", "payments", "corrections",
    "reversals", "refunds", "waivers", "returns",     "approve",  "decline"};
constexpr std::array<std::string_view, 3> kReports = {"balances", "arrears", "coverage"};

std::vector<Column> ColumnsOf(GroupRow& row) {
  return {{"group", &row.group},
          {"kind", &row.kind},
          {"name", &row.name},
          {"region", &row.region},
          {"risk", &row.risk}};
}

std::vector<Column> ColumnsOf(MemberRow& row) {
  return {{"member", &row.member}, {"scheme", &row.scheme}, {"group", &row.group},
          {"region", &row.region}, {"from", &row.from},     {"income", &row.income},
          {"sector", &row.sector}, {"payer", &row.payer},   {"programs", &row.programs}};
}

std::vector<Column> ColumnsOf(ChangeRow& row) {
  return {{"member", &row.member}, {"what", &row.what}, {"from", &row.from}, {"value", &row.value}};
}

std::vector<Column> ColumnsOf(RemittanceRow& row) {
  return {{"remittance", &row.remittance},
          {"received_on", &row.received_on},
          {"account", &row.account},
          {"amount", &row.amount},
          {"payer", &row.payer},
          {"channel", &row.channel},
          {"bank_reference", &row.bank_reference}};
}

std::vector<Column> ColumnsOf(PaymentRow& row) {
  return {{"payment", &row.payment}, {"paid_on", &row.paid_on},       {"member", &row.member},
          {"amount", &row.amount},   {"remittance", &row.remittance}, {"purpose", &row.purpose},
          {"channel", &row.channel}};
}

std::vector<Column> ColumnsOf(CorrectionRow& row) {
  return {{"payment", &row.payment},
          {"what", &row.what},
          {"value", &row.value},
          {"reason", &row.reason}};
}

std::vector<Column> ColumnsOf(ReversalRow& row) {
  return {{"payment", &row.payment}, {"reversed_on", &row.reversed_on}, {"reason", &row.reason}};
}

std::vector<Column> ColumnsOf(RefundRow& row) {
  return {{"refund", &row.refund}, {"member", &row.member},   {"refunded_on", &row.refunded_on},
          {"amount", &row.amount}, {"account", &row.account}, {"reason", &row.reason}};
}

std::vector<Column> ColumnsOf(WaiverRow& row) {
  return {{"waiver", &row.waiver},
          {"member", &row.member},
          {"waived_on", &row.waived_on},
          {"amount", &row.amount},
          {"reason", &row.reason}};
}

std::vector<Column> ColumnsOf(ReturnRow& row) {
  return {
      {"return", &row.id},     {"remittance", &row.remittance}, {"returned_on", &row.returned_on},
      {"amount", &row.amount}, {"account", &row.account},       {"reason", &row.reason}};
}

std::vector<Column> ColumnsOf(ApproveRow& row) {
  return {{"id", &row.id}, {"author", &row.author}};
}

std::vector<Column> ColumnsOf(DeclineRow& row) {
  return {{"id", &row.id}, {"author", &row.author}, {"reason", &row.reason}};
}

void WriteFolder(const std::vector<Row>& rows, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  std::ofstream file;
  std::string open_file;
  for (const Row& row : rows) {
    if (IsCommand(row)) continue;
    if (FileName(row) != open_file) {
      open_file = FileName(row);
      file.close();
      file.open(folder / open_file, std::ios::binary);
      file << CsvHeader(row) << '\n';
    }
    file << CsvLine(row) << '\n';
    if (!file) throw std::runtime_error("cannot write " + (folder / open_file).string());
  }
}

}  // namespace

std::vector<Column> Columns(Row& row) {
  return std::visit([](auto& one) { return ColumnsOf(one); }, row);
}

std::string FileName(const Row& row) { return std::string(kFiles.at(row.index())) + ".csv"; }

std::string CsvHeader(const Row& row) {
  Row copy = row;
  std::string line;
  for (const Column& column : Columns(copy)) {
    line += (line.empty() ? "" : ",") + std::string(column.name);
  }
  return line;
}

std::string CsvLine(const Row& row) {
  Row copy = row;
  std::string line;
  bool first = true;
  for (const Column& column : Columns(copy)) {
    if (!first) line += ',';
    first = false;
    line += Cell(*column.text);
  }
  return line;
}

std::optional<Signing> SigningOf(const Row& row) {
  return std::visit(
      [](const auto& one) -> std::optional<Signing> {
        if constexpr (requires { one.signing; }) return one.signing;
        return std::nullopt;
      },
      row);
}

bool IsCommand(const Row& row) {
  return std::holds_alternative<ApproveRow>(row) || std::holds_alternative<DeclineRow>(row);
}

std::vector<std::vector<Row>> Folders(const std::vector<Row>& rows) {
  std::vector<std::vector<Row>> folders;
  std::optional<Signing> signing;  // of the folder at hand
  for (const Row& row : rows) {
    const std::optional<Signing> own = SigningOf(row);
    const bool others_sign = signing && own && *signing != *own;
    const bool earlier = folders.empty() || row.index() < folders.back().back().index();
    if (earlier || others_sign) {
      folders.emplace_back();
      signing.reset();
    }
    if (own) signing = own;
    folders.back().push_back(row);
  }
  return folders;
}

void Write(const History& history, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  int number = 0;
  for (const std::vector<Row>& rows : Folders(history.rows)) {
    ++number;
    WriteFolder(rows, folder / ((number < 10 ? "0" : "") + std::to_string(number)));
  }
  std::ofstream file(folder / "queries.csv", std::ios::binary);
  file << "report,on,as_of,known_rows\n";
  for (const Query& query : history.queries) {
    file << kReports.at(static_cast<std::size_t>(query.report)) << ',' << query.on << ','
         << query.as_of << ',' << query.known_rows << '\n';
  }
  if (!file) throw std::runtime_error("cannot write " + (folder / "queries.csv").string());
}

}  // namespace iuran::naive
