// A ledger opened to answer one question: about one member from its own stream, about everybody
// from the accounts.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "projections/question.h"
#include "projections/view.h"
#include "tools/asked.h"
#include "tools/program.h"

namespace iuran::tools {

unsigned ThreadsToUse();

// <ledger>/projections: where the accounts are stored.
std::filesystem::path ProjectionsFolder(const Program& program);

class Reading {
 public:
  // `on`: the day a coverage is asked for; the as-of day is then that day unless another is asked.
  // kNotFound where the member or group asked for is not known.
  static Result<std::unique_ptr<Reading>> Open(const Program& program, std::string_view command,
                                               const Asked& asked, const std::string* on = nullptr);

  const ledger::Ledger& ledger() const { return *ledger_; }
  const projections::Question& question() const { return question_; }
  events::Day on() const { return on_; }

  // Those of all members, where the reading is about everybody or a group.
  const projections::AccountsView& accounts() const { return *view_; }

  // evaluate(account, scratch, rows) for every account asked about, emit(row) in order of members.
  template <typename Row>
  Result<void> ForEach(const projections::Evaluate<Row>& evaluate,
                       const std::function<Result<void>(Row&)>& emit) const {
    if (view_ != nullptr) {
      return projections::ForEachOrdered<Row>(*view_, ThreadsToUse(), evaluate, emit);
    }
    rules::Settlement scratch;
    std::vector<Row> rows;
    IURAN_TRY(evaluate(*one_, scratch, rows));
    for (Row& row : rows) IURAN_TRY(emit(row));
    return {};
  }

 private:
  Reading() = default;
  Result<void> ReadDays(const Asked& asked, const std::string* on);
  Result<void> CheckGroup(const events::GroupId& group) const;
  Result<void> ReadAccounts(const events::GroupId* group);

  std::unique_ptr<projections::Store> store_;  // opened before the ledger, see projections/view.h
  std::unique_ptr<ledger::Ledger> ledger_;
  rules::SchemeBook schemes_;
  projections::Question question_;
  events::Day on_;
  std::optional<rules::Timeline> one_;  // with --member, else:
  std::unique_ptr<projections::AccountsView> view_;
};

}  // namespace iuran::tools
