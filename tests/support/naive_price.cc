// What is in force in a month, and its price, in the naive model. Rulebook sections 1 and 2; the
// tables are of domain 1.3 and 1.4.

#include <algorithm>

#include "tests/support/naive_figures.h"

namespace iuran::naive {
namespace {

__extension__ typedef __int128 Wide;

struct Tier {
  std::int64_t lower_edge;  // rupiah
  std::int64_t base;        // rupiah
};

// Domain 1.4: the 33 tiers without the lowest, whose base is of the tariff.
constexpr std::array<Tier, 32> kHigherTiers = {{
    {1'100'000, 1'200'000},   {1'300'000, 1'400'000},   {1'500'000, 1'600'000},
    {1'700'000, 1'800'000},   {1'900'000, 2'000'000},   {2'100'000, 2'200'000},
    {2'300'000, 2'400'000},   {2'500'000, 2'600'000},   {2'700'000, 2'950'000},
    {3'200'000, 3'450'000},   {3'700'000, 3'950'000},   {4'200'000, 4'450'000},
    {4'700'000, 4'950'000},   {5'200'000, 5'450'000},   {5'700'000, 5'950'000},
    {6'200'000, 6'450'000},   {6'700'000, 6'950'000},   {7'200'000, 7'450'000},
    {7'700'000, 7'950'000},   {8'200'000, 8'700'000},   {9'200'000, 9'700'000},
    {10'200'000, 10'700'000}, {11'200'000, 11'700'000}, {12'200'000, 12'700'000},
    {13'200'000, 13'700'000}, {14'200'000, 14'700'000}, {15'200'000, 15'700'000},
    {16'200'000, 16'700'000}, {17'200'000, 17'700'000}, {18'200'000, 18'700'000},
    {19'200'000, 19'700'000}, {20'200'000, 20'700'000},
}};

struct Ceiling {
  Month from;
  std::int64_t rupiah;
};

// Domain 1.3: the wage ceiling of JP, by contribution month, without the last, which is of the
// tariff.
constexpr std::array<Ceiling, 11> kEarlierCeilings = {{
    {2015 * 12 + 6, 7'000'000},
    {2016 * 12 + 2, 7'335'300},
    {2017 * 12 + 2, 7'703'500},
    {2018 * 12 + 2, 8'094'000},
    {2019 * 12 + 2, 8'512'400},
    {2020 * 12 + 2, 8'939'700},
    {2021 * 12 + 2, 8'754'600},
    {2022 * 12 + 2, 9'077'600},
    {2023 * 12 + 2, 9'559'600},
    {2024 * 12 + 2, 10'042'300},
    {2025 * 12 + 2, 10'547'400},
}};

// parts / whole of an amount, rounded half up to whole rupiah.
Sen Share(Sen amount, int parts, int whole) {
  const Wide numerator = Wide{amount} * parts;
  const Wide rupiah = Wide{whole} * 100;
  return static_cast<Sen>((2 * numerator + rupiah) / (2 * rupiah)) * 100;
}

bool IsRelieved(const Tariff& tariff, const std::string& sector, const std::string& payer,
                Month month) {
  if (payer == "state") return false;
  const Month january_2026 = 2026 * 12;
  if (sector == "transport") {
    return month >= january_2026 && month <= tariff.relief_of_transport_until;
  }
  return month >= january_2026 + 3 && month <= tariff.relief_of_others_until;
}

Sen PriceOfBpu(const Facts& facts, Month month) {
  const Sen income = facts.InForce(What::kIncome, month).number;
  const std::int64_t programs = facts.InForce(What::kPrograms, month).number;
  const Tariff& tariff = facts.tariff;
  Sen base = tariff.lowest_base * 100;
  for (const Tier& tier : kHigherTiers) {
    if (income >= tier.lower_edge * 100) base = tier.base * 100;
  }
  const bool relieved = IsRelieved(tariff, facts.InForce(What::kSector, month).text,
                                   facts.InForce(What::kPayer, month).text, month);
  const int parts = relieved ? tariff.relief_parts : 1;
  const int whole = relieved ? tariff.relief_whole : 1;
  Sen price = 0;
  if ((programs & kJkk) != 0) price += Share(base, tariff.jkk * parts, 10'000 * whole);
  if ((programs & kJkm) != 0) price += Share(tariff.jkm * 100, parts, whole);
  if ((programs & kJht) != 0) price += Share(base, tariff.jht, 10'000);
  return price;
}

Sen PriceOfPu(const Facts& facts, Month month) {
  const Sen wage = facts.InForce(What::kIncome, month).number;
  const std::int64_t programs = facts.InForce(What::kPrograms, month).number;
  const Tariff& tariff = facts.tariff;
  Sen capped = wage;
  for (const Ceiling& ceiling : kEarlierCeilings) {
    if (month >= ceiling.from) capped = std::min(wage, Sen{ceiling.rupiah * 100});
  }
  if (month >= 2026 * 12 + 2) capped = std::min(wage, Sen{tariff.last_ceiling * 100});
  Sen price = 0;
  if ((programs & kJkk) != 0) {
    const int risk = facts.risks->at(facts.InForce(What::kGroup, month).text);
    const std::array<int, 6> rates = {0, 24, 54, tariff.jkk_of_class_3, 127, 174};
    price += Share(wage, rates.at(static_cast<std::size_t>(risk)), 10'000);
  }
  if ((programs & kJkm) != 0) price += Share(wage, tariff.jkm_of_wage, 10'000);
  if ((programs & kJht) != 0) {
    price += Share(wage, tariff.jht_of_employer, 10'000) + Share(wage, 200, 10'000);
  }
  if ((programs & kJp) != 0) price += Share(capped, 200, 10'000) + Share(capped, 100, 10'000);
  return price;
}

}  // namespace

// Section 1: the change with the latest month not after this one; of two for one month, the one
// recorded later.
const Value& Facts::InForce(What what, Month month) const {
  const Change* best = nullptr;
  for (const Change& change : changes) {
    if (change.what != what || change.from > month) continue;
    if (best == nullptr || change.from >= best->from) best = &change;
  }
  return best != nullptr ? best->value : first.at(static_cast<std::size_t>(what));
}

// Section 1: of two exits the one recorded later holds; an empty value withdraws the exit.
std::optional<Day> Facts::Exit() const {
  std::optional<Day> exit;
  for (const Change& change : changes) {
    if (change.what != What::kExit) continue;
    exit.reset();
    if (!change.value.withdrawn) exit = static_cast<Day>(change.value.number);
  }
  return exit;
}

Sen PriceOf(const Facts& facts, Month month) {
  return facts.pu ? PriceOfPu(facts, month) : PriceOfBpu(facts, month);
}

}  // namespace iuran::naive
