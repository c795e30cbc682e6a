#include "tools/event_text.h"

#include "events/month_totals.h"

namespace iuran::tools {
namespace {

using namespace events;  // the catalogue of facts

void WriteAttributes(JsonWriter& json, const Attributes& attributes) {
  json.Field("group", attributes.group.text());
  json.Field("region", attributes.region);
  json.Field("income", attributes.income);
  json.Field("sector", Name(attributes.sector));
  json.Field("payer", Name(attributes.payer));
  json.Field("programs", ToString(attributes.programs));
}

void WriteTotals(JsonWriter& json, const MonthTotals& totals) {
  json.Field("members", totals.members);
  for (const TotalName& total : kTotalNames) json.Field(total.name, totals.*total.value);
}

// The fields of `data`, fact by fact; the names are those of the input files where there are any.
struct DataWriter {
  JsonWriter& json;

  void operator()(const LedgerOpened& fact) const {
    json.Field("time_zone", fact.time_zone);
    json.Field("currency", fact.currency);
    json.Field("verifier_key", fact.verifier_key);
  }
  void operator()(const SchemeEnacted& fact) const {
    json.Field("scheme", fact.scheme.text());
    json.Field("document", fact.document);
  }
  void operator()(const GroupRegistered& fact) const {
    json.Field("group", fact.group.text());
    json.Field("kind", Name(fact.kind));
    json.Field("name", fact.name);
    json.Field("region", fact.region);
    json.Name("risk");
    fact.risk ? json.Number(*fact.risk) : json.Null();
  }
  void operator()(const MemberEnrolled& fact) const {
    json.Field("member", fact.member.text());
    json.Field("number", fact.number.value);
    json.Field("scheme", fact.scheme.text());
    json.Field("from", fact.from.ToString());
    WriteAttributes(json, fact.attributes);
    json.Name("personal_data_commitment");
    fact.personal_data_commitment ? json.Text(Hex(*fact.personal_data_commitment)) : json.Null();
  }
  void operator()(const AttributeChanged& fact) const {
    json.Field("member", fact.member.text());
    json.Field("number", fact.number.value);
    json.Field("what", Name(fact.attribute));
    json.Field("from", fact.from.ToString());
    json.Field("value", ToString(fact.value));
    if (!fact.reason.empty()) json.Field("reason", fact.reason);
  }
  void operator()(const MemberExited& fact) const {
    json.Field("member", fact.member.text());
    json.Field("number", fact.number.value);
    json.Field("last_day", fact.last_day);
    if (!fact.reason.empty()) json.Field("reason", fact.reason);
  }
  void operator()(const RemittanceReceived& fact) const {
    json.Field("remittance", fact.remittance.text());
    json.Field("received_on", fact.received_on.ToString());
    json.Field("account", fact.account);
    json.Field("amount", fact.amount);
    json.Field("payer", fact.payer);
    json.Field("channel", fact.channel);
    json.Field("bank_reference", fact.bank_reference);
    if (fact.list_count > 0) json.Field("list_count", fact.list_count);
    if (!fact.list_total.IsZero()) json.Field("list_total", fact.list_total);
  }
  void operator()(const PaymentReceived& fact) const {
    json.Field("payment", fact.payment.text());
    json.Field("paid_on", fact.paid_on.ToString());
    json.Field("member", fact.member.text());
    json.Field("number", fact.number.value);
    json.Field("amount", fact.amount);
    json.Name("remittance");
    fact.remittance.empty() ? json.Null() : json.Text(fact.remittance.text());
    json.Field("purpose", Name(fact.purpose));
    json.Field("channel", fact.channel);
  }
  void operator()(const PaymentReversed& fact) const {
    json.Field("payment", fact.payment.text());
    json.Field("member", fact.member.text());
    json.Field("number", fact.number.value);
    json.Field("reversed_on", fact.reversed_on.ToString());
    json.Field("reason", fact.reason);
  }
  void operator()(const PersonForgotten& fact) const {
    json.Field("member", fact.member.text());
    json.Field("number", fact.number.value);
    json.Field("reason", fact.reason);
  }
  void operator()(const EventsLost& fact) const {
    json.Field("acknowledged", fact.acknowledged);
    if (fact.root) json.Field("root", Hex(*fact.root));
    json.Field("reason", fact.reason);
  }
  void operator()(const PersonalDataCorrected& fact) const {
    json.Field("member", fact.member.text());
    json.Field("number", fact.number.value);
    json.Name("personal_data_commitment");
    fact.commitment ? json.Text(Hex(*fact.commitment)) : json.Null();
    json.Field("reason", fact.reason);
  }
  void operator()(const CreditRefunded& fact) const {
    json.Field("refund", fact.refund.text());
    json.Field("member", fact.member.text());
    json.Field("number", fact.number.value);
    json.Field("refunded_on", fact.refunded_on.ToString());
    json.Field("amount", fact.amount);
    json.Field("account", fact.account);
    json.Field("reason", fact.reason);
  }
  void operator()(const PenaltyWaived& fact) const {
    json.Field("waiver", fact.waiver.text());
    json.Field("member", fact.member.text());
    json.Field("number", fact.number.value);
    json.Field("waived_on", fact.waived_on.ToString());
    json.Field("amount", fact.amount);
    json.Field("reason", fact.reason);
  }
  void operator()(const RemittanceReturned& fact) const {
    json.Field("return", fact.returned.text());
    json.Field("remittance", fact.remittance.text());
    json.Field("returned_on", fact.returned_on.ToString());
    json.Field("amount", fact.amount);
    json.Field("account", fact.account);
    json.Field("reason", fact.reason);
  }
  void operator()(const PaymentListHeld& fact) const {
    json.Field("remittance", fact.remittance.text());
    json.Field("payments", fact.payments);
    json.Field("total", fact.total);
    json.Field("problem", fact.problem);
  }
  void operator()(const MonthClosed& fact) const {
    json.Field("month", fact.month.ToString());
    json.Field("known", fact.known);
    WriteTotals(json, fact.totals);
    json.Field("root", Hex(fact.root));
    json.Field("figures", Hex(fact.figures));
  }
  void operator()(const ChangeProposed& proposed) const {
    json.Field("id", proposed.id);
    std::visit(*this, proposed.fact);
  }
  void operator()(const ProposalDeclined& fact) const {
    json.Field("id", fact.id);
    json.Field("reason", fact.reason);
  }
};

}  // namespace

void WriteEvent(JsonWriter& json, const Event& event) {
  const Envelope& envelope = event.envelope;
  json.BeginObject();
  json.Field("position", envelope.position.value);
  json.Field("stream", envelope.stream);
  json.Field("version", envelope.stream_version);
  json.Field("recorded_at", ToString(envelope.recorded_at));
  json.Field("day", envelope.day.ToString());
  json.Field("type", TypeName(event.body));
  json.Field("author", envelope.author);
  json.Name("source").BeginObject();
  json.Field("channel", envelope.source.channel);
  json.Name("file_sha256");
  envelope.source.file_digest ? json.Text(Hex(*envelope.source.file_digest)) : json.Null();
  json.Name("line");
  envelope.source.line > 0 ? json.Number(envelope.source.line) : json.Null();
  json.EndObject();
  json.Name("key");
  envelope.idempotency_key.empty() ? json.Null() : json.Text(envelope.idempotency_key);
  json.Name("corrects");
  envelope.corrects ? json.Number(envelope.corrects->value) : json.Null();
  if (!envelope.approver.empty()) json.Field("approver", envelope.approver);
  if (envelope.proposal) json.Field("proposal", envelope.proposal->value);
  if (envelope.adjusts) json.Field("adjusts", envelope.adjusts->ToString());
  json.Name("data").BeginObject();
  std::visit(DataWriter{json}, event.body);
  json.EndObject();
  json.EndObject();
}

}  // namespace iuran::tools
