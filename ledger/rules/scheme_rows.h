// The rows of a scheme document that say what a month costs and where the money goes: programmes,
// tiers, reliefs and fund splits. Part of reading a document (scheme_document.h).
#pragma once

#include "ledger/rules/document_reader.h"

namespace iuran::rules {

// Each takes one field of the document. first_month has been read; programmes come first.
void ReadPrograms(DocumentReader& reader, const DocNode& top, SchemeDocument& document);
void ReadTiers(DocumentReader& reader, const DocNode& top, SchemeDocument& document);
void ReadReliefs(DocumentReader& reader, const DocNode& top, SchemeDocument& document);
void ReadFundSplits(DocumentReader& reader, const DocNode& top, SchemeDocument& document);

// `from` and `until` of a row; without `until` it holds for ever.
struct Months {
  Month from;
  Month last;
};
Months ReadMonths(DocumentReader& reader, const DocNode& node);

// Whether a row holds: one with `not_applied` says, as text, why it does not.
bool IsApplied(DocumentReader& reader, const DocNode& node);

// Whether `months` of a row go on where `before` ended, or at `first_month` where there is no row
// before; and whether only the last is open. `what` names the rows in the message.
void CheckSequence(DocumentReader& reader, const std::string& path, std::string_view what,
                   Month wanted, const Months& months, bool last);

}  // namespace iuran::rules
