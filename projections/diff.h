// Diff: how one day's figures of a member differ between two states of knowledge, and by which
// events.
//
// The rule: knowledge grows by one event at a time, from the earlier state to the later one. An
// event is a cause where the figures known right after it are not those known right before it, and
// by as much. So the differences that causes make add up to the whole difference, whatever their
// number; an event that changed nothing when it became known is none, nor is anything recorded for
// somebody else. Figures that are the same in both states are not looked at in between.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ledger/log/event_log.h"
#include "projections/standing.h"

namespace iuran::projections {

// One event changed one figure.
struct FigureChange {
  Position cause;
  Figure figure = Figure::kGroup;
  FigureValue before;
  FigureValue after;
  friend bool operator==(const FigureChange&, const FigureChange&) = default;
};

struct DiffRow {
  MemberId member;
  GroupId group;                      // in the later state
  std::vector<FigureChange> changes;  // by (cause, figure); at least one
};

struct DiffQuestion {
  Question earlier;
  Question later;
  // The positions of a stream's events, in order. A member's figures are made by the events of its
  // own stream and by the scheme documents of its scheme, and by nothing else.
  std::function<Result<std::vector<uint64_t>>(const std::string& stream)> stream;
  std::map<SchemeId, std::vector<uint64_t>> enactments;  // of all schemes
};

// Of two states of knowledge of a log, the earlier one first. `log` must outlive the question.
Result<DiffQuestion> AskBetween(const log::EventLog& log, const Question& earlier,
                                const Question& later);

// Adds the member's row, if it is in the group asked for in either state and any figure differs.
// `scratch` is memory to reuse.
Result<void> DiffOf(const rules::Timeline& timeline, const DiffQuestion& question,
                    rules::Settlement& scratch, std::vector<DiffRow>& rows);

}  // namespace iuran::projections
