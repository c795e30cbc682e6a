// Participation, collecting and what a diff compares, counted the plain way. Sections 4 to 7.

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

#include "tests/support/naive_figures.h"
#include "tests/support/naive_model.h"
#include "tests/support/naive_values.h"

namespace iuran::naive {
namespace {

std::string OrEmpty(const std::optional<Month>& month) { return month ? PrintMonth(*month) : ""; }

// What the payments on top of those known settle: whether every month that is owed on the day is.
bool IsInGoodStanding(Facts facts, Day day, Sen extra) {
  if (extra > 0) facts.payments.push_back({day, extra, Kind::kContribution, INT64_MAX});
  const Settlement settlement = Settle(facts, day);
  const Month next = settlement.spells.back().next;
  if (settlement.exit && next > MonthOf(*settlement.exit)) return true;
  return facts.Lapses() ? next > MonthOf(day) : day <= DueDay(facts.pu, next);
}

struct ToPay {
  int months = 0;
  Sen amount = 0;
};

ToPay ToPayOn(const Facts& facts, const Settlement& settlement, Day day) {
  ToPay result;
  if (HasLapsed(facts, settlement.spells.back(), day)) return result;
  for (Month month = settlement.spells.back().next; month <= MonthOf(day); ++month) {
    if (settlement.exit && month > MonthOf(*settlement.exit)) break;
    if (!facts.Lapses() && day <= DueDay(facts.pu, month)) break;
    result.amount += PriceOf(facts, month);
    ++result.months;
  }
  if (result.months == 0) return result;
  result.amount = std::max<Sen>(0, result.amount - settlement.Credit());
  if (result.amount > 0 && (!IsInGoodStanding(facts, day, result.amount) ||
                            IsInGoodStanding(facts, day, result.amount - 1))) {
    throw std::logic_error("what is to be paid is not the least that brings good standing");
  }
  return result;
}

}  // namespace

std::vector<std::string> Model::Participation(std::string_view by, std::string_view as_of,
                                              std::int64_t known_at) const {
  const Day day = MustParseDay(as_of);
  std::map<std::string, std::array<int, 4>> counts;  // enrolled, active, grace, paid
  const auto count = [&](const std::string& part, std::string_view state, bool paid) {
    std::array<int, 4>& c = counts[part];
    ++c[0];
    c[1] += state == "active" ? 1 : 0;
    c[2] += state == "grace" ? 1 : 0;
    c[3] += paid ? 1 : 0;
  };
  for (const std::string& member : log_.MembersKnownAt(known_at)) {
    const Facts facts = log_.KnownAt(member, known_at);
    const Settlement settlement = Settle(facts, day);
    const std::string_view state = StateOn(facts, settlement, day);
    if (state == "not_enrolled" || state == "ended") continue;
    bool paid = false;
    for (const SettledMonth& settled : settlement.months) {
      paid = paid || settled.month == MonthOf(day);
    }
    const auto value = [&](What what) { return facts.InForce(what, MonthOf(day)); };
    if (by == "region") count(value(What::kRegion).text, state, paid);
    if (by == "group") count(value(What::kGroup).text, state, paid);
    for (std::size_t i = 0; by == "program" && i < kProgramNames.size(); ++i) {
      if ((value(What::kPrograms).number & (1 << i)) != 0) {
        count(std::string(kProgramNames[i]), state, paid);
      }
    }
  }
  std::vector<std::string> lines;
  for (const auto& [part, c] : counts) {
    lines.push_back(Cell(part) + "," + std::to_string(c[0]) + "," + std::to_string(c[1]) + "," +
                    std::to_string(c[2]) + "," + std::to_string(c[3]));
  }
  return lines;
}

std::vector<std::string> Model::Collect(std::string_view as_of, std::int64_t known_at) const {
  const Day day = MustParseDay(as_of);
  std::map<std::pair<Month, std::string>, std::string> lines;
  for (const std::string& member : log_.MembersKnownAt(known_at)) {
    const Facts facts = log_.KnownAt(member, known_at);
    const Settlement settlement = Settle(facts, day);
    const Figures figures = FiguresOf(facts, day);
    const ToPay to_pay = ToPayOn(facts, settlement, day);
    if (to_pay.amount == 0 && figures.penalty <= 0) continue;
    const std::string_view state = StateOn(facts, settlement, day);
    const Spell& spell = settlement.spells.back();
    std::string grace_end;
    if (facts.Lapses()) {
      grace_end = PrintDay(spell.GraceEnd());
    } else if (const auto cover = CoverOn(facts, day, day); state == "grace" && cover->until) {
      grace_end = PrintDay(*cover->until);
    }
    lines[{spell.next, member}] =
        Cell(member) + "," + Cell(facts.InForce(What::kGroup, MonthOf(day)).text) + "," +
        std::string(state) + "," + grace_end + "," + PrintMonth(spell.next) + "," +
        std::to_string(to_pay.months) + "," + PrintAmount(figures.arrears) + "," +
        PrintAmount(to_pay.amount) + "," + PrintAmount(figures.penalty);
  }
  std::vector<std::string> sorted;
  for (const auto& [key, line] : lines) sorted.push_back(line);
  return sorted;
}

std::vector<std::string> Model::MembersKnownAt(std::int64_t known_at) const {
  return log_.MembersKnownAt(known_at);
}

std::vector<std::string> Model::Standing(const std::string& member, std::string_view as_of,
                                         std::int64_t known_at) const {
  const std::vector<std::string> known = log_.MembersKnownAt(known_at);
  if (std::find(known.begin(), known.end(), member) == known.end()) {
    return {"", "0", "0", "0", "0", "0", "0", "", "", "0", ""};
  }
  const Day day = MustParseDay(as_of);
  const Facts facts = log_.KnownAt(member, known_at);
  const Figures figures = FiguresOf(facts, day);
  return {facts.InForce(What::kGroup, MonthOf(day)).text,
          PrintAmount(figures.assessed),
          PrintAmount(figures.paid),
          PrintAmount(figures.settled),
          PrintAmount(figures.credit),
          PrintAmount(figures.arrears),
          std::to_string(figures.months_overdue),
          OrEmpty(figures.oldest_overdue),
          OrEmpty(figures.paid_through),
          PrintAmount(figures.penalty),
          std::string(StateOn(facts, Settle(facts, day), day))};
}

}  // namespace iuran::naive
