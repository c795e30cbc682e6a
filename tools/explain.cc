#include "tools/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "events/check.h"
#include "events/words.h"
#include "tools/explain_payments.h"

namespace iuran::tools {
namespace {

using namespace events;  // days, months and facts

// "JKK 10,000 + JKM 6,800"
std::string Composition(const std::vector<rules::PriceLine>& lines) {
  std::string text;
  for (const rules::PriceLine& line : lines) {
    text += text.empty() ? "" : " + ";
    text += Name(line.program);
    if (line.party != rules::Party::kMember) text += fmt::format(" ({})", Name(line.party));
    text += " " + Grouped(line.amount);
  }
  return text;
}

// ---- The parts of the whole story -------------------------------------------------------------

Part WhatWasRecorded(const MemberStory& story) {
  Part part{"What was recorded", {}};
  for (const Event& event : story.events) {
    if (std::holds_alternative<MemberEnrolled>(event.body) ||
        std::holds_alternative<AttributeChanged>(event.body) ||
        std::holds_alternative<MemberExited>(event.body)) {
      part.steps.push_back({InWords(event.body), std::nullopt, {event.envelope.position}, ""});
    }
  }
  return part;
}

Part WhatTheLawAsks(const MemberStory& story) {
  const SchemeId& id = story.timeline.scheme;
  const std::optional<Position> enacted = story.schemes.EnactedAt(id, story.known_at);
  IURAN_CHECK(enacted, "the scheme of a member who is known was enacted");
  return {"What the law asks",
          {{fmt::format("Scheme {}: {}.", id.text(), story.scheme->title()),
            std::nullopt,
            {*enacted},
            ""}}};
}

std::string HowItStands(const MonthLine& line) {
  switch (line.state) {
    case MonthState::kSettled:
      return fmt::format("Settled on {} by payment {}.", line.settled_on->ToString(), line.payment);
    case MonthState::kOverdue:
      return "Not settled, overdue.";
    case MonthState::kOpen:
      return "Not settled, not yet overdue.";
    case MonthState::kDropped:
      return "Passed over between two spells: not owed.";
  }
  return {};
}

std::vector<Position> SettledBy(const MemberStory& story, Month month) {
  for (const rules::Spell& spell : story.settlement.spells) {
    for (const rules::SettledMonth& settled : spell.months) {
      if (settled.month == month) return {settled.settled_by};
    }
  }
  return {};
}

Part WhatEachMonthCosts(const MemberStory& story) {
  Part part{"What each month costs, and how it stands", {}};
  for (const MonthLine& line : story.months) {
    const auto in_force = rules::AttributesIn(story.timeline, line.month, story.known_at);
    part.steps.push_back({fmt::format("{}: {}. Due {}. {}", line.month.ToString(),
                                      Composition(story.scheme->PriceLines(line.month, in_force)),
                                      line.due_day.ToString(), HowItStands(line)),
                          line.price, SettledBy(story, line.month), ""});
  }
  return part;
}

// ---- What the steps add up to -------------------------------------------------------------------

struct Sum {
  Money amount;
  size_t count = 0;
  void Add(Money more) {
    amount += more;
    ++count;
  }
};

class FigureTeller {
 public:
  explicit FigureTeller(const MemberStory& story) : story_(story), is_(story.figures) {}

  Part Tell() {
    const Month as_of_month = Month::Containing(story_.as_of);
    Sum all_settled, settled_by_now, unsettled, overdue;
    for (const MonthLine& line : story_.months) {
      if (line.state == MonthState::kDropped) continue;
      if (line.state == MonthState::kSettled) {
        all_settled.Add(line.price);
        if (line.month <= as_of_month) settled_by_now.Add(line.price);
        continue;
      }
      unsettled.Add(line.price);
      if (line.state == MonthState::kOverdue) overdue.Add(line.price);
    }
    Say("Assessed", is_.assessed, settled_by_now.amount + unsettled.amount,
        fmt::format("{} settled up to {} for {}, and {} not settled for {}",
                    Months(settled_by_now.count), as_of_month.ToString(),
                    Grouped(settled_by_now.amount), Months(unsettled.count),
                    Grouped(unsettled.amount)));
    TellPaid();
    Say("Settled", is_.settled, all_settled.amount,
        Months(all_settled.count) + ", those ahead included");
    Say("Credit", is_.credit, is_.paid - is_.settled, "paid less settled");
    Money arrears;
    if (overdue.count > 0) arrears = std::max(Money(), overdue.amount - is_.credit);
    Say("Arrears", is_.arrears, arrears,
        overdue.count == 0
            ? "no month is overdue"
            : fmt::format("{} overdue for {}, less the credit of {}", Months(overdue.count),
                          Grouped(overdue.amount), Grouped(is_.credit)));
    // What was paid or waived stays where a later document takes no penalties.
    if (story_.scheme->takes_penalty_payments() || !is_.penalty.IsZero()) TellPenalties();
    return std::move(part_);
  }

 private:
  void TellPaid() {
    Sum paid, refunded;
    for (const rules::TimelinePayment& payment : story_.timeline.payments) {
      if (!Counts(payment, story_)) continue;
      const Money amount = Money::FromSen(payment.amount_sen);
      if (payment.kind == rules::AmountKind::kContribution) paid.Add(amount);
      if (payment.kind == rules::AmountKind::kRefund) refunded.Add(amount);
    }
    std::string how = paid.count == 1 ? "1 payment" : fmt::format("{} payments", paid.count);
    if (refunded.count > 0) how += fmt::format(", less {} refunded", Grouped(refunded.amount));
    Say("Paid", is_.paid, paid.amount - refunded.amount, how);
  }

  void TellPenalties() {
    Money sum = -(story_.settlement.penalties_paid + story_.settlement.penalties_waived);
    for (const MonthLine& line : story_.months) {
      if (line.state != MonthState::kSettled && line.state != MonthState::kOverdue) continue;
      const rules::PenaltyLine penalty = story_.scheme->Penalty(
          line.month, line.price, line.settled_on ? *line.settled_on : story_.as_of);
      if (penalty.months == 0) continue;
      sum += penalty.amount;
      part_.steps.push_back(
          {fmt::format("Penalty of {}: {} begun since {} on {}.", line.month.ToString(),
                       Months(static_cast<size_t>(penalty.months)), line.due_day.ToString(),
                       Grouped(line.price)),
           penalty.amount, SettledBy(story_, line.month), std::string(penalty.source)});
    }
    const Money waived = story_.settlement.penalties_waived;
    Say("Penalty", is_.penalty, sum,
        fmt::format("the penalties of all months, less {} paid for them{}",
                    Grouped(story_.settlement.penalties_paid),
                    waived.IsZero() ? "" : " and " + Grouped(waived) + " waived"));
  }

  void Say(std::string_view name, Money figure, Money derived, const std::string& how) {
    IURAN_CHECK(figure == derived, "the steps add up to the figure");
    part_.steps.push_back({fmt::format("{}: {}.", name, how), figure, {}, ""});
  }

  const MemberStory& story_;
  const rules::Figures& is_;
  Part part_{"What it adds up to", {}};
};

Part WhetherCovered(const MemberStory& story) {
  const rules::Cover& cover = story.cover;
  Part part{fmt::format("Whether covered on {}", story.as_of.ToString()), {}};
  std::vector<Position> rests_on;
  if (cover.settled) rests_on.push_back(cover.settled->settled_by);
  std::string text = fmt::format("{} for {}", Name(cover.state), ToString(cover.programs));
  if (cover.since) text += fmt::format(", since {}", cover.since->ToString());
  if (cover.until) text += fmt::format(", until {}", cover.until->ToString());
  part.steps.push_back({text + ": " + story.reason, std::nullopt, std::move(rests_on), ""});
  return part;
}

// ---- The parts of one month -------------------------------------------------------------------

std::string_view NameOfWeekday(Day day) {
  constexpr std::array<std::string_view, 7> kNames = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                      "Thursday", "Friday", "Saturday"};
  return kNames.at(static_cast<size_t>(day.Weekday()));
}

Part WhatWasInForce(const MemberStory& story, Month month) {
  Part part{fmt::format("What was in force in {}", month.ToString()), {}};
  const auto changes = rules::ChangesInForce(story.timeline, month, story.known_at);
  const rules::Attributes& enrolled = story.timeline.attributes;
  const std::array<AttributeValue, std::variant_size_v<AttributeValue>> first = {
      enrolled.income, enrolled.programs, enrolled.sector,
      enrolled.payer,  enrolled.group,    enrolled.region};
  for (size_t i = 0; i < changes.size(); ++i) {
    const bool changed = changes[i] != nullptr;
    const AttributeValue& value = changed ? changes[i]->value : first[i];
    const Month from = changed ? changes[i]->from : story.timeline.from;
    const std::string word = i == 0 ? Grouped(std::get<Money>(value)) : events::ToString(value);
    part.steps.push_back({fmt::format("{}: {}, from {}.", Name(static_cast<Attribute>(i)),
                                      word.empty() ? "none" : word, from.ToString()),
                          std::nullopt,
                          {changed ? changes[i]->position : story.timeline.enrolled_at},
                          ""});
  }
  return part;
}

Part WhatItCosts(const MemberStory& story, Month month) {
  Part part{"What it costs", {}};
  const auto in_force = rules::AttributesIn(story.timeline, month, story.known_at);
  Money sum;
  for (const rules::PriceLine& line : story.scheme->PriceLines(month, in_force)) {
    std::string who;
    if (line.party != rules::Party::kMember)
      who = fmt::format(", paid by the {}", Name(line.party));
    std::string what(Name(line.program));
    const std::string& title = story.program_titles[static_cast<size_t>(line.program)];
    if (!title.empty()) what += fmt::format(" ({})", title);
    part.steps.push_back(
        {fmt::format("{}{}.", what, who), line.amount, {}, std::string(line.source)});
    sum += line.amount;
  }
  IURAN_CHECK(sum == story.scheme->Price(month, in_force), "the programmes add up to the price");
  part.steps.push_back({"Together.", sum, {}, ""});
  return part;
}

Part WhenItIsDue(const MemberStory& story, Month month) {
  const Day due = story.scheme->DueDay(month);
  Part part{"When it is due", {}};
  for (Day day = story.scheme->DueDayBeforeMoving(month); day < due; day = day + 1) {
    const bool weekend = day.Weekday() == 0 || day.Weekday() == 6;
    part.steps.push_back({fmt::format("{} is a {}{}, so it moves on.", day.ToString(),
                                      NameOfWeekday(day), weekend ? "" : " and a listed holiday"),
                          std::nullopt,
                          {},
                          ""});
  }
  part.steps.push_back(
      {fmt::format("Due on {}, a {}.", due.ToString(), NameOfWeekday(due)), std::nullopt, {}, ""});
  return part;
}

Part HowItWasSettled(const MemberStory& story, Month month) {
  Part part{fmt::format("How it stands on {}", story.as_of.ToString()), {}};
  for (const MonthLine& line : story.months) {
    if (line.month != month) continue;
    part.steps.push_back({HowItStands(line), line.price, SettledBy(story, month), ""});
    const bool late = line.state == MonthState::kSettled || line.state == MonthState::kOverdue;
    const rules::PenaltyLine penalty =
        late ? story.scheme->Penalty(month, line.price,
                                     line.settled_on ? *line.settled_on : story.as_of)
             : rules::PenaltyLine{};
    if (penalty.months > 0) {
      part.steps.push_back({fmt::format("Late: {} begun since the due day.",
                                        Months(static_cast<size_t>(penalty.months))),
                            penalty.amount,
                            {},
                            std::string(penalty.source)});
    }
    return part;
  }
  part.steps.push_back(
      {"It is not owed: it lies ahead, after the exit, or after membership lapsed.",
       std::nullopt,
       {},
       ""});
  return part;
}

}  // namespace

std::vector<Part> ExplainMember(const MemberStory& story) {
  return {WhatWasRecorded(story), WhatTheLawAsks(story),      WhatEachMonthCosts(story),
          ExplainPayments(story), FigureTeller(story).Tell(), WhetherCovered(story)};
}

Result<std::vector<Part>> ExplainMonth(const MemberStory& story, Month month) {
  if (month < story.timeline.from) {
    return Fail(ErrorCode::kInvalidValue,
                fmt::format("{} is before the first month of member {}, {}.", month.ToString(),
                            story.timeline.member.text(), story.timeline.from.ToString()));
  }
  return std::vector<Part>{WhatTheLawAsks(story), WhatWasInForce(story, month),
                           WhatItCosts(story, month), WhenItIsDue(story, month),
                           HowItWasSettled(story, month)};
}

}  // namespace iuran::tools
