// The books against a second computation of them, written apart from the same pages (rulebook 8,
// "Entries in the books", domain 1.2), on random histories: every account and every fund, for
// random days and states of knowledge. And what must hold of any books: they sum to zero, the
// accounts of members hold what the figures say, and no payer's money is lost.
//
// 200 histories in the usual run; IURAN_HISTORIES and IURAN_SEED as in rulebook_test.cc.
#include "projections/books.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/support/environment.h"
#include "tests/support/naive_books.h"
#include "tests/support/naive_history.h"
#include "tests/support/real_model.h"
#include "tests/support/report_comparison.h"
#include "tests/support/tariff_document.h"

namespace iuran::tests {
namespace {

std::vector<std::string> Lines(const naive::Balances& balances) {
  std::vector<std::string> lines;
  for (const auto& [account, sen] : balances) {
    lines.push_back(account + " " + Money::FromSen(sen).ToString());
  }
  return lines;
}

bool IsOfMember(const std::string& account) { return account.starts_with("liabilities:members:"); }

// What is wrong with the books themselves, whatever the other side says.
std::string Wrong(const naive::Balances& actual, const naive::Balances& held_for_members) {
  int64_t sum = 0;
  naive::Balances of_members;
  for (const auto& [account, sen] : actual) {
    sum += sen;
    if (IsOfMember(account)) of_members[account] = sen;
  }
  if (sum != 0) return "\n  the books sum to " + std::to_string(sum) + " sen";
  std::string wrong = FirstDifference(Lines(held_for_members), Lines(of_members));
  return wrong.empty() ? "" : "\n  the figures (naive) and the accounts of members (real)" + wrong;
}

// Rows behind the header of a fund report, by their last three amounts.
std::string WrongFunds(std::vector<std::string> expected, const std::vector<std::string>& actual) {
  std::erase_if(expected, [](const std::string& line) {  // of the events, not of the months
    return line.find(",penalties,") != std::string::npos;
  });
  return FirstDifference(expected, actual);
}

std::string Answer(const std::string& as_of, int64_t known_at, const naive::Books& expected,
                   const RealModel& actual) {
  const Position position{static_cast<uint64_t>(known_at)};
  const naive::Balances real = actual.Books(as_of, position);
  std::string wrong = FirstDifference(Lines(expected.TrialBalance(as_of, known_at)), Lines(real));
  if (wrong.empty()) wrong = Wrong(real, expected.HeldForMembers(as_of, known_at));
  if (!wrong.empty()) return "books --as-of " + as_of + wrong;
  wrong = WrongFunds(expected.Funds(as_of, known_at), actual.Funds(as_of, position));
  return wrong.empty() ? "" : "funds --as-of " + as_of + wrong;
}

std::string Compare(const naive::History& history) {
  naive::Books expected;
  RealModel actual;
  std::vector<int64_t> positions = {expected.LastPosition()};
  auto enactment = history.enactments.begin();
  for (size_t number = 0; number <= history.rows.size(); ++number) {
    for (; enactment != history.enactments.end() && enactment->before_row <= number; ++enactment) {
      expected.Enact(enactment->tariff);
      actual.Enact(*enactment);
      positions.back() = expected.LastPosition();
    }
    if (number == history.rows.size()) break;
    const naive::Row& row = history.rows[number];
    if (expected.Take(row) != actual.Take(row)) return "row " + naive::CsvLine(row);
    positions.push_back(expected.LastPosition());
  }
  for (const naive::Query& query : history.queries) {
    const int64_t known_at = positions.at(query.known_rows);
    const std::string wrong = Answer(query.as_of, known_at, expected, actual);
    if (!wrong.empty()) return "--known-at " + std::to_string(known_at) + " " + wrong;
  }
  return "";
}

// Says which seed fails, with the smallest history found that does.
template <typename Fails>
void ExpectOfHistories(uint64_t count, const Fails& fails) {
  const uint64_t first = FromEnvironment("IURAN_SEED", 1);
  for (uint64_t seed = first; seed < first + FromEnvironment("IURAN_HISTORIES", count); ++seed) {
    naive::Size size;
    size.desk = static_cast<int>(seed % 3) * 6;  // of a third nothing is put right
    size.tariffs = seed % 2 == 0;
    const naive::History history = naive::Make(seed, size);
    if (fails(history).empty()) continue;
    const naive::History smallest =
        naive::Shrink(history, [&](const naive::History& h) { return !fails(h).empty(); });
    std::ostringstream rows;
    for (const naive::Row& row : smallest.rows) {
      rows << "\n  " << naive::FileName(row) << ": " << naive::CsvLine(row);
    }
    for (const naive::Enactment& enacted : smallest.enactments) {
      rows << "\n  enacted: " << DocumentOf(enacted);
    }
    FAIL() << "seed " << seed << ": " << fails(smallest) << "\nrows:" << rows.str();
  }
}

TEST(Books, RealAndNaiveAgreeOnRandomHistories) { ExpectOfHistories(200, Compare); }

// A comparison that cannot fail says nothing: books that were kept one payment short differ.
TEST(Books, ADifferenceIsFound) {
  const naive::History history = naive::Make(1);
  RealModel real;
  naive::Books short_of_one;
  bool left_out = false;
  for (const naive::Row& row : history.rows) {
    const bool taken = real.Take(row) == naive::Verdict::kAccepted;
    if (taken && !left_out && std::holds_alternative<naive::PaymentRow>(row)) {
      left_out = true;
    } else {
      short_of_one.Take(row);
    }
  }
  ASSERT_TRUE(left_out);
  const Position last{real.log().size() - 1};
  EXPECT_NE(Lines(short_of_one.TrialBalance("2035-01-01", short_of_one.LastPosition())),
            Lines(real.Books("2035-01-01", last)));
}

// Adds entries up to the last day there is, one event after another.
class Folding {
 public:
  explicit Folding(const RealModel& real)
      : log_(real.log()),
        entries_({[this](Position p) { return Read(p); },
                  [this](const RemittanceId& r) -> Result<Position> {
                    return Position{log_.Stream("remittance/" + r.text(), 0)->front()};
                  }}) {}

  bool Step() {
    if (next_ >= log_.size()) return false;
    const Event event = *Read(Position{next_++});
    const auto entry = entries_.Of(event);
    IURAN_CHECK(entry.has_value(), "every event of a history can be entered");
    if (*entry != nullptr) sums_.Add(**entry);
    return true;
  }
  int64_t position() const { return static_cast<int64_t>(next_) - 1; }
  const projections::AccountSums& sums() const { return sums_; }

 private:
  Result<Event> Read(Position position) const {
    IURAN_ASSIGN(const std::vector<std::byte> record, log_.Read(position.value));
    return Decode(record);
  }

  const MemoryLog& log_;
  uint64_t next_ = 0;
  projections::EventEntries entries_;
  projections::AccountSums sums_;
};

// Of every payer: bank credits = allocated + unallocated + returned, at every position. What stays
// unallocated is what the books have; the rest is counted by hand from the rows.
std::string LostMoney(const naive::History& history) {
  naive::Books expected;
  RealModel real;
  for (const naive::Row& row : history.rows) {
    if (expected.Take(row) != real.Take(row)) return "row " + naive::CsvLine(row);
  }
  Folding folding(real);
  while (folding.Step()) {
    const std::string where = "position " + std::to_string(folding.position()) + ": ";
    const auto payers = expected.HeldOfPayers(folding.position());
    int64_t in_bank = -expected.Refunded(folding.position());
    for (const auto& [payer, held] : payers) {
      in_bank += held.credited - held.returned;
      const auto& unallocated = folding.sums().Of(projections::AccountKind::kUnallocated);
      const auto found = unallocated.find(payer);
      const int64_t left = found == unallocated.end() ? 0 : -found->second.Sen64();
      if (left < 0) return where + payer + " paid out more than it holds";
      if (held.credited != held.allocated + left + held.returned) {
        return where + payer + " has " + std::to_string(left) + " sen unallocated, of " +
               std::to_string(held.Unallocated());
      }
    }
    int64_t bank = 0;
    for (const auto& [account, sum] : folding.sums().Of(projections::AccountKind::kBank)) {
      bank += sum.Sen64();
    }
    if (bank != in_bank) return where + "the bank holds " + std::to_string(bank) + " sen";
    if (!folding.sums().Total().IsZero()) return where + "the entries do not sum to zero";
  }
  return "";
}

TEST(Books, NoPayersMoneyIsLostAtAnyPosition) { ExpectOfHistories(200, LostMoney); }

}  // namespace
}  // namespace iuran::tests
