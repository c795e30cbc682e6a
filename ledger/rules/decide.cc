// Decide: rulebook 1 as code. Pure: the book answers for the past, the caller names today.
#include "ledger/rules/decide.h"

#include <fmt/format.h>

#include <utility>

#include "events/check.h"
#include "events/quote.h"
#include "ledger/rules/deciding.h"
#include "ledger/rules/later_version.h"
#include "ledger/rules/personal.h"
#include "ledger/rules/values.h"

namespace iuran::rules {

Rejected UnknownReference(std::string column, std::string message) {
  return {Rejection::kUnknownReference, std::move(column), std::move(message)};
}

Rejected UnknownMember(const MemberId& member) {
  return UnknownReference(
      "member", fmt::format("Member {} is not enrolled; enrol the member first.", member.text()));
}

std::optional<Decision> Known(const Question& question, const char* column, const std::string& id,
                              const std::function<bool()>& same_beside) {
  if (question.key.empty()) return std::nullopt;
  const std::optional<KnownKey> known = question.book.FindKey(question.key);
  if (!known) return std::nullopt;
  if (known->digest == question.digest && same_beside()) return Repeated{known->position};
  return Rejected{
      Rejection::kConflict, column,
      fmt::format(
          "{} was recorded at position {} with other content; a recorded fact stays as it is.", id,
          known->position.value)};
}

std::optional<Decision> Known(const Question& question, const char* column, const std::string& id) {
  return Known(question, column, id, [] { return true; });
}

Accepted Accept(Question& question, Body body, Day day) {
  Accepted accepted;
  accepted.stream = StreamOf(body);
  accepted.body = std::move(body);
  accepted.day = day;
  accepted.idempotency_key = std::move(question.key);
  accepted.digest = question.digest;
  return accepted;
}

namespace {

Rejected UnknownGroup(std::string column, const GroupId& group) {
  return UnknownReference(
      std::move(column),
      fmt::format("Group {} is not registered; register the group first.", group.text()));
}

Rejected UnknownScheme(const Book& book, const SchemeId& scheme) {
  std::string known;
  for (const SchemeId& id : book.SchemeIds()) {
    known += known.empty() ? "" : ", ";
    known += id.text();
  }
  return UnknownReference("scheme", fmt::format("Scheme {} is not enacted; enacted are: {}.",
                                                scheme.text(), known.empty() ? "none" : known));
}

// Whether a member with these attributes has a programme priced by risk class and no group with
// one.
std::optional<Rejected> LacksRiskClass(const Book& book, const Scheme& scheme,
                                       const Attributes& attributes, const char* column) {
  const uint8_t needing = attributes.programs.bits() & scheme.programs_by_risk_class().bits();
  if (needing == 0) return std::nullopt;
  const std::string programs = ToString(ProgramSet::FromBits(needing));
  if (attributes.group.empty()) {
    return Rejected{
        Rejection::kInvalidValue, column,
        fmt::format("{} of scheme {} needs a group with a risk class, and the member is in none.",
                    programs, scheme.id().text())};
  }
  const std::optional<KnownGroup> group = book.FindGroup(attributes.group);
  if (!group) return UnknownGroup(column, attributes.group);
  if (group->risk) return std::nullopt;
  return Rejected{
      Rejection::kInvalidValue, column,
      fmt::format("{} of scheme {} needs a group with a risk class, and group {} has none.",
                  programs, scheme.id().text(), attributes.group.text())};
}

// The currency of the schemes in force, which is one; empty where none is in force.
std::string CurrencyInForce(const Book& book) {
  const std::vector<SchemeId> ids = book.SchemeIds();
  const Scheme* scheme = ids.empty() ? nullptr : book.FindScheme(ids.front());
  return scheme == nullptr ? std::string() : scheme->currency();
}

Decision DecideOne(Question& question, const EnactScheme& request) {
  const auto in_force = question.book.FindSchemeDocument(request.scheme);
  if (in_force && in_force->document == request.document) return Repeated{in_force->position};
  // An earlier document comes back into force; what it follows tells the times apart.
  if (in_force && question.book.FindKey(question.key)) {
    question.key += fmt::format("/{}", in_force->position.value);
  }
  if (auto bad = CheckId("scheme", request.scheme.text())) return *bad;
  const auto read = ReadVersion(request.document, CurrencyInForce(question.book));
  if (const auto* bad = std::get_if<Rejected>(&read)) return *bad;
  const Scheme& scheme = *std::get<0>(read);
  if (scheme.id() != request.scheme) {
    return Rejected{Rejection::kInvalidValue, "scheme",
                    fmt::format("The document is of scheme {}, not of {}.", scheme.id().text(),
                                request.scheme.text())};
  }
  if (const Scheme* before = question.book.FindScheme(request.scheme)) {
    if (auto bad = CheckLaterVersion(*before, scheme)) return *bad;
  }
  return Accept(question, SchemeEnacted{request.scheme, request.document}, question.today);
}

Decision DecideOne(Question& question, const RegisterGroup& request) {
  if (auto known = Known(question, "group", "Group " + request.group.text())) return *known;
  if (auto bad = CheckId("group", request.group.text())) return *bad;
  if (auto bad = CheckText("name", request.name)) return *bad;
  if (auto bad = CheckText("region", request.region)) return *bad;
  if (request.risk && (*request.risk < 1 || *request.risk > 5)) {
    return Rejected{
        Rejection::kInvalidValue, "risk",
        fmt::format("{} is no risk class; valid are 1, 2, 3, 4, 5 or nothing.", *request.risk)};
  }
  GroupRegistered body{request.group, request.kind, request.name, request.region, request.risk};
  return Accept(question, std::move(body), question.today);
}

// The values of an enrolment that its scheme and the groups answer for.
std::optional<Rejected> CheckAttributes(const Book& book, const Scheme& scheme,
                                        const Attributes& attributes) {
  if (auto bad = CheckText("region", attributes.region)) return bad;
  if (auto bad = CheckIncome("income", attributes.income)) return bad;
  if (auto bad = CheckPrograms("programs", scheme, attributes.programs)) return bad;
  if (!attributes.group.empty() && !book.FindGroup(attributes.group)) {
    return UnknownGroup("group", attributes.group);
  }
  return LacksRiskClass(book, scheme, attributes, "group");
}

Decision DecideEnrolment(Question& question, const EnrolMember& request) {
  if (auto bad = CheckId("member", request.member.text())) return *bad;
  if (auto bad = CheckOutOfPlace(request)) return *bad;
  const Scheme* scheme = question.book.FindScheme(request.scheme);
  if (scheme == nullptr) return UnknownScheme(question.book, request.scheme);
  if (request.from < scheme->first_month()) {
    return Rejected{
        Rejection::kInvalidValue, "from",
        fmt::format("{} is before the first month of scheme {}; valid are {} and later months.",
                    request.from.ToString(), request.scheme.text(),
                    scheme->first_month().ToString())};
  }
  if (auto bad = CheckAttributes(question.book, *scheme, request.attributes)) return *bad;
  if (auto bad = CheckPersonalData(request.personal_data)) return *bad;
  MemberEnrolled body;
  body.member = request.member;
  body.number = question.book.NextMemberNumber();
  body.scheme = request.scheme;
  body.from = request.from;
  body.attributes = request.attributes;
  return Accept(question, std::move(body), request.from.FirstDay());
}

// Whether personal data were said of a member, who was not forgotten, and none are held.
bool IsDataMissing(const Book& book, const MemberId& member) {
  return book.FindPerson(member).has_data && book.SamePersonalData(member, {}) &&
         !book.FindKey("forgotten/" + member.text());
}

Decision DecideOne(Question& question, const EnrolMember& request) {
  const bool personal = !request.personal_data.empty();
  // What was said at enrolment is kept nowhere once it was corrected, and the correction stands.
  const auto same_person = [&] {
    return question.book.SamePersonalData(request.member, request.personal_data) ||
           question.book.FindPerson(request.member).corrected;
  };
  const std::string id = personal ? "The member" : "Member " + request.member.text();
  if (auto known = Known(question, "member", id, same_person)) {
    auto* rejected = std::get_if<Rejected>(&*known);
    if (rejected != nullptr && IsDataMissing(question.book, request.member)) {
      const auto recorded = question.book.FindKey(question.key);
      if (recorded && recorded->digest == question.digest) {
        rejected->message = fmt::format(
            "{} was recorded at position {}, and the personal data said then are missing. {}", id,
            recorded->position.value, kMissingDataAdvice);
      }
    }
    return *known;
  }
  Decision decision = DecideEnrolment(question, request);
  if (auto* rejected = std::get_if<Rejected>(&decision); rejected != nullptr && personal) {
    rejected->message = MessageWithoutValue(rejected->column);
  }
  return decision;
}

// Each month from the change's on in which something holds that could go with it.
std::optional<Rejected> LacksRiskClassAfter(const Book& book, const Scheme& scheme,
                                            const ChangeAttribute& request) {
  if (scheme.programs_by_risk_class().empty()) return std::nullopt;
  if (request.attribute != Attribute::kGroup && request.attribute != Attribute::kPrograms) {
    return std::nullopt;
  }
  std::optional<Timeline> history = book.FindHistory(request.member);
  if (!history) return UnknownMember(request.member);  // The book could not be read, and says so.
  std::vector<Month> months = {request.from};
  for (const TimelineChange& change : history->changes) {
    if (change.from > request.from) months.push_back(change.from);
  }
  const Position latest{kNever - 1};
  history->changes.push_back({latest, request.attribute, request.from, request.value});
  for (const Month month : months) {
    const Attributes attributes = AttributesIn(*history, month, latest);
    if (auto bad = LacksRiskClass(book, scheme, attributes, "value")) return bad;
  }
  return std::nullopt;
}

std::optional<Rejected> CheckReasonIfAny(const std::string& reason) {
  return reason.empty() ? std::nullopt : CheckReason("reason", reason);
}

std::optional<Rejected> CheckChangedValue(const Book& book, const Scheme& scheme,
                                          const ChangeAttribute& request) {
  IURAN_CHECK(request.value.index() == static_cast<size_t>(request.attribute),
              "the value of a change is of its attribute's kind");
  switch (request.attribute) {
    case Attribute::kIncome:
      return CheckIncome("value", std::get<Money>(request.value));
    case Attribute::kPrograms:
      if (auto bad = CheckPrograms("value", scheme, std::get<ProgramSet>(request.value)))
        return bad;
      break;
    case Attribute::kGroup: {
      const GroupId& group = std::get<GroupId>(request.value);
      if (!group.empty() && !book.FindGroup(group)) return UnknownGroup("value", group);
      break;
    }
    case Attribute::kRegion:
      return CheckText("value", std::get<std::string>(request.value));
    case Attribute::kSector:
    case Attribute::kPayer:
      break;
  }
  return LacksRiskClassAfter(book, scheme, request);
}

Decision DecideOne(Question& question, const ChangeAttribute& request) {
  if (auto known = Known(question, "", "This row")) return *known;
  if (auto bad = CheckReasonIfAny(request.reason)) return *bad;
  const std::optional<KnownMember> member = question.book.FindMember(request.member);
  if (!member) return UnknownMember(request.member);
  if (request.from < member->from) {
    return Rejected{
        Rejection::kBeforeEnrolment, "from",
        fmt::format("{} is before the first month of member {}, {}.", request.from.ToString(),
                    request.member.text(), member->from.ToString())};
  }
  const Scheme* scheme = question.book.FindScheme(member->scheme);
  IURAN_CHECK(scheme != nullptr, "the scheme of a member is enacted");
  if (auto bad = CheckChangedValue(question.book, *scheme, request)) return *bad;
  const auto last = question.book.FindLastChange(request.member, request.attribute, request.from);
  if (last && last->value == ToString(request.value)) return Repeated{last->position};
  AttributeChanged body{request.member, member->number, request.attribute,
                        request.from,   request.value,  request.reason};
  Accepted accepted = Accept(question, std::move(body), request.from.FirstDay());
  if (last) {
    accepted.corrects = last->position;
  } else if (request.from == member->from) {
    const auto enrolled = question.book.FindKey("member/" + request.member.text());
    if (enrolled) accepted.corrects = enrolled->position;
  }
  return accepted;
}

Decision DecideOne(Question& question, const ChangeExit& request) {
  if (auto known = Known(question, "", "This row")) return *known;
  if (auto bad = CheckReasonIfAny(request.reason)) return *bad;
  const std::optional<KnownMember> member = question.book.FindMember(request.member);
  if (!member) return UnknownMember(request.member);
  if (request.last_day && *request.last_day < member->from.FirstDay()) {
    return Rejected{
        Rejection::kBeforeEnrolment, "value",
        fmt::format("{} is before the first day of member {}, {}.", request.last_day->ToString(),
                    request.member.text(), member->from.FirstDay().ToString())};
  }
  const auto last = question.book.FindLastExit(request.member);
  if (last && last->value == ExitWord(request.last_day)) return Repeated{last->position};
  MemberExited body{request.member, member->number, request.last_day, request.reason};
  Accepted accepted = Accept(question, std::move(body), request.last_day.value_or(question.today));
  if (last) accepted.corrects = last->position;
  return accepted;
}

Decision DecideOne(Question& question, const ReceiveRemittance& request) {
  if (auto known = Known(question, "remittance", "Remittance " + request.remittance.text())) {
    return *known;
  }
  if (auto bad = CheckId("remittance", request.remittance.text())) return *bad;
  if (auto bad = CheckAmount("amount", request.amount)) return *bad;
  if (auto bad = CheckText("account", request.account)) return *bad;
  if (auto bad = CheckText("channel", request.channel)) return *bad;
  if (auto bad = CheckText("bank_reference", request.bank_reference)) return *bad;
  if (!request.list_total.IsZero()) {
    if (auto bad = CheckAmount("list_total", request.list_total)) return *bad;
  }
  if (!question.book.FindGroup(GroupId(request.payer)) &&
      !question.book.FindMember(MemberId(request.payer))) {
    return UnknownReference(
        "payer", fmt::format("Payer {} is neither a registered group nor an enrolled member.",
                             Quoted(request.payer)));
  }
  RemittanceReceived body{request.remittance,     request.received_on, request.account,
                          request.amount,         request.payer,       request.channel,
                          request.bank_reference, request.list_count,  request.list_total};
  return Accept(question, std::move(body), request.received_on);
}

Decision DecideOne(Question& question, const ForgetPerson& request) {
  if (const auto known = question.book.FindKey(question.key)) return Repeated{known->position};
  if (auto bad = CheckText("reason", request.reason)) return *bad;
  const std::optional<KnownMember> member = question.book.FindMember(request.member);
  if (!member) return UnknownMember(request.member);
  return Accept(question, PersonForgotten{request.member, member->number, request.reason},
                question.today);
}

// What lies in a month that was closed is an adjustment of the open one.
void MarkAdjustment(const std::optional<KnownClosing>& closing, Accepted& accepted) {
  if (closing && accepted.day <= closing->month.LastDay()) accepted.adjusts = closing->month + 1;
  for (Accepted& other : accepted.also) MarkAdjustment(closing, other);
}

}  // namespace

Decision DecideByRules(Question& question, const Request& request) {
  return std::visit([&](const auto& r) { return DecideOne(question, r); }, request);
}

Decision Decide(const Book& book, const Asked& asked, Day today) {
  const Command& command = *asked.command;
  Question question{book, command, asked.digest, today, asked.key};
  Decision decision = NeedsTwoPeople(book, command.request)
                          ? DecideWithTwoPeople(question, command.request)
                          : DecideByRules(question, command.request);
  if (auto* accepted = std::get_if<Accepted>(&decision)) {
    MarkAdjustment(book.LastClosing(), *accepted);
  } else if (auto* list = std::get_if<ListDecided>(&decision); list != nullptr && list->accepted) {
    MarkAdjustment(book.LastClosing(), *list->accepted);
  }
  return decision;
}

}  // namespace iuran::rules
