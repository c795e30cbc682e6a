// Payments, alone and in lists (ledger/rules/README.md, "Lists of payments").
#include <fmt/format.h>

#include <string_view>
#include <unordered_map>
#include <utility>

#include "events/check.h"
#include "events/words.h"
#include "ledger/rules/deciding.h"
#include "ledger/rules/values.h"

namespace iuran::rules {
namespace {

// `drawn`: by payments that are not in the book yet.
std::optional<Rejected> CheckDraw(const Book& book, const ReceivePayment& request, Money drawn) {
  if (request.remittance.empty()) return std::nullopt;
  const std::optional<KnownRemittance> remittance = book.FindRemittance(request.remittance);
  if (!remittance) {
    return UnknownReference(
        "remittance", fmt::format("Remittance {} is not recorded; record the remittance first.",
                                  request.remittance.text()));
  }
  const Money left = remittance->Left() - drawn;
  if (request.amount <= left) return std::nullopt;
  return Rejected{Rejection::kOverdrawn, "amount",
                  fmt::format("Remittance {} holds {} and {} of it is left; {} would overdraw it.",
                              request.remittance.text(), remittance->amount.ToString(),
                              left.ToString(), request.amount.ToString())};
}

Decision DecidePayment(Question& question, const ReceivePayment& request, Money drawn) {
  if (auto known = Known(question, "payment", "Payment " + request.payment.text())) return *known;
  if (auto bad = CheckId("payment", request.payment.text())) return *bad;
  if (auto bad = CheckAmount("amount", request.amount)) return *bad;
  if (auto bad = CheckText("channel", request.channel)) return *bad;
  const std::optional<KnownMember> member = question.book.FindMember(request.member);
  if (!member) return UnknownMember(request.member);
  if (request.purpose == Purpose::kPenalty) {
    const Scheme* scheme = question.book.FindScheme(member->scheme);
    IURAN_CHECK(scheme != nullptr, "the scheme of a member is enacted");
    if (!scheme->takes_penalty_payments()) {
      return Rejected{Rejection::kInvalidValue, "purpose",
                      fmt::format("Scheme {} of member {} has no penalties; valid is contribution.",
                                  member->scheme.text(), request.member.text())};
    }
  }
  if (auto bad = CheckDraw(question.book, request, drawn)) return *bad;
  PaymentReceived body{request.payment, request.member,     member->number,  request.paid_on,
                       request.amount,  request.remittance, request.purpose, request.channel};
  return Accept(question, std::move(body), request.paid_on);
}

// A list while its rows are decided one after the other, each as if those before it were recorded.
class Listed {
 public:
  Listed(const Question& question, const ReceiveList& list) : question_(question), list_(list) {
    rows_.reserve(list.rows.size());
  }

  void DecideRows() {
    for (const ReceiveList::Row& row : list_.rows) {
      total_ += row.payment.amount;
      rows_.push_back(DecideRow(row));
      if (std::holds_alternative<Rejected>(rows_.back())) ++rejected_;
    }
  }

  bool all_there() const { return accepted_.empty() && rejected() == 0; }
  uint32_t size() const { return static_cast<uint32_t>(list_.rows.size()) + list_.unreadable; }
  // Of its rows but payments reversed since, as is the total.
  uint32_t counted() const { return size() - reversed_; }
  Money total() const { return total_; }

  // Why it must not be recorded, as sentences that name no value of its rows; empty: it may.
  std::string Problem(const RemittanceReceived& remittance) const {
    std::string problem;
    if (rejected() > 0) {
      Add(problem, fmt::format("{} of its {} rows {} rejected.", rejected(), size(),
                               rejected() == 1 ? "is" : "are"));
    }
    if (!list_.adds_up) return problem;
    if (reversed_ > 0) {
      Add(problem,
          fmt::format("{} of its payments, {} first, {} reversed since and {} no more; one "
                      "that was made after all needs another number.",
                      reversed_, first_reversed_.text(), reversed_ == 1 ? "was" : "were",
                      reversed_ == 1 ? "counts" : "count"));
    }
    if (remittance.list_count != 0 && remittance.list_count != counted()) {
      Add(problem, fmt::format("It has {} {}, and the sender said {}.", counted(),
                               counted() == 1 ? "payment" : "payments", remittance.list_count));
    }
    const bool said = !remittance.list_total.IsZero();
    const Money wanted = said ? remittance.list_total : remittance.amount;
    if (total_ != wanted) {
      const bool more = total_ > wanted;
      Add(problem,
          fmt::format("It comes to {}, and {} {}: {} too {}.", Grouped(total_),
                      said ? "the sender said" : "the remittance is", Grouped(wanted),
                      Grouped(more ? total_ - wanted : wanted - total_), more ? "much" : "little"));
    }
    return problem;
  }

  // All that is new, as one.
  Accepted TakeAccepted() {
    Accepted first = std::move(accepted_.front());
    first.also.assign(std::make_move_iterator(accepted_.begin() + 1),
                      std::make_move_iterator(accepted_.end()));
    return first;
  }
  std::vector<RowDecision> TakeRows() { return std::move(rows_); }

  // The rows where nothing is recorded: those without a reason of their own get this one. What was
  // recorded before stays so.
  std::vector<RowDecision> TakeRowsRefused(const std::string& problem) {
    const Rejected whole{Rejection::kListMismatch, "remittance",
                         fmt::format("Nothing of the list of remittance {} is recorded. {}",
                                     list_.remittance.text(), problem)};
    for (RowDecision& row : rows_) {
      if (std::holds_alternative<TakenRow>(row)) row = whole;
    }
    return std::move(rows_);
  }

 private:
  static void Add(std::string& problem, std::string_view sentence) {
    if (!problem.empty()) problem += ' ';
    problem += sentence;
  }
  size_t rejected() const { return rejected_ + list_.unreadable; }

  RowDecision DecideRow(const ReceiveList::Row& row) {
    IURAN_CHECK(row.payment.remittance == list_.remittance, "a list is of one remittance");
    const auto [first, added] = lines_.emplace(row.payment.payment.text(), row.line);
    if (!added) {
      return Rejected{Rejection::kConflict, "payment",
                      fmt::format("Payment {} stands in line {} of the list already; a payment "
                                  "stands once in a list.",
                                  row.payment.payment.text(), first->second)};
    }
    const Request request = row.payment;
    const RequestDigest digest = question_.book.DigestOf(request);
    Question one{question_.book, question_.command, digest, question_.today,
                 IdempotencyKey(request, digest)};
    Decision decision = DecidePayment(one, row.payment, drawn_);
    if (auto* rejected = std::get_if<Rejected>(&decision)) return std::move(*rejected);
    if (const auto* repeated = std::get_if<Repeated>(&decision)) {
      NoteReversed(row.payment);
      return *repeated;
    }
    accepted_.push_back(std::get<Accepted>(std::move(decision)));
    accepted_.back().line = row.line;
    drawn_ += row.payment.amount;
    return TakenRow();
  }

  // A payment that was reversed since it was recorded is no part of what is received.
  void NoteReversed(const ReceivePayment& payment) {
    if (!question_.book.FindKey("reversal/" + payment.payment.text())) return;
    if (reversed_ == 0) first_reversed_ = payment.payment;
    ++reversed_;
    total_ -= payment.amount;
  }

  const Question& question_;
  const ReceiveList& list_;
  std::unordered_map<std::string_view, uint32_t> lines_;  // by payment
  std::vector<RowDecision> rows_;
  std::vector<Accepted> accepted_;
  size_t rejected_ = 0;
  Money total_;
  Money drawn_;
  uint32_t reversed_ = 0;
  PaymentId first_reversed_;
};

// Records that the list is held, once for each file that brings it.
void Hold(const Question& question, const ReceiveList& list, const Listed& listed,
          ListDecided& decided) {
  const HoldList hold{list.remittance, listed.counted(), listed.total(), decided.problem};
  Command command;
  command.request = hold;
  command.source = question.command.source;
  command.author = question.command.author;
  const RequestDigest digest = question.book.DigestOf(hold);
  Question one{question.book, command, digest, question.today, IdempotencyKey(command, digest)};
  if (!one.key.empty()) {
    if (const auto known = question.book.FindKey(one.key)) {
      decided.held = known->position;
      return;
    }
  }
  Decision decision = DecideOne(one, hold);
  auto* accepted = std::get_if<Accepted>(&decision);
  IURAN_CHECK(accepted != nullptr, "the list of a remittance that is recorded can be held");
  if (!list.rows.empty()) accepted->line = list.rows.front().line;
  decided.accepted = std::move(*accepted);
}

}  // namespace

Decision DecideOne(Question& question, const ReceivePayment& request) {
  return DecidePayment(question, request, Money());
}

Decision DecideOne(Question& question, const ReceiveList& request) {
  Listed listed(question, request);
  listed.DecideRows();
  ListDecided decided;
  const auto remittance = question.book.ReadRemittance(request.remittance);
  const bool too_long = listed.size() > kMostListed;
  if (!remittance) {
    decided.problem = fmt::format("Remittance {} is not recorded.", request.remittance.text());
  } else if (too_long && !listed.all_there()) {
    decided.problem = fmt::format(
        "It has {} payments, and at most {} can be recorded together. Ask the sender for several "
        "remittances, or import it with --lists take.",
        listed.size(), kMostListed);
  } else if (!listed.all_there()) {
    decided.problem = listed.Problem(*remittance);
  }
  if (!decided.problem.empty()) {
    decided.rows = listed.TakeRowsRefused(decided.problem);
    if (request.hold && remittance && !too_long) Hold(question, request, listed, decided);
    return decided;
  }
  decided.rows = listed.TakeRows();
  if (!listed.all_there()) decided.accepted = listed.TakeAccepted();
  return decided;
}

}  // namespace iuran::rules
