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

// Who pays a part of the price: the member alone, or an employer and the worker.
enum class Party : uint8_t { kMember, kEmployer, kWorker };
std::string_view Name(Party party);  // "member", "employer", "worker"

// What one programme of one month costs one party, and the row of the document that says so.
struct PriceLine {
  Program program = Program::kJkk;
  Party party = Party::kMember;
  Money amount;
  std::string_view source;  // legal source; lives as long as the scheme
};

// Where the money of a month goes: a fund, and on whose account it is paid.
struct FundLine {
  std::string_view fund;             // "JKK", "JKP", ...; lives as long as the scheme
  std::optional<Program> billed_as;  // on the bill of this programme; nothing: the state adds it
  Money amount;
  std::string_view source;
};

// What paying a month late costs.
struct PenaltyLine {
  Money amount;        // one rounding, half up, to whole rupiah
  int64_t months = 0;  // started since the due day; 0: not late, or the scheme has no penalty
  std::string_view source;
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
  virtual const std::string& currency() const = 0;  // ISO 4217; amounts are whole units of it
  virtual Month first_month() const = 0;            // no member's `from` is before it (2015-07)
  virtual ProgramSet programs() const = 0;          // those a member may have
  // Those priced by the risk class of the member's group: who has one needs a group that has a
  // class.
  virtual ProgramSet programs_by_risk_class() const { return {}; }
  virtual bool takes_penalty_payments() const = 0;
  // Whether membership lapses, and a later payment opens a new spell; else it is one spell, and
  // cover says who answers for unpaid months.
  virtual bool lapses() const { return true; }
  virtual int64_t max_months_ahead() const = 0;  // a payment settles up to its month + this (120)
  // Where membership lapses: after the protection end's month; else: unpaid months with cover (3).
  virtual int64_t grace_months() const = 0;

  // The price of a contribution month, not before first_month(), with the attributes in force in it
  // (rulebook 2).
  virtual Money Price(Month month, const InForce& attributes) const = 0;
  // The same, with how long it stays so: settling asks once for many months.
  virtual PriceRun PriceFrom(Month month, const InForce& attributes) const {
    return {Price(month, attributes), month};
  }
  // The same, programme by programme, in the order of kAllPrograms, and party by party; sums to
  // Price.
  virtual std::vector<PriceLine> PriceLines(Month month, const InForce& attributes) const = 0;
  // The same by fund, with what is moved from one to another and what the state adds to them. Lines
  // that are billed sum to Price: a split never changes the bill.
  virtual std::vector<FundLine> FundLines(Month, const InForce&) const { return {}; }
  // The (moved) due day of a contribution month (rulebook 3).
  virtual Day DueDay(Month month) const = 0;
  // The same before weekends and holidays move it.
  virtual Day DueDayBeforeMoving(Month month) const = 0;
  // The penalty of a month that was settled on `day`, or is still unsettled on it (rulebook 5).
  virtual PenaltyLine Penalty(Month, Money /*price*/, Day /*day*/) const { return {}; }
};

// The schemes of a ledger, each version with the position it is in force from.
class SchemeBook {
 public:
  void Enact(Position position, std::shared_ptr<const Scheme> scheme);
  // The version in force as known at `known_at`; null where the scheme was not enacted yet.
  const Scheme* Find(const SchemeId& id, Position known_at) const;
  // Where the version in force as known at `known_at` was enacted.
  std::optional<Position> EnactedAt(const SchemeId& id, Position known_at) const;
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
