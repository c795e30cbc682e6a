#include "tests/support/real_model.h"

#include <array>
#include <span>

#include "events/codec.h"
#include "ledger/rules/shipped_schemes.h"
#include "projections/accounts.h"
#include "projections/arrears.h"
#include "projections/balances.h"
#include "projections/coverage.h"
#include "tests/support/naive_columns.h"
#include "tests/support/naive_history.h"
#include "tests/support/tariff_document.h"
#include "tools/input_rows.h"

namespace iuran::tests {
namespace {

// Position 0 opens a ledger, the shipped schemes are enacted behind it; rows follow.
const uint64_t kFirstPosition = 1 + rules::ShippedSchemes().size();

void Must(const Result<void>& done) {
  IURAN_CHECK(done.has_value(), "a view answers about a history that was folded");
}

// What a row asks for; nothing where it is of no file that the program takes in, or asks for
// nothing.
std::optional<rules::Request> RequestOf(naive::Row& row) {
  if (const auto* approve = std::get_if<naive::ApproveRow>(&row)) {
    return rules::ApproveProposal{approve->id};
  }
  if (const auto* decline = std::get_if<naive::DeclineRow>(&row)) {
    return rules::DeclineProposal{decline->id, decline->reason};
  }
  const std::optional<tools::InputKind> kind = tools::KindOfFileName(naive::FileName(row));
  if (!kind) return std::nullopt;
  std::vector<std::pair<std::string_view, std::string_view>> values;
  for (const naive::Column& column : naive::Columns(row)) {
    values.emplace_back(column.name, *column.text);
  }
  const tools::RowResult request = tools::ReadRow(*kind, values);
  if (!request) return std::nullopt;
  return *request;
}

// Who asks for it, and who agreed beforehand.
naive::Signing AskedBy(const naive::Row& row) {
  if (const auto* approve = std::get_if<naive::ApproveRow>(&row)) return {approve->author, ""};
  if (const auto* decline = std::get_if<naive::DeclineRow>(&row)) return {decline->author, ""};
  return naive::SigningOf(row).value_or(naive::Signing());
}

const MemberId* MemberOf(const Body& body) {
  return std::visit(
      [](const auto& fact) -> const MemberId* {
        if constexpr (requires { fact.member; }) return &fact.member;
        return nullptr;
      },
      body);
}

std::string Cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string Line(std::initializer_list<std::string> cells) {
  std::string line;
  for (const std::string& cell : cells) line += (line.empty() ? "" : ",") + Cell(cell);
  return line;
}

template <typename T>
std::string OrEmpty(const std::optional<T>& value) {
  return value ? value->ToString() : std::string();
}

}  // namespace

RealModel::RealModel() : book_(Position{kFirstPosition}), next_position_(kFirstPosition) {
  log_.Add(LedgerOpened{"Asia/Makassar", "IDR", ""});
  uint64_t enacted = 0;
  for (const rules::ShippedScheme& shipped : rules::ShippedSchemes()) {
    const auto scheme = rules::Scheme::Parse(shipped.document);
    IURAN_CHECK(scheme.has_value(), "the shipped scheme can be read");
    log_.Add(SchemeEnacted{(*scheme)->id(), std::string(shipped.document)});
    book_.AddScheme(*scheme);
    schemes_.Enact(Position{++enacted}, *scheme);
  }
}

naive::Verdict RealModel::Take(const naive::Row& row) {
  naive::Row copy = row;
  const std::optional<rules::Request> request = RequestOf(copy);
  if (!request) return naive::Verdict::kRejected;
  const naive::Signing signing = AskedBy(row);
  rules::Command command;
  command.request = *request;
  command.author = signing.author;
  command.approver = signing.approver;
  return Submit(command);
}

void RealModel::Enact(const naive::Enactment& enactment) {
  const std::string document = DocumentOf(enactment);
  rules::Command command;
  command.request = rules::EnactScheme{SchemeId(enactment.pu ? "pu" : "bpu"), document};
  command.author = "one";
  command.approver = "another";
  schemes_.Enact(Position{next_position_}, *rules::Scheme::Parse(document));
  IURAN_CHECK(Submit(command) == naive::Verdict::kAccepted, "a changed document can be enacted");
}

naive::Verdict RealModel::Submit(const rules::Command& command) {
  const rules::Decision decision = book_.Submit(command);
  if (std::holds_alternative<rules::Repeated>(decision)) return naive::Verdict::kRepeated;
  const auto* accepted = std::get_if<rules::Accepted>(&decision);
  if (accepted == nullptr) return naive::Verdict::kRejected;

  Record(*accepted);
  for (const rules::Accepted& other : accepted->also) Record(other);
  return naive::Verdict::kAccepted;
}

void RealModel::Record(const rules::Accepted& accepted) {
  Event event;
  event.body = accepted.body;
  event.envelope.position = Position{next_position_++};
  event.envelope.stream = accepted.stream;
  event.envelope.day = accepted.day;
  event.envelope.author = "test";
  event.envelope.idempotency_key = accepted.idempotency_key;
  if (accepted.corrects) event.envelope.corrects = *accepted.corrects;
  event.envelope.approver = accepted.approver;
  event.envelope.proposal = accepted.proposal;
  event.envelope.adjusts = accepted.adjusts;
  streams_[event.envelope.stream].push_back(event.envelope.position.value);
  const std::string bytes = Encode(event);
  log_.AddBytes(bytes, event.envelope.stream);
  const auto decoded = Decode(std::as_bytes(std::span(bytes)));
  IURAN_CHECK(decoded.has_value(), "what was encoded can be decoded");
  if (const auto* group = std::get_if<GroupRegistered>(&decoded->body)) {
    groups_.emplace(group->group, projections::InfoOf(decoded->envelope, *group));
  } else if (const MemberId* member = MemberOf(decoded->body)) {
    const auto folded = projections::FoldMember(*decoded, groups_, timelines_[*member]);
    IURAN_CHECK(folded.has_value(), "what was decided can be folded");
    rules::OrderPayments(timelines_[*member]);
  }
}

projections::Question RealModel::Ask(std::string_view as_of, Position known_at) const {
  projections::Question question;
  question.schemes = &schemes_;
  question.known_at = known_at;
  question.as_of = *ParseDay(as_of);
  return question;
}

std::vector<std::string> RealModel::Balances(std::string_view as_of, Position known_at) const {
  std::vector<projections::BalanceRow> rows;
  rules::Settlement scratch;
  for (const auto& [member, timeline] : timelines_) {
    Must(projections::BalanceOf(timeline, Ask(as_of, known_at), scratch, rows));
  }
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    const rules::Figures& f = row.figures;
    lines.push_back(
        Line({row.member.text(), row.scheme.text(), row.group.text(), f.assessed.ToString(),
              f.paid.ToString(), f.settled.ToString(), f.credit.ToString(), f.arrears.ToString(),
              std::to_string(f.months_overdue), OrEmpty(f.oldest_overdue), OrEmpty(f.paid_through),
              f.penalty.ToString()}));
  }
  return lines;
}

std::vector<std::string> RealModel::Arrears(std::string_view as_of, Position known_at) const {
  std::vector<projections::ArrearsRow> rows;
  rules::Settlement scratch;
  for (const auto& [member, timeline] : timelines_) {
    Must(projections::ArrearsOf(timeline, Ask(as_of, known_at), scratch, rows));
  }
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    lines.push_back(
        Line({row.member.text(), row.group.text(), std::to_string(row.months_overdue),
              row.arrears.ToString(), row.ageing[0].ToString(), row.ageing[1].ToString(),
              row.ageing[2].ToString(), row.ageing[3].ToString(), row.penalty.ToString()}));
  }
  return lines;
}

std::vector<std::string> RealModel::Coverage(std::string_view on, std::string_view as_of,
                                             Position known_at) const {
  std::vector<projections::CoverageRow> rows;
  rules::Settlement scratch;
  for (const auto& [member, timeline] : timelines_) {
    Must(projections::CoverageOf(timeline, Ask(as_of, known_at), *ParseDay(on), scratch, rows));
  }
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    lines.push_back(
        Line({row.member.text(), std::string(Name(row.program)), std::string(Name(row.cover.state)),
              OrEmpty(row.cover.since), OrEmpty(row.cover.until)}));
  }
  return lines;
}

}  // namespace iuran::tests
