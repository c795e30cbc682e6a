// Reading accounts: what is stored, and what the log has beyond it, as one; and reports over all
// members, evaluated on several threads and handed over in order.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "ledger/rules/settlement.h"
#include "projections/fold.h"

namespace iuran::projections {

// The account of one member as of events [0, to), folded from its own stream in the log: no store
// is needed. Nothing where it is not enrolled by then.
Result<std::optional<rules::Timeline>> FindOne(const log::EventLog& log, const MemberId& member,
                                               uint64_t to);

// Adds the group that the event puts its member into, read from its own stream: what FoldMember
// needs where one member is folded alone.
Result<void> FindGroupOf(const Event& event, const log::EventLog& log, Groups& groups);

// Accounts of some members, in order: rows still to be decoded, or timelines folded in memory.
class AccountBatch {
 public:
  size_t size() const { return items_.size(); }
  // The timeline of one; `scratch` is used where it is to be decoded.
  Result<const rules::Timeline*> Get(size_t index, rules::Timeline& scratch) const;

 private:
  friend class AccountsView;
  struct Item {
    const rules::Timeline* folded;  // or, where null, a row in bytes_:
    size_t member_begin, row_begin, row_end;
  };
  std::string bytes_;
  std::vector<Item> items_;
};

// The accounts of all members as of events [0, to) or later: rules ask with a known-at position,
// which is before `to`. Memory grows with the members touched since the store was last brought up
// to the log, not with all of them. Thread rule: a Walk belongs to one thread at a time.
class AccountsView {
 public:
  // `store` must have been opened before `log`; both must outlive the view. Where an event below
  // `to` cannot be folded, the error says so: ask with a --known-at before it.
  static Result<std::unique_ptr<AccountsView>> Open(const log::EventLog& log, const Store& store,
                                                    uint64_t to, unsigned threads);
  // Of accounts that were folded from the beginning, with no store behind them, as of their cursor.
  // They must outlive the view.
  static std::unique_ptr<AccountsView> Over(const Accounts& accounts);

  const Groups& groups() const { return accounts_->groups(); }

  // Passes over all members once, in bytewise order of their ids.
  class Walk {
   public:
    explicit Walk(const AccountsView& view);
    // The next members; none at the end. Timelines in the batch live as long as the view.
    Result<void> Next(AccountBatch& batch);

   private:
    Result<void> StepRow();

    const AccountsView& view_;
    std::unique_ptr<Store::Rows> rows_;  // null without a store
    bool more_rows_;
    bool started_ = false;
    std::vector<const Account*>::const_iterator folded_;
  };

 private:
  AccountsView() = default;

  const Store* store_ = nullptr;             // null: all accounts are in memory
  std::unique_ptr<Accounts> own_;            // those touched in [store's cursor, to)
  const Accounts* accounts_ = nullptr;       // these, or those that were given
  std::vector<const Account*> folded_;       // the same, sorted
};

// Calls evaluate(account, scratch, rows) for every account of the view on `threads` threads, which
// adds any number of rows, and emit(row) for each of them on this thread, in order of the accounts.
// The first error of either, in that order, ends it. Rows wait in memory for a few batches only.
template <typename Row>
using Evaluate =
    std::function<Result<void>(const rules::Timeline&, rules::Settlement&, std::vector<Row>&)>;

template <typename Row>
Result<void> ForEachOrdered(const AccountsView& view, unsigned threads,
                            const Evaluate<Row>& evaluate,
                            const std::function<Result<void>(Row&)>& emit);

// ---- How it is done --------------------------------------------------------------------------

namespace internal {

struct Parcel {
  virtual ~Parcel() = default;
};
template <typename Row>
struct ParcelOf : Parcel {
  std::vector<Row> rows;
};

using Work = std::function<Result<std::unique_ptr<Parcel>>(const AccountBatch&)>;
using Deliver = std::function<Result<void>(Parcel&)>;
// `work` on many threads, `deliver` on this one, in order.
Result<void> RunOrdered(const AccountsView& view, unsigned threads, const Work& work,
                        const Deliver& deliver);

}  // namespace internal

template <typename Row>
Result<void> ForEachOrdered(const AccountsView& view, unsigned threads,
                            const Evaluate<Row>& evaluate,
                            const std::function<Result<void>(Row&)>& emit) {
  const auto work =
      [&evaluate](const AccountBatch& batch) -> Result<std::unique_ptr<internal::Parcel>> {
    static thread_local rules::Timeline timeline;
    static thread_local rules::Settlement settlement;
    auto parcel = std::make_unique<internal::ParcelOf<Row>>();
    for (size_t i = 0; i < batch.size(); ++i) {
      IURAN_ASSIGN(const rules::Timeline* account, batch.Get(i, timeline));
      IURAN_TRY(evaluate(*account, settlement, parcel->rows));
    }
    return parcel;
  };
  return internal::RunOrdered(view, threads, work, [&emit](internal::Parcel& parcel) {
    Result<void> done;
    for (Row& row : static_cast<internal::ParcelOf<Row>&>(parcel).rows) {
      if (done) done = emit(row);
    }
    return done;
  });
}

}  // namespace iuran::projections
