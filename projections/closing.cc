#include "projections/closing.h"

#include "events/month_totals.h"
#include "ledger/rules/cover.h"
#include "ledger/rules/figures.h"

namespace iuran::projections {
namespace {

Money& SumOf(AccountKind kind, MonthTotals& totals) {
  switch (kind) {
    case AccountKind::kBank:
      return totals.bank;
    case AccountKind::kCollections:
      return totals.collections;
    case AccountKind::kReceivable:
      return totals.receivable;
    case AccountKind::kIncome:
      return totals.income;
    case AccountKind::kMember:
      return totals.liabilities_to_members;
    case AccountKind::kUnallocated:
      return totals.unallocated;
  }
  CheckFailed(__FILE__, __LINE__, "kind", "every kind of account has its sum");
}

void Post(const Entry& entry, MonthTotals& totals) {
  for (const Posting& posting : entry.postings) {
    SumOf(posting.account.kind, totals) += posting.amount;
  }
}

class Line {
 public:
  explicit Line(std::string& text) : text_(text) {}
  Line& Text(std::string_view value) {
    if (!text_.empty()) text_ += '\t';
    text_ += value;
    return *this;
  }
  Line& Amount(Money value) { return Text(value.ToString()); }
  Line& Date(const std::optional<Month>& month) { return Text(month ? month->ToString() : ""); }

 private:
  std::string& text_;
};

std::string CoverText(const rules::Cover& cover) {
  std::string text;
  if (cover.state == rules::CoverState::kNotEnrolled) return text;
  for (const Program program : kAllPrograms) {
    if (!cover.programs.Has(program)) continue;
    if (!text.empty()) text += '+';
    text.append(Name(program)).append("=").append(Name(cover.state));
  }
  return text;
}

}  // namespace

Result<std::optional<ClosingRow>> ClosingRowOf(const rules::Timeline& timeline,
                                               const Question& question,
                                               rules::Settlement& scratch) {
  GroupId group;
  if (!IsAsked(timeline, question, Month::Containing(question.as_of), group)) return std::nullopt;
  ClosingRow row;
  IURAN_TRY(MonthEntriesOf(timeline, question, scratch, [&row](const Entry& entry) {
    Post(entry, row.totals);
    return Result<void>();
  }));
  IURAN_ASSIGN(const rules::Scheme* scheme, SchemeOf(timeline, question));
  const rules::Figures figures =
      rules::FiguresOf(timeline, *scheme, scratch, question.as_of, question.known_at);
  row.totals.members = 1;
  row.totals.assessed = figures.assessed;
  row.totals.paid = figures.paid;
  row.totals.settled = figures.settled;
  row.totals.credit = figures.credit;
  row.totals.arrears = figures.arrears;
  row.totals.penalty = figures.penalty;
  Line(row.line)
      .Text(timeline.member.text())
      .Text(timeline.scheme.text())
      .Text(group.text())
      .Amount(figures.assessed)
      .Amount(figures.paid)
      .Amount(figures.settled)
      .Amount(figures.credit)
      .Amount(figures.arrears)
      .Text(std::to_string(figures.months_overdue))
      .Date(figures.oldest_overdue)
      .Date(figures.paid_through)
      .Amount(figures.penalty)
      .Text(
          CoverText(rules::CoverOf(timeline, *scheme, scratch, question.as_of, question.known_at)));
  row.line += '\n';
  return row;
}

ClosingSums::ClosingSums(Month month, uint64_t known) {
  closing_.month = month;
  closing_.known = known;
  figures_.Add("iuran figures\n");
}

void ClosingSums::Enter(const Entry& entry) {
  if (entry.event.value >= closing_.known || entry.day > closing_.month.LastDay()) return;
  Post(entry, closing_.totals);
}

void ClosingSums::Add(const ClosingRow& row) {
  closing_.totals.members += row.totals.members;
  for (const TotalName& total : kTotalNames) {
    closing_.totals.*total.value += row.totals.*total.value;
  }
  figures_.Add(row.line);
}

Result<MonthClosed> ClosingSums::Finish() {
  const MonthTotals& totals = closing_.totals;
  IURAN_CHECK((totals.bank + totals.collections + totals.receivable + totals.income +
               totals.liabilities_to_members + totals.unallocated)
                  .IsZero(),
              "the books sum to zero");
  for (const TotalName& total : kTotalNames) {
    const Int128 sen = (totals.*total.value).sen();
    if (sen >= INT64_MIN && sen <= INT64_MAX) continue;
    return Fail(ErrorCode::kInvalidValue,
                "The sum of " + std::string(total.name) + " over all members on " +
                    closing_.month.LastDay().ToString() + " is " +
                    (totals.*total.value).ToString() +
                    ", more than a closing can hold. Look for an amount that was mistyped.");
  }
  closing_.figures = figures_.Finish();
  return closing_;
}

}  // namespace iuran::projections
