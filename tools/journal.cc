#include "tools/journal.h"

#include <algorithm>
#include <unordered_map>

namespace iuran::tools {
namespace {

using projections::AccountKind;
using projections::AccountSums;
using projections::BookAccount;
using projections::Entry;
using projections::MonthSums;
using projections::TakeEntry;

// Entries of the months of everybody the reading is about, in order of members.
Result<void> ForEachMonthEntry(const Reading& reading, const TakeEntry& take) {
  const projections::Question& question = reading.question();
  return reading.ForEach<Entry>(
      [&question](const rules::Timeline& account, rules::Settlement& scratch,
                  std::vector<Entry>& rows) {
        return projections::MonthEntriesOf(account, question, scratch,
                                           [&rows, &question](const Entry& entry) {
                                             if (!question.group || entry.group == *question.group)
                                               rows.push_back(entry);
                                             return Result<void>();
                                           });
      },
      [&take](Entry& entry) { return take(entry); });
}

// Those who were ever in the group, as known. Their number bounds the memory this takes.
using Belonging = std::unordered_map<uint32_t, rules::Timeline>;
Result<Belonging> EverIn(const Reading& reading, const events::GroupId& group) {
  Belonging belonging;
  const events::Position known_at = reading.question().known_at;
  IURAN_TRY(reading.ForEach<rules::Timeline>(
      [&](const rules::Timeline& account, rules::Settlement&, std::vector<rules::Timeline>& rows) {
        bool in = account.attributes.group == group;
        for (const rules::TimelineChange& change : account.changes) {
          in = in || (change.position <= known_at && change.value == events::AttributeValue(group));
        }
        if (in && account.enrolled_at <= known_at) {
          rows.push_back(account);
          rows.back().payments.clear();  // not asked for
        }
        return Result<void>();
      },
      [&belonging](rules::Timeline& account) {
        const uint32_t number = account.number.value;
        belonging.emplace(number, std::move(account));
        return Result<void>();
      }));
  return belonging;
}

// Whether an entry of an event is the group's: a payment of a member who is in it in the month of
// the entry, or a remittance it paid in.
bool IsOfGroup(const Entry& entry, const events::GroupId& group, const Belonging& belonging,
               events::Position known_at) {
  if (!entry.number) {
    return std::any_of(entry.postings.begin(), entry.postings.end(), [&group](const auto& posting) {
      return posting.account.kind == AccountKind::kUnallocated &&
             posting.account.name == group.text();
    });
  }
  const auto member = belonging.find(entry.number->value);
  if (member == belonging.end()) return false;
  const auto month = events::Month::Containing(entry.day);
  return rules::AttributesIn(member->second, month, known_at).group == group;
}

Result<void> ForEachEventEntry(const Reading& reading,
                               const std::optional<events::MemberId>& member,
                               const TakeEntry& take) {
  const projections::Question& question = reading.question();
  const log::EventLog& log = reading.ledger().log();
  if (member) {
    return projections::ForEachEventEntryOf(log, *member, question.known_at, question.as_of, take);
  }
  return projections::ForEachEventEntry(log, question.known_at, question.as_of, take);
}

}  // namespace

Result<void> ForEachEntry(const Reading& reading, const std::optional<events::MemberId>& member,
                          const TakeEntry& take) {
  const std::optional<events::GroupId>& group = reading.question().group;
  if (!group) {
    IURAN_TRY(ForEachEventEntry(reading, member, take));
    return ForEachMonthEntry(reading, take);
  }
  IURAN_ASSIGN(const Belonging belonging, EverIn(reading, *group));
  IURAN_TRY(ForEachEventEntry(reading, member, [&](const Entry& entry) {
    const bool asked = IsOfGroup(entry, *group, belonging, reading.question().known_at);
    return asked ? take(entry) : Result<void>();
  }));
  return ForEachMonthEntry(reading, take);
}

Result<TrialBalance> TrialBalance::Of(const Reading& reading) {
  TrialBalance balance;
  AccountSums& sums = balance.sums_;
  const projections::Question& question = reading.question();
  IURAN_TRY(projections::ForEachEventEntry(reading.ledger().log(), question.known_at,
                                           question.as_of, [&sums](const Entry& entry) {
                                             sums.Add(entry);
                                             return Result<void>();
                                           }));
  IURAN_TRY(reading.ForEach<MonthSums>(
      [&question](const rules::Timeline& account, rules::Settlement& scratch,
                  std::vector<MonthSums>& rows) -> Result<void> {
        IURAN_ASSIGN(MonthSums months, MonthSums::Of(account, question, scratch));
        rows.push_back(std::move(months));
        return {};
      },
      [&sums](MonthSums& months) {
        months.AddTo(sums);
        return Result<void>();
      }));
  IURAN_CHECK(sums.Total().IsZero(), "the books sum to zero");
  return balance;
}

Result<void> TrialBalance::ForEach(const Reading& reading, const TakeAccount& take) const {
  for (size_t i = 0; i < projections::kAccountKinds; ++i) {
    const auto kind = static_cast<AccountKind>(i);
    for (const auto& [name, amount] : sums_.Of(kind)) {
      if (!amount.IsZero()) IURAN_TRY(take({kind, name, {}}, amount));
    }
    if (kind != AccountKind::kMember) continue;
    IURAN_TRY(reading.ForEach<BookAccount>(
        [this, kind](const rules::Timeline& account, rules::Settlement&,
                     std::vector<BookAccount>& rows) {
          if (!sums_.OfMember(account.number).IsZero()) {
            rows.push_back({kind, account.member.text(), account.number});
          }
          return Result<void>();
        },
        [this, &take](BookAccount& account) {
          return take(account, sums_.OfMember(*account.number));
        }));
  }
  return {};
}

bool IsUnder(std::string_view account, std::string_view above) {
  return above.empty() || account == above ||
         (account.size() > above.size() && account.starts_with(above) &&
          account[above.size()] == ':');
}

}  // namespace iuran::tools
