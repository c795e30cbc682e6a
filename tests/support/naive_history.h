// Random histories for the naive model and the real program: rows in log order and questions.
//
// The same seed and size give the same history on every platform. The histories are nasty on
// purpose: tier edges, due days and grace ends, lapses, exits, reversals, corrections, proposals,
// repeated, conflicting and bad rows. A failing one can be shrunk and written as the CSV files of
// rulebook section 1, to be replayed through the program.

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/naive_rows.h"
#include "tests/support/naive_tariff.h"

namespace iuran::naive {

struct Size {
  int groups = 5;
  int members = 40;
  int months = 36;      // from the first month to the last one that something is planned for
  int payments = 8;     // of one member, on average
  int batches = 4;      // folders taken one after the other
  int noise = 7;        // of a hundred rows, how many are repeated, in conflict or bad
  int pu_percent = 40;  // of members
  int queries = 12;
  // Corrections, refunds, waivers, returns and what two people do about them, behind each folder;
  // and of a hundred requests that need two people, how many name no approver.
  int desk = 0;
  int proposals = 30;
  bool tariffs = false;  // whether changed documents are enacted among the rows
};

enum class Report { kBalances, kArrears, kCoverage };

// A question. The known-at position is the one that the log has after the first `known_rows` rows
// (Model::PositionAfter), so that it stays sound when rows are dropped.
struct Query {
  Report report = Report::kBalances;
  std::string on;  // of coverage only
  std::string as_of;
  std::size_t known_rows = 0;
};

struct History {
  std::uint64_t seed = 0;
  std::vector<Row> rows;
  std::vector<Enactment> enactments;  // in order of their rows
  std::vector<Query> queries;
};

History Make(std::uint64_t seed, const Size& size = {});

// The history without `count` rows from `first` on.
History Without(const History& history, std::size_t first, std::size_t count = 1);

// The smallest history found, by dropping rows, enactments and questions, for which `fails` still
// holds.
History Shrink(History history, const std::function<bool(const History&)>& fails);

// Who signs what needs two people, and what is a command rather than a row of a file.
std::optional<Signing> SigningOf(const Row& row);
bool IsCommand(const Row& row);

// Where the folders begin: a folder ends before a row whose file comes earlier in folder order, and
// before a row that others sign than the rows before it. The commands of a folder come last.
std::vector<std::vector<Row>> Folders(const std::vector<Row>& rows);

// The CSV text of a row and of the header of its file; FileName is `groups.csv` and so on.
std::string FileName(const Row& row);
std::string CsvHeader(const Row& row);
std::string CsvLine(const Row& row);

// Writes `folder`/01, 02, ... with the CSV files of the rows, to be taken in that order, and
// `folder`/queries.csv with the questions. Commands are no files, and are left out.
void Write(const History& history, const std::filesystem::path& folder);

}  // namespace iuran::naive
