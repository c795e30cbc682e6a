// The log of the naive model: takes raw rows one by one and says accepted, repeated or rejected.
//
// An accepted row takes the next position (a corrected payment the next two); the others leave no
// trace. Rulebook section 1, and "Corrections and approval" (ledger/rules).

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/naive_figures.h"
#include "tests/support/naive_rows.h"

namespace iuran::naive {

enum class Verdict { kAccepted, kRepeated, kRejected };

std::string_view VerdictName(Verdict verdict);

// Position 0 opens the ledger, positions 1 and 2 enact `bpu` and `pu`; rows follow.
struct Rules {
  std::int64_t first_position = 3;
  std::vector<std::string> enacted = {"bpu", "pu"};

  bool IsEnacted(const std::string& scheme) const;
};

// A payment as it was received, the first time or again by a correction.
struct Receipt {
  std::string member;
  std::string remittance;
  Paid paid;
  std::optional<std::int64_t> voided_at;  // the position of the event that voids it
};

// A request that needs two people and that nobody has approved yet. The row is without its signing.
struct Proposal {
  Row row;
  std::string author;
};

class Log {
 public:
  explicit Log(Rules rules = {}) : rules_(std::move(rules)), next_(rules_.first_position) {}

  // The verdict on the next row.
  Verdict Take(const Row& row);

  // Enacts a changed document: an event of its own.
  void Enact(const Tariff& tariff) { tariffs_.Enact(next_++, tariff); }

  // The position of the last accepted row; one before the first free position when none is.
  std::int64_t LastPosition() const { return next_ - 1; }

  bool Knows(const std::string& member) const { return members_.count(member) != 0; }

  // The members known at a position, bytewise sorted, and what is known about one of them.
  std::vector<std::string> MembersKnownAt(std::int64_t known_at) const;
  Facts KnownAt(const std::string& member, std::int64_t known_at) const;

  // How things stand now: a payment as it stands last, what a remittance holds beyond its payments
  // and returns and when it was received, and the open proposals by id. Nothing where there is none
  // of that name.
  const Receipt* FindPayment(const std::string& payment) const;
  std::optional<Sen> LeftOf(const std::string& remittance) const;
  std::optional<Day> ReceivedOn(const std::string& remittance) const;
  const std::map<std::string, Proposal>& open_proposals() const { return proposals_; }

 private:
  struct Member {
    MemberRow row;                      // parsed, then printed again: equal values are equal text
    Facts facts;                        // with every change and no payment
    std::vector<std::size_t> receipts;  // every one that was ever the member's
    std::vector<Paid> refunds_and_waivers;
    std::int64_t position = 0;
  };

  struct Remittance {
    RemittanceRow row;
    Sen amount = 0;
    Sen returned = 0;
    std::vector<std::size_t> receipts;
  };

  struct Payment {
    PaymentRow row;
    std::size_t receipt = 0;  // the one that stands last
  };

  Verdict TakeRow(GroupRow row);
  Verdict TakeRow(MemberRow row);
  Verdict TakeRow(const ChangeRow& row);
  Verdict TakeRow(RemittanceRow row);
  Verdict TakeRow(PaymentRow row);
  Verdict TakeRow(const CorrectionRow& row);
  Verdict TakeRow(const ReversalRow& row) { return TakeSigned("reversal/" + row.payment, row); }
  Verdict TakeRow(const RefundRow& row) { return TakeSigned("refund/" + row.refund, row); }
  Verdict TakeRow(const WaiverRow& row) { return TakeSigned("waiver/" + row.waiver, row); }
  Verdict TakeRow(const ReturnRow& row) { return TakeSigned("return/" + row.id, row); }
  Verdict TakeRow(const ApproveRow& row);
  Verdict TakeRow(const DeclineRow& row);

  std::optional<Value> ParseValue(What what, const std::string& text, bool pu) const;
  bool HasRiskWhereNeeded(const Facts& facts) const;
  // Whether the member's scheme, as it is now, takes penalties.
  bool TakesPenalties(const Member& member) const {
    return member.facts.pu && tariffs_.KnownAt(LastPosition()).penalty != 0;
  }
  // Notes a receipt of a payment as the one that stands last.
  void Receive(const std::string& payment, const Receipt& receipt);

  // Two people (naive_approval.cc).
  template <typename Signed>
  Verdict TakeSigned(const std::string& id, Signed row);
  Verdict Record(const std::string& id, const Row& row);
  // Whether the rules take a request as things stand, and what it does where they do.
  bool Allows(const ReversalRow& row) const;
  bool Allows(const RefundRow& row) const;
  bool Allows(const WaiverRow& row) const;
  bool Allows(const ReturnRow& row) const;
  void Do(const ReversalRow& row);
  void Do(const RefundRow& row);
  void Do(const WaiverRow& row);
  void Do(const ReturnRow& row);

  Rules rules_;
  std::int64_t next_;
  Tariffs tariffs_;
  std::map<std::string, GroupRow> groups_;
  std::map<std::string, int> risks_;  // 0 where the group has none, and for no group at all
  std::map<std::string, Member> members_;
  std::map<std::string, Remittance> remittances_;
  std::map<std::string, Payment> payments_;
  std::vector<Receipt> receipts_;
  std::map<std::string, Proposal> proposals_;    // open ones
  std::set<std::string> carried_out_;            // whose latest proposal ended so
  std::map<std::string, std::string> declined_;  // those declined last, with the reason
  std::map<std::string, Row> recorded_;          // what was agreed on, without its signing
};

}  // namespace iuran::naive
