#include "tests/unit/events/samples.h"

#include <algorithm>

namespace iuran::events {

Digest Filled(uint8_t first) {
  Digest digest{};
  for (size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<uint8_t>(first + i);
  return digest;
}

namespace {

constexpr char kLedgerKey[] = "log.example+b252d0cf+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

Event Sample(uint64_t position, uint32_t version, Body body) {
  Event event;
  event.envelope.position = {position};
  event.envelope.stream_version = version;
  event.envelope.recorded_at = ParseTime("2026-11-22T08:15:30.123456Z").value();
  event.envelope.day = Day::Of(2026, 11, 21);
  event.envelope.author = "clerk";
  event.envelope.source = {"import", Filled(1), 17};
  event.envelope.idempotency_key = "key/" + std::to_string(position);
  event.envelope.stream = StreamOf(body);
  event.body = std::move(body);
  return event;
}

MonthClosed SampleClosing(Month month) {
  MonthClosed closing;
  closing.month = month;
  closing.known = 100;
  closing.totals.members = 1;
  closing.totals.paid = Money::FromRupiah(201'000);
  closing.totals.penalty = Money::FromRupiah(-1);
  closing.totals.bank = closing.totals.paid;
  closing.totals.income = Money::FromRupiah(-16'800);
  closing.totals.liabilities_to_members = Money::FromRupiah(-184'200);
  closing.root = Filled(7);
  closing.figures = Filled(9);
  return closing;
}

// Mistakes put right, lists, two people and closings; `day` is that of payment P-1 of the member.
void AddSamplesOfVersion3(const MemberId& member, MemberNumber number, Month from, Day day,
                          std::vector<std::pair<std::string, Event>>& samples) {
  uint64_t position = 100;
  uint32_t version = 30;
  const auto add = [&](std::string name, Body body) -> Envelope& {
    return samples.emplace_back(std::move(name), Sample(position++, version++, std::move(body)))
        .second.envelope;
  };
  add("attribute_changed.reason", AttributeChanged{member, number, Attribute::kIncome, from,
                                                   Money::FromRupiah(1'300'000), "misread"})
      .corrects = Position{3};
  add("member_exited.reason", MemberExited{member, number, day, "left a week earlier"});
  add("remittance_received.list",
      RemittanceReceived{RemittanceId("R-2"), day, "bank-ntt-1", Money::FromRupiah(33'600),
                         "kopdit-sinar", "transfer", "FT2312050002", 2, Money::FromRupiah(33'600)});
  add("personal_data_corrected",
      PersonalDataCorrected{member, number, Filled(200), "the card was misread"});
  add("personal_data_corrected.none", PersonalDataCorrected{member, number, {}, "a mix-up"});
  const CreditRefunded refund{RefundId("RF-1"),          member,       number,      day + 9,
                              Money::FromRupiah(16'200), "bank-ntt-1", "moved away"};
  Envelope& approved = add("credit_refunded", refund);
  approved.approver = "treasurer";
  approved.proposal = Position{90};
  const PenaltyWaived waiver{WaiverId("W-1"),      member, number, day + 9, Money::FromSen(33'650),
                             "the bank was closed"};
  add("penalty_waived", waiver).approver = "treasurer";
  const RemittanceReturned returned{ReturnId("RT-1"),         RemittanceId("R-2"), day + 9,
                                    Money::FromRupiah(1'000), "bank-ntt-1",        "sent twice"};
  add("remittance_returned", returned).approver = "treasurer";
  add("payment_list_held", PaymentListHeld{RemittanceId("R-2"), 3, Money::FromRupiah(50'400),
                                           "Its payments come to 50,400, 16,800 too much."});
  const MonthClosed closing = SampleClosing(from);
  add("month_closed", closing).approver = "treasurer";
  const ProposedFact proposals[] = {
      PaymentReversed{PaymentId("P-1"), member, number, day + 2, "entered twice"},
      refund,
      waiver,
      returned,
      closing,
      SchemeEnacted{SchemeId("bpu"), R"({"scheme":"bpu"})"}};
  for (const ProposedFact& fact : proposals) {
    const Body body = std::visit([](const auto& f) { return Body(f); }, fact);
    add("change_proposed." + std::string(TypeName(body)), ChangeProposed{"the/id", fact});
  }
  add("proposal_declined", ProposalDeclined{"reversal/P-1", "it was no mistake"}).corrects =
      Position{110};
  add("payment_received.adjusts", PaymentReceived{PaymentId("P-3"),
                                                  member,
                                                  number,
                                                  day,
                                                  Money::FromRupiah(16'800),
                                                  {},
                                                  Purpose::kContribution,
                                                  "cash"})
      .adjusts = from + 1;
}

}  // namespace

std::vector<std::pair<std::string, Event>> SampleEvents() {
  const MemberId member("M-0001");
  const MemberNumber number{41};
  const Day day = Day::Of(2023, 12, 5);
  const Month from = Month::Containing(day);
  const auto programs = ParseProgramSet("JKK+JKM+JHT").value();
  const Attributes attributes{GroupId("kopdit-sinar"), "Sikka",       Money::FromRupiah(1'100'000),
                              Sector::kTransport,      Payer::kState, programs};
  std::vector<std::pair<std::string, Event>> samples = {
      {"ledger_opened", Sample(0, 0, LedgerOpened{"Asia/Makassar", "IDR", kLedgerKey})},
      {"scheme_enacted", Sample(1, 0, SchemeEnacted{SchemeId("bpu"), R"({"scheme":"bpu"})"})},
      {"group_registered", Sample(2, 0,
                                  GroupRegistered{GroupId("kopdit-sinar"), GroupKind::kCooperative,
                                                  "Kopdit Sinar", "Sikka", uint8_t{3}})},
      {"member_enrolled",
       Sample(3, 0,
              MemberEnrolled{member, number, SchemeId("bpu"), from, attributes, Filled(100)})},
  };
  const std::pair<Attribute, AttributeValue> changes[] = {
      {Attribute::kIncome, Money::FromRupiah(2'000'000)}, {Attribute::kPrograms, programs},
      {Attribute::kSector, Sector::kTransport},
      {Attribute::kPayer, Payer::kState},
      {Attribute::kGroup, GroupId("paroki-maumere")},
      {Attribute::kRegion, std::string("Ende")}};
  uint32_t version = 1;
  uint64_t position = 4;
  for (const auto& [attribute, value] : changes) {
    samples.emplace_back("attribute_changed." + std::string(Name(attribute)),
                         Sample(position++, version++,
                                AttributeChanged{member, number, attribute, from + 3, value, ""}));
  }
  samples.emplace_back(
      "attribute_changed.no_group",
      Sample(position++, version++,
             AttributeChanged{member, number, Attribute::kGroup, from + 4, GroupId(), ""}));
  samples.emplace_back("member_exited",
                       Sample(position++, version++, MemberExited{member, number, day, ""}));
  const MemberExited withdrawn{member, number, {}, ""};
  samples.emplace_back("member_exited.withdrawn", Sample(position++, version++, withdrawn));
  samples.emplace_back(
      "remittance_received",
      Sample(position++, 0,
             RemittanceReceived{RemittanceId("R-1"), day, "bank-ntt-1", Money::FromSen(20'160'050),
                                "kopdit-sinar", "transfer", "FT2312050001", 0, Money()}));
  samples.emplace_back(
      "payment_received",
      Sample(position++, version++,
             PaymentReceived{PaymentId("P-1"), member, number, day, Money::FromRupiah(201'000),
                             RemittanceId("R-1"), Purpose::kContribution, "transfer"}));
  Event penalty =
      Sample(position++, version++,
             PaymentReceived{PaymentId("P-2"), member, number, day + 1, Money::FromSen(1),
                             RemittanceId(), Purpose::kPenalty, "cash"});
  penalty.envelope.source = {"cli", {}, 0};
  samples.emplace_back("payment_received.penalty", penalty);
  Event reversed =
      Sample(position++, version++,
             PaymentReversed{PaymentId("P-1"), member, number, day + 2, "entered twice"});
  reversed.envelope.corrects = Position{penalty.envelope.position.value - 1};  // P-1
  samples.emplace_back("payment_reversed", reversed);
  const PersonForgotten forgotten{member, number, "asked to"};
  samples.emplace_back("person_forgotten", Sample(position++, version++, forgotten));
  Digest root{};
  for (size_t i = 0; i < root.size(); ++i) root[i] = static_cast<uint8_t>(i * 7);
  const EventsLost lost{90'210, root, "the disk burnt"};
  samples.emplace_back("events_lost", Sample(position++, 1, lost));
  samples.emplace_back("events_lost.unknown", Sample(position++, 2, EventsLost{0, {}, "flood"}));
  AddSamplesOfVersion3(member, number, from, day, samples);
  return samples;
}

}  // namespace iuran::events
