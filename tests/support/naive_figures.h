// The figures of the naive model: price, settlement, standing and cover of one member.
//
// Everything is a plain function of what is known about the member. Rulebook sections 2, 4, 5, 6,
// and "Corrections and approval" (ledger/rules) for refunds and waivers.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/naive_tariff.h"
#include "tests/support/naive_values.h"

namespace iuran::naive {

// What can change in a member's life (section 1, `what` of changes.csv).
enum class What { kIncome, kPrograms, kSector, kPayer, kGroup, kRegion, kExit };

// A parsed value: the text of sector, payer, group and region; the number of income (sen),
// programs (bits) and exit (day; a withdrawn exit has none and is `withdrawn`).
struct Value {
  std::string text;
  std::int64_t number = 0;
  bool withdrawn = false;
  bool operator==(const Value&) const = default;
};

struct Change {
  What what = What::kIncome;
  Month from = 0;  // nothing for an exit
  Value value;
  std::int64_t position = 0;
};

// What money does to a member's figures. A waiver counts like a penalty payment, without money.
enum class Kind { kContribution, kPenalty, kRefund, kWaiver };

struct Paid {
  Day on = 0;
  Sen amount = 0;
  Kind kind = Kind::kContribution;
  std::int64_t position = 0;
};

// What is known about a member at one log position: changes in log order, payments not reversed,
// refunds and waivers.
struct Facts {
  bool pu = false;
  Month from = 0;
  std::array<Value, 6> first;  // values of members.csv, by What
  std::vector<Change> changes;
  std::vector<Paid> payments;
  const std::map<std::string, int>* risks = nullptr;  // risk class by group; 0 = none
  Tariff tariff;                                      // as known

  const Value& InForce(What what, Month month) const;
  std::optional<Day> Exit() const;
  // Section 4: whether unpaid membership lapses. Where not, months stay owed, whatever that costs.
  bool Lapses() const { return !pu && tariff.bpu_lapses; }
};

// Section 2: the price of a contribution month.
Sen PriceOf(const Facts& facts, Month month);

// Section 4. A spell has settled the months from `first` up to, not including, `next`.
struct Spell {
  Day begins = 0;
  Month first = 0;
  Month next = 0;
  std::optional<Day> first_settled_on;
  int grace_months = 3;

  bool Has(Month month) const { return first <= month && month < next; }
  Day ProtectionEnd() const;
  Day GraceEnd() const;
};

struct SettledMonth {
  Month month = 0;
  Day on = 0;
  Sen price = 0;
};

struct Settlement {
  std::vector<Spell> spells;
  std::vector<SettledMonth> months;
  std::optional<Day> exit;  // as known, whatever the as-of day
  Sen paid = 0;             // less what was refunded
  Sen settled = 0;
  Sen penalty_paid = 0;  // or waived
  Sen Credit() const { return paid - settled; }
};

Settlement Settle(const Facts& facts, Day as_of);

// Whether the last spell has lapsed on a day (section 4).
bool HasLapsed(const Facts& facts, const Spell& spell, Day day);

// Section 5.
struct Figures {
  Sen assessed = 0;
  Sen paid = 0;
  Sen settled = 0;
  Sen credit = 0;
  Sen arrears = 0;
  int months_overdue = 0;
  std::optional<Month> oldest_overdue;
  std::optional<Month> paid_through;
  std::array<Sen, 4> ageing{};  // 1-30, 31-60, 61-90, 91 and more days after the due day
  Sen penalty = 0;
};

Figures FiguresOf(const Facts& facts, Day as_of);

// Section 6.
struct Cover {
  std::string state;
  Day since = 0;
  std::optional<Day> until;
};

// The state on one day, given what the counted payments settle.
std::string_view StateOn(const Facts& facts, const Settlement& settlement, Day day);

// The state on a day with the unbroken run of days around it; nothing before the first day.
std::optional<Cover> CoverOn(const Facts& facts, Day on, Day as_of);

}  // namespace iuran::naive
