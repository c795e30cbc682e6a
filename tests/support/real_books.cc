// The books of the real model: entries of the log and of the months, summed up by account; and the
// funds that the months feed.
#include <tuple>

#include "projections/books.h"
#include "projections/funds.h"
#include "tests/support/naive_values.h"
#include "tests/support/real_model.h"

namespace iuran::tests {
namespace {

using projections::AccountKind;
using projections::AccountSums;
using projections::FundAmounts;

void MustSum(const Result<void>& done) {
  IURAN_CHECK(done.has_value(), "the books are kept of a history that was folded");
}

}  // namespace

std::map<std::string, int64_t> RealModel::Books(std::string_view as_of, Position known_at) const {
  const projections::Question question = Ask(as_of, known_at);
  AccountSums sums;
  MustSum(projections::ForEachEventEntry(log_, known_at, question.as_of, [&](const auto& entry) {
    sums.Add(entry);
    return Result<void>();
  }));
  rules::Settlement scratch;
  for (const auto& [member, timeline] : timelines_) {
    const auto months = projections::MonthSums::Of(timeline, question, scratch);
    IURAN_CHECK(months.has_value(), "months are posted of a history that was folded");
    months->AddTo(sums);
  }
  std::map<std::string, int64_t> balances;
  const auto note = [&balances](AccountKind kind, const std::string& name, Money amount) {
    if (amount.IsZero()) return;
    balances[std::string(projections::PrefixOf(kind)) + ":" + name] = amount.Sen64();
  };
  for (size_t i = 0; i < projections::kAccountKinds; ++i) {
    const auto kind = static_cast<AccountKind>(i);
    for (const auto& [name, amount] : sums.Of(kind)) note(kind, name, amount);
  }
  for (const auto& [member, timeline] : timelines_) {
    note(AccountKind::kMember, member.text(), sums.OfMember(timeline.number));
  }
  return balances;
}

std::vector<std::string> RealModel::Funds(std::string_view as_of, Position known_at) const {
  const projections::Question question = Ask(as_of, known_at);
  std::map<std::tuple<Month, std::string, std::string>, FundAmounts> funds;
  rules::Settlement scratch;
  for (const auto& [member, timeline] : timelines_) {
    MustSum(projections::FundSharesOf(timeline, question, scratch, [&funds](const auto& share) {
      funds[{share.posted, share.group.text(), std::string(share.fund)}] += share.amounts;
    }));
  }
  std::vector<std::string> lines;
  for (const auto& [key, amounts] : funds) {
    if (amounts.IsZero()) continue;
    const auto& [month, group, fund] = key;
    lines.push_back(month.ToString() + "," + naive::Cell(group) + "," + fund + "," +
                    amounts.income.ToString() + "," + amounts.moved.ToString() + "," +
                    amounts.from_state.ToString());
  }
  return lines;
}

}  // namespace iuran::tests
