#include "tools/reading.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>

namespace iuran::tools {

unsigned ThreadsToUse() { return std::clamp(std::thread::hardware_concurrency(), 1u, 16u); }

std::filesystem::path ProjectionsFolder(const Program& program) {
  return program.Folder() / "projections";
}

Result<std::unique_ptr<Reading>> Reading::Open(const Program& program, std::string_view command,
                                               const Asked& asked, const std::string* on) {
  IURAN_ASSIGN(const std::optional<events::MemberId> member, asked.Member());
  IURAN_ASSIGN(const std::optional<events::GroupId> group, asked.Group());
  std::unique_ptr<Reading> reading(new Reading());
  if (!member) {
    // Where there is no ledger, opening it says so better than opening its accounts.
    auto store = projections::Store::OpenToRead(ProjectionsFolder(program));
    IURAN_ASSIGN(reading->ledger_, program.OpenLedger(command, log::Access::kRead));
    if (!store) return tl::unexpected<Error>(std::move(store.error()));
    reading->store_ = *std::move(store);
  } else {
    IURAN_ASSIGN(reading->ledger_, program.OpenLedger(command, log::Access::kRead));
  }
  IURAN_TRY(reading->ReadDays(asked, on));
  spdlog::debug("figures as of {}, known up to position {}", reading->question_.as_of.ToString(),
                reading->question_.known_at.value);
  IURAN_ASSIGN(reading->schemes_, reading->ledger_->Schemes());
  projections::Question& question = reading->question_;
  question.schemes = &reading->schemes_;
  question.group = group;
  if (!member) {
    IURAN_TRY(reading->ReadAccounts(group ? &*group : nullptr));
    return reading;
  }
  if (group) IURAN_TRY(reading->CheckGroup(*group));
  IURAN_ASSIGN(reading->one_,
               projections::FindOne(reading->ledger_->log(), *member, question.known_at.value + 1));
  if (!reading->one_) return tl::unexpected<Error>(UnknownMember(*member, question.known_at));
  return reading;
}

Result<void> Reading::ReadDays(const Asked& asked, const std::string* on) {
  IURAN_ASSIGN(question_.known_at, asked.KnownAt(*ledger_));
  // "Today" is asked for only where it is needed: it takes reading the system's time zones.
  if (on != nullptr && on->empty()) {
    IURAN_ASSIGN(on_, ledger_->Today());
  } else if (on != nullptr) {
    IURAN_ASSIGN(on_, ReadDay("--on", *on));
  }
  if (on != nullptr && asked.as_of.empty()) {
    question_.as_of = on_;
  } else {
    IURAN_ASSIGN(question_.as_of, asked.AsOf(*ledger_));
  }
  return {};
}

Result<void> Reading::CheckGroup(const events::GroupId& group) const {
  IURAN_ASSIGN(const auto stream, ledger_->log().Stream("group/" + group.text()));
  if (!stream.empty() && stream.front() <= question_.known_at.value) return {};
  return tl::unexpected<Error>(UnknownGroup(group, question_.known_at));
}

Result<void> Reading::ReadAccounts(const events::GroupId* group) {
  IURAN_ASSIGN(view_, projections::AccountsView::Open(
                          ledger_->log(), *store_, question_.known_at.value + 1, ThreadsToUse()));
  return group == nullptr ? Result<void>{} : CheckGroup(*group);
}

}  // namespace iuran::tools
