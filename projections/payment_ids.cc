#include "projections/payment_ids.h"

#include <algorithm>

#include "events/codec.h"

namespace iuran::projections {
namespace {

// Reading on over fewer records than this costs less than seeking.
constexpr uint64_t kNearEvents = 2048;

Result<events::PaymentId> IdOf(std::span<const std::byte> record, events::Position position) {
  IURAN_ASSIGN(events::Event event, events::Decode(record));
  if (auto* payment = std::get_if<events::PaymentReceived>(&event.body)) {
    return std::move(payment->payment);
  }
  return Fail(ErrorCode::kLedgerDamaged,
              "A month is settled by the event at position " + std::to_string(position.value) +
                  ", which is no payment. `iuran replay` compares the accounts with the log.");
}

}  // namespace

Result<PaymentIds> PaymentIds::Resolve(const log::EventLog& log,
                                       std::vector<events::Position> positions) {
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  PaymentIds result;
  result.ids_.reserve(positions.size());
  for (auto first = positions.begin(); first != positions.end();) {
    auto last = first;
    while (last + 1 != positions.end() && (last + 1)->value - last->value < kNearEvents) ++last;
    IURAN_ASSIGN(const auto records, log.Scan(first->value, last->value + 1));
    while (first <= last) {
      IURAN_ASSIGN(const bool more, records->NextPage());
      if (!more) {
        return Fail(ErrorCode::kLedgerDamaged,
                    "The log has no event at position " + std::to_string(first->value) + ".");
      }
      const uint64_t begin = records->first_position();
      for (; first <= last && first->value < begin + records->count(); ++first) {
        IURAN_ASSIGN(events::PaymentId id, IdOf(records->record(first->value - begin), *first));
        result.ids_.emplace_back(*first, std::move(id));
      }
    }
  }
  return result;
}

std::string_view PaymentIds::At(events::Position position) const {
  const auto found =
      std::lower_bound(ids_.begin(), ids_.end(), position,
                       [](const auto& entry, events::Position p) { return entry.first < p; });
  if (found == ids_.end() || found->first != position) return {};
  return found->second.text();
}

}  // namespace iuran::projections
