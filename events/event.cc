// The words of rulebook 1 for the closed lists, and the names of the facts.
#include "events/event.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "events/quote.h"

namespace iuran::events {
namespace {

// In the order of the enums.
constexpr std::array<std::string_view, 5> kGroupKindNames = {"employer", "cooperative",
                                                             "congregation", "donor", "agency"};
constexpr std::array<std::string_view, 2> kSectorNames = {"other", "transport"};
constexpr std::array<std::string_view, 2> kPayerNames = {"self", "state"};
constexpr std::array<std::string_view, 2> kPurposeNames = {"contribution", "penalty"};
constexpr std::array<std::string_view, 4> kProgramNames = {"JKK", "JKM", "JHT", "JP"};
constexpr std::array<std::string_view, 6> kAttributeNames = {"income", "programs", "sector",
                                                             "payer",  "group",    "region"};

// In the order of Body.
constexpr std::array<std::string_view, std::variant_size_v<Body>> kTypeNames = {
    "ledger_opened",     "scheme_enacted",   "group_registered",    "member_enrolled",
    "attribute_changed", "member_exited",    "remittance_received", "payment_received",
    "payment_reversed",  "person_forgotten", "events_lost",         "personal_data_corrected",
    "credit_refunded",   "penalty_waived",   "remittance_returned", "payment_list_held",
    "month_closed",      "change_proposed",  "proposal_declined"};

template <typename Enum>
std::string_view NameOf(std::span<const std::string_view> names, Enum value) {
  const auto index = static_cast<size_t>(value);
  IURAN_CHECK(index < names.size(), "the value is one of its closed list");
  return names[index];
}

template <typename Enum>
Result<Enum> ParseWord(std::span<const std::string_view> names, std::string_view what,
                       std::string_view text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found != names.end()) return static_cast<Enum>(found - names.begin());
  return Fail(ErrorCode::kInvalidValue, fmt::format("{} is not a {}. Write one of: {}.",
                                                    Quoted(text), what, fmt::join(names, ", ")));
}

tl::unexpected<Error> BadPrograms(std::string_view text, std::string_view problem) {
  return Fail(ErrorCode::kInvalidValue,
              fmt::format("The programmes {} {}. Join names with +, none twice, of: {}; for "
                          "instance JKK+JKM.",
                          Quoted(text), problem, fmt::join(kProgramNames, ", ")));
}

}  // namespace

std::string_view Name(GroupKind kind) { return NameOf(kGroupKindNames, kind); }
std::string_view Name(Sector sector) { return NameOf(kSectorNames, sector); }
std::string_view Name(Payer payer) { return NameOf(kPayerNames, payer); }
std::string_view Name(Purpose purpose) { return NameOf(kPurposeNames, purpose); }
std::string_view Name(Program program) { return NameOf(kProgramNames, program); }
std::string_view Name(Attribute attribute) { return NameOf(kAttributeNames, attribute); }

std::string ToString(ProgramSet programs) {
  std::string text;
  for (Program program : kAllPrograms) {
    if (!programs.Has(program)) continue;
    if (!text.empty()) text += '+';
    text += Name(program);
  }
  return text;
}

Result<GroupKind> ParseGroupKind(std::string_view text) {
  return ParseWord<GroupKind>(kGroupKindNames, "kind of group", text);
}
Result<Sector> ParseSector(std::string_view text) {
  return ParseWord<Sector>(kSectorNames, "sector", text);
}
Result<Payer> ParsePayer(std::string_view text) {
  return ParseWord<Payer>(kPayerNames, "payer", text);
}
Result<Purpose> ParsePurpose(std::string_view text) {
  return ParseWord<Purpose>(kPurposeNames, "purpose", text);
}

Result<ProgramSet> ParseProgramSet(std::string_view text) {
  if (text.empty()) return BadPrograms(text, "are empty");
  ProgramSet programs;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('+', begin), text.size());
    const auto program =
        ParseWord<Program>(kProgramNames, "programme", text.substr(begin, end - begin));
    if (!program) return BadPrograms(text, "have a name that is none");
    if (programs.Has(*program)) return BadPrograms(text, "name one twice");
    programs.Add(*program);
    begin = end + 1;
  }
  return programs;
}

std::string ToString(const AttributeValue& value) {
  struct Word {
    std::string operator()(Money money) const { return money.ToString(); }
    std::string operator()(ProgramSet programs) const { return ToString(programs); }
    std::string operator()(Sector sector) const { return std::string(Name(sector)); }
    std::string operator()(Payer payer) const { return std::string(Name(payer)); }
    std::string operator()(const GroupId& group) const { return group.text(); }
    std::string operator()(const std::string& region) const { return region; }
  };
  return std::visit(Word{}, value);
}

std::string_view TypeName(const Body& body) { return kTypeNames[body.index()]; }

uint16_t FirstVersionOf(const Body& body) {
  constexpr size_t kFactsOfVersion1 = 11;
  return body.index() < kFactsOfVersion1 ? 1 : 3;
}

std::string StreamOf(const Body& body) {
  struct Stream {
    std::string operator()(const LedgerOpened&) const { return "ledger"; }
    std::string operator()(const EventsLost&) const { return "ledger"; }
    std::string operator()(const SchemeEnacted& fact) const {
      return "scheme/" + fact.scheme.text();
    }
    std::string operator()(const GroupRegistered& fact) const {
      return "group/" + fact.group.text();
    }
    std::string operator()(const RemittanceReceived& fact) const {
      return "remittance/" + fact.remittance.text();
    }
    std::string operator()(const MemberEnrolled& fact) const { return OfMember(fact.member); }
    std::string operator()(const AttributeChanged& fact) const { return OfMember(fact.member); }
    std::string operator()(const MemberExited& fact) const { return OfMember(fact.member); }
    std::string operator()(const PaymentReceived& fact) const { return OfMember(fact.member); }
    std::string operator()(const PaymentReversed& fact) const { return OfMember(fact.member); }
    std::string operator()(const PersonForgotten& fact) const { return OfMember(fact.member); }
    std::string operator()(const PersonalDataCorrected& fact) const {
      return OfMember(fact.member);
    }
    std::string operator()(const CreditRefunded& fact) const { return OfMember(fact.member); }
    std::string operator()(const PenaltyWaived& fact) const { return OfMember(fact.member); }
    std::string operator()(const RemittanceReturned& fact) const {
      return "remittance/" + fact.remittance.text();
    }
    std::string operator()(const PaymentListHeld& fact) const {
      return "remittance/" + fact.remittance.text();
    }
    std::string operator()(const MonthClosed&) const { return "closing"; }
    std::string operator()(const ChangeProposed& fact) const { return "proposal/" + fact.id; }
    std::string operator()(const ProposalDeclined& fact) const { return "proposal/" + fact.id; }

   private:
    static std::string OfMember(const MemberId& member) { return "member/" + member.text(); }
  };
  return std::visit(Stream{}, body);
}

std::vector<std::string_view> TypeNames() { return {kTypeNames.begin(), kTypeNames.end()}; }

}  // namespace iuran::events
