// The one event that is recorded without the sequencer: see recovery.h.
#include "ledger/recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "events/codec.h"
#include "events/validity.h"
#include "ledger/civil_day.h"
#include "ledger/rules/values.h"
#include "ledger/store.h"

namespace iuran::ledger {

Result<AcceptedLoss> AcceptLoss(const Options& options, const std::string& reason,
                                const std::string& author) {
  // Before the log is opened, which begins to accept the loss.
  IURAN_TRY(rules::CheckAuthor(author));
  if (const std::string_view fault = FaultOfText(reason); !fault.empty()) {
    return Fail(ErrorCode::kInvalidValue, fmt::format("The loss cannot be recorded: {}.", fault));
  }
  IURAN_ASSIGN(const auto log, log::EventLog::Open(options.folder / "log", log::Access::kWrite,
                                                   options.purpose, log::Loss::kAccept));
  const log::Anchor anchor = log->anchor();
  const bool known =
      anchor.state == log::Anchor::State::kLost || anchor.state == log::Anchor::State::kRowsLost;
  if (!known && anchor.state != log::Anchor::State::kMissing) {
    return Fail(ErrorCode::kUsage,
                fmt::format("Nothing is lost: the ledger holds all {} events that were "
                            "acknowledged. Use it as it is.",
                            anchor.head.size));
  }
  const auto store = StoreIn(*log);
  if (store->size() == 0) {
    return Fail(ErrorCode::kLedgerDamaged,
                "Not even the first event is left. Restore a backup, or make a new ledger.");
  }
  IURAN_ASSIGN(const Event first, ReadEvent(*store, Position{0}));
  IURAN_ASSIGN(const Event last, ReadEvent(*store, Position{store->size() - 1}));
  const auto* opened = std::get_if<LedgerOpened>(&first.body);
  if (opened == nullptr) {
    return Fail(ErrorCode::kLedgerDamaged, "The log does not begin with the opening of a ledger.");
  }
  IURAN_TRY(CheckTimeZone(opened->time_zone));

  Event event;
  EventsLost fact{0, std::nullopt, reason};
  if (known) {
    fact.acknowledged = anchor.head.size;
    fact.root = anchor.head.root;
  }
  event.body = std::move(fact);
  Envelope& envelope = event.envelope;
  envelope.position = Position{store->size()};
  envelope.stream = StreamOf(event.body);
  IURAN_ASSIGN(envelope.stream_version, store->StreamSize(envelope.stream));
  const Time now = options.clock ? options.clock() : SystemTime();
  envelope.recorded_at = std::max(now, last.envelope.recorded_at);
  envelope.day = CivilDayIn(opened->time_zone, now);
  envelope.author = author;
  envelope.source.channel = "cli";
  envelope.idempotency_key = fmt::format("lost/{}", envelope.position.value);
  const std::string bytes = Encode(event);
  log::Batch batch;
  batch.first_position = envelope.position.value;
  batch.records.push_back(
      {envelope.stream, envelope.stream_version, bytes, envelope.idempotency_key, {}});
  IURAN_TRY(log->Append(batch));
  return AcceptedLoss{envelope.position, known ? anchor.head.size : 0};
}

}  // namespace iuran::ledger
