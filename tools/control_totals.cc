#include "tools/control_totals.h"

#include <fmt/format.h>

#include <unordered_set>

#include "events/words.h"
#include "tools/remittance_story.h"

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

void ControlTotals::Rehearse(const rules::ReceiveRemittance& remittance) {
  const ListSize said = SizeSaid(remittance.list_count, remittance.list_total);
  if (!said.IsNothing()) rehearsed_.emplace(remittance.remittance, said);
}

Result<void> ControlTotals::LookUp(const Batch& batch) {
  std::unordered_set<RemittanceId> met;
  std::vector<RemittanceId> named;  // for the first time
  std::vector<std::string> keys;
  const auto meet = [&](const RemittanceId& id) {
    if (id.empty() || places_.contains(id) || !met.insert(id).second) return;
    named.push_back(id);
    keys.push_back("remittance/" + id.text());
  };
  for (const rules::Command& command : batch.commands) {
    const auto* payment = std::get_if<rules::ReceivePayment>(&command.request);
    if (payment != nullptr) meet(payment->remittance);
  }
  for (const BadRow& row : batch.bad_rows) meet(row.remittance);
  if (named.empty()) return {};
  IURAN_ASSIGN(const auto found, ledger_.log().FindKeys(keys));
  for (size_t i = 0; i < named.size(); ++i) {
    ListSize said;
    if (found[i]) {
      IURAN_ASSIGN(const events::Event event,
                   ledger_.ReadEvent(events::Position{found[i]->position}));
      const auto& fact = std::get<events::RemittanceReceived>(event.body);
      said = SizeSaid(fact.list_count, fact.list_total);
    } else if (const auto place = rehearsed_.find(named[i]); place != rehearsed_.end()) {
      said = place->second;
    }
    places_.emplace(named[i], said.IsNothing() ? kNothingSaid : lists_.size());
    if (said.IsNothing()) continue;
    List& list = lists_.emplace_back();
    list.remittance = named[i];
    list.said = said;
    if (said.payments) list.taken.payments = 0;
    if (said.total) list.taken.total = Money();
  }
  return {};
}

void ControlTotals::Count(const rules::ReceivePayment& payment) {
  const auto place = places_.find(payment.remittance);
  if (place == places_.end() || place->second == kNothingSaid) return;
  ListSize& taken = lists_[place->second].taken;
  if (taken.payments) ++*taken.payments;
  if (taken.total) *taken.total += payment.amount;
}

Result<ListSize> ControlTotals::Recorded(const List& list) const {
  const events::Position last{ledger_.head().value - 1};
  IURAN_ASSIGN(const RemittanceStory story,
               TellRemittance(ledger_, list.remittance, events::kLastDay, last));
  ListSize size;
  if (list.said.payments) size.payments = 0;
  if (list.said.total) size.total = Money();
  for (const DrawnPayment& payment : story.payments) {
    if (payment.state != DrawnPayment::State::kDrawn) continue;
    if (size.payments) ++*size.payments;
    if (size.total) *size.total += payment.fact.amount;
  }
  return size;
}

Result<std::vector<std::string>> ControlTotals::TakeDifferences(bool rehearsed) {
  std::vector<std::string> sentences;
  size_t looked_up = 0;
  uint64_t others = 0;
  for (const List& list : lists_) {
    if (list.taken == list.said) continue;
    if (looked_up == kMostLookedUp) {
      ++others;
      continue;
    }
    std::string found = "the file has " + InWords(list.taken);
    if (!rehearsed) {
      ++looked_up;
      IURAN_ASSIGN(const ListSize recorded, Recorded(list));
      if (recorded == list.said) continue;
      found = "recorded of it: " + InWords(recorded);
    }
    const std::string& id = list.remittance.text();
    sentences.push_back(
        fmt::format("the sender of remittance {} said {}; {}. To see it: iuran show remittance {}",
                    id, InWords(list.said), found, id));
  }
  if (others > 0) {
    sentences.push_back(fmt::format(
        "of {} more lists the file has something else than was said, and it was not looked up "
        "whether other files have the rest. To see them: iuran remittances",
        Grouped(static_cast<int64_t>(others))));
  }
  lists_.clear();
  places_.clear();
  return sentences;
}

}  // namespace iuran::tools
