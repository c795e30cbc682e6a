#include "projections/collect.h"

#include <algorithm>

#include "ledger/rules/figures.h"

namespace iuran::projections {
namespace {

// See CollectRow. A refund counts from when it is known, also where its day is yet to come.
Day PayableFrom(const rules::Timeline& timeline, const rules::Spell& owed, Position known_at) {
  Day from = owed.begins_on;
  for (const rules::TimelinePayment& payment : timeline.payments) {
    const bool refund = payment.kind == rules::AmountKind::kRefund && payment.position <= known_at;
    if (refund) from = std::max(from, payment.paid_on);
  }
  return from;
}

}  // namespace

Result<void> CollectOf(const rules::Timeline& timeline, const Question& question,
                       rules::Settlement& scratch, std::vector<CollectRow>& rows) {
  CollectRow row;
  const Month month = Month::Containing(question.as_of);
  if (!IsAsked(timeline, question, month, row.group)) return {};
  IURAN_ASSIGN(const rules::Scheme* scheme, SchemeOf(timeline, question));
  rules::Settle(timeline, *scheme, question.as_of, question.known_at, scratch);
  const rules::Figures figures =
      rules::FiguresOf(timeline, *scheme, scratch, question.as_of, question.known_at);
  row.overdue = figures.arrears;
  row.penalty = figures.penalty;
  const rules::Spell& spell = scratch.spells.back();
  row.owed_from = rules::FirstUnsettled(spell);
  row.payable_from = PayableFrom(timeline, spell, question.known_at);
  if (!rules::HasLapsed(scratch, *scheme, question.as_of)) {
    Month last = month;
    if (scratch.exit_day) last = std::min(last, Month::Containing(*scratch.exit_day));
    for (Month owed = row.owed_from; owed <= last; ++owed) {
      if (!scheme->lapses() && question.as_of <= scheme->DueDay(owed)) break;
      row.to_pay += scheme->Price(owed, rules::AttributesIn(timeline, owed, question.known_at));
      ++row.months;
    }
    // A credit below zero is paid with the months that are owed; where none is, it waits for them.
    if (row.months > 0) row.to_pay = std::max(Money(), row.to_pay - scratch.credit);
  }
  if (row.to_pay.IsZero() && row.penalty <= Money()) return {};
  const rules::Cover cover =
      rules::CoverOf(timeline, *scheme, scratch, question.as_of, question.known_at);
  row.member = timeline.member;
  row.enrolled_at = timeline.enrolled_at;
  row.cover = cover.state;
  if (scheme->lapses()) {
    row.grace_end = rules::GraceEnd(spell, *scheme);
  } else if (cover.state == rules::CoverState::kGrace) {
    row.grace_end = cover.until;
  }
  rows.push_back(std::move(row));
  return {};
}

bool CallsBefore(const CollectRow& a, const CollectRow& b) {
  return a.owed_from != b.owed_from ? a.owed_from < b.owed_from : a.member < b.member;
}

}  // namespace iuran::projections
