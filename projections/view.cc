#include "projections/view.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "projections/runner.h"

namespace iuran::projections {
namespace {

// Accounts handed to a thread at a time: enough to make the handing over cheap.
constexpr size_t kBatchAccounts = 256;

}  // namespace

Result<void> FindGroupOf(const Event& event, const log::EventLog& log, Groups& groups) {
  const GroupId* group = GroupOf(event);
  if (group == nullptr || groups.count(*group) != 0) return {};
  IURAN_ASSIGN(const std::vector<uint64_t> positions, log.Stream("group/" + group->text()));
  if (positions.empty()) return {};  // the fold says what is missing
  IURAN_ASSIGN(const std::vector<std::byte> record, log.Read(positions.front()));
  IURAN_ASSIGN(const Event found, events::Decode(record));
  const auto* fact = std::get_if<GroupRegistered>(&found.body);
  if (fact == nullptr || fact->group != *group) {
    return Fail(ErrorCode::kLedgerDamaged,
                "The index names the event at position " + std::to_string(positions.front()) +
                    " as the registration of group " + group->text() +
                    ", and it is not. 'iuran verify' tells what else is wrong.");
  }
  groups.emplace(*group, InfoOf(found.envelope, *fact));
  return {};
}

Result<std::optional<rules::Timeline>> FindOne(const log::EventLog& log, const MemberId& member,
                                               uint64_t to) {
  const std::string stream = MemberStream(member);
  IURAN_ASSIGN(const std::vector<uint64_t> positions, log.Stream(stream));
  std::optional<rules::Timeline> timeline;
  Groups groups;
  for (const uint64_t position : positions) {
    if (position >= to) break;
    IURAN_ASSIGN(const std::vector<std::byte> record, log.Read(position));
    IURAN_ASSIGN(const Event event, events::Decode(record));
    if (event.envelope.stream != stream || event.envelope.position.value != position) {
      return Fail(ErrorCode::kLedgerDamaged,
                  "The index names the event at position " + std::to_string(position) +
                      " as one of member " + member.text() +
                      ", and it is another's. 'iuran verify' tells what else is wrong.");
    }
    if (!timeline) timeline.emplace();
    IURAN_TRY(FindGroupOf(event, log, groups));
    IURAN_TRY(FoldMember(event, groups, *timeline));
  }
  if (timeline) rules::OrderPayments(*timeline);
  return timeline;
}

Result<const rules::Timeline*> AccountBatch::Get(size_t index, rules::Timeline& scratch) const {
  const Item& item = items_[index];
  if (item.folded != nullptr) return item.folded;
  const std::string_view bytes(bytes_);
  IURAN_TRY(DecodeTimeline(bytes.substr(item.member_begin, item.row_begin - item.member_begin),
                           bytes.substr(item.row_begin, item.row_end - item.row_begin), scratch));
  return &scratch;
}

Result<std::unique_ptr<AccountsView>> AccountsView::Open(const log::EventLog& log,
                                                         const Store& store, uint64_t to,
                                                         unsigned threads) {
  IURAN_TRY(CheckIsOf(log, store.state()));
  std::unique_ptr<AccountsView> view(new AccountsView());
  view->store_ = &store;
  view->own_ = std::make_unique<Accounts>(log, &store, threads);
  view->accounts_ = view->own_.get();
  IURAN_TRY(view->own_->FoldTo(to));
  if (const auto& parked = view->own_->parked()) {
    return Fail(ErrorCode::kUnknownEvent,
                parked->reason + " Answers known before it are there: ask with --known-at " +
                    std::to_string(parked->position == 0 ? 0 : parked->position - 1) + ".");
  }
  view->folded_ = view->own_->Sorted();
  return view;
}

std::unique_ptr<AccountsView> AccountsView::Over(const Accounts& accounts) {
  std::unique_ptr<AccountsView> view(new AccountsView());
  view->accounts_ = &accounts;
  view->folded_ = accounts.Sorted();
  return view;
}

AccountsView::Walk::Walk(const AccountsView& view)
    : view_(view),
      rows_(view.store_ == nullptr ? nullptr : view.store_->Members()),
      more_rows_(rows_ != nullptr),
      folded_(view.folded_.begin()) {}

Result<void> AccountsView::Walk::StepRow() {
  IURAN_ASSIGN(more_rows_, rows_->Next());
  return {};
}

Result<void> AccountsView::Walk::Next(AccountBatch& batch) {
  batch.items_.clear();
  batch.bytes_.clear();
  if (!started_ && more_rows_) IURAN_TRY(StepRow());
  started_ = true;
  while (batch.items_.size() < kBatchAccounts) {
    const bool more_folded = folded_ != view_.folded_.end();
    if (!more_rows_ && !more_folded) break;
    const int order = !more_rows_    ? 1
                      : !more_folded ? -1
                                     : rows_->key().compare((*folded_)->timeline.member.text());
    if (order >= 0) {
      batch.items_.push_back({&(*folded_)->timeline, 0, 0, 0});
      ++folded_;
    } else {
      const size_t begin = batch.bytes_.size();
      batch.bytes_.append(rows_->key());
      const size_t row = batch.bytes_.size();
      batch.bytes_.append(rows_->row());
      batch.items_.push_back({nullptr, begin, row, batch.bytes_.size()});
    }
    // A stored row of a member in memory is the older one.
    if (order <= 0) IURAN_TRY(StepRow());
  }
  return {};
}

namespace internal {
namespace {

// Batches on their way: read by whichever worker is free, delivered in the order they were read.
class Belt {
 public:
  Belt(const AccountsView& view, size_t length, const Work& work)
      : walk_(view), length_(length), work_(work) {}

  void RunWorker() {
    AccountBatch batch;
    for (;;) {
      Place* place = Load(batch);
      if (place == nullptr) return;
      Result<std::unique_ptr<Parcel>> parcel = work_(batch);
      const std::lock_guard lock(mutex_);
      place->parcel = std::move(parcel);
      place->ready = true;
      changed_.notify_all();
    }
  }

  // The next parcel in order; null at the end.
  Result<std::unique_ptr<Parcel>> Take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return places_.empty() ? ended_ : places_.front().ready; });
    if (places_.empty()) return nullptr;
    Result<std::unique_ptr<Parcel>> parcel = std::move(places_.front().parcel);
    places_.pop_front();
    changed_.notify_all();
    return parcel;
  }

  void Stop() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

 private:
  struct Place {
    bool ready = false;
    Result<std::unique_ptr<Parcel>> parcel;
  };

  // Reads the next batch once there is room on the belt, and gives it its place; null at the end.
  Place* Load(AccountBatch& batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || places_.size() < length_; });
    if (ended_) return nullptr;
    const Result<void> read = walk_.Next(batch);
    if (read && batch.size() > 0) return &places_.emplace_back();
    if (!read) places_.push_back({true, tl::unexpected<Error>(read.error())});
    ended_ = true;
    changed_.notify_all();
    return nullptr;
  }

  AccountsView::Walk walk_;
  const size_t length_;
  const Work& work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Place> places_;  // a place keeps its address while others come and go at the ends
  bool ended_ = false;
};

}  // namespace

Result<void> RunOrdered(const AccountsView& view, unsigned threads, const Work& work,
                        const Deliver& deliver) {
  Belt belt(view, size_t{4} * std::max(1u, threads), work);
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < std::max(1u, threads); ++i) {
    workers.emplace_back([&belt] { belt.RunWorker(); });
  }
  Result<void> done;
  while (done) {
    Result<std::unique_ptr<Parcel>> parcel = belt.Take();
    if (!parcel) {
      done = tl::unexpected<Error>(std::move(parcel.error()));
    } else if (*parcel == nullptr) {
      break;
    } else {
      done = deliver(**parcel);
    }
  }
  belt.Stop();
  for (auto& worker : workers) worker.join();
  return done;
}

}  // namespace internal
}  // namespace iuran::projections
