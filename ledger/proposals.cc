#include "ledger/proposals.h"

#include <span>

#include "ledger/book_rows.h"

namespace iuran::ledger {

Result<std::optional<Event>> FindRecorded(const Ledger& ledger, const std::string& key,
                                          Position known_at) {
  IURAN_ASSIGN(const auto found, ledger.log().FindKeys(std::span(&key, 1)));
  if (!found[0] || found[0]->position > known_at.value) return std::nullopt;
  IURAN_ASSIGN(Event event, ledger.ReadEvent(Position{found[0]->position}));
  return std::optional(std::move(event));
}

Result<std::vector<std::string>> ProposalIds(const Ledger& ledger) {
  std::vector<std::string> ids;
  const std::string prefix = ProposalRowKey("");
  IURAN_TRY(ledger.log().VisitRows(log::Table::kBook, [&](std::string_view key, std::string_view) {
    if (key.starts_with(prefix)) ids.emplace_back(key.substr(prefix.size()));
  }));
  return ids;
}

}  // namespace iuran::ledger
