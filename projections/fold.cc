#include "projections/fold.h"

#include <fmt/format.h>

#include <algorithm>

#include "projections/parallel.h"

namespace iuran::projections {
namespace {

// Pieces are what one thread decodes at a time; a slab of them stays in the processor's cache.
constexpr uint64_t kPieceEvents = 8192;
constexpr uint64_t kSlabEvents = 16 * kPieceEvents;

Parked ParkedAt(uint64_t position, const Error& error) {
  return {position,
          fmt::format("The event at position {} cannot be folded. {}", position, error.message)};
}

// Whether the event is at fault (fold up to it), or the reading of it (try again later).
bool IsOfTheEvent(const Error& error) {
  return error.code == ErrorCode::kUnknownEvent || error.code == ErrorCode::kLedgerDamaged;
}

}  // namespace

// Consecutive events, decoded and sorted by partition, each list in log order.
struct Accounts::Piece {
  struct Bucket {
    std::vector<PaymentFact> payments;
    std::vector<Event> others;
  };

  uint64_t from = 0, to = 0;
  std::vector<Bucket> buckets;
  std::vector<Event> groups;
  std::optional<Parked> parked;

  void Begin(uint64_t first, uint64_t end, unsigned partitions) {
    from = first;
    to = end;
    buckets.resize(partitions);
    for (Bucket& bucket : buckets) {
      bucket.payments.clear();
      bucket.others.clear();
    }
    groups.clear();
    parked.reset();
  }

  // Takes one record; the error is of the event.
  Result<void> Take(uint64_t position, std::span<const std::byte> bytes) {
    IURAN_ASSIGN(const std::optional<PaymentFact> payment, DecodePayment(bytes));
    const size_t count = buckets.size();
    if (payment) {
      if (payment->position.value != position) return Misplaced();
      buckets[payment->number.value % count].payments.push_back(*payment);
      return {};
    }
    IURAN_ASSIGN(Event event, events::Decode(bytes));
    if (event.envelope.position.value != position) return Misplaced();
    if (const std::optional<MemberNumber> number = MemberOf(event)) {
      buckets[number->value % count].others.push_back(std::move(event));
    } else if (std::holds_alternative<GroupRegistered>(event.body)) {
      groups.push_back(std::move(event));
    }
    return {};
  }

  static Result<void> Misplaced() {
    return Fail(ErrorCode::kLedgerDamaged, "The record there says it belongs to another position.");
  }
};

// The accounts of the members whose number leaves the same rest, in a two-level table: numbers are
// dense over all members, and sparse among those touched in a short stretch.
class Accounts::Partition {
 public:
  explicit Partition(unsigned partitions) : partitions_(partitions) {}

  Account* Find(MemberNumber number) const {
    const size_t slot = number.value / partitions_;
    if (slot / kPage >= pages_.size() || !pages_[slot / kPage]) return nullptr;
    return pages_[slot / kPage]->at(slot % kPage).get();
  }
  Account& At(MemberNumber number) {
    const size_t slot = number.value / partitions_;
    if (slot / kPage >= pages_.size()) pages_.resize(slot / kPage + 1);
    auto& page = pages_[slot / kPage];
    if (!page) page = std::make_unique<Page>();
    auto& account = page->at(slot % kPage);
    if (!account) {
      account = std::make_unique<Account>();
      memory_bytes_ += sizeof(Account);
    }
    return *account;
  }

  template <typename Each>
  void Visit(const Each& each) const {
    for (const auto& page : pages_) {
      if (!page) continue;
      for (const auto& account : *page) {
        if (account && !account->timeline.member.empty()) each(*account);
      }
    }
  }

  void OrderAllPayments() {
    for (Account* account : unordered_) {
      rules::OrderPayments(account->timeline);
      account->unordered = false;
    }
    unordered_.clear();
  }

  void Clear() {
    unordered_.clear();
    pages_.clear();
    memory_bytes_ = 0;
  }
  size_t memory_bytes() const { return memory_bytes_; }

  // Loads those whom the buckets touch and who are neither here nor enrolled in them.
  Result<void> Load(const Store& store, const std::vector<Piece>& pieces, size_t mine) {
    std::vector<uint32_t> numbers, enrolled;
    for (const Piece& piece : pieces) {
      for (const PaymentFact& payment : piece.buckets[mine].payments) {
        if (!Find(payment.number)) numbers.push_back(payment.number.value);
      }
      for (const Event& event : piece.buckets[mine].others) {
        const MemberNumber number = *MemberOf(event);
        auto& list = std::holds_alternative<MemberEnrolled>(event.body) ? enrolled : numbers;
        if (!Find(number)) list.push_back(number.value);
      }
    }
    for (auto* list : {&numbers, &enrolled}) {
      std::sort(list->begin(), list->end());
      list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    std::vector<uint32_t> missing;
    std::set_difference(numbers.begin(), numbers.end(), enrolled.begin(), enrolled.end(),
                        std::back_inserter(missing));
    return store.Load(missing, [this](std::string_view member, std::string_view row) {
      rules::Timeline timeline;
      Result<void> read = DecodeTimeline(member, row, timeline);
      if (read) {
        memory_bytes_ += timeline.payments.capacity() * sizeof(rules::TimelinePayment);
        At(timeline.number).timeline = std::move(timeline);
      }
      return read;
    });
  }

  // Applies one bucket; where an event does not fit, what the partition holds is spoiled.
  std::optional<Parked> Apply(const Piece::Bucket& bucket, const Groups& groups) {
    auto other = bucket.others.begin();
    const std::vector<PaymentFact>& payments = bucket.payments;
    for (size_t i = 0; i < payments.size(); ++i) {
      const PaymentFact& payment = payments[i];
      if (i + 32 < payments.size()) FetchAccount(payments[i + 32].number);
      if (i + 16 < payments.size()) FetchPayments(payments[i + 16].number);
      for (; other != bucket.others.end() && other->envelope.position < payment.position; ++other) {
        if (auto parked = Apply(*other, groups)) return parked;
      }
      Account& account = At(payment.number);
      if (auto folded = FoldPayment(payment, account.timeline); !folded) {
        return ParkedAt(payment.position.value, folded.error());
      }
      Touch(account);
    }
    memory_bytes_ += bucket.payments.size() * sizeof(rules::TimelinePayment);
    for (; other != bucket.others.end(); ++other) {
      if (auto parked = Apply(*other, groups)) return parked;
    }
    return std::nullopt;
  }

 private:
  static constexpr size_t kPage = 512;
  using Page = std::array<std::unique_ptr<Account>, kPage>;

  // Folding jumps from member to member, and memory answers slowly unless it is asked ahead. GCC
  // drops calls of functions that do nothing but this, so they must be inlined.
  [[gnu::always_inline]] void FetchAccount(MemberNumber number) const {
    const Account* account = Find(number);
    if (account == nullptr) return;
    __builtin_prefetch(&account->timeline.member);
    __builtin_prefetch(&account->timeline.payments, 1);
    __builtin_prefetch(&account->changed, 1);
  }
  [[gnu::always_inline]] void FetchPayments(MemberNumber number) const {
    const Account* account = Find(number);
    if (account != nullptr && !account->timeline.payments.empty()) {
      __builtin_prefetch(&account->timeline.payments.back(), 1);
    }
  }

  std::optional<Parked> Apply(const Event& event, const Groups& groups) {
    Account& account = At(*MemberOf(event));
    if (auto folded = FoldMember(event, groups, account.timeline); !folded) {
      return ParkedAt(event.envelope.position.value, folded.error());
    }
    Touch(account);
    if (std::holds_alternative<MemberEnrolled>(event.body)) account.enrolled = true;
    return std::nullopt;
  }

  // After each event: it may have added to the payments, and refunds and waivers stand among them.
  void Touch(Account& account) {
    account.changed = true;
    const auto& all = account.timeline.payments;
    const bool earlier = all.size() > 1 && all.back().paid_on < all[all.size() - 2].paid_on;
    if (earlier && !std::exchange(account.unordered, true)) unordered_.push_back(&account);
  }

  const unsigned partitions_;
  std::vector<std::unique_ptr<Page>> pages_;
  std::vector<Account*> unordered_;
  size_t memory_bytes_ = 0;
};

Accounts::Accounts(const log::EventLog& log, const Store* store, unsigned threads)
    : log_(log), store_(store), cursor_(store ? store->state().cursor : 0) {
  for (unsigned i = 0; i < std::max(1u, threads); ++i) {
    partitions_.push_back(std::make_unique<Partition>(std::max(1u, threads)));
  }
}

Accounts::~Accounts() = default;

// Back to what the store holds.
Result<void> Accounts::Start() {
  started_ = true;
  cursor_ = store_ ? store_->state().cursor : 0;
  for (auto& partition : partitions_) partition->Clear();
  new_groups_.clear();
  groups_.clear();
  if (store_) {
    IURAN_ASSIGN(groups_, store_->ReadGroups());
  }
  return {};
}

Result<void> Accounts::FoldTo(uint64_t to, const std::atomic<bool>* stop) {
  if (!started_) IURAN_TRY(Start());
  parked_.reset();
  // An event that does not fit shows only when it is applied, and then other partitions may be
  // beyond it already. That is rare enough to begin again and fold up to it.
  std::optional<Parked> ahead;
  while (cursor_ < to && !(stop && stop->load())) {
    IURAN_ASSIGN(const bool sound, FoldSlab(std::min(to, cursor_ + kSlabEvents)));
    if (!parked_) continue;
    if (sound) return {};
    ahead = std::exchange(parked_, std::nullopt);
    to = ahead->position;
    IURAN_TRY(Start());
  }
  if (ahead && cursor_ == ahead->position) parked_ = std::move(ahead);
  return {};
}

// Folds [cursor, to), or as much of it as can be decoded; false where an event did not fit and what
// is in memory is spoiled.
Result<bool> Accounts::FoldSlab(uint64_t to) {
  const auto count = static_cast<size_t>((to - cursor_ + kPieceEvents - 1) / kPieceEvents);
  pieces_.resize(count);
  for (size_t i = 0; i < count; ++i) {
    const uint64_t from = cursor_ + i * kPieceEvents;
    pieces_[i].Begin(from, std::min(to, from + kPieceEvents), partitions());
  }
  std::vector<Result<void>> decoded(count);
  std::atomic<size_t> next{0};
  RunOnThreads(static_cast<unsigned>(std::min<size_t>(partitions(), count)), [&](unsigned) {
    for (size_t i = next++; i < count; i = next++) decoded[i] = Decode(pieces_[i]);
  });
  uint64_t end = to;
  for (size_t i = 0; i < count; ++i) {
    IURAN_TRY(std::move(decoded[i]));
    if (pieces_[i].parked) {
      parked_ = pieces_[i].parked;
      end = parked_->position;
      pieces_.resize(i + 1);  // those behind it are not folded
      break;
    }
  }
  IURAN_ASSIGN(const std::optional<Parked> unfit, Apply());
  if (unfit) {
    parked_ = unfit;
    return false;
  }
  cursor_ = end;
  return true;
}

Result<void> Accounts::Decode(Piece& piece) const {
  uint64_t position = piece.from;
  Result<void> of_event;
  IURAN_ASSIGN(const std::unique_ptr<log::RecordCursor> records, log_.Scan(piece.from, piece.to));
  while (of_event) {
    const Result<bool> more = records->NextPage();
    if (!more) {
      if (!IsOfTheEvent(more.error())) return tl::unexpected<Error>(more.error());
      of_event = tl::unexpected<Error>(more.error());
      break;
    }
    if (!*more) break;
    if (records->first_position() != position) break;
    for (size_t i = 0; i < records->count() && of_event; ++i) {
      of_event = piece.Take(position, records->record(i));
      if (of_event) ++position;
    }
  }
  if (of_event && position < piece.to) {
    of_event = Fail(ErrorCode::kLedgerDamaged, "The log has no record there.");
  }
  if (!of_event) piece.parked = ParkedAt(position, of_event.error());
  return {};
}

Result<std::optional<Parked>> Accounts::Apply() {
  std::optional<Parked> first = ApplyGroups();  // before members, who refer to them
  std::vector<Result<void>> loaded(partitions());
  std::vector<std::optional<Parked>> parked(partitions());
  size_t events = 0;
  for (const Piece& piece : pieces_) events += static_cast<size_t>(piece.to - piece.from);
  const auto apply = [&](unsigned mine) {
    Partition& partition = *partitions_[mine];
    if (store_ && store_->state().cursor > 0) {
      loaded[mine] = partition.Load(*store_, pieces_, mine);
    }
    for (const Piece& piece : pieces_) {
      if (!loaded[mine] || parked[mine]) break;
      parked[mine] = partition.Apply(piece.buckets[mine], groups_);
    }
    partition.OrderAllPayments();
  };
  if (events < kPieceEvents / 8) {
    for (unsigned i = 0; i < partitions(); ++i) apply(i);
  } else {
    RunOnThreads(partitions(), apply);
  }
  for (unsigned i = 0; i < partitions(); ++i) {
    IURAN_TRY(std::move(loaded[i]));
    if (parked[i] && (!first || parked[i]->position < first->position)) first = parked[i];
  }
  return first;
}

std::optional<Parked> Accounts::ApplyGroups() {
  for (const Piece& piece : pieces_) {
    for (const Event& event : piece.groups) {
      const auto& fact = std::get<GroupRegistered>(event.body);
      if (!groups_.emplace(fact.group, InfoOf(event.envelope, fact)).second) {
        return ParkedAt(event.envelope.position.value,
                        {ErrorCode::kLedgerDamaged, "It registers a group that is registered."});
      }
      new_groups_.push_back(fact.group);
    }
  }
  return std::nullopt;
}

std::vector<const Account*> Accounts::Sorted() const {
  std::vector<const Account*> all;
  for (const auto& partition : partitions_) {
    partition->Visit([&all](const Account& account) { all.push_back(&account); });
  }
  std::sort(all.begin(), all.end(), [](const Account* a, const Account* b) {
    return a->timeline.member < b->timeline.member;
  });
  return all;
}

unsigned Accounts::partitions() const { return static_cast<unsigned>(partitions_.size()); }

void Accounts::VisitPartition(unsigned partition, const std::function<void(Account&)>& each) {
  partitions_[partition]->Visit(each);
}

size_t Accounts::memory_bytes() const {
  size_t bytes = 0;
  for (const auto& partition : partitions_) bytes += partition->memory_bytes();
  return bytes;
}

void Accounts::MarkSaved() {
  for (auto& partition : partitions_) {
    partition->Visit([](Account& account) { account.changed = account.enrolled = false; });
  }
  new_groups_.clear();
}

void Accounts::Forget() {
  for (auto& partition : partitions_) partition->Clear();
}

}  // namespace iuran::projections
