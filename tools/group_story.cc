#include "tools/group_story.h"

#include "ledger/rules/settlement.h"

namespace iuran::tools {
namespace {

Result<void> TellGroupMember(const rules::Timeline& account, const projections::Question& question,
                             rules::Settlement& scratch, std::vector<GroupMember>& rows) {
  events::GroupId group;
  const events::Month month = events::Month::Containing(question.as_of);
  if (!projections::IsAsked(account, question, month, group)) return {};
  IURAN_ASSIGN(const rules::Scheme* scheme, projections::SchemeOf(account, question));
  rules::Settle(account, *scheme, question.as_of, question.known_at, scratch);
  rows.push_back({account.member,
                  rules::FiguresOf(account, *scheme, scratch, question.as_of, question.known_at),
                  rules::CoverOf(account, *scheme, scratch, question.as_of, question.known_at)});
  return {};
}

}  // namespace

Result<GroupStory> TellGroup(const Reading& reading, const events::GroupId& group) {
  const projections::Question& question = reading.question();
  GroupStory story;
  story.as_of = question.as_of;
  story.known_at = question.known_at;
  IURAN_ASSIGN(std::vector<events::Event> stream,
               reading.ledger().ReadStream("group/" + group.text()));
  for (events::Event& event : stream) {
    if (event.envelope.position > question.known_at) break;
    if (const auto* fact = std::get_if<events::GroupRegistered>(&event.body)) story.group = *fact;
    story.events.push_back(std::move(event));
  }
  IURAN_TRY(reading.ForEach<GroupMember>(
      [&question](const rules::Timeline& account, rules::Settlement& scratch,
                  std::vector<GroupMember>& rows) {
        return TellGroupMember(account, question, scratch, rows);
      },
      [&story](GroupMember& row) -> Result<void> {
        story.members.push_back(std::move(row));
        return {};
      }));
  return story;
}

}  // namespace iuran::tools
