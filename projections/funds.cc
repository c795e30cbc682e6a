#include "projections/funds.h"

namespace iuran::projections {
namespace {

Money IncomeIn(const Entry& entry) {
  Money income;
  for (const Posting& posting : entry.postings) {
    if (posting.account.kind == AccountKind::kIncome) income -= posting.amount;
  }
  return income;
}

}  // namespace

FundAmounts& FundAmounts::operator+=(const FundAmounts& other) {
  income += other.income;
  moved += other.moved;
  from_state += other.from_state;
  return *this;
}

Result<void> FundSharesOf(const rules::Timeline& timeline, const Question& question,
                          rules::Settlement& scratch, const TakeFundShare& take) {
  if (timeline.enrolled_at > question.known_at) return {};
  IURAN_ASSIGN(const rules::Scheme* scheme, SchemeOf(timeline, question));
  return MonthEntriesOf(timeline, question, scratch, [&](const Entry& entry) -> Result<void> {
    Money left = IncomeIn(entry);
    if (left.IsZero()) return {};  // the month was income when it began
    const Month posted = Month::Containing(entry.day);
    const auto attributes = rules::AttributesIn(timeline, *entry.month, question.known_at);
    for (const rules::FundLine& line : scheme->FundLines(*entry.month, attributes)) {
      const auto give = [&](std::string_view fund, const FundAmounts& amounts) {
        take({posted, entry.group, fund, amounts});
      };
      if (!line.billed_as) {
        give(line.fund, {Money(), Money(), line.amount});
        continue;
      }
      const std::string_view program = Name(*line.billed_as);
      left -= line.amount;
      give(program, {line.amount, Money(), Money()});
      if (line.fund == program) continue;
      give(program, {Money(), -line.amount, Money()});
      give(line.fund, {Money(), line.amount, Money()});
    }
    IURAN_CHECK(left.IsZero(), "a split never changes a bill");
    return {};
  });
}

}  // namespace iuran::projections
