#include "projections/replay.h"

#include <algorithm>
#include <map>
#include <set>

#include "events/codec.h"
#include "projections/digest.h"
#include "projections/parallel.h"
#include "projections/runner.h"

namespace iuran::projections {
namespace {

constexpr size_t kMaxExamples = 10;
constexpr uint64_t kStepEvents = 1 << 20;
constexpr size_t kBatchBytes = size_t{32} << 20;

Money PaidIn(const rules::Timeline& timeline) {
  Money paid;
  for (const auto& payment : timeline.payments) {
    if (payment.void_from.value == rules::kNever) paid += Money::FromSen(payment.amount_sen);
  }
  return paid;
}

std::vector<std::string> EncodeAll(const std::vector<const Account*>& accounts, unsigned threads) {
  std::vector<std::string> rows(accounts.size());
  RunOnThreads(threads, [&](unsigned i) {
    const size_t begin = rows.size() * i / threads, end = rows.size() * (i + 1) / threads;
    for (size_t at = begin; at < end; ++at) rows[at] = EncodeTimeline(accounts[at]->timeline);
  });
  return rows;
}

Digest DigestOf(const std::vector<const Account*>& accounts, const std::vector<std::string>& rows,
                const Groups& groups) {
  AccountsDigest digest;
  for (size_t i = 0; i < accounts.size(); ++i) {
    digest.AddMember(accounts[i]->timeline.member.text(), rows[i]);
  }
  for (const auto& [group, info] : groups) digest.AddGroup(group.text(), EncodeGroup(info));
  return digest.Finish();
}

// The schemes of those who are enrolled, from the events that enacted them.
Result<rules::SchemeBook> SchemesOf(const log::EventLog& log, const Accounts& accounts) {
  std::set<SchemeId> ids;
  for (const Account* account : accounts.Sorted()) ids.insert(account->timeline.scheme);
  std::vector<uint64_t> positions;
  for (const SchemeId& id : ids) {
    IURAN_ASSIGN(const std::vector<uint64_t> stream, log.Stream("scheme/" + id.text()));
    positions.insert(positions.end(), stream.begin(), stream.end());
  }
  std::sort(positions.begin(), positions.end());
  rules::SchemeBook schemes;
  for (const uint64_t position : positions) {
    IURAN_ASSIGN(const std::vector<std::byte> record, log.Read(position));
    IURAN_ASSIGN(const Event event, Decode(record));
    const auto* enacted = std::get_if<SchemeEnacted>(&event.body);
    if (enacted == nullptr) {
      return Fail(ErrorCode::kLedgerDamaged,
                  "The event at position " + std::to_string(position) + " should enact a scheme.");
    }
    IURAN_ASSIGN(auto scheme, rules::Scheme::Parse(enacted->document));
    schemes.Enact(Position{position}, std::move(scheme));
  }
  return schemes;
}

}  // namespace

Digest DigestOf(const Accounts& accounts, unsigned threads) {
  const std::vector<const Account*> sorted = accounts.Sorted();
  return DigestOf(sorted, EncodeAll(sorted, std::max(1u, threads)), accounts.groups());
}

std::string Words(const Difference& difference) {
  switch (difference.what) {
    case Difference::What::kMissing:
      return difference.row + " is missing among the live rows";
    case Difference::What::kExtra:
      return difference.row + " is live and does not come of the log";
    case Difference::What::kOther:
      return difference.row + " is other than what comes of the log";
  }
  return difference.row;
}

uint64_t ReplayReport::EventsPerSecond() const {
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(folding).count();
  return events * 1'000'000 / static_cast<uint64_t>(std::max<int64_t>(1, microseconds));
}

Result<std::unique_ptr<Replay>> Replay::Run(const log::EventLog& log, const Store& live,
                                            const ReplayOptions& options) {
  std::unique_ptr<Replay> replay(new Replay(log, options));
  ReplayReport& report = replay->report_;
  report.head = log.size();
  report.live_cursor = live.state().cursor;
  if (report.live_cursor <= report.head) {
    IURAN_TRY(replay->FoldTo(report.live_cursor));
    replay->Compare(live);
  }
  if (auto of_this_log = CheckIsOf(log, live.state()); !of_this_log && !report.unreadable) {
    report.unreadable = std::move(of_this_log.error());
  }
  IURAN_TRY(replay->FoldTo(report.head));
  report.parked = replay->rebuilt_.parked();
  report.events = replay->rebuilt_.cursor();
  report.digest = report.events == report.live_cursor ? report.rebuilt_digest
                                                      : DigestOf(replay->rebuilt_, options.threads);
  if (auto recomputed = replay->RecomputeClosings(); !recomputed) {
    report.closings_unreadable = std::move(recomputed.error());
  }
  return replay;
}

Result<void> Replay::FoldTo(uint64_t to) {
  const auto start = std::chrono::steady_clock::now();
  while (rebuilt_.cursor() < to) {
    IURAN_TRY(rebuilt_.FoldTo(std::min(to, rebuilt_.cursor() + kStepEvents)));
    if (options_.progress) options_.progress(rebuilt_.cursor(), report_.head);
    if (rebuilt_.parked()) break;
  }
  report_.folding += std::chrono::steady_clock::now() - start;
  return {};
}

void Replay::Compare(const Store& live) {
  if (rebuilt_.parked()) {
    report_.unreadable =
        Error{ErrorCode::kLedgerDamaged,
              "The stored accounts go beyond an event that this program cannot fold."};
    return;
  }
  const std::vector<const Account*> members = rebuilt_.Sorted();
  const std::vector<std::string> rows = EncodeAll(members, std::max(1u, options_.threads));
  report_.rebuilt_digest = DigestOf(members, rows, rebuilt_.groups());
  for (const Account* member : members) report_.paid_rebuilt += PaidIn(member->timeline);
  report_.paid_live = report_.paid_rebuilt;  // less and more what differs
  AccountsDigest digest;
  Result<void> compared = CompareMembers(live, members, rows, digest);
  if (compared) compared = CompareGroups(live, digest);
  if (compared) compared = CompareNumbers(live, members);
  CompareCounts(live.state(), members.size());
  if (!compared) report_.unreadable = std::move(compared.error());
  report_.live_digest = digest.Finish();
}

void Replay::Found(Difference::What what, std::string row) {
  if (what == Difference::What::kMissing) ++report_.rows_missing;
  if (what == Difference::What::kExtra) ++report_.rows_extra;
  if (what == Difference::What::kOther) ++report_.rows_other;
  if (report_.examples.size() < kMaxExamples) report_.examples.push_back({what, std::move(row)});
}

Result<void> Replay::CompareMembers(const Store& live, const std::vector<const Account*>& members,
                                    const std::vector<std::string>& rows, AccountsDigest& digest) {
  const auto paid_in_row = [](std::string_view member, std::string_view row) {
    rules::Timeline timeline;
    return DecodeTimeline(member, row, timeline) ? PaidIn(timeline) : Money();
  };
  const auto stored = live.Members();
  IURAN_ASSIGN(bool more, stored->Next());
  for (size_t i = 0; more || i < members.size(); ++report_.rows) {
    const std::string* member = i < members.size() ? &members[i]->timeline.member.text() : nullptr;
    const int order = !more ? 1 : !member ? -1 : stored->key().compare(*member);
    if (order > 0) {
      Found(Difference::What::kMissing, "member " + *member);
      report_.paid_live -= PaidIn(members[i++]->timeline);
      continue;
    }
    digest.AddMember(stored->key(), stored->row());
    if (order < 0) {
      Found(Difference::What::kExtra, "member " + std::string(stored->key()));
      report_.paid_live += paid_in_row(stored->key(), stored->row());
    } else if (stored->row() != rows[i]) {
      Found(Difference::What::kOther, "member " + *member);
      report_.paid_live += paid_in_row(stored->key(), stored->row());
      report_.paid_live -= PaidIn(members[i]->timeline);
    }
    if (order == 0) ++i;
    IURAN_ASSIGN(more, stored->Next());
  }
  return {};
}

Result<void> Replay::CompareGroups(const Store& live, AccountsDigest& digest) {
  IURAN_ASSIGN(const Groups stored, live.ReadGroups());
  for (const auto& [group, info] : stored) {
    digest.AddGroup(group.text(), EncodeGroup(info));
    const auto found = rebuilt_.groups().find(group);
    if (found == rebuilt_.groups().end()) {
      Found(Difference::What::kExtra, "group " + group.text());
    } else if (found->second != info) {
      Found(Difference::What::kOther, "group " + group.text());
    }
  }
  for (const auto& [group, info] : rebuilt_.groups()) {
    if (!stored.count(group)) Found(Difference::What::kMissing, "group " + group.text());
  }
  report_.rows += stored.size();
  return {};
}

// Rows of numbers lead from a number to the member's row, and a wrong one would fold events into
// nobody's account.
Result<void> Replay::CompareNumbers(const Store& live, const std::vector<const Account*>& members) {
  std::map<MemberNumber, const MemberId*> expected;
  for (const Account* account : members) {
    expected.emplace(account->timeline.number, &account->timeline.member);
  }
  IURAN_TRY(live.ReadNumbers([&](MemberNumber number, std::string_view member) {
    const auto found = expected.find(number);
    if (found == expected.end()) {
      Found(Difference::What::kExtra, "the number of member " + std::string(member));
    } else if (found->second->text() != member) {
      Found(Difference::What::kOther, "the number of member " + found->second->text());
    }
    if (found != expected.end()) expected.erase(found);
  }));
  for (const auto& [number, member] : expected) {
    Found(Difference::What::kMissing, "the number of member " + member->text());
  }
  return {};
}

// The counts of the state, which reports show without reading the rows.
void Replay::CompareCounts(const StoreState& live, size_t members) {
  if (live.members != members) Found(Difference::What::kOther, "the count of members");
  if (live.groups != rebuilt_.groups().size()) {
    Found(Difference::What::kOther, "the count of groups");
  }
}

// The closings that know of nothing the rebuilt accounts have not folded.
Result<void> Replay::RecomputeClosings() {
  IURAN_ASSIGN(const std::vector<RecordedClosing> recorded, ClosingsIn(log_));
  std::vector<const MonthClosed*> pinned;
  std::vector<ClosingAsked> asked;
  for (const auto& [envelope, fact] : recorded) {
    const uint64_t position = envelope.position.value;
    if (fact.known == 0 || fact.known > position) {
      report_.closings_that_differ.push_back(
          {fact.month, "known", std::to_string(fact.known), "1 to " + std::to_string(position)});
    } else if (fact.known <= report_.events) {
      pinned.push_back(&fact);
      asked.push_back({fact.month, fact.known});
    }
  }
  if (asked.empty()) return {};
  const std::unique_ptr<AccountsView> accounts = AccountsView::Over(rebuilt_);
  IURAN_ASSIGN(const rules::SchemeBook schemes, SchemesOf(log_, rebuilt_));
  IURAN_ASSIGN(const std::vector<MonthClosed> computed,
               ComputeClosings(log_, *accounts, schemes, asked, std::max(1u, options_.threads)));
  for (size_t i = 0; i < computed.size(); ++i) {
    for (PinnedDifference& difference : Differences(*pinned[i], computed[i])) {
      report_.closings_that_differ.push_back(std::move(difference));
    }
  }
  report_.closings = computed.size();
  return {};
}

Result<void> Replay::Swap(const std::filesystem::path& folder, std::unique_ptr<Store>& store) {
  if (report_.unreadable) {
    store.reset();
    IURAN_TRY(Store::Destroy(folder));
    IURAN_ASSIGN(store, Store::OpenToWrite(folder));
  }
  StoreState state;
  IURAN_ASSIGN(state.generation, store->NewGeneration());
  const auto changes = store->NewChanges(state.generation);
  // Rows of a generation that is not in use are nobody's, so they may be saved in parts.
  IURAN_ASSIGN(state.members, PutAccounts(rebuilt_, false, *changes, [&]() -> Result<void> {
                 return changes->bytes() < kBatchBytes ? Result<void>{}
                                                       : store->Commit(*changes, nullptr);
               }));
  for (const auto& [group, info] : rebuilt_.groups()) changes->PutGroup(group, info);
  state.groups = rebuilt_.groups().size();
  state.cursor = rebuilt_.cursor();
  IURAN_ASSIGN(state.last_record, DigestOfLastRecord(log_, state.cursor));
  state.parked = rebuilt_.parked();
  return store->Commit(*changes, &state);
}

}  // namespace iuran::projections
