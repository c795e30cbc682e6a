// Cutting a ledger back. See cut_back.h.
#include "ledger/cut_back.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "events/codec.h"
#include "ledger/derived_book.h"
#include "ledger/log/log_cut.h"
#include "ledger/vault.h"

namespace iuran::ledger {
namespace {

constexpr std::string_view kPersonPrefix = "person/";
constexpr std::string_view kNikPrefix = "nik/";
constexpr std::string_view kAliasPrefix = "k/";

Result<void> ForEachEvent(const log::EventLog& log, uint64_t from, uint64_t to,
                          const std::function<void(const Event&)>& visit) {
  IURAN_ASSIGN(const auto cursor, log.Scan(from, to));
  for (;;) {
    IURAN_ASSIGN(const bool more, cursor->NextPage());
    if (!more) return {};
    for (size_t i = 0; i < cursor->count(); ++i) {
      IURAN_ASSIGN(const Event event, Decode(cursor->record(i)));
      visit(event);
    }
  }
}

// What happened from the cut on to members, by which rows of the vault are judged.
struct Later {
  std::set<std::string> enrolled;
  std::set<std::string> corrected;  // who was enrolled before
  std::vector<MemberId> forgotten;
};

Result<Later> LaterEvents(const log::EventLog& log, uint64_t to) {
  Later later;
  IURAN_TRY(ForEachEvent(log, to, log.size(), [&later](const Event& event) {
    if (const auto* enrolled = std::get_if<MemberEnrolled>(&event.body)) {
      later.enrolled.insert(enrolled->member.text());
    } else if (const auto* forgotten = std::get_if<PersonForgotten>(&event.body)) {
      if (!later.enrolled.count(forgotten->member.text())) {
        later.forgotten.push_back(forgotten->member);
      }
    } else if (const auto* corrected = std::get_if<PersonalDataCorrected>(&event.body)) {
      const std::string& member = corrected->member.text();
      if (!later.enrolled.count(member)) later.corrected.insert(member);
    }
  }));
  return later;
}

// Data corrected since are not those of then, and those of then are nowhere.
bool IsOfLater(const std::string& member, const Later& later) {
  return later.enrolled.count(member) != 0 || later.corrected.count(member) != 0;
}

std::optional<std::string> VaultRow(std::string_view key, std::string_view value,
                                    const Later& later) {
  if (key.starts_with(kPersonPrefix) &&
      IsOfLater(std::string(key.substr(kPersonPrefix.size())), later)) {
    return std::nullopt;
  }
  std::string kept(value);
  if (!key.starts_with(kNikPrefix)) return kept;
  for (std::string_view rest = value; !rest.empty();) {
    const std::string owner(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(rest.size(), owner.size() + 1));
    if (IsOfLater(owner, later)) kept = RemoveNikOwner(kept, MemberId(owner));
  }
  return kept.empty() ? std::nullopt : std::optional(std::move(kept));
}

// Aliases do not come of events: they name the event that a repeated row was answered with.
std::optional<std::string> AliasRow(std::string_view key, std::string_view value, uint64_t to) {
  rules::KnownKey known;
  if (!key.starts_with(kAliasPrefix) || !DecodeRow(value, known)) return std::nullopt;
  return known.position.value < to ? std::optional(std::string(value)) : std::nullopt;
}

Result<std::vector<log::RowChange>> BookOf(const log::EventLog& log, uint64_t to) {
  DerivedBook book;
  IURAN_TRY(ForEachEvent(log, 0, to, [&book](const Event& event) { book.Note(event); }));
  IURAN_ASSIGN(std::vector<BookRow> derived, book.Rows([&log](Position position) -> Result<Event> {
    IURAN_ASSIGN(const std::vector<std::byte> record, log.Read(position.value));
    return Decode(record);
  }));
  std::vector<log::RowChange> rows;
  rows.reserve(derived.size());
  for (BookRow& row : derived) {
    rows.push_back({log::Table::kBook, std::move(row.key), std::move(row.value)});
  }
  return rows;
}

}  // namespace

Result<CutBackReport> CutLedgerBack(const std::filesystem::path& log_folder, uint64_t to) {
  CutBackReport report;
  log::Cut cut;
  Later later;
  {
    IURAN_ASSIGN(const auto log,
                 log::EventLog::Open(log_folder, log::Access::kRead, "iuran restore"));
    if (to == 0 || to > log->size()) {
      return Fail(ErrorCode::kUsage,
                  fmt::format("There are {} events in the backup; it can be restored to the "
                              "positions 1 to {}.",
                              log->size(), log->size()));
    }
    IURAN_ASSIGN(const log::Hash root, log->RootAt(to));
    report.head = {to, root};
    IURAN_ASSIGN(later, LaterEvents(*log, to));
    IURAN_ASSIGN(cut.rows, BookOf(*log, to));
  }
  cut.size = to;
  cut.row = [&later, to](log::Table table, std::string_view key, std::string_view value) {
    return table == log::Table::kVault ? VaultRow(key, value, later) : AliasRow(key, value, to);
  };
  IURAN_TRY(log::CutLog(log_folder, cut));
  IURAN_ASSIGN(const auto log,
               log::EventLog::Open(log_folder, log::Access::kRead, "iuran restore"));
  IURAN_ASSIGN(const log::TreeHead head, log->Head());
  if (head.size != to || head.root != report.head.root) {
    return Fail(ErrorCode::kLedgerDamaged,
                fmt::format("The ledger could not be cut back to {} events: its tree is damaged. "
                            "Restore all of it, and look at it with 'iuran verify'.",
                            to));
  }
  report.forgotten = std::move(later.forgotten);
  for (const MemberId& member : report.forgotten) later.corrected.erase(member.text());
  for (const std::string& member : later.corrected) report.corrected.emplace_back(member);
  return report;
}

}  // namespace iuran::ledger
