// A scheme document as plain values, checked: what ledger/tariffs/README.md describes, read.
//
// Reading it guarantees: every programme has exactly one row for every month from first_month on;
// tiers ascend from 0; no two reliefs hold for one programme, month and member; where paying late
// costs a penalty, every month has its rate; of one fund no two splits hold for one month; days
// ascend.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/rules/scheme.h"

namespace iuran::rules {

// An exact fraction: 1 % is 100/10000 where the document says "1.00".
struct Ratio {
  int64_t numerator = 1;
  int64_t denominator = 1;
};

enum class FormulaKind : uint8_t { kFlat, kPercentOfTier, kPercentOfIncome, kPercentByRiskClass };

inline constexpr size_t kRiskClasses = 5;  // numbered from 1

// What one party pays of a percentage.
struct Share {
  Party party = Party::kMember;
  Ratio percent;
};

struct Formula {
  FormulaKind kind = FormulaKind::kFlat;
  Money amount;                  // kFlat
  Ratio percent;                 // kPercentOfTier
  std::vector<Share> shares;     // kPercentOfIncome; kPercentByRiskClass: by class
  std::optional<Money> floor;    // kPercentOfIncome: of the income
  std::optional<Money> ceiling;  // the same; not below the floor
};

struct ProgramRow {
  Program program = Program::kJkk;
  Month from;
  Month last;
  Formula formula;
  std::string source;
};

struct TierRow {
  Money income_from;  // the lower edge: an income belongs to the highest tier whose edge it reaches
  Money base;
  std::string source;
};

struct ReliefRow {
  ProgramSet programs;
  Month from;
  Month last;
  std::optional<Sector> sector;  // nothing: any
  std::optional<Payer> payer;
  Ratio factor;  // of the normal price
  std::string source;
};

// Part of what one programme brings in, as a percentage of the income.
struct MovedShare {
  Program program = Program::kJkk;
  Ratio percent;
};

// A fund that is fed by the bills of others, and by the state.
struct FundSplit {
  std::string fund;
  Month from;
  Month last;
  ProgramSet needs;  // a member's month counts where it has all these programmes
  std::vector<MovedShare> out_of;
  std::optional<Ratio> from_state;  // percentage of the income
  std::string source;
};

struct PenaltyRow {
  Month from;
  Month last;
  Ratio percent;  // of the price, for each month started since the due day
  std::string source;
};

struct SchemeDocument {
  SchemeId scheme;
  std::string title;
  std::string currency;  // ISO 4217; amounts are whole units of it
  Month first_month;
  ProgramSet programs;
  std::array<std::string, kAllPrograms.size()> program_titles;  // by Program; may be empty
  std::vector<ProgramRow> program_rows;  // in the order of kAllPrograms, then by month
  std::vector<TierRow> tiers;            // ascending; may be empty where no formula needs them
  std::vector<ReliefRow> reliefs;        // those applied
  int64_t due_months_after = 0;
  int64_t due_day = 15;
  std::vector<Day> holidays;  // ascending
  bool lapses = true;
  int64_t grace_months = 0;
  int64_t max_months_ahead = 0;
  std::vector<PenaltyRow> penalties;   // by month; empty: paying late costs nothing
  std::vector<FundSplit> fund_splits;  // by month
};

// Up to here a row without `until` holds: beyond any month that a payment of year 9999 settles.
inline constexpr Month kOpenEnd = Month::Of(99999, 12);

// Reads JSON text. The error names the row ("programs[2].formula.percent") and what would be valid.
Result<SchemeDocument> ReadSchemeDocument(std::string_view json);

}  // namespace iuran::rules
