// Reads scheme documents: what each row holds, and what must be true between rows.
//
// Strict on purpose: a document is law in force, so a misspelt field or a row that overlaps another
// refuses the whole of it. Numbers are integers or decimal text; binary floating point is refused.
#include "ledger/rules/scheme_document.h"

#include <fmt/format.h>

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
  const DocNode kind = reader.At(penalty, "kind");
  if (*kind.json == "none") {
    reader.Fields(penalty, {"kind", "source"}, {"note"});
    reader.Text(reader.At(penalty, "source"));
    return;
  }
  if (*kind.json != "per_started_month") {
    return reader.Refuse(kind, "\"none\" or \"per_started_month\"");
  }
  reader.Fields(penalty, {"kind", "rows"}, {"note"});
  const std::vector<DocNode> nodes = reader.Rows(penalty, "rows");
  if (nodes.empty()) reader.Refuse("penalty.rows", "at least one row must stand there.");
  Month wanted = document.first_month;
  for (const DocNode& node : nodes) {
    reader.Fields(node, {"percent", "from", "source"}, {"until", "note"});
    const Months months = ReadMonths(reader, node);
    const Ratio percent = reader.Percent(reader.At(node, "percent"));
    const std::string source = reader.Text(reader.At(node, "source"));
    if (reader.failed()) return;
    CheckSequence(reader, node.path, "penalty", wanted, months, &node == &nodes.back());
    document.penalties.push_back({months.from, months.last, percent, source});
    wanted = months.last + 1;
  }
}

void ReadTop(DocumentReader& reader, const DocNode& top, SchemeDocument& document) {
  reader.Fields(top,
                {"format", "scheme", "title", "currency", "first_month", "programs", "tiers",
                 "reliefs", "due", "holidays", "cover", "prepayment", "penalty"},
                {"fund_split", "note"});
  if (reader.failed()) return;
  reader.Whole(reader.At(top, "format"), 1, 1);
  document.scheme = reader.Parsed(reader.At(top, "scheme"), ParseId<SchemeId>);
  document.title = reader.Text(reader.At(top, "title"));
  reader.Word(reader.At(top, "currency"), "IDR");
  document.first_month = reader.Parsed(reader.At(top, "first_month"), ParseMonth);
  ReadPrograms(reader, top, document);
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
