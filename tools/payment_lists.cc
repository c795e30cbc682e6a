#include "tools/payment_lists.h"

#include <utility>

namespace iuran::tools {
namespace {

// Where a command is a payment that names a remittance.
rules::ReceivePayment* ListedIn(rules::Command& command) {
  auto* payment = std::get_if<rules::ReceivePayment>(&command.request);
  return payment != nullptr && !payment->remittance.empty() ? payment : nullptr;
}

}  // namespace

void PaymentLists::TakeFrom(Batch& batch, const events::Source& source, const std::string& author) {
  auto kept = batch.commands.begin();
  for (rules::Command& command : batch.commands) {
    const uint32_t line = command.source.line;
    if (rules::ReceivePayment* payment = ListedIn(command)) {
      Of(payment->remittance, source, line, author).rows.push_back({std::move(*payment), line});
    } else {
      if (&*kept != &command) *kept = std::move(command);
      ++kept;
    }
  }
  batch.commands.erase(kept, batch.commands.end());
  for (const BadRow& bad : batch.bad_rows) {
    if (!bad.remittance.empty()) ++Of(bad.remittance, source, bad.line, author).unreadable;
  }
}

rules::ReceiveList& PaymentLists::Of(const events::RemittanceId& remittance, events::Source source,
                                     uint32_t line, const std::string& author) {
  const auto [place, added] = places_.emplace(remittance, lists_.size());
  if (added) {
    rules::Command& command = lists_.emplace_back();
    command.request.emplace<rules::ReceiveList>().remittance = remittance;
    command.source = std::move(source);
    command.source.line = line;
    command.author = author;
  }
  return std::get<rules::ReceiveList>(lists_[place->second].request);
}

std::vector<rules::Command> PaymentLists::TakeAll(bool hold) {
  std::vector<rules::Command> all = std::move(lists_);
  lists_.clear();
  places_.clear();
  for (rules::Command& command : all) {
    std::get<rules::ReceiveList>(command.request).hold = hold;
  }
  return all;
}

}  // namespace iuran::tools
