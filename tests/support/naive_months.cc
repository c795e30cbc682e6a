#include "tests/support/naive_months.h"

#include <algorithm>

namespace iuran::naive {
namespace {

// The same member with one programme alone, for each. Section 2: the price is the sum over the
// programmes, so that of one alone is its part.
std::array<Facts, 4> Alone(const Facts& facts) {
  std::array<Facts, 4> alone;
  for (std::size_t i = 0; i < alone.size(); ++i) {
    alone.at(i) = facts;
    alone.at(i).payments.clear();
    std::erase_if(alone.at(i).changes, [](const Change& c) { return c.what == What::kPrograms; });
    alone.at(i).first.at(static_cast<std::size_t>(What::kPrograms)).number = std::int64_t{1} << i;
  }
  return alone;
}

MonthEntry EntryOf(const Facts& facts, const std::array<Facts, 4>& alone, MonthRow row, Month month,
                   Day day) {
  MonthEntry entry{row, month, day, facts.InForce(What::kGroup, month).text, {}, 0};
  const std::int64_t programs = facts.InForce(What::kPrograms, month).number;
  for (std::size_t i = 0; i < alone.size(); ++i) {
    if ((programs & (std::int64_t{1} << i)) != 0) entry.prices.at(i) = PriceOf(alone.at(i), month);
    entry.price += entry.prices.at(i);
  }
  return entry;
}

// Hundredths of a percent of a wage, rounded half up to whole rupiah.
Sen Part(Sen wage, int hundredths) { return (wage * hundredths + 500'000) / 1'000'000 * 100; }

}  // namespace

std::vector<MonthEntry> MonthEntries(const Facts& facts, Day as_of) {
  std::vector<MonthEntry> entries;
  const std::array<Facts, 4> alone = Alone(facts);
  const std::optional<Day> exit = facts.Exit();
  for (Month month = facts.from; !facts.Lapses() && FirstDay(month) <= as_of; ++month) {
    if (exit && month > MonthOf(*exit)) break;
    entries.push_back(EntryOf(facts, alone, MonthRow::kBegun, month, FirstDay(month)));
  }
  for (const SettledMonth& settled : Settle(facts, as_of).months) {
    const Day day = std::max(settled.on, FirstDay(settled.month));
    if (day > as_of) continue;
    const MonthRow row = facts.Lapses() ? MonthRow::kSettled : MonthRow::kSettledClaim;
    entries.push_back(EntryOf(facts, alone, row, settled.month, day));
  }
  return entries;
}

// Domain 1.2. Of the choices that it leaves open, ledger/tariffs/pu.json makes these: the split
// begins with 2021-02, JKM is out of it from 2025-02 on, and who has JKK, JKM and JHT is in JKP.
void AddFunds(const Facts& facts, Day as_of, Funds& funds) {
  for (const MonthEntry& entry : MonthEntries(facts, as_of)) {
    if (entry.row == MonthRow::kSettledClaim) continue;  // was income when it began
    const auto fund = [&](std::string_view name) -> Fund& {
      return funds[{MonthOf(entry.day), entry.group, std::string(name)}];
    };
    for (std::size_t i = 0; i < kProgramNames.size(); ++i) {
      if (entry.prices.at(i) != 0) fund(kProgramNames[i]).income += entry.prices.at(i);
    }
    const std::int64_t programs = facts.InForce(What::kPrograms, entry.month).number;
    const std::int64_t needed = kJkk + kJkm + kJht;
    if (!facts.pu || entry.month < 2021 * 12 + 1 || (programs & needed) != needed) continue;
    const Sen wage = facts.InForce(What::kIncome, entry.month).number;
    const Sen of_jkk = std::min(Part(wage, 14), entry.prices[0]);
    const Sen of_jkm = entry.month < 2025 * 12 + 1 ? std::min(Part(wage, 10), entry.prices[1]) : 0;
    fund("JKK").moved -= of_jkk;
    fund("JKM").moved -= of_jkm;
    fund("JKP").moved += of_jkk + of_jkm;
    fund("JKP").from_state += Part(wage, 22);
  }
}

}  // namespace iuran::naive
