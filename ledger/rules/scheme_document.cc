// Reads scheme documents: what each row holds, and what must be true between rows.
//
// Strict on purpose: a document is law in force, so a misspelt field or a row that overlaps another
// refuses the whole of it. Numbers are integers or decimal text; binary floating point is refused.
#include "ledger/rules/scheme_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ledger/rules/document_reader.h"

namespace iuran::rules {

namespace {

constexpr int64_t kMaxRupiah = 10'000'000'000'000;

Formula ReadFormula(DocumentReader& reader, const DocNode& node) {
  Formula formula;
  const DocNode kind = reader.At(node, "kind");
  if (*kind.json == "flat") {
    reader.Fields(node, {"kind", "amount"});
    formula.kind = FormulaKind::kFlat;
    formula.amount = Money::FromRupiah(reader.Whole(reader.At(node, "amount"), 1, kMaxRupiah));
  } else if (*kind.json == "percent_of_tier") {
    reader.Fields(node, {"kind", "percent"});
    formula.kind = FormulaKind::kPercentOfTier;
    formula.percent = reader.Percent(reader.At(node, "percent"));
  } else {
    reader.Refuse(kind, "\"flat\" or \"percent_of_tier\"");
  }
  return formula;
}

void ReadPrograms(DocumentReader& reader, const DocNode& top, SchemeDocument& document) {
  std::vector<std::pair<ProgramRow, std::string>> rows;  // with their paths
  for (const DocNode& node : reader.Rows(top, "programs")) {
    reader.Fields(node, {"program", "from", "formula", "source"}, {"until", "note"});
    ProgramRow row;
    const DocNode program = reader.At(node, "program");
    const ProgramSet named = reader.Parsed(program, ParseProgramSet);
    int count = 0;
    for (const Program each : kAllPrograms) {
      if (!named.Has(each)) continue;
      row.program = each;
      ++count;
    }
    if (count != 1) reader.Refuse(program, "one programme");
    row.from = reader.Parsed(reader.At(node, "from"), ParseMonth);
    row.last =
        reader.Has(node, "until") ? reader.Parsed(reader.At(node, "until"), ParseMonth) : kOpenEnd;
    row.formula = ReadFormula(reader, reader.At(node, "formula"));
    row.source = reader.Text(reader.At(node, "source"));
    if (reader.failed()) return;
    if (row.last < row.from) {
      reader.Refuse(reader.At(node, "until"), "a month not before `from`");
    }
    document.programs.Add(row.program);
    rows.emplace_back(std::move(row), node.path);
  }
  if (rows.empty()) return reader.Refuse("programs", "at least one row must stand there.");
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return a.first.program != b.first.program ? a.first.program < b.first.program
                                              : a.first.from < b.first.from;
  });
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto& [row, path] = rows[i];
    const bool first = i == 0 || rows[i - 1].first.program != row.program;
    const bool last = i + 1 == rows.size() || rows[i + 1].first.program != row.program;
    const Month wanted = first ? document.first_month : rows[i - 1].first.last + 1;
    if (row.from != wanted) {
      reader.Refuse(path, fmt::format("{} rows must follow each other without overlap or gap from "
                                      "first_month on; this one must begin in {}.",
                                      Name(row.program), wanted.ToString()));
    } else if (last && row.last != kOpenEnd) {
      reader.Refuse(path, fmt::format("the last {} row must have no \"until\": a price must stand "
                                      "for every month to come.",
                                      Name(row.program)));
    }
    document.program_rows.push_back(row);
  }
}

void ReadTiers(DocumentReader& reader, const DocNode& top, SchemeDocument& document) {
  for (const DocNode& node : reader.Rows(top, "tiers")) {
    reader.Fields(node, {"income_from", "base", "source"}, {"note"});
    TierRow tier;
    const DocNode edge = reader.At(node, "income_from");
    tier.income_from = Money::FromRupiah(reader.Whole(edge, 0, kMaxRupiah));
    tier.base = Money::FromRupiah(reader.Whole(reader.At(node, "base"), 1, kMaxRupiah));
    tier.source = reader.Text(reader.At(node, "source"));
    if (document.tiers.empty() && !tier.income_from.IsZero()) {
      reader.Refuse(edge, "0: the first tier must take every lower income");
    }
    if (!document.tiers.empty() && tier.income_from <= document.tiers.back().income_from) {
      reader.Refuse(edge, "an edge above that of the tier before");
    }
    document.tiers.push_back(std::move(tier));
  }
  for (size_t i = 0; i < document.program_rows.size(); ++i) {
    if (document.program_rows[i].formula.kind == FormulaKind::kPercentOfTier &&
        document.tiers.empty()) {
      reader.Refuse("tiers", "at least one tier must stand there for \"percent_of_tier\".");
    }
  }
}

// Whether some member and month could meet both rows for one programme.
bool Overlap(const ReliefRow& a, const ReliefRow& b) {
  const bool months = a.from <= b.last && b.from <= a.last;
  const bool programs = (a.programs.bits() & b.programs.bits()) != 0;
  const bool sectors = !a.sector || !b.sector || *a.sector == *b.sector;
  const bool payers = !a.payer || !b.payer || *a.payer == *b.payer;
  return months && programs && sectors && payers;
}

void ReadReliefs(DocumentReader& reader, const DocNode& top, SchemeDocument& document) {
  for (const DocNode& node : reader.Rows(top, "reliefs")) {
    reader.Fields(node, {"programs", "from", "until", "when", "factor", "source"}, {"note"});
    ReliefRow row;
    row.programs = reader.Parsed(reader.At(node, "programs"), ParseProgramSet);
    if ((row.programs.bits() & ~document.programs.bits()) != 0) {
      reader.Refuse(reader.At(node, "programs"), "programmes of this scheme");
    }
    row.from = reader.Parsed(reader.At(node, "from"), ParseMonth);
    row.last = reader.Parsed(reader.At(node, "until"), ParseMonth);
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
    if (reader.failed()) return;
    if (row.last < row.from) {
      reader.Refuse(reader.At(node, "until"), "a month not before `from`");
    }
    for (size_t i = 0; i < document.reliefs.size(); ++i) {
      if (Overlap(document.reliefs[i], row)) {
        reader.Refuse(node.path, fmt::format("it overlaps reliefs[{}]: of one programme, month and "
                                             "kind of member there may be one relief.",
                                             i));
      }
    }
    document.reliefs.push_back(std::move(row));
  }
}

void ReadHolidays(DocumentReader& reader, const DocNode& top, SchemeDocument& document) {
  for (const DocNode& node : reader.Rows(top, "holidays")) {
    reader.Fields(node, {"year", "days", "source"}, {"note"});
    const int64_t year = reader.Whole(reader.At(node, "year"), 1, 9999);
    reader.Text(reader.At(node, "source"));
    for (const DocNode& element : reader.Rows(node, "days")) {
      const Day day = reader.Parsed(element, ParseDay);
      if (reader.failed()) return;
      if (Month::Containing(day).Year() != year) {
        reader.Refuse(element, fmt::format("a day of {}", year));
      }
      if (!document.holidays.empty() && day <= document.holidays.back()) {
        reader.Refuse(element, "a day after the one before");
      }
      document.holidays.push_back(day);
    }
  }
}

void ReadTop(DocumentReader& reader, const DocNode& top, SchemeDocument& document) {
  reader.Fields(top,
                {"format", "scheme", "title", "currency", "first_month", "programs", "tiers",
                 "reliefs", "due", "holidays", "cover", "prepayment", "penalty"},
                {"note"});
  if (reader.failed()) return;
  reader.Whole(reader.At(top, "format"), 1, 1);
  document.scheme = reader.Parsed(reader.At(top, "scheme"), ParseId<SchemeId>);
  document.title = reader.Text(reader.At(top, "title"));
  reader.Word(reader.At(top, "currency"), "IDR");
  document.first_month = reader.Parsed(reader.At(top, "first_month"), ParseMonth);
  ReadPrograms(reader, top, document);
  ReadTiers(reader, top, document);
  ReadReliefs(reader, top, document);

  const DocNode due = reader.At(top, "due");
  reader.Fields(due, {"months_after", "day", "moved", "source"}, {"note"});
  document.due_months_after = reader.Whole(reader.At(due, "months_after"), 0, 12);
  document.due_day = reader.Whole(reader.At(due, "day"), 1, 31);
  reader.Word(reader.At(due, "moved"), "to_next_working_day");
  reader.Text(reader.At(due, "source"));
  ReadHolidays(reader, top, document);

  const DocNode cover = reader.At(top, "cover");
  reader.Fields(cover, {"kind", "grace_months", "source"}, {"note"});
  reader.Word(reader.At(cover, "kind"), "spells");
  document.grace_months = reader.Whole(reader.At(cover, "grace_months"), 0, 120);
  reader.Text(reader.At(cover, "source"));

  const DocNode prepayment = reader.At(top, "prepayment");
  reader.Fields(prepayment, {"months_ahead", "source"}, {"note"});
  document.max_months_ahead = reader.Whole(reader.At(prepayment, "months_ahead"), 0, 1200);
  reader.Text(reader.At(prepayment, "source"));

  const DocNode penalty = reader.At(top, "penalty");
  reader.Fields(penalty, {"kind", "source"}, {"note"});
  reader.Word(reader.At(penalty, "kind"), "none");
  reader.Text(reader.At(penalty, "source"));
}

}  // namespace

Result<SchemeDocument> ReadSchemeDocument(std::string_view json) {
  IURAN_ASSIGN(const nlohmann::json root, ParseJson(json));
  SchemeDocument document;
  DocumentReader reader;
  ReadTop(reader, DocNode{&root, DocumentReader::kRoot}, document);
  if (reader.failed()) return Fail(ErrorCode::kInvalidValue, reader.problem());
  return document;
}

}  // namespace iuran::rules
