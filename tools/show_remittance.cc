#include <fmt/format.h>

#include "tools/control_totals.h"
#include "tools/event_text.h"
#include "tools/show.h"

namespace iuran::tools {
namespace {

void ShowPayments(const RemittanceStory& story, Output& out) {
  out.Write("\nPayments\n");
  Report table(out, Format::kTable,
               {{"payment"},
                {"paid_on"},
                {"member"},
                {"purpose"},
                {"amount", ColumnKind::kAmount},
                {"state"},
                {"ended_on"},
                {"position", ColumnKind::kCount}});
  for (const DrawnPayment& payment : story.payments) {
    table.Text(payment.fact.payment.text());
    table.Date(std::optional(payment.fact.paid_on));
    table.Text(payment.fact.member.text());
    table.Text(events::Name(payment.fact.purpose));
    table.Amount(payment.fact.amount);
    table.Text(Name(payment.state));
    table.Date(payment.ended_on);
    table.Count(static_cast<int64_t>(payment.position.value));
    table.EndRow();
  }
  table.Finish("No payment is drawn on it.");
}

void ShowHeld(const RemittanceStory& story, Output& out) {
  if (story.held.empty()) return;
  out.Write("\nLists held\n");
  Report table(out, Format::kTable,
               {{"day"},
                {"payments", ColumnKind::kCount},
                {"total", ColumnKind::kAmount},
                {"position", ColumnKind::kCount},
                {"problem"}});
  for (const events::Event& event : story.held) {
    const auto& held = std::get<events::PaymentListHeld>(event.body);
    table.Date(std::optional(event.envelope.day));
    table.Count(held.payments);
    table.Amount(held.total);
    table.Count(static_cast<int64_t>(event.envelope.position.value));
    table.Text(held.problem);
    table.EndRow();
  }
  table.Finish("");
}

void WritePayments(JsonWriter& json, const RemittanceStory& story) {
  json.Name("payments").BeginArray();
  for (const DrawnPayment& payment : story.payments) {
    json.BeginObject();
    json.Field("payment", payment.fact.payment.text());
    json.Field("paid_on", payment.fact.paid_on.ToString());
    json.Field("member", payment.fact.member.text());
    json.Field("purpose", events::Name(payment.fact.purpose));
    json.Field("amount", payment.fact.amount);
    json.Field("position", payment.position.value);
    json.Field("state", Name(payment.state));
    json.Field("ended_on", payment.ended_on);
    json.Name("ended_at");
    payment.ended_at ? json.Number(payment.ended_at->value) : json.Null();
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

void ShowRemittanceAsText(const RemittanceStory& story, Output& out) {
  const events::RemittanceReceived& fact = story.fact;
  std::string text =
      fmt::format("Remittance {} on {}\n", fact.remittance.text(), story.as_of.ToString());
  AppendLine(text, "Payer", fact.payer);
  AppendLine(text, "Bank credit",
             fmt::format("{} on {}, account {}", Grouped(fact.amount), fact.received_on.ToString(),
                         fact.account));
  AppendLine(text, "Channel", fact.channel);
  AppendLine(text, "Reference", fact.bank_reference);
  AppendLine(text, "List", InWords(SizeSaid(fact.list_count, fact.list_total)));
  text += "\nMoney\n";
  AppendLine(text, "Received", Grouped(story.sums.received));
  AppendLine(text, "Allocated", Grouped(story.sums.allocated));
  AppendLine(text, "Returned", Grouped(story.sums.returned));
  AppendLine(text, "Unallocated", Grouped(story.sums.Unallocated()));
  out.Write(text);
  ShowPayments(story, out);
  if (!story.returns.empty()) ShowEvents(story.returns, out);
  ShowHeld(story, out);
}

void ShowRemittanceAsJson(const RemittanceStory& story, Output& out) {
  const events::RemittanceReceived& fact = story.fact;
  std::string text;
  JsonWriter json(text);
  json.BeginObject();
  json.Field("remittance", fact.remittance.text());
  json.Field("as_of", story.as_of.ToString());
  json.Field("known_at", story.known_at.value);
  json.Field("position", story.position.value);
  json.Field("received_on", fact.received_on.ToString());
  json.Field("account", fact.account);
  json.Field("amount", fact.amount);
  json.Field("payer", fact.payer);
  json.Field("channel", fact.channel);
  json.Field("bank_reference", fact.bank_reference);
  json.Name("list_count");
  fact.list_count > 0 ? json.Number(fact.list_count) : json.Null();
  json.Name("list_total");
  fact.list_total.IsZero() ? json.Null() : json.Amount(fact.list_total);
  json.Field("received", story.sums.received);
  json.Field("allocated", story.sums.allocated);
  json.Field("returned", story.sums.returned);
  json.Field("unallocated", story.sums.Unallocated());
  WritePayments(json, story);
  for (const auto& [name, list] :
       {std::pair("returns", &story.returns), std::pair("held_lists", &story.held)}) {
    json.Name(name).BeginArray();
    for (const events::Event& event : *list) WriteEvent(json, event);
    json.EndArray();
  }
  json.EndObject();
  out.Write(text += '\n');
}

}  // namespace iuran::tools
