// A scheme document, read: what a contribution month costs, when it is due, and how cover begins
// and ends. All numbers come from the document; code knows formula kinds only (rulebook 2, 3).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/rules/timeline.h"

namespace iuran::rules {

// What one programme of one month costs, and the row of the document that says so.
struct PriceLine {
  Program program = Program::kJkk;
  Money amount;
  std::string_view source;  // legal source; lives as long as the scheme
};

// A price and the last month that costs the same while the attributes stay as they are.
struct PriceRun {
  Money price;
  Month last;
};

class Scheme {
 public:
  // Reads and checks a scheme document (JSON; ledger/tariffs/README.md describes it). The error
  // names the row and what would be valid.
  static Result<std::shared_ptr<const Scheme>> Parse(std::string_view json);
  virtual ~Scheme() = default;

  virtual const SchemeId& id() const = 0;
  virtual const std::string& title() const = 0;
  virtual Month first_month() const = 0;    // no member's `from` is before it (2015-07)
  virtual ProgramSet programs() const = 0;  // those a member may have
  // Those priced by the risk class of the member's group: who has one needs a group that has a
  // class.
  virtual ProgramSet programs_by_risk_class() const { return {}; }
  virtual bool takes_penalty_payments() const = 0;
  virtual int64_t max_months_ahead() const = 0;  // a payment settles up to its month + this (120)
  virtual int64_t grace_months() const = 0;      // after the protection end's month (3)

  // The price of a contribution month, not before first_month(), with the attributes in force in it
  // (rulebook 2).
  virtual Money Price(Month month, const Attributes& attributes) const = 0;
  // The same, with how long it stays so: settling asks once for many months.
  virtual PriceRun PriceFrom(Month month, const Attributes& attributes) const {
    return {Price(month, attributes), month};
  }
  // The same, programme by programme, in the order of kAllPrograms; sums to Price.
  virtual std::vector<PriceLine> PriceLines(Month month, const Attributes& attributes) const = 0;
  // The (moved) due day of a contribution month (rulebook 3).
  virtual Day DueDay(Month month) const = 0;
};

// The schemes of a ledger, each version with the position it is in force from.
class SchemeBook {
 public:
  void Enact(Position position, std::shared_ptr<const Scheme> scheme);
  // The version in force as known at `known_at`; null where the scheme was not enacted yet.
  const Scheme* Find(const SchemeId& id, Position known_at) const;
  // Where the version in force now was enacted.
  std::optional<Position> LastPosition(const SchemeId& id) const;
  // Ids enacted as known at `known_at`, sorted.
  std::vector<SchemeId> Ids(Position known_at) const;

 private:
  struct Entry {
    Position position;
    std::shared_ptr<const Scheme> scheme;
  };
  std::vector<Entry> entries_;  // by position
};

}  // namespace iuran::rules
