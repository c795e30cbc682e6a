#include "tools/allocation.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "events/check.h"
#include "ledger/digest.h"
#include "ledger/rules/decide.h"
#include "tools/csv_reader.h"
#include "tools/event_text.h"

namespace iuran::tools {
namespace {

using namespace events;

using projections::CollectRow;

constexpr size_t kMostIdBytes = 64;  // rulebook 1

tl::unexpected<Error> Wrong(const std::string& file, uint64_t line, std::string_view problem) {
  return Fail(ErrorCode::kInvalidValue,
              fmt::format("{}, line {}, column member: {}", file, line, problem));
}

// Where the column stands in the header.
Result<size_t> MemberColumn(const std::string& file, const CsvRow& header) {
  const auto found = std::find(header.fields.begin(), header.fields.end(), "member");
  if (header.fault == CsvFault::kNone && found != header.fields.end()) {
    return static_cast<size_t>(found - header.fields.begin());
  }
  return Wrong(file, header.line, "The column is missing. The first line must name the columns.");
}

std::string IdOf(const RemittanceId& remittance, const MemberId& member, int time) {
  const std::string count = time == 1 ? "" : fmt::format(".{}", time);
  std::string id = fmt::format("{}.{}{}", remittance.text(), member.text(), count);
  if (id.size() <= kMostIdBytes) return id;
  const std::string digest = Hex(ledger::Sha256(remittance.text() + '\0' + member.text()));
  return fmt::format("ALLOC-{}{}", digest.substr(0, 40), count);
}

// The money that is free up to a day, what is free longest first.
class Source {
 public:
  Source(const std::vector<FreeMoney>& free, Day as_of) : step_(free.begin()) {
    for (auto step = free.begin(); step != free.end() && step->from <= as_of; ++step) {
      most_ = step->amount;
    }
    Advance();
  }

  bool IsEmpty() const { return taken_ >= most_; }
  // The day from which what is taken next is free; the source must not be empty.
  Day from() const { return step_->from; }
  // At most so much, all of it free from that day on.
  Money Take(Money amount) {
    amount = std::min(amount, step_->amount - taken_);
    taken_ += amount;
    Advance();
    return amount;
  }

 private:
  void Advance() {
    while (!IsEmpty() && step_->amount <= taken_) ++step_;
  }

  std::vector<FreeMoney>::const_iterator step_;
  Money most_;
  Money taken_;
};

}  // namespace

Result<AllocationOrder> AllocationOrder::Read(const std::string& by) {
  AllocationOrder order;
  order.oldest_ = by == "oldest";
  if (order.oldest_ || by == "member") return order;
  order.file_ = by;
  auto csv = CsvReader::Open(by);
  if (!csv) {
    return Fail(
        ErrorCode::kUsage,
        fmt::format("--by must be oldest, member, or the name of a file. {}", csv.error().message));
  }
  IURAN_ASSIGN(bool more, csv->Next());
  if (!more) return Wrong(by, 1, "The file is empty; its first line must name the columns.");
  IURAN_ASSIGN(const size_t column, MemberColumn(by, csv->row()));
  std::map<MemberId, uint64_t> seen;
  for (;;) {
    IURAN_ASSIGN(more, csv->Next());
    if (!more) return order;
    const CsvRow& row = csv->row();
    if (row.fault != CsvFault::kNone) return Wrong(by, row.line, Explain(row.fault));
    if (column >= row.fields.size()) return Wrong(by, row.line, "The row has no such value.");
    auto member = ParseId<MemberId>(row.fields[column]);
    if (!member) return Wrong(by, row.line, member.error().message);
    const auto [first, added] = seen.emplace(*member, row.line);
    if (!added) {
      return Wrong(by, row.line,
                   fmt::format("Member {} stands in line {} already. Keep one of the rows.",
                               member->text(), first->second));
    }
    order.named_.push_back({*std::move(member), row.line});
  }
}

Result<void> AllocationOrder::Apply(std::vector<CollectRow>& rows,
                                    const std::function<bool(const MemberId&)>& is_asked) const {
  std::erase_if(rows, [](const CollectRow& row) { return row.to_pay <= Money(); });
  if (file_.empty()) {
    std::sort(rows.begin(), rows.end(), [this](const CollectRow& a, const CollectRow& b) {
      return oldest_ ? projections::CallsBefore(a, b) : a.member < b.member;
    });
    return {};
  }
  std::map<MemberId, CollectRow> owing;
  for (CollectRow& row : rows) owing.emplace(row.member, std::move(row));
  rows.clear();
  for (const Named& named : named_) {
    if (!is_asked(named.member)) {
      return Wrong(
          file_, named.line,
          fmt::format("Member {} is not among those who can get this money.", named.member.text()));
    }
    const auto row = owing.find(named.member);
    if (row != owing.end()) rows.push_back(std::move(row->second));
  }
  return {};
}

Result<Division> Divide(const std::vector<FreeMoney>& free, Day as_of,
                        const RemittanceId& remittance, std::vector<CollectRow> rows,
                        const IsTaken& is_taken) {
  Source source(free, as_of);
  Division division;
  std::set<PaymentId> chosen;  // in this plan
  for (CollectRow& row : rows) {
    IURAN_CHECK(row.to_pay > Money(), "rows have something to pay");
    if (row.payable_from > as_of) {
      division.payable_later.push_back(row.payable_from);
      continue;
    }
    if (source.IsEmpty() || division.is_cut) continue;
    Share share;
    int time = 0;
    for (Money owed = row.to_pay; owed > Money() && !source.IsEmpty();) {
      const Day paid_on = std::max(source.from(), row.payable_from);
      const bool same_day = !share.payments.empty() && share.payments.back().paid_on == paid_on;
      division.is_cut = !same_day && chosen.size() == rules::kMostListed;
      if (division.is_cut) break;
      const Money amount = source.Take(owed);
      owed -= amount;
      if (same_day) {
        share.payments.back().amount += amount;
        continue;
      }
      PaymentId payment;
      bool taken = true;
      while (taken) {
        payment = PaymentId(IdOf(remittance, row.member, ++time));
        IURAN_ASSIGN(taken, is_taken(payment));
        taken = taken || !chosen.insert(payment).second;
      }
      share.payments.push_back({std::move(payment), paid_on, amount});
    }
    if (share.payments.empty()) continue;
    share.row = std::move(row);
    division.shares.push_back(std::move(share));
  }
  return division;
}

rules::ReceiveList RequestOf(const RemittanceReceived& remittance,
                             const std::vector<Share>& shares) {
  rules::ReceiveList list;
  list.remittance = remittance.remittance;
  list.adds_up = false;
  for (const Share& share : shares) {
    for (const Share::Payment& planned : share.payments) {
      rules::ReceivePayment payment;
      payment.payment = planned.payment;
      payment.paid_on = planned.paid_on;
      payment.member = share.row.member;
      payment.amount = planned.amount;
      payment.remittance = remittance.remittance;
      payment.channel = remittance.channel;
      list.rows.push_back({std::move(payment), 0});
    }
  }
  return list;
}

}  // namespace iuran::tools
