#include "tools/member_story.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/check.h"
#include "ledger/rules/scheme_document.h"
#include "projections/view.h"
#include "tools/asked.h"

namespace iuran::tools {
namespace {

using namespace events;  // days, months and facts

// The months in order: those settled, those dropped between spells, those still to be paid.
class MonthTeller {
 public:
  MonthTeller(const MemberStory& story, const rules::Scheme& scheme)
      : story_(story), scheme_(scheme) {}

  std::vector<MonthLine> Tell(const rules::Settlement& settlement) {
    for (const rules::Spell& spell : settlement.spells) {
      const Month next = lines_.empty() ? story_.timeline.from : lines_.back().month + 1;
      AddUnsettled(next, spell.first_month - 1, /*dropped=*/true);
      for (const rules::SettledMonth& settled : spell.months) AddSettled(settled);
    }
    if (!rules::HasLapsed(settlement, scheme_, story_.as_of)) {
      Month last = Month::Containing(story_.as_of);
      if (settlement.exit_day) last = std::min(last, Month::Containing(*settlement.exit_day));
      AddUnsettled(rules::FirstUnsettled(settlement.spells.back()), last, /*dropped=*/false);
    }
    return std::move(lines_);
  }

 private:
  void AddSettled(const rules::SettledMonth& settled) {
    lines_.push_back({settled.month, settled.price, scheme_.DueDay(settled.month),
                      MonthState::kSettled, settled.settled_on,
                      PaymentAt(story_.events, settled.settled_by)});
  }

  void AddUnsettled(Month first, Month last, bool dropped) {
    for (Month month = first; month <= last; ++month) {
      const Day due = scheme_.DueDay(month);
      const MonthState state = dropped              ? MonthState::kDropped
                               : story_.as_of > due ? MonthState::kOverdue
                                                    : MonthState::kOpen;
      const Money price =
          scheme_.Price(month, rules::AttributesIn(story_.timeline, month, story_.known_at));
      lines_.push_back({month, price, due, state, std::nullopt, {}});
    }
  }

  const MemberStory& story_;
  const rules::Scheme& scheme_;
  std::vector<MonthLine> lines_;
};

// The personal data of the enrolment, as far as it can be read here.
// The data as they stand now, whatever was known when: the vault keeps no others.
Result<ledger::Person> ReadPerson(const ledger::Ledger& ledger, const MemberStory& story) {
  std::optional<Digest> commitment;
  IURAN_ASSIGN(const std::vector<Event> events,
               ledger.ReadStream(projections::MemberStream(story.timeline.member)));
  for (const Event& event : events) {
    if (const auto* enrolled = std::get_if<MemberEnrolled>(&event.body)) {
      commitment = enrolled->personal_data_commitment;
    } else if (const auto* corrected = std::get_if<PersonalDataCorrected>(&event.body)) {
      commitment = corrected->commitment;
    }
  }
  return ledger.OpenPerson(story.timeline.member, commitment);
}

Result<std::array<std::string, kAllPrograms.size()>> ReadProgramTitles(const ledger::Ledger& ledger,
                                                                       const MemberStory& story) {
  const auto enacted = story.schemes.EnactedAt(story.timeline.scheme, story.known_at);
  IURAN_CHECK(enacted.has_value(), "the member's scheme was enacted");
  IURAN_ASSIGN(const Event event, ledger.ReadEvent(*enacted));
  IURAN_ASSIGN(rules::SchemeDocument read,
               rules::ReadSchemeDocument(std::get<SchemeEnacted>(event.body).document));
  return std::move(read.program_titles);
}

}  // namespace

std::string_view Name(MonthState state) {
  switch (state) {
    case MonthState::kSettled:
      return "settled";
    case MonthState::kOverdue:
      return "overdue";
    case MonthState::kOpen:
      return "open";
    case MonthState::kDropped:
      return "dropped";
  }
  return "unknown";
}

const Event* EventAt(const std::vector<Event>& events, Position position) {
  const auto at =
      std::lower_bound(events.begin(), events.end(), position,
                       [](const Event& event, Position p) { return event.envelope.position < p; });
  return at == events.end() || at->envelope.position != position ? nullptr : &*at;
}

std::string PaymentAt(const std::vector<Event>& events, Position position) {
  const Event* event = EventAt(events, position);
  const auto* payment = event != nullptr ? std::get_if<PaymentReceived>(&event->body) : nullptr;
  return payment != nullptr ? payment->payment.text() : std::string();
}

Result<std::vector<Event>> ReadMember(const ledger::Ledger& ledger, const MemberId& member,
                                      Position known_at) {
  IURAN_ASSIGN(std::vector<Event> events, ledger.ReadStream(projections::MemberStream(member)));
  const auto unknown = std::find_if(events.begin(), events.end(), [known_at](const Event& event) {
    return event.envelope.position > known_at;
  });
  events.erase(unknown, events.end());
  if (events.empty()) return tl::unexpected<Error>(UnknownMember(member, known_at));
  return events;
}

Result<std::optional<GroupRegistered>> ReadGroup(const ledger::Ledger& ledger, const GroupId& id,
                                                 Position known_at) {
  if (id.empty()) return std::nullopt;
  IURAN_ASSIGN(const std::vector<Event> stream, ledger.ReadStream("group/" + id.text()));
  for (const Event& event : stream) {
    const auto* group = std::get_if<GroupRegistered>(&event.body);
    if (group != nullptr && event.envelope.position <= known_at) return *group;
  }
  return std::nullopt;
}

Result<MemberStory> TellMember(const ledger::Ledger& ledger, const MemberId& member, Day as_of,
                               Position known_at) {
  MemberStory story;
  story.as_of = as_of;
  story.known_at = known_at;
  IURAN_ASSIGN(story.events, ReadMember(ledger, member, known_at));
  projections::Groups groups;
  for (const Event& event : story.events) {
    IURAN_TRY(projections::FindGroupOf(event, ledger.log(), groups));
    IURAN_TRY(projections::FoldMember(event, groups, story.timeline));
  }
  rules::OrderPayments(story.timeline);
  IURAN_ASSIGN(story.schemes, ledger.Schemes());
  story.scheme = story.schemes.Find(story.timeline.scheme, known_at);
  if (story.scheme == nullptr) {
    return Fail(ErrorCode::kLedgerDamaged,
                fmt::format("Scheme {} of member {} was never enacted.",
                            story.timeline.scheme.text(), member.text()));
  }
  IURAN_ASSIGN(story.program_titles, ReadProgramTitles(ledger, story));
  const Month month = std::max(story.timeline.from, Month::Containing(as_of));
  story.attributes = rules::AttributesIn(story.timeline, month, known_at);
  IURAN_ASSIGN(story.group, ReadGroup(ledger, story.attributes.group, known_at));
  IURAN_ASSIGN(story.person, ReadPerson(ledger, story));

  const rules::Settlement& settlement = story.settlement;
  rules::Settle(story.timeline, *story.scheme, as_of, known_at, story.settlement);
  story.figures = rules::FiguresOf(story.timeline, *story.scheme, settlement, as_of, known_at);
  story.exit_day = settlement.exit_day;
  story.cover = rules::CoverOf(story.timeline, *story.scheme, settlement, as_of, known_at);
  story.reason = rules::ReasonOf(
      story.cover,
      story.cover.settled ? PaymentAt(story.events, story.cover.settled->settled_by) : "");
  story.months = MonthTeller(story, *story.scheme).Tell(settlement);
  return story;
}

}  // namespace iuran::tools
