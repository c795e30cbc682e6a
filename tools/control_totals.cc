#include "tools/control_totals.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <unordered_set>

#include "events/codec.h"
#include "events/words.h"

namespace iuran::tools {

using events::Grouped;
using events::Money;
using events::RemittanceId;

ListSize SizeSaid(uint32_t list_count, Money list_total) {
  ListSize said;
  if (list_count != 0) said.payments = list_count;
  if (!list_total.IsZero()) said.total = list_total;
  return said;
}

std::string InWords(const ListSize& size) {
  std::string text;
  if (size.payments) {
    text = fmt::format("{} {}", Grouped(static_cast<int64_t>(*size.payments)),
                       *size.payments == 1 ? "payment" : "payments");
  }
  if (size.total) {
    text += fmt::format("{}{} in all", text.empty() ? "" : ", ", Grouped(*size.total));
  }
  return text;
}

namespace {

// None of as much as is said.
ListSize NoneOf(const ListSize& said) {
  ListSize none;
  if (said.payments) none.payments = 0;
  if (said.total) none.total = Money();
  return none;
}

void Add(ListSize& size, Money amount) {
  if (size.payments) ++*size.payments;
  if (size.total) *size.total += amount;
}

ListSize Sum(ListSize size, const ListSize& other) {
  if (size.payments) *size.payments += *other.payments;
  if (size.total) *size.total += *other.total;
  return size;
}

// What was said of the remittances recorded there; nothing where none is. Most stand close
// together, in the order of their file, and a page is read once for all of them.
Result<std::vector<ListSize>> SaidAt(const log::EventLog& log,
                                     const std::vector<std::optional<log::KeyEntry>>& recorded) {
  constexpr uint64_t kOfOnePage = 1'000;  // a long range would be read ahead
  std::vector<size_t> order;
  for (size_t i = 0; i < recorded.size(); ++i) {
    if (recorded[i]) order.push_back(i);
  }
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return recorded[a]->position < recorded[b]->position; });
  std::vector<ListSize> said(recorded.size());
  std::unique_ptr<log::RecordCursor> page;
  for (const size_t i : order) {
    const uint64_t position = recorded[i]->position;
    if (page == nullptr || position >= page->first_position() + page->count()) {
      IURAN_ASSIGN(page, log.Scan(position, position + kOfOnePage));
      IURAN_ASSIGN(const bool is_there, page->NextPage());
      if (!is_there) {
        return Fail(ErrorCode::kLedgerDamaged,
                    fmt::format("A remittance is said to be recorded at position {}, where the "
                                "ledger has no event. Run 'iuran verify', which names what is "
                                "damaged and what is still good.",
                                position));
      }
    }
    IURAN_ASSIGN(const events::Event event,
                 events::Decode(page->record(position - page->first_position())));
    const auto& fact = std::get<events::RemittanceReceived>(event.body);
    said[i] = SizeSaid(fact.list_count, fact.list_total);
  }
  return said;
}

}  // namespace

Result<void> ControlTotals::LookUp(const Batch& batch) {
  if (places_.empty()) head_ = ledger_.head().value;
  std::unordered_set<RemittanceId> met;
  std::vector<RemittanceId> named;  // for the first time
  std::vector<std::string> keys;
  const auto meet = [&](const RemittanceId& id) {
    if (id.empty() || places_.contains(id) || !met.insert(id).second) return;
    named.push_back(id);
    keys.push_back("remittance/" + id.text());
  };
  const RemittanceId* last = nullptr;  // rows of one list mostly follow each other
  for (const rules::Command& command : batch.commands) {
    const auto* payment = std::get_if<rules::ReceivePayment>(&command.request);
    if (payment == nullptr || (last != nullptr && payment->remittance == *last)) continue;
    meet(payment->remittance);
    last = &payment->remittance;
  }
  for (const BadRow& row : batch.bad_rows) meet(row.remittance);
  if (named.empty()) return {};
  IURAN_ASSIGN(const auto found, ledger_.log().FindKeys(keys));
  IURAN_ASSIGN(const auto recorded, SaidAt(ledger_.log(), found));
  for (size_t i = 0; i < named.size(); ++i) {
    ListSize said = recorded[i];
    std::optional<events::Position> position;
    if (found[i]) {
      position = events::Position{found[i]->position};
    } else if (const auto place = rehearsed_.find(named[i]); place != rehearsed_.end()) {
      said = place->second;
    }
    places_.emplace(named[i], said.IsNothing() ? kNothingSaid : lists_.size());
    if (said.IsNothing()) continue;
    const ListSize none = NoneOf(said);
    lists_.push_back({named[i], position, said, none, none, none});
  }
  return {};
}

ControlTotals::List* ControlTotals::ListOf(const rules::ReceivePayment& payment) {
  const auto place = places_.find(payment.remittance);
  const bool is_said = place != places_.end() && place->second != kNothingSaid;
  return is_said ? &lists_[place->second] : nullptr;
}

bool ControlTotals::IsFirst(events::Position recorded) {
  if (recorded.value >= head_) return false;  // by the file itself
  repeated_.resize(head_);
  const bool first = !repeated_[recorded.value];
  repeated_[recorded.value] = true;
  return first;
}

Result<void> ControlTotals::Count(const std::vector<rules::Command>& commands,
                                  const std::vector<ledger::Receipt>& receipts) {
  std::vector<std::pair<List*, Money>> repeated;
  std::vector<std::string> reversals;  // what theirs would be known by
  for (size_t i = 0; i < commands.size(); ++i) {
    const rules::Request& request = commands[i].request;
    const auto* recorded = std::get_if<ledger::Recorded>(&receipts[i]);
    const auto* remittance = std::get_if<rules::ReceiveRemittance>(&request);
    if (is_rehearsed_ && recorded != nullptr && remittance != nullptr) {
      const ListSize said = SizeSaid(remittance->list_count, remittance->list_total);
      if (!said.IsNothing()) rehearsed_.emplace(remittance->remittance, said);
    }
    const auto* payment = std::get_if<rules::ReceivePayment>(&request);
    List* const list = payment != nullptr ? ListOf(*payment) : nullptr;
    if (list == nullptr) continue;
    if (recorded != nullptr) {
      Add(list->in_file, payment->amount);
      Add(list->new_rows, payment->amount);
    } else if (const auto* before = std::get_if<rules::Repeated>(&receipts[i])) {
      if (!IsFirst(before->position)) continue;
      repeated.emplace_back(list, payment->amount);
      reversals.push_back("reversal/" + payment->payment.text());
    }
  }
  IURAN_ASSIGN(const auto found, ledger_.log().FindKeys(reversals));
  for (size_t i = 0; i < repeated.size(); ++i) {
    if (!found[i]) Add(repeated[i].first->in_file, repeated[i].second);
  }
  return {};
}

Result<void> ControlTotals::CountRecorded() {
  std::unordered_map<RemittanceId, List*> asked;
  uint64_t first = ledger_.head().value;
  for (List& list : lists_) {
    if (!list.Differs() || !list.position) continue;
    asked.emplace(list.remittance, &list);
    first = std::min(first, list.position->value);
  }
  if (asked.empty()) return {};
  struct Standing {
    List* list;
    Money amount;
  };
  std::unordered_map<uint64_t, Standing> standing;  // by position
  IURAN_ASSIGN(const auto records, ledger_.log().Scan(first, ledger_.head().value));
  for (;;) {
    IURAN_ASSIGN(const bool more, records->NextPage());
    if (!more) break;
    for (size_t i = 0; i < records->count(); ++i) {
      IURAN_ASSIGN(const events::Event event, events::Decode(records->record(i)));
      if (const auto* paid = std::get_if<events::PaymentReceived>(&event.body)) {
        const auto list = asked.find(paid->remittance);
        if (list == asked.end()) continue;
        standing.emplace(event.envelope.position.value, Standing{list->second, paid->amount});
      } else if (std::holds_alternative<events::PaymentReversed>(event.body)) {
        const events::Position none;                                   // where no payment stands
        standing.erase(event.envelope.corrects.value_or(none).value);  // corrected ones, too
      }
    }
  }
  for (const auto& [position, payment] : standing) Add(payment.list->recorded, payment.amount);
  return {};
}

Result<std::vector<std::string>> ControlTotals::TakeDifferences() {
  IURAN_TRY(CountRecorded());
  std::vector<std::string> sentences;
  for (const List& list : lists_) {
    if (!list.Differs()) continue;
    ListSize found = list.recorded;
    if (is_rehearsed_) found = Sum(found, list.new_rows);
    if (found == list.said) continue;
    const std::string& id = list.remittance.text();
    sentences.push_back(fmt::format(
        "the sender of remittance {} said {}; {} {}. To see it: iuran show remittance {}", id,
        InWords(list.said),
        is_rehearsed_ ? "with this file it has" : "recorded of it:", InWords(found), id));
  }
  lists_.clear();
  places_.clear();
  repeated_.clear();
  return sentences;
}

}  // namespace iuran::tools
