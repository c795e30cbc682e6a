#include "tools/adjustments.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "events/codec.h"
#include "events/words.h"
#include "projections/diff.h"

namespace iuran::tools {
namespace {

using events::Event;
using events::Month;
using events::Position;
using projections::DiffRow;
using projections::Figure;
using projections::RecordedClosing;

// The figures that a closing sums up, in the order of kTotalNames.
constexpr std::array<Figure, events::kTotalsOfFigures> kSummed = {
    Figure::kAssessed, Figure::kPaid,    Figure::kSettled,
    Figure::kCredit,   Figure::kArrears, Figure::kPenalty};

std::string MemberIn(const events::Body& body) {
  return std::visit(
      [](const auto& fact) -> std::string {
        if constexpr (requires { fact.member; }) return fact.member.text();
        return {};
      },
      body);
}

// Which closing is adjusted, and up to where.
Result<Adjustments> Begin(const Reading& reading, std::optional<Month> month) {
  IURAN_ASSIGN(std::vector<RecordedClosing> closings,
               projections::ClosingsIn(reading.ledger().log()));
  const Position known_at = reading.question().known_at;
  std::erase_if(closings, [known_at](const RecordedClosing& closing) {
    return closing.envelope.position > known_at;
  });
  if (closings.empty()) {
    return Fail(ErrorCode::kNotFound,
                "No month is closed, so nothing is an adjustment. To close one: iuran close");
  }
  Adjustments adjustments;
  adjustments.month = month.value_or(closings.back().fact.month + 1);
  adjustments.known_at = known_at;
  const RecordedClosing* before = nullptr;
  for (const RecordedClosing& closing : closings) {
    if (closing.fact.month + 1 == adjustments.month) before = &closing;
    if (closing.fact.month == adjustments.month) {
      adjustments.known_at = Position{closing.fact.known - 1};
    }
  }
  if (before == nullptr) {
    return Fail(ErrorCode::kNotFound,
                fmt::format("{} has no adjustments: the month before it is not closed. Closed are "
                            "{} to {}.",
                            adjustments.month.ToString(), closings.front().fact.month.ToString(),
                            closings.back().fact.month.ToString()));
  }
  adjustments.closed = *before;
  return adjustments;
}

// The events that changed what the closing sums up; counts the members.
Result<std::set<Position>> Causes(const Reading& reading, Adjustments& adjustments) {
  projections::Question earlier = reading.question();
  earlier.as_of = adjustments.closed.fact.month.LastDay();
  projections::Question later = earlier;
  earlier.known_at = Position{adjustments.closed.fact.known - 1};
  later.known_at = adjustments.known_at;
  IURAN_ASSIGN(const projections::DiffQuestion question,
               projections::AskBetween(reading.ledger().log(), earlier, later));
  std::set<Position> causes;
  IURAN_TRY(reading.ForEach<DiffRow>(
      [&question](const rules::Timeline& account, rules::Settlement& scratch,
                  std::vector<DiffRow>& rows) {
        return projections::DiffOf(account, question, scratch, rows);
      },
      [&](DiffRow& row) -> Result<void> {
        std::array<bool, kSummed.size()> seen{};
        for (const projections::FigureChange& change : row.changes) {
          const auto found = std::find(kSummed.begin(), kSummed.end(), change.figure);
          if (found == kSummed.end()) continue;
          seen[static_cast<size_t>(found - kSummed.begin())] = true;
          causes.insert(change.cause);
        }
        for (size_t i = 0; i < seen.size(); ++i) adjustments.members[i] += seen[i] ? 1 : 0;
        return {};
      }));
  return causes;
}

// What was recorded before the closing and is not known to it is unmarked, or marked as of the
// month closed, which was open then; so its day decides.
bool IsMarked(const Event& event, const Adjustments& adjustments) {
  const events::Envelope& envelope = event.envelope;
  if (envelope.position < adjustments.closed.envelope.position) {
    return envelope.day <= adjustments.closed.fact.month.LastDay();
  }
  return envelope.adjusts == adjustments.month;
}

Result<void> ListEvents(const log::EventLog& log, const std::set<Position>& causes,
                        Adjustments& adjustments) {
  IURAN_ASSIGN(const auto records,
               log.Scan(adjustments.closed.fact.known, adjustments.known_at.value + 1));
  for (;;) {
    IURAN_ASSIGN(const bool more, records->NextPage());
    if (!more) return {};
    for (size_t i = 0; i < records->count(); ++i) {
      IURAN_ASSIGN(const Event event, events::Decode(records->record(i)));
      if (!IsMarked(event, adjustments) && causes.count(event.envelope.position) == 0) continue;
      adjustments.events.push_back({event.envelope.position, events::TypeName(event.body),
                                    event.envelope.day, MemberIn(event.body),
                                    events::InWords(event.body)});
    }
  }
}

}  // namespace

std::string AdjustmentsInWords(uint64_t count, std::string_view one,
                               const std::optional<Month>& month) {
  if (count == 0) return {};
  if (count == 1) {
    return fmt::format(
        "1 {} is dated into closed months, as an adjustment of {}: iuran adjustments\n", one,
        month->ToString());
  }
  return fmt::format(
      "{} {}s are dated into closed months, as adjustments of {}: iuran adjustments\n",
      events::Grouped(static_cast<int64_t>(count)), one, month->ToString());
}

Result<Adjustments> FindAdjustments(const Reading& reading, std::optional<Month> month) {
  IURAN_ASSIGN(Adjustments adjustments, Begin(reading, month));
  IURAN_ASSIGN(const std::set<Position> causes, Causes(reading, adjustments));
  const log::EventLog& log = reading.ledger().log();
  IURAN_TRY(ListEvents(log, causes, adjustments));
  const projections::ClosingAsked asked = {adjustments.closed.fact.month,
                                           adjustments.known_at.value + 1};
  IURAN_ASSIGN(const std::vector<events::MonthClosed> now,
               projections::ComputeClosings(log, reading.accounts(), *reading.question().schemes,
                                            std::span(&asked, 1), ThreadsToUse()));
  adjustments.now = now.front().totals;
  return adjustments;
}

}  // namespace iuran::tools
