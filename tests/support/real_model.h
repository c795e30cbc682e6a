// The real rules, fold and views behind the same door as the naive model, in memory: rows go
// through the program's own row reader, Decide, the codec, the fold and the views. Only the log and
// the stores are left out; tests/property/program_test.cc takes those in.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/rules/scheme.h"
#include "ledger/rules/timeline.h"
#include "projections/accounts.h"
#include "projections/diff.h"
#include "tests/support/map_book.h"
#include "tests/support/memory_log.h"
#include "tests/support/naive_rows.h"
#include "tests/support/naive_tariff.h"
#include "tests/support/naive_verdicts.h"

namespace iuran::tests {

class RealModel {
 public:
  RealModel();

  // Enacts the shipped document of one scheme with the numbers of the tariff in it.
  void Enact(const naive::Enactment& enactment);
  naive::Verdict Take(const naive::Row& row);

  // Report lines without the header, as CSV, sorted by member. Coverage without the reason.
  std::vector<std::string> Balances(std::string_view as_of, Position known_at) const;
  std::vector<std::string> Arrears(std::string_view as_of, Position known_at) const;
  std::vector<std::string> Coverage(std::string_view on, std::string_view as_of,
                                    Position known_at) const;
  // As the naive model has them (real_reports.cc).
  std::vector<std::string> Participation(std::string_view by, std::string_view as_of,
                                         Position known_at) const;
  std::vector<std::string> Collect(std::string_view as_of, Position known_at) const;
  // The trial balance in sen by account, named as in naive_books.h, without those that are zero;
  // and the lines of its funds (real_books.cc).
  std::map<std::string, int64_t> Books(std::string_view as_of, Position known_at) const;
  std::vector<std::string> Funds(std::string_view as_of, Position known_at) const;
  std::vector<projections::DiffRow> Diff(std::string_view as_of, Position earlier,
                                         Position later) const;

  const std::map<MemberId, rules::Timeline>& timelines() const { return timelines_; }
  const rules::SchemeBook& schemes() const { return schemes_; }
  const MapBook& book() const { return book_; }
  const MemoryLog& log() const { return log_; }

 private:
  naive::Verdict Submit(const rules::Command& command);
  projections::Question Ask(std::string_view as_of, Position known_at) const;

  void Record(const rules::Accepted& accepted);

  MapBook book_;
  uint64_t next_position_;
  MemoryLog log_;
  rules::SchemeBook schemes_;
  projections::Groups groups_;
  std::map<MemberId, rules::Timeline> timelines_;
  std::map<std::string, std::vector<uint64_t>> streams_;
};

}  // namespace iuran::tests
