// How mistakes are put right: ledger/rules/README.md as code.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "events/check.h"
#include "ledger/rules/deciding.h"
#include "ledger/rules/figures.h"
#include "ledger/rules/personal.h"
#include "ledger/rules/values.h"

namespace iuran::rules {
namespace {

// All that is known, now.
constexpr Position kAllKnown{kNever - 1};

// A member with its figures on a day as known now.
struct Standing {
  KnownMember member;
  const Scheme* scheme = nullptr;
  Timeline timeline;
  Settlement settlement;
};

std::variant<Standing, Rejected> StandingOn(const Book& book, const MemberId& id, Day day) {
  const std::optional<KnownMember> member = book.FindMember(id);
  if (!member) return UnknownMember(id);
  Standing standing;
  standing.member = *member;
  standing.scheme = book.FindScheme(member->scheme);
  IURAN_CHECK(standing.scheme != nullptr, "the scheme of a member is enacted");
  std::optional<Timeline> timeline = book.FindHistory(id);
  if (!timeline) return UnknownMember(id);  // The book could not be read, and says so.
  standing.timeline = *std::move(timeline);
  Settle(standing.timeline, *standing.scheme, day, kAllKnown, standing.settlement);
  return standing;
}

Rejected Overdrawn(std::string message) {
  return {Rejection::kOverdrawn, "amount", std::move(message)};
}

Rejected UnknownRemittance(const RemittanceId& id) {
  return UnknownReference("remittance",
                          fmt::format("Remittance {} is not recorded; see whether its number is "
                                      "right.",
                                      id.text()));
}

// The payment with another day or member; rejected where the member cannot have it.
std::variant<PaymentReceived, Rejected> Corrected(const Book& book, PaymentReceived fact,
                                                  const CorrectPayment& request) {
  if (const auto* day = std::get_if<Day>(&request.value)) {
    fact.paid_on = *day;
    return fact;
  }
  const auto& id = std::get<MemberId>(request.value);
  if (id == fact.member) return fact;  // whatever the scheme takes by now
  const std::optional<KnownMember> member = book.FindMember(id);
  if (!member) {
    return UnknownReference("value",
                            fmt::format("Member {} is not enrolled; enrol the member first, or "
                                        "name the one who paid.",
                                        id.text()));
  }
  const Scheme* scheme = book.FindScheme(member->scheme);
  IURAN_CHECK(scheme != nullptr, "the scheme of a member is enacted");
  if (fact.purpose == Purpose::kPenalty && !scheme->takes_penalty_payments()) {
    return Rejected{Rejection::kInvalidValue, "value",
                    fmt::format("Payment {} is a penalty, and scheme {} of member {} has none.",
                                fact.payment.text(), member->scheme.text(), id.text())};
  }
  fact.member = id;
  fact.number = member->number;
  return fact;
}

}  // namespace

FoundPayment StandingPayment(const Book& book, const PaymentId& id) {
  const std::optional<KnownPayment> payment = book.FindPayment(id);
  if (!payment) {
    return UnknownReference(
        "payment",
        fmt::format("Payment {} is not recorded; see whether its number is right.", id.text()));
  }
  if (const auto reversed = book.FindKey("reversal/" + id.text())) {
    return Rejected{Rejection::kConflict, "payment",
                    fmt::format("Payment {} was reversed at position {}; record it anew under "
                                "another number if it was made after all.",
                                id.text(), reversed->position.value)};
  }
  return *payment;
}

Decision DecideOne(Question& question, const ReversePayment& request) {
  const std::string id = "The reversal of payment " + request.payment.text();
  if (auto known = Known(question, "payment", id)) return *known;
  if (auto bad = CheckReason("reason", request.reason)) return *bad;
  const FoundPayment found = StandingPayment(question.book, request.payment);
  if (const auto* bad = std::get_if<Rejected>(&found)) return *bad;
  const auto& payment = std::get<KnownPayment>(found);
  PaymentReversed body{request.payment, payment.fact.member, payment.fact.number,
                       request.reversed_on, request.reason};
  Accepted accepted = Accept(question, std::move(body), request.reversed_on);
  accepted.corrects = payment.position;
  return accepted;
}

// Two events: the payment as it stood is turned round on its own day, and received again.
Decision DecideOne(Question& question, const CorrectPayment& request) {
  if (!question.key.empty()) {
    if (const auto known = question.book.FindKey(question.key)) return Repeated{known->position};
  }
  if (auto bad = CheckReason("reason", request.reason)) return *bad;
  const FoundPayment found = StandingPayment(question.book, request.payment);
  if (const auto* bad = std::get_if<Rejected>(&found)) return *bad;
  const auto& payment = std::get<KnownPayment>(found);
  auto corrected = Corrected(question.book, payment.fact, request);
  if (const auto* bad = std::get_if<Rejected>(&corrected)) return *bad;
  auto& fact = std::get<PaymentReceived>(corrected);
  if (fact == payment.fact) return Repeated{payment.position};

  const std::string key = std::exchange(question.key, "");
  const Day paid_on = payment.fact.paid_on;
  PaymentReversed void_of{request.payment, payment.fact.member, payment.fact.number, paid_on,
                          request.reason};
  Accepted accepted = Accept(question, std::move(void_of), paid_on);
  accepted.corrects = payment.position;
  question.key = key;
  const Day day = fact.paid_on;
  const RequestDigest digest =
      question.book.DigestOf(ReceivePayment{fact.payment, fact.paid_on, fact.member, fact.amount,
                                            fact.remittance, fact.purpose, fact.channel});
  Accepted& again = accepted.also.emplace_back(Accept(question, std::move(fact), day));
  again.digest = digest;
  again.corrects = payment.position;
  return accepted;
}

Decision DecideOne(Question& question, const RefundCredit& request) {
  if (auto known = Known(question, "refund", "Refund " + request.refund.text())) return *known;
  if (auto bad = CheckId("refund", request.refund.text())) return *bad;
  if (auto bad = CheckAmount("amount", request.amount)) return *bad;
  if (auto bad = CheckText("account", request.account)) return *bad;
  if (auto bad = CheckReason("reason", request.reason)) return *bad;
  auto found = StandingOn(question.book, request.member, request.refunded_on);
  if (const auto* bad = std::get_if<Rejected>(&found)) return *bad;
  const auto& standing = std::get<Standing>(found);
  for (const TimelinePayment& payment : standing.timeline.payments) {
    const bool counts =
        payment.void_from.value == kNever &&
        (payment.kind == AmountKind::kContribution || payment.kind == AmountKind::kRefund);
    if (!counts || payment.paid_on <= request.refunded_on) continue;
    return Rejected{
        Rejection::kInvalidValue, "refunded_on",
        fmt::format("{} is before {}, when member {} {}; valid is that day or a later one.",
                    request.refunded_on.ToString(), payment.paid_on.ToString(),
                    request.member.text(),
                    payment.kind == AmountKind::kRefund ? "had a refund" : "paid")};
  }
  const Money credit = standing.settlement.credit;
  if (request.amount > credit) {
    return Overdrawn(fmt::format("Member {} has {} of credit on {}; {} is more than that.",
                                 request.member.text(), std::max(credit, Money()).ToString(),
                                 request.refunded_on.ToString(), request.amount.ToString()));
  }
  CreditRefunded body{request.refund, request.member,  standing.member.number, request.refunded_on,
                      request.amount, request.account, request.reason};
  return Accept(question, std::move(body), request.refunded_on);
}

Decision DecideOne(Question& question, const WaivePenalty& request) {
  if (auto known = Known(question, "waiver", "Waiver " + request.waiver.text())) return *known;
  if (auto bad = CheckId("waiver", request.waiver.text())) return *bad;
  if (auto bad = CheckAmount("amount", request.amount)) return *bad;
  if (auto bad = CheckReason("reason", request.reason)) return *bad;
  auto found = StandingOn(question.book, request.member, request.waived_on);
  if (const auto* bad = std::get_if<Rejected>(&found)) return *bad;
  const auto& standing = std::get<Standing>(found);
  if (!standing.scheme->takes_penalty_payments()) {
    return Rejected{Rejection::kInvalidValue, "member",
                    fmt::format("Scheme {} of member {} has no penalties to be waived.",
                                standing.member.scheme.text(), request.member.text())};
  }
  const Money penalty = FiguresOf(standing.timeline, *standing.scheme, standing.settlement,
                                  request.waived_on, kAllKnown)
                            .penalty;
  if (request.amount > penalty) {
    return Overdrawn(fmt::format("The penalty of member {} on {} is {}; {} is more than that.",
                                 request.member.text(), request.waived_on.ToString(),
                                 std::max(penalty, Money()).ToString(), request.amount.ToString()));
  }
  PenaltyWaived body{request.waiver,    request.member, standing.member.number,
                     request.waived_on, request.amount, request.reason};
  return Accept(question, std::move(body), request.waived_on);
}

Decision DecideOne(Question& question, const ReturnRemittance& request) {
  if (auto known = Known(question, "return", "Return " + request.returned.text())) return *known;
  if (auto bad = CheckId("return", request.returned.text())) return *bad;
  if (auto bad = CheckAmount("amount", request.amount)) return *bad;
  if (auto bad = CheckText("account", request.account)) return *bad;
  if (auto bad = CheckReason("reason", request.reason)) return *bad;
  const auto remittance = question.book.FindRemittance(request.remittance);
  if (!remittance) return UnknownRemittance(request.remittance);
  if (request.amount > remittance->Left()) {
    return Overdrawn(
        fmt::format("Remittance {} holds {} and {} of it is left; {} is more than "
                    "that.",
                    request.remittance.text(), remittance->amount.ToString(),
                    remittance->Left().ToString(), request.amount.ToString()));
  }
  const auto received = question.book.ReadRemittance(request.remittance);
  // The book could not be read, and says so.
  if (!received) return UnknownRemittance(request.remittance);
  if (request.returned_on < received->received_on) {
    return Rejected{
        Rejection::kInvalidValue, "returned_on",
        fmt::format("{} is before {}, when remittance {} was received; valid is that day or a "
                    "later one.",
                    request.returned_on.ToString(), received->received_on.ToString(),
                    request.remittance.text())};
  }
  RemittanceReturned body{request.returned, request.remittance, request.returned_on,
                          request.amount,   request.account,    request.reason};
  return Accept(question, std::move(body), request.returned_on);
}

Decision DecideOne(Question& question, const HoldList& request) {
  if (auto known = Known(question, "remittance", "This list")) return *known;
  if (auto bad = CheckText("problem", request.problem)) return *bad;
  if (!question.book.FindRemittance(request.remittance)) {
    return UnknownRemittance(request.remittance);
  }
  PaymentListHeld body{request.remittance, request.payments, request.total, request.problem};
  return Accept(question, std::move(body), question.today);
}

// The key under which a row that is known brings back what it said, where its data stand and yet
// are held no more: those of what was cut off are gone in a ledger restored to an earlier position.
// The event whose data were lost tells the times apart. Nothing where they are not lost.
std::optional<std::string> KeyOfLost(const Question& question, const CorrectPerson& request) {
  std::string key = question.key;
  std::optional<KnownKey> last;
  while (const std::optional<KnownKey> known = question.book.FindKey(key)) {
    last = known;
    key = fmt::format("{}/{}", question.key, known->position.value);
  }
  const KnownPerson person = question.book.FindPerson(request.member);
  const bool stands = last && last->position == person.position;
  if (!stands || !person.has_data ||
      question.book.SamePersonalData(request.member, request.personal_data)) {
    return std::nullopt;
  }
  return key;
}

// Whoever has the ledger's vault compares and seals the data; here is what can be told without.
Decision DecideOne(Question& question, const CorrectPerson& request) {
  if (auto known = Known(question, "", "This row")) {
    auto key =
        std::holds_alternative<Repeated>(*known) ? KeyOfLost(question, request) : std::nullopt;
    if (!key) return *known;
    question.key = *std::move(key);
  }
  if (auto bad = CheckReason("reason", request.reason)) return *bad;
  if (auto bad = CheckOutOfPlace(request)) return *bad;
  if (auto bad = CheckPersonalData(request.personal_data)) return *bad;
  const std::optional<KnownMember> member = question.book.FindMember(request.member);
  if (!member) {  // Where the columns are out of place, this may be a name or a NIK.
    return UnknownReference("member",
                            "What stands in member is no enrolled member and is not shown. Enrol "
                            "the member first, or see whether the columns are in place.");
  }
  if (const auto forgotten = question.book.FindKey("forgotten/" + request.member.text())) {
    return Rejected{Rejection::kConflict, "member",
                    fmt::format("The personal data of member {} was destroyed at position {}; "
                                "none is taken any more.",
                                request.member.text(), forgotten->position.value)};
  }
  // Where data were said and are held no more, that there are none is news.
  const KnownPerson last = question.book.FindPerson(request.member);
  if (last.has_data == !request.personal_data.empty() &&
      question.book.SamePersonalData(request.member, request.personal_data)) {
    return Repeated{last.position};
  }
  PersonalDataCorrected body{request.member, member->number, std::nullopt, request.reason};
  Accepted accepted = Accept(question, std::move(body), question.today);
  accepted.corrects = last.position;
  return accepted;
}

Decision DecideOne(Question& question, const CloseMonth& request) {
  const Month month = request.closing.month;
  if (auto known = Known(question, "month", "The closing of " + month.ToString())) return *known;
  if (month.LastDay() >= question.today) {
    return Rejected{Rejection::kInvalidValue, "month",
                    fmt::format("{} is not over; it can be closed from {} on.", month.ToString(),
                                (month.LastDay() + 1).ToString())};
  }
  const std::optional<KnownClosing> last = question.book.LastClosing();
  if (last && month != last->month + 1) {
    return Rejected{
        Rejection::kInvalidValue, "month",
        fmt::format("{} was closed last, so the next to be closed is {}, not {}.",
                    last->month.ToString(), (last->month + 1).ToString(), month.ToString())};
  }
  if (last && request.closing.known < last->known) {
    return Rejected{Rejection::kInvalidValue, "known_at",
                    fmt::format("The closing of {} knows the first {} events, and this one would "
                                "know {}; a closing knows all that the one before it knows.",
                                last->month.ToString(), last->known, request.closing.known)};
  }
  return Accept(question, request.closing, question.today);
}

}  // namespace iuran::rules
