// The naive model: a second program for the reports of iuran, written from the rulebook alone.
//
// It takes the rows of a history in log order and prints, for any pair of as-of day and log
// position, the lines that the reports must print. Where it and the real program differ, one of
// them is wrong. Rulebook sections 1 to 7.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/naive_rows.h"
#include "tests/support/naive_verdicts.h"

namespace iuran::naive {

// The columns of the lines below.
inline constexpr std::string_view kBalancesHeader =
    "member,scheme,group,assessed,paid,settled,credit,arrears,months_overdue,oldest_overdue,"
    "paid_through,penalty";
inline constexpr std::string_view kArrearsHeader =
    "member,group,months_overdue,arrears,d1_30,d31_60,d61_90,d91,penalty";
inline constexpr std::string_view kCoverageHeader = "member,program,state,since,until";

class Model {
 public:
  explicit Model(Rules rules = {});
  explicit Model(const std::vector<Row>& rows, Rules rules = {});  // takes them all

  // Enacts a changed document behind the rows taken so far; known with the last of them.
  void Enact(const Tariff& tariff);

  // The verdict on the next row in log order.
  Verdict Take(const Row& row);

  // One verdict for each row taken so far.
  const std::vector<Verdict>& Verdicts() const { return verdicts_; }

  // The last position of the log after the first `rows` rows were taken (0 = none yet).
  std::int64_t PositionAfter(std::size_t rows) const { return positions_.at(rows); }
  std::int64_t LastPosition() const { return positions_.back(); }

  // Report lines without the header, sorted by member bytewise. Days are YYYY-MM-DD; a text that
  // is no day throws std::invalid_argument.
  std::vector<std::string> Balances(std::string_view as_of, std::int64_t known_at) const;
  std::vector<std::string> Arrears(std::string_view as_of, std::int64_t known_at) const;
  std::vector<std::string> Coverage(std::string_view on, std::string_view as_of,
                                    std::int64_t known_at) const;
  // `by` is region, group or program; sorted by it: the part, enrolled, active, grace, paid.
  std::vector<std::string> Participation(std::string_view by, std::string_view as_of,
                                         std::int64_t known_at) const;
  // Of all groups, the oldest month first: member, group, cover, grace end, owed from, months,
  // overdue, to pay, penalty. Throws std::logic_error where what is to be paid is not the least
  // that settles what is owed.
  std::vector<std::string> Collect(std::string_view as_of, std::int64_t known_at) const;

  // What a diff compares of a member: the group, the figures of balances and the state of cover on
  // the day; none of them for a member who is not known yet.
  std::vector<std::string> Standing(const std::string& member, std::string_view as_of,
                                    std::int64_t known_at) const;
  std::vector<std::string> MembersKnownAt(std::int64_t known_at) const;

 private:
  Log log_;
  std::vector<Verdict> verdicts_;
  std::vector<std::int64_t> positions_;
};

}  // namespace iuran::naive
