// Reads scheme documents: what each row holds, and what must be true between rows.
//
// Strict on purpose: a document is law in force, so a misspelt field or a row that overlaps another
// refuses the whole of it. Numbers are integers or decimal text; binary floating point is refused.
#include "ledger/rules/scheme_document.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/rules/document_reader.h"
#include "ledger/rules/scheme_rows.h"

namespace iuran::rules {

namespace {

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

void ReadDue(DocumentReader& reader, const DocNode& due, SchemeDocument& document) {
  reader.Fields(due, {"months_after", "day", "moved", "source"}, {"note"});
  document.due_months_after = reader.Whole(reader.At(due, "months_after"), 0, 12);
  document.due_day = reader.Whole(reader.At(due, "day"), 1, 31);
  reader.Word(reader.At(due, "moved"), "to_next_working_day");
  reader.Text(reader.At(due, "source"));
}

void ReadCover(DocumentReader& reader, const DocNode& cover, SchemeDocument& document) {
  reader.Fields(cover, {"kind", "grace_months", "source"}, {"note"});
  const DocNode kind = reader.At(cover, "kind");
  document.lapses = *kind.json == "spells";
  if (!document.lapses && *kind.json != "employment") {
    reader.Refuse(kind, "\"spells\" or \"employment\"");
  }
  document.grace_months = reader.Whole(reader.At(cover, "grace_months"), 0, 120);
  reader.Text(reader.At(cover, "source"));
}

void ReadPenalty(DocumentReader& reader, const DocNode& penalty, SchemeDocument& document) {
  const DocNode kind = reader.Kind(penalty);
  if (*kind.json == "none") {
    reader.Fields(penalty, {"kind", "source"}, {"note"});
    reader.Text(reader.At(penalty, "source"));
    return;
  }
  if (*kind.json != "per_started_month") {
    return reader.Refuse(kind, "\"none\" or \"per_started_month\"");
  }
  reader.Fields(penalty, {"kind", "rows"}, {"note"});
  std::vector<std::string> paths;  // of the rows applied
  for (const DocNode& node : reader.Rows(penalty, "rows")) {
    reader.Fields(node, {"percent", "from", "source"}, {"until", "not_applied", "note"});
    const Months months = ReadMonths(reader, node);
    const Ratio percent = reader.Percent(reader.At(node, "percent"));
    const std::string source = reader.Text(reader.At(node, "source"));
    if (!IsApplied(reader, node)) continue;
    document.penalties.push_back({months.from, months.last, percent, source});
    paths.push_back(node.path);
  }
  if (paths.empty()) reader.Refuse("penalty.rows", "at least one row must stand there that holds.");
  Month wanted = document.first_month;
  for (size_t i = 0; i < paths.size(); ++i) {
    const PenaltyRow& row = document.penalties[i];
    CheckSequence(reader, paths[i], "penalty", wanted, {row.from, row.last}, i + 1 == paths.size());
    wanted = row.last + 1;
  }
}

std::string ReadCurrency(DocumentReader& reader, const DocNode& node) {
  std::string code = reader.Text(node);
  const bool capitals =
      std::all_of(code.begin(), code.end(), [](char c) { return 'A' <= c && c <= 'Z'; });
  if (code.size() != 3 || !capitals) {
    reader.Refuse(node, "a currency code of three capital letters (ISO 4217), such as \"IDR\"");
  }
  return code;
}

void ReadProgramTitles(DocumentReader& reader, const DocNode& top, SchemeDocument& document) {
  if (!reader.Has(top, "program_titles")) return;
  const DocNode titles = reader.At(top, "program_titles");
  std::vector<std::string_view> names;
  for (const Program program : kAllPrograms) {
    if (document.programs.Has(program)) names.push_back(Name(program));
  }
  reader.Fields(titles, {}, names);
  for (const Program program : kAllPrograms) {
    const std::string name(Name(program));
    if (!reader.Has(titles, name.c_str())) continue;
    document.program_titles[static_cast<size_t>(program)] =
        reader.Text(reader.At(titles, name.c_str()));
  }
}

void ReadTop(DocumentReader& reader, const DocNode& top, SchemeDocument& document) {
  reader.Fields(top,
                {"format", "scheme", "title", "currency", "first_month", "programs", "tiers",
                 "reliefs", "due", "holidays", "cover", "prepayment", "penalty"},
                {"fund_split", "program_titles", "note"});
  if (reader.failed()) return;
  const DocNode format = reader.At(top, "format");
  if (!format.json->is_number_integer() || *format.json != 1) reader.Refuse(format, "1");
  document.scheme = reader.Parsed(reader.At(top, "scheme"), ParseId<SchemeId>);
  document.title = reader.Text(reader.At(top, "title"));
  document.currency = ReadCurrency(reader, reader.At(top, "currency"));
  document.first_month = reader.Parsed(reader.At(top, "first_month"), ParseMonth);
  ReadPrograms(reader, top, document);
  ReadProgramTitles(reader, top, document);
  ReadTiers(reader, top, document);
  ReadReliefs(reader, top, document);
  ReadFundSplits(reader, top, document);
  ReadDue(reader, reader.At(top, "due"), document);
  ReadHolidays(reader, top, document);
  ReadCover(reader, reader.At(top, "cover"), document);
  const DocNode prepayment = reader.At(top, "prepayment");
  reader.Fields(prepayment, {"months_ahead", "source"}, {"note"});
  document.max_months_ahead = reader.Whole(reader.At(prepayment, "months_ahead"), 0, 1200);
  reader.Text(reader.At(prepayment, "source"));
  ReadPenalty(reader, reader.At(top, "penalty"), document);
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
