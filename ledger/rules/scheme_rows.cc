// See scheme_rows.h.
#include "ledger/rules/scheme_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace iuran::rules {

namespace {

constexpr int64_t kMaxRupiah = 10'000'000'000'000;

Money ReadRupiah(DocumentReader& reader, const DocNode& node, int64_t least) {
  return Money::FromRupiah(reader.Whole(node, least, kMaxRupiah));
}

Party ReadParty(DocumentReader& reader, const DocNode& node) {
  for (const Party party : {Party::kMember, Party::kEmployer, Party::kWorker}) {
    if (*node.json == Name(party)) return party;
  }
  reader.Refuse(node, "\"member\", \"employer\" or \"worker\"");
  return Party::kMember;
}

// The parts of one income, each with its own percentage; no party twice.
std::vector<Share> ReadParts(DocumentReader& reader, const DocNode& node) {
  std::vector<Share> shares;
  for (const DocNode& part : reader.Rows(node, "parts")) {
    reader.Fields(part, {"party", "percent"});
    const DocNode party = reader.At(part, "party");
    const Share share{ReadParty(reader, party), reader.Percent(reader.At(part, "percent"))};
    for (const Share& other : shares) {
      if (other.party == share.party)
        reader.Refuse(party, "a party that has no part yet: each may stand once");
    }
    shares.push_back(share);
  }
  if (shares.empty()) reader.Refuse(node.path + ".parts", "at least one part must stand there.");
  return shares;
}

// One percentage a class, all of one party.
std::vector<Share> ReadClasses(DocumentReader& reader, const DocNode& node) {
  const Party party = ReadParty(reader, reader.At(node, "party"));
  std::vector<Share> shares;
  for (const DocNode& percent : reader.Rows(node, "percents")) {
    shares.push_back({party, reader.Percent(percent)});
  }
  if (shares.size() != kRiskClasses) {
    reader.Refuse(node.path + ".percents",
                  fmt::format("one percentage for each risk class from 1 to {} must stand there.",
                              kRiskClasses));
  }
  return shares;
}

void ReadLimits(DocumentReader& reader, const DocNode& node, Formula& formula) {
  if (reader.Has(node, "floor")) {
    formula.floor = ReadRupiah(reader, reader.At(node, "floor"), 1);
  }
  if (!reader.Has(node, "ceiling")) return;
  const DocNode ceiling = reader.At(node, "ceiling");
  formula.ceiling = ReadRupiah(reader, ceiling, 1);
  if (formula.floor && *formula.ceiling < *formula.floor) {
    reader.Refuse(ceiling, "an amount not below `floor`");
  }
}

Formula ReadFormula(DocumentReader& reader, const DocNode& node) {
  Formula formula;
  const DocNode kind = reader.Kind(node);
  if (*kind.json == "flat") {
    reader.Fields(node, {"kind", "amount"});
    formula.kind = FormulaKind::kFlat;
    formula.amount = ReadRupiah(reader, reader.At(node, "amount"), 1);
  } else if (*kind.json == "percent_of_tier") {
    reader.Fields(node, {"kind", "percent"});
    formula.kind = FormulaKind::kPercentOfTier;
    formula.percent = reader.Percent(reader.At(node, "percent"));
  } else if (*kind.json == "percent_of_income") {
    reader.Fields(node, {"kind", "parts"}, {"floor", "ceiling"});
    formula.kind = FormulaKind::kPercentOfIncome;
    formula.shares = ReadParts(reader, node);
    ReadLimits(reader, node, formula);
  } else if (*kind.json == "percent_by_risk_class") {
    reader.Fields(node, {"kind", "party", "percents"});
    formula.kind = FormulaKind::kPercentByRiskClass;
    formula.shares = ReadClasses(reader, node);
  } else {
    reader.Refuse(kind,
                  "\"flat\", \"percent_of_tier\", \"percent_of_income\" or "
                  "\"percent_by_risk_class\"");
  }
  return formula;
}

Program ReadProgram(DocumentReader& reader, const DocNode& node) {
  for (const Program program : kAllPrograms) {
    if (*node.json == Name(program)) return program;
  }
  reader.Refuse(node, "one programme: \"JKK\", \"JKM\", \"JHT\" or \"JP\"");
  return Program::kJkk;
}

// Whether some member and month could meet both rows for one programme.
bool Overlap(const ReliefRow& a, const ReliefRow& b) {
  const bool months = a.from <= b.last && b.from <= a.last;
  const bool programs = (a.programs.bits() & b.programs.bits()) != 0;
  const bool sectors = !a.sector || !b.sector || *a.sector == *b.sector;
  const bool payers = !a.payer || !b.payer || *a.payer == *b.payer;
  return months && programs && sectors && payers;
}

ProgramSet ReadProgramsOf(DocumentReader& reader, const DocNode& node, const char* field,
                          const SchemeDocument& document) {
  const DocNode named = reader.At(node, field);
  const ProgramSet programs = reader.Parsed(named, ParseProgramSet);
  if ((programs.bits() & ~document.programs.bits()) != 0) {
    reader.Refuse(
        named, fmt::format("programmes of this scheme, which are {}", ToString(document.programs)));
  }
  return programs;
}

ReliefRow ReadRelief(DocumentReader& reader, const DocNode& node, const SchemeDocument& document) {
  ReliefRow row;
  row.programs = ReadProgramsOf(reader, node, "programs", document);
  const Months months = ReadMonths(reader, node);
  row.from = months.from;
  row.last = months.last;
  const DocNode when = reader.At(node, "when");
  reader.Fields(when, {}, {"sector", "payer"});
  if (reader.Has(when, "sector")) {
    row.sector = reader.Parsed(reader.At(when, "sector"), ParseSector);
  }
  if (reader.Has(when, "payer")) {
    row.payer = reader.Parsed(reader.At(when, "payer"), ParsePayer);
  }
  row.factor = reader.Fraction(reader.At(node, "factor"));
  row.source = reader.Text(reader.At(node, "source"));
  return row;
}

FundSplit ReadFundSplit(DocumentReader& reader, const DocNode& node,
                        const SchemeDocument& document) {
  reader.Fields(node, {"fund", "from", "programs", "out_of", "source"},
                {"until", "from_state", "note"});
  FundSplit split;
  split.fund = reader.Text(reader.At(node, "fund"));
  const Months months = ReadMonths(reader, node);
  split.from = months.from;
  split.last = months.last;
  split.needs = ReadProgramsOf(reader, node, "programs", document);
  for (const DocNode& element : reader.Rows(node, "out_of")) {
    reader.Fields(element, {"program", "percent"});
    const DocNode named = reader.At(element, "program");
    const Program program = ReadProgram(reader, named);
    if (!split.needs.Has(program))
      reader.Refuse(named, fmt::format("one of the row's \"programs\", {}", ToString(split.needs)));
    for (const MovedShare& other : split.out_of) {
      if (other.program == program)
        reader.Refuse(named, "a programme not named yet: each may stand once");
    }
    split.out_of.push_back({program, reader.Percent(reader.At(element, "percent"))});
  }
  if (reader.Has(node, "from_state")) {
    split.from_state = reader.Percent(reader.At(node, "from_state"));
  }
  split.source = reader.Text(reader.At(node, "source"));
  return split;
}

}  // namespace

Months ReadMonths(DocumentReader& reader, const DocNode& node) {
  Months months{reader.Parsed(reader.At(node, "from"), ParseMonth), kOpenEnd};
  if (reader.Has(node, "until")) {
    const DocNode until = reader.At(node, "until");
    months.last = reader.Parsed(until, ParseMonth);
    if (months.last < months.from) reader.Refuse(until, "a month not before `from`");
  }
  return months;
}

bool IsApplied(DocumentReader& reader, const DocNode& node) {
  if (!reader.Has(node, "not_applied")) return true;
  reader.Text(reader.At(node, "not_applied"));
  return false;
}

void CheckSequence(DocumentReader& reader, const std::string& path, std::string_view what,
                   Month wanted, const Months& months, bool last) {
  if (wanted > kOpenEnd) {
    reader.Refuse(path,
                  fmt::format("a {} row before it has no \"until\", so that it holds for every "
                              "month to come; give that one its last month.",
                              what));
  } else if (months.from != wanted) {
    reader.Refuse(path, fmt::format("{} rows must follow each other without overlap or gap from "
                                    "first_month on; this one must begin in {}.",
                                    what, wanted.ToString()));
  } else if (last && months.last != kOpenEnd) {
    reader.Refuse(path, fmt::format("the last {} row must have no \"until\": one must hold for "
                                    "every month to come.",
                                    what));
  }
}

void ReadPrograms(DocumentReader& reader, const DocNode& top, SchemeDocument& document) {
  std::vector<std::pair<ProgramRow, std::string>> rows;  // with their paths
  for (const DocNode& node : reader.Rows(top, "programs")) {
    reader.Fields(node, {"program", "from", "formula", "source"}, {"until", "note"});
    ProgramRow row;
    row.program = ReadProgram(reader, reader.At(node, "program"));
    const Months months = ReadMonths(reader, node);
    row.from = months.from;
    row.last = months.last;
    row.formula = ReadFormula(reader, reader.At(node, "formula"));
    row.source = reader.Text(reader.At(node, "source"));
    if (reader.failed()) return;
    document.programs.Add(row.program);
    rows.emplace_back(std::move(row), node.path);
  }
  if (rows.empty()) return reader.Refuse("programs", "at least one row must stand there.");
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return a.first.program != b.first.program ? a.first.program < b.first.program
                                              : a.first.from < b.first.from;
  });
  for (size_t i = 0; i < rows.size(); ++i) {
    auto& [row, path] = rows[i];
    const bool first = i == 0 || rows[i - 1].first.program != row.program;
    const bool last = i + 1 == rows.size() || rows[i + 1].first.program != row.program;
    const Month wanted = first ? document.first_month : rows[i - 1].first.last + 1;
    CheckSequence(reader, path, Name(row.program), wanted, {row.from, row.last}, last);
    document.program_rows.push_back(row);
  }
}

void ReadTiers(DocumentReader& reader, const DocNode& top, SchemeDocument& document) {
  for (const DocNode& node : reader.Rows(top, "tiers")) {
    reader.Fields(node, {"income_from", "base", "source"}, {"note"});
    TierRow tier;
    const DocNode edge = reader.At(node, "income_from");
    tier.income_from = ReadRupiah(reader, edge, 0);
    tier.base = ReadRupiah(reader, reader.At(node, "base"), 1);
    tier.source = reader.Text(reader.At(node, "source"));
    if (document.tiers.empty() && !tier.income_from.IsZero()) {
      reader.Refuse(edge, "0: the first tier must take every lower income");
    }
    if (!document.tiers.empty() && tier.income_from <= document.tiers.back().income_from) {
      reader.Refuse(edge, "an edge above that of the tier before");
    }
    document.tiers.push_back(std::move(tier));
  }
  for (const ProgramRow& row : document.program_rows) {
    if (row.formula.kind == FormulaKind::kPercentOfTier && document.tiers.empty()) {
      reader.Refuse("tiers", "at least one tier must stand there for \"percent_of_tier\".");
    }
  }
}

void ReadReliefs(DocumentReader& reader, const DocNode& top, SchemeDocument& document) {
  std::vector<std::pair<ReliefRow, std::string>> rows;  // those applied, with their paths
  for (const DocNode& node : reader.Rows(top, "reliefs")) {
    reader.Fields(node, {"programs", "from", "until", "when", "factor", "source"},
                  {"not_applied", "note"});
    ReliefRow row = ReadRelief(reader, node, document);
    const bool applied = IsApplied(reader, node);
    if (reader.failed()) return;
    if (!applied) continue;
    for (const auto& [other, path] : rows) {
      if (Overlap(other, row)) {
        reader.Refuse(node.path, fmt::format("it overlaps {}: of one programme, month and kind of "
                                             "member there may be one relief.",
                                             path));
      }
    }
    rows.emplace_back(std::move(row), node.path);
  }
  for (auto& [row, path] : rows) document.reliefs.push_back(std::move(row));
}

void ReadFundSplits(DocumentReader& reader, const DocNode& top, SchemeDocument& document) {
  if (!reader.Has(top, "fund_split")) return;
  std::vector<std::string> paths;
  for (const DocNode& node : reader.Rows(top, "fund_split")) {
    FundSplit split = ReadFundSplit(reader, node, document);
    if (reader.failed()) return;
    for (size_t i = 0; i < document.fund_splits.size(); ++i) {
      const FundSplit& other = document.fund_splits[i];
      if (other.fund == split.fund && other.from <= split.last && split.from <= other.last) {
        reader.Refuse(node.path,
                      fmt::format("it overlaps {}: a fund has one split a month.", paths[i]));
      }
    }
    document.fund_splits.push_back(std::move(split));
    paths.push_back(node.path);
  }
}

}  // namespace iuran::rules
