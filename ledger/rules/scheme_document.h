// A scheme document as plain values, checked: what ledger/tariffs/README.md describes, read.
//
// Reading it guarantees: every programme has exactly one row for every month from first_month on;
// tiers ascend from 0; no two reliefs hold for one programme, month and member; days ascend.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"

namespace iuran::rules {

using namespace events;

// An exact fraction: 1 % is 100/10000 where the document says "1.00".
struct Ratio {
  int64_t numerator = 1;
  int64_t denominator = 1;
};

enum class FormulaKind : uint8_t { kFlat, kPercentOfTier };

struct Formula {
  FormulaKind kind = FormulaKind::kFlat;
  Money amount;   // kFlat
  Ratio percent;  // kPercentOfTier
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

struct SchemeDocument {
  SchemeId scheme;
  std::string title;
  Month first_month;
  ProgramSet programs;
  std::vector<ProgramRow> program_rows;  // in the order of kAllPrograms, then by month
  std::vector<TierRow> tiers;            // ascending; may be empty where no formula needs them
  std::vector<ReliefRow> reliefs;
  int64_t due_months_after = 0;
  int64_t due_day = 15;
  std::vector<Day> holidays;  // ascending
  int64_t grace_months = 0;
  int64_t max_months_ahead = 0;
};

// Up to here a row without `until` holds: beyond any month that a payment of year 9999 settles.
inline constexpr Month kOpenEnd = Month::Of(99999, 12);

// Reads JSON text. The error names the row ("programs[2].formula.percent") and what would be valid.
Result<SchemeDocument> ReadSchemeDocument(std::string_view json);

}  // namespace iuran::rules
