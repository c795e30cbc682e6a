#include "projections/closings.h"

#include <algorithm>
#include <deque>

#include "events/codec.h"
#include "events/hex.h"
#include "events/month_totals.h"
#include "events/words.h"
#include "projections/books.h"

namespace iuran::projections {
namespace {

// What one member brings to each of the closings asked about.
using MemberRows = std::vector<std::optional<ClosingRow>>;

}  // namespace

Result<std::vector<RecordedClosing>> ClosingsIn(const log::EventLog& log) {
  std::vector<RecordedClosing> closings;
  IURAN_ASSIGN(const std::vector<uint64_t> stream, log.Stream("closing"));
  for (const uint64_t position : stream) {
    IURAN_ASSIGN(const std::vector<std::byte> record, log.Read(position));
    IURAN_ASSIGN(const Event event, Decode(record));
    const auto* closed = std::get_if<MonthClosed>(&event.body);
    if (closed == nullptr || event.envelope.position.value != position) {
      return Fail(ErrorCode::kLedgerDamaged,
                  "The index names the event at position " + std::to_string(position) +
                      " as the closing of a month, and it is none. 'iuran verify' tells what else "
                      "is wrong.");
    }
    closings.push_back({event.envelope, *closed});
  }
  return closings;
}

Result<std::vector<MonthClosed>> ComputeClosings(const log::EventLog& log, const AccountsView& view,
                                                 const rules::SchemeBook& schemes,
                                                 std::span<const ClosingAsked> asked,
                                                 unsigned threads) {
  std::deque<ClosingSums> sums;
  std::vector<Question> questions;
  uint64_t known = 0;
  Day last_day;
  for (const ClosingAsked& one : asked) {
    IURAN_CHECK(one.known > 0, "a closing knows of the event that opened the ledger");
    sums.emplace_back(one.month, one.known);
    questions.push_back({&schemes, Position{one.known - 1}, one.month.LastDay(), std::nullopt});
    known = std::max(known, one.known);
    last_day = sums.size() == 1 ? one.month.LastDay() : std::max(last_day, one.month.LastDay());
  }
  if (sums.empty()) return std::vector<MonthClosed>();
  IURAN_TRY(ForEachEventEntry(log, Position{known - 1}, last_day, [&sums](const Entry& entry) {
    for (ClosingSums& sum : sums) sum.Enter(entry);
    return Result<void>();
  }));
  IURAN_TRY(ForEachOrdered<MemberRows>(
      view, threads,
      [&questions](const rules::Timeline& account, rules::Settlement& scratch,
                   std::vector<MemberRows>& rows) -> Result<void> {
        MemberRows& row = rows.emplace_back();
        for (const Question& question : questions) {
          IURAN_ASSIGN(row.emplace_back(), ClosingRowOf(account, question, scratch));
        }
        return {};
      },
      [&sums](MemberRows& row) -> Result<void> {
        for (size_t i = 0; i < sums.size(); ++i) {
          if (row[i]) sums[i].Add(*row[i]);
        }
        return {};
      }));
  std::vector<MonthClosed> closings;
  for (size_t i = 0; i < sums.size(); ++i) {
    IURAN_ASSIGN(closings.emplace_back(), sums[i].Finish());
    IURAN_ASSIGN(closings.back().root, log.RootAt(asked[i].known));
  }
  return closings;
}

std::vector<PinnedDifference> Differences(const MonthClosed& pinned, const MonthClosed& computed) {
  std::vector<PinnedDifference> differences;
  const auto compare = [&](std::string_view figure, std::string is, std::string comes_to) {
    if (is == comes_to) return;
    differences.push_back({pinned.month, figure, std::move(is), std::move(comes_to)});
  };
  compare("members", Grouped(int64_t{pinned.totals.members}),
          Grouped(int64_t{computed.totals.members}));
  for (const TotalName& total : kTotalNames) {
    compare(total.name, Grouped(pinned.totals.*total.value), Grouped(computed.totals.*total.value));
  }
  compare("figures", Hex(pinned.figures), Hex(computed.figures));
  compare("root", Hex(pinned.root), Hex(computed.root));
  return differences;
}

std::string Words(const PinnedDifference& difference) {
  return "The closing of " + difference.month.ToString() + " pins " +
         std::string(difference.figure) + " " + difference.pinned + "; computed as known then it " +
         "is " + difference.computed + ".";
}

}  // namespace iuran::projections
