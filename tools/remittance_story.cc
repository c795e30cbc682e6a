#include "tools/remittance_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

#include "events/codec.h"
#include "events/quote.h"
#include "projections/books.h"

namespace iuran::tools {
namespace {

using namespace events;

using projections::AccountKind;
using projections::Entry;
using projections::EntryKind;

// Whether the bytes of a record can name the remittance: its texts stand in it as they are.
bool MayName(std::span<const std::byte> record, std::string_view remittance) {
  const std::string_view bytes(reinterpret_cast<const char*>(record.data()), record.size());
  return bytes.find(remittance) != std::string_view::npos;
}

// The payments that were ever drawn on the remittance, which stands at `first`.
Result<std::vector<DrawnPayment>> FindDrawn(const log::EventLog& log, const RemittanceId& id,
                                            Position first, Position known_at) {
  std::vector<DrawnPayment> payments;
  std::map<Position, size_t> standing;  // by the event that may be corrected
  IURAN_ASSIGN(const auto records, log.Scan(first.value, known_at.value + 1));
  for (;;) {
    IURAN_ASSIGN(const bool more, records->NextPage());
    if (!more) return payments;
    for (size_t i = 0; i < records->count(); ++i) {
      if (!MayName(records->record(i), id.text())) continue;
      IURAN_ASSIGN(const Event event, Decode(records->record(i)));
      const auto* paid = std::get_if<PaymentReceived>(&event.body);
      if (paid == nullptr || paid->remittance != id) continue;
      const Position position = event.envelope.position;
      if (event.envelope.corrects) {
        const auto before = standing.find(*event.envelope.corrects);
        if (before != standing.end()) {
          payments[before->second].state = DrawnPayment::State::kCorrected;
        }
      }
      standing[position] = payments.size();
      payments.push_back({position, *paid, DrawnPayment::State::kDrawn, {}, {}});
    }
  }
}

// Which of them were turned round: that stands in the streams of their members.
Result<void> FindEnds(const ledger::Ledger& ledger, Position known_at,
                      std::vector<DrawnPayment>& payments) {
  std::set<MemberId> members;
  std::map<Position, DrawnPayment*> by_position;
  for (DrawnPayment& payment : payments) {
    members.insert(payment.fact.member);
    by_position[payment.position] = &payment;
  }
  for (const MemberId& member : members) {
    IURAN_ASSIGN(const std::vector<Event> events, ledger.ReadStream("member/" + member.text()));
    for (const Event& event : events) {
      const auto* reversed = std::get_if<PaymentReversed>(&event.body);
      if (reversed == nullptr || event.envelope.position > known_at) continue;
      const auto ended = by_position.find(event.envelope.corrects.value_or(Position{}));
      if (ended == by_position.end()) continue;
      DrawnPayment& payment = *ended->second;
      payment.ended_on = reversed->reversed_on;
      payment.ended_at = event.envelope.position;
      if (payment.state == DrawnPayment::State::kDrawn) {
        payment.state = DrawnPayment::State::kReversed;
      }
    }
  }
  return {};
}

// What is dated later has not happened.
void KeepUpTo(Day as_of, std::vector<DrawnPayment>& payments) {
  std::erase_if(payments, [as_of](const DrawnPayment& p) { return p.fact.paid_on > as_of; });
  for (DrawnPayment& payment : payments) {
    if (!payment.ended_on || *payment.ended_on <= as_of) continue;
    payment.state = DrawnPayment::State::kDrawn;
    payment.ended_on.reset();
    payment.ended_at.reset();
  }
}

// Lines while the entries of the books are read.
class Lines {
 public:
  void Take(const Entry& entry) {
    for (const projections::Posting& posting : entry.postings) {
      if (posting.account.kind != AccountKind::kUnallocated) continue;
      RemittanceLine& line = Of(entry.remittance);
      line.payer = posting.account.name;
      if (entry.kind == EntryKind::kRemittance) {
        line.received_on = entry.day;
        line.sums.received -= posting.amount;
      } else if (entry.kind == EntryKind::kReturn) {
        line.sums.returned += posting.amount;
      } else {
        line.sums.allocated += posting.amount;
      }
    }
  }
  void Hold(const RemittanceId& remittance) { ++Of(remittance).held_lists; }
  // Where no money is left, nothing waits for a list any more.
  std::vector<RemittanceLine> TakeAll() {
    for (RemittanceLine& line : lines_) {
      if (line.sums.Unallocated() <= Money()) line.held_lists = 0;
    }
    return std::move(lines_);
  }

 private:
  RemittanceLine& Of(const RemittanceId& remittance) {
    const auto [place, added] = places_.emplace(remittance, lines_.size());
    if (added) lines_.emplace_back().remittance = remittance;
    return lines_[place->second];
  }

  std::unordered_map<RemittanceId, size_t> places_;
  std::vector<RemittanceLine> lines_;
};

}  // namespace

std::string_view Name(DrawnPayment::State state) {
  switch (state) {
    case DrawnPayment::State::kDrawn:
      return "drawn";
    case DrawnPayment::State::kCorrected:
      return "corrected";
    case DrawnPayment::State::kReversed:
      break;
  }
  return "reversed";
}

Result<RemittanceStory> TellRemittance(const ledger::Ledger& ledger, const RemittanceId& remittance,
                                       Day as_of, Position known_at) {
  RemittanceStory story;
  story.as_of = as_of;
  story.known_at = known_at;
  IURAN_ASSIGN(std::vector<Event> events, ledger.ReadStream("remittance/" + remittance.text()));
  bool found = false;
  for (Event& event : events) {
    if (event.envelope.position > known_at) break;
    const bool dated = event.envelope.day <= as_of;
    if (const auto* received = std::get_if<RemittanceReceived>(&event.body)) {
      found = true;
      story.position = event.envelope.position;
      story.fact = *received;
      if (dated) story.sums.received += received->amount;
    } else if (const auto* returned = std::get_if<RemittanceReturned>(&event.body)) {
      if (!dated) continue;
      story.sums.returned += returned->amount;
      story.returns.push_back(std::move(event));
    } else if (std::holds_alternative<PaymentListHeld>(event.body) && dated) {
      story.held.push_back(std::move(event));
    }
  }
  if (!found) {
    return Fail(ErrorCode::kNotFound,
                fmt::format("There is no remittance {} known up to position {}. 'iuran "
                            "remittances' lists them.",
                            Quoted(remittance.text()), known_at.value));
  }
  IURAN_ASSIGN(story.payments, FindDrawn(ledger.log(), remittance, story.position, known_at));
  IURAN_TRY(FindEnds(ledger, known_at, story.payments));
  for (const DrawnPayment& payment : story.payments) {
    if (payment.fact.paid_on <= as_of) story.sums.allocated += payment.fact.amount;
    const bool ended = payment.ended_on && *payment.ended_on <= as_of;
    if (ended) story.sums.allocated -= payment.fact.amount;
  }
  KeepUpTo(as_of, story.payments);
  return story;
}

std::vector<FreeMoney> FreeMoneyOf(const RemittanceStory& story) {
  const Day received_on = story.fact.received_on;
  std::map<Day, Money> changes = {{received_on, story.fact.amount}};
  const auto change = [&](Day day, Money amount) { changes[std::max(day, received_on)] += amount; };
  for (const DrawnPayment& payment : story.payments) {
    change(payment.fact.paid_on, -payment.fact.amount);
    if (payment.ended_on) change(*payment.ended_on, payment.fact.amount);
  }
  for (const Event& returned : story.returns) {
    change(returned.envelope.day, -std::get<RemittanceReturned>(returned.body).amount);
  }
  std::vector<FreeMoney> free;
  Money balance;
  for (const auto& [day, amount] : changes) free.push_back({day, balance += amount});
  // What is less on a later day is not free before; then only days on which it grows are kept.
  for (size_t i = free.size() - 1; i-- > 0;) {
    free[i].amount = std::min(free[i].amount, free[i + 1].amount);
  }
  const auto same = std::unique(free.begin(), free.end(), [](const FreeMoney& a, const auto& b) {
    return a.amount == b.amount;
  });
  free.erase(same, free.end());
  return free;
}

Result<std::vector<RemittanceLine>> ListRemittances(const log::EventLog& log, Day as_of,
                                                    Position known_at) {
  Lines lines;
  IURAN_TRY(projections::ForEachEventEntry(
      log, known_at, as_of,
      [&lines](const Entry& entry) {
        lines.Take(entry);
        return Result<void>();
      },
      [&lines, as_of](const Event& event) {
        const auto* held = std::get_if<PaymentListHeld>(&event.body);
        if (held != nullptr && event.envelope.day <= as_of) lines.Hold(held->remittance);
        return Result<void>();
      }));
  return lines.TakeAll();
}

}  // namespace iuran::tools
