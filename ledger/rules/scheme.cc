// Prices and due days from a scheme document, worked out ahead, and the schemes of a ledger.
#include "ledger/rules/scheme.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "events/check.h"
#include "ledger/rules/scheme_document.h"

namespace iuran::rules {

namespace {

// What a programme row costs under one relief (or none) in one tier. One rounding, half up, from
// the exact product of base, percentage and relief (rulebook 2).
struct Cell {
  Money amount;  // of rows whose amount does not follow the income
  Ratio factor;  // of the relief
  std::string source;
};

std::string Joined(const std::string& a, const std::string& b) { return a + "; " + b; }

Money PercentOf(Money base, const Ratio& percent, const Ratio& factor) {
  return RoundedShare(base, percent.numerator * factor.numerator,
                      percent.denominator * factor.denominator);
}

// The same day `months` after that of `day`, clamped to the end of its month.
Day MonthsAfter(Day day, int32_t months) {
  const Month month = Month::Containing(day);
  return (month + months).DayOf(day - month.FirstDay() + 1);
}

// Due days are asked for over and over; those of the months people live in are kept.
constexpr int kDueMonthsKept = 1200;

class DocumentScheme final : public Scheme {
 public:
  explicit DocumentScheme(SchemeDocument document) : document_(std::move(document)) {
    for (const ProgramRow& row : document_.program_rows) AddRow(row);
    for (const ReliefRow& relief : document_.reliefs) {
      price_steps_.push_back(relief.from);
      price_steps_.push_back(relief.last + 1);
    }
    std::sort(price_steps_.begin(), price_steps_.end());
    for (int i = 0; i < kDueMonthsKept; ++i) {
      due_days_.push_back(WorkOutDueDay(document_.first_month + i));
    }
  }

  const SchemeId& id() const override { return document_.scheme; }
  const std::string& title() const override { return document_.title; }
  const std::string& currency() const override { return document_.currency; }
  Month first_month() const override { return document_.first_month; }
  ProgramSet programs() const override { return document_.programs; }
  ProgramSet programs_by_risk_class() const override { return by_risk_class_; }
  bool takes_penalty_payments() const override { return !document_.penalties.empty(); }
  bool lapses() const override { return document_.lapses; }
  int64_t max_months_ahead() const override { return document_.max_months_ahead; }
  int64_t grace_months() const override { return document_.grace_months; }

  Money Price(Month month, const InForce& attributes) const override {
    Money price;
    ForEachLine(month, attributes, [&price](const PriceLine& line) { price += line.amount; });
    return price;
  }

  PriceRun PriceFrom(Month month, const InForce& attributes) const override {
    const auto step = std::upper_bound(price_steps_.begin(), price_steps_.end(), month);
    return {Price(month, attributes), step == price_steps_.end() ? kOpenEnd : *step - 1};
  }

  std::vector<PriceLine> PriceLines(Month month, const InForce& attributes) const override {
    std::vector<PriceLine> lines;
    ForEachLine(month, attributes, [&lines](const PriceLine& line) { lines.push_back(line); });
    return lines;
  }

  std::vector<FundLine> FundLines(Month month, const InForce& attributes) const override {
    std::vector<FundLine> lines;
    ForEachLine(month, attributes, [&lines](const PriceLine& line) {
      if (lines.empty() || lines.back().billed_as != line.program) {
        lines.push_back({Name(line.program), line.program, Money(), line.source});
      }
      lines.back().amount += line.amount;
    });
    for (const FundSplit& split : document_.fund_splits) {
      const auto needs = split.needs.bits();
      if (month < split.from || month > split.last) continue;
      if ((attributes.programs.bits() & needs) == needs) Split(split, attributes.income, lines);
    }
    return lines;
  }

  Day DueDayBeforeMoving(Month month) const override {
    return (month + static_cast<int32_t>(document_.due_months_after))
        .DayOf(static_cast<int>(document_.due_day));
  }

  Day DueDay(Month month) const override {
    const int32_t index = month - document_.first_month;
    if (index >= 0 && index < kDueMonthsKept) return due_days_[static_cast<size_t>(index)];
    return WorkOutDueDay(month);
  }

  PenaltyLine Penalty(Month month, Money price, Day day) const override {
    const Day due = DueDay(month);
    if (day <= due) return {};
    for (const PenaltyRow& row : document_.penalties) {
      if (month < row.from || month > row.last) continue;
      const int32_t months = Month::Containing(day) - Month::Containing(due);
      const int64_t started = std::max(1, day > MonthsAfter(due, months) ? months + 1 : months);
      return {RoundedShare(price, row.percent.numerator * started, row.percent.denominator),
              started, row.source};
    }
    return {};
  }

 private:
  // A programme row with its cells: for no relief, then for each relief of the document, one cell a
  // tier (or one alone where the tier does not matter).
  struct PricedRow {
    Month from;
    Month last;
    const Formula* formula;
    size_t tiers = 1;
    std::vector<Cell> cells;
  };

  void AddRow(const ProgramRow& row) {
    PricedRow priced{row.from, row.last, &row.formula, 1, {}};
    const bool by_tier = row.formula.kind == FormulaKind::kPercentOfTier;
    if (by_tier) priced.tiers = document_.tiers.size();
    if (row.formula.kind == FormulaKind::kPercentByRiskClass) by_risk_class_.Add(row.program);
    for (size_t relief = 0; relief <= document_.reliefs.size(); ++relief) {
      const ReliefRow* granted = relief == 0 ? nullptr : &document_.reliefs[relief - 1];
      for (size_t tier = 0; tier < priced.tiers; ++tier) {
        Cell cell;
        cell.factor = granted == nullptr ? Ratio{} : granted->factor;
        cell.source = row.source;
        if (by_tier) {
          const TierRow& of = document_.tiers[tier];
          cell.amount = PercentOf(of.base, row.formula.percent, cell.factor);
          cell.source = Joined(cell.source, of.source);
        } else if (row.formula.kind == FormulaKind::kFlat) {
          cell.amount = PercentOf(row.formula.amount, Ratio{}, cell.factor);
        }
        if (granted != nullptr) cell.source = Joined(cell.source, granted->source);
        priced.cells.push_back(std::move(cell));
      }
    }
    price_steps_.push_back(row.from);
    rows_[static_cast<size_t>(row.program)].push_back(std::move(priced));
  }

  size_t TierOf(Money income) const {
    if (document_.tiers.empty()) return 0;
    const auto above =
        std::upper_bound(document_.tiers.begin(), document_.tiers.end(), income,
                         [](Money value, const TierRow& tier) { return value < tier.income_from; });
    IURAN_CHECK(above != document_.tiers.begin(), "an income is not below 0");
    return static_cast<size_t>(above - document_.tiers.begin()) - 1;
  }

  // 0: none; else the number of the relief, from 1. At most one holds (scheme_document.h).
  size_t ReliefOf(Program program, Month month, const Attributes& attributes) const {
    for (size_t i = 0; i < document_.reliefs.size(); ++i) {
      const ReliefRow& relief = document_.reliefs[i];
      if (relief.programs.Has(program) && relief.from <= month && month <= relief.last &&
          (!relief.sector || *relief.sector == attributes.sector) &&
          (!relief.payer || *relief.payer == attributes.payer)) {
        return i + 1;
      }
    }
    return 0;
  }

  const PricedRow& RowOf(Program program, Month month) const {
    for (const PricedRow& row : rows_[static_cast<size_t>(program)]) {
      if (row.from <= month && month <= row.last) return row;
    }
    IURAN_CHECK(false, "a price is asked for a programme and a month of the scheme");
    std::abort();
  }

  // The one way to a price: calls each(line) for the parts of it, in order.
  template <typename Each>
  void ForEachLine(Month month, const InForce& attributes, const Each& each) const {
    const size_t tier = TierOf(attributes.income);
    for (const Program program : kAllPrograms) {
      if (!attributes.programs.Has(program)) continue;
      const PricedRow& row = RowOf(program, month);
      const size_t relief = ReliefOf(program, month, attributes);
      const Cell& cell = row.cells[relief * row.tiers + (row.tiers == 1 ? 0 : tier)];
      const Formula& formula = *row.formula;
      switch (formula.kind) {
        case FormulaKind::kFlat:
        case FormulaKind::kPercentOfTier:
          each(PriceLine{program, Party::kMember, cell.amount, cell.source});
          break;
        case FormulaKind::kPercentOfIncome: {
          Money base = attributes.income;
          if (formula.floor) base = std::max(base, *formula.floor);
          if (formula.ceiling) base = std::min(base, *formula.ceiling);
          for (const Share& share : formula.shares) {
            each(PriceLine{program, share.party, PercentOf(base, share.percent, cell.factor),
                           cell.source});
          }
          break;
        }
        case FormulaKind::kPercentByRiskClass: {
          IURAN_CHECK(attributes.risk >= 1 && attributes.risk <= formula.shares.size(),
                      "a member priced by risk class is in a group that has one");
          const Share& share = formula.shares[attributes.risk - 1u];
          each(PriceLine{program, share.party,
                         PercentOf(attributes.income, share.percent, cell.factor), cell.source});
          break;
        }
      }
    }
  }

  // Moves a split's part of each bill to its fund, never more than the bill has, and adds what the
  // state pays.
  static void Split(const FundSplit& split, Money income, std::vector<FundLine>& lines) {
    for (const MovedShare& moved : split.out_of) {
      const auto billed = std::find_if(lines.begin(), lines.end(), [&moved](const FundLine& line) {
        return line.billed_as == moved.program;
      });
      const Money amount = std::min(billed->amount, PercentOf(income, moved.percent, Ratio{}));
      billed->amount -= amount;
      lines.push_back({split.fund, moved.program, amount, split.source});
    }
    if (split.from_state) {
      lines.push_back(
          {split.fund, std::nullopt, PercentOf(income, *split.from_state, Ratio{}), split.source});
    }
  }

  // Rulebook 3: the day of the document, moved over weekends and listed holidays.
  Day WorkOutDueDay(Month month) const {
    const auto& holidays = document_.holidays;
    Day day = DueDayBeforeMoving(month);
    while (day.Weekday() == 0 || day.Weekday() == 6 ||
           std::binary_search(holidays.begin(), holidays.end(), day)) {
      day = day + 1;
    }
    return day;
  }

  SchemeDocument document_;
  ProgramSet by_risk_class_;
  std::array<std::vector<PricedRow>, kAllPrograms.size()> rows_;  // by programme, then by month
  std::vector<Month> price_steps_;  // ascending: months in which some price may differ from before
  std::vector<Day> due_days_;       // from first_month on
};

}  // namespace

std::string_view Name(Party party) {
  switch (party) {
    case Party::kMember:
      return "member";
    case Party::kEmployer:
      return "employer";
    case Party::kWorker:
      return "worker";
  }
  return "unknown";
}

Result<std::shared_ptr<const Scheme>> Scheme::Parse(std::string_view json) {
  IURAN_ASSIGN(SchemeDocument document, ReadSchemeDocument(json));
  return std::make_shared<const DocumentScheme>(std::move(document));
}

void SchemeBook::Enact(Position position, std::shared_ptr<const Scheme> scheme) {
  IURAN_CHECK(entries_.empty() || entries_.back().position < position,
              "schemes are enacted in log order");
  entries_.push_back({position, std::move(scheme)});
}

const Scheme* SchemeBook::Find(const SchemeId& id, Position known_at) const {
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (entry->position <= known_at && entry->scheme->id() == id) return entry->scheme.get();
  }
  return nullptr;
}

std::optional<Position> SchemeBook::EnactedAt(const SchemeId& id, Position known_at) const {
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (entry->position <= known_at && entry->scheme->id() == id) return entry->position;
  }
  return std::nullopt;
}

std::vector<SchemeId> SchemeBook::Ids(Position known_at) const {
  std::vector<SchemeId> ids;
  for (const Entry& entry : entries_) {
    if (entry.position <= known_at) ids.push_back(entry.scheme->id());
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace iuran::rules
