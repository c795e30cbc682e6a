#include "tests/unit/projections/support.h"

#include <fmt/format.h>
#include <stdlib.h>

#include "projections/digest.h"
#include "projections/replay.h"
#include "projections/view.h"

namespace iuran::projections {

MemberId RandomMember(uint32_t number) { return MemberId(fmt::format("M-{}", number)); }

MemberEnrolled Enrolment(const std::string& member, uint32_t number, Month from) {
  MemberEnrolled fact;
  fact.member = MemberId(member);
  fact.number = MemberNumber{number};
  fact.scheme = SchemeId("bpu");
  fact.from = from;
  fact.attributes.income = Money::FromRupiah(1'000'000);
  fact.attributes.programs = ParseProgramSet("JKK+JKM").value();
  return fact;
}

PaymentReceived Payment(const std::string& payment, const std::string& member, uint32_t number,
                        Day paid_on, int64_t rupiah) {
  PaymentReceived fact;
  fact.payment = PaymentId(payment);
  fact.member = MemberId(member);
  fact.number = MemberNumber{number};
  fact.paid_on = paid_on;
  fact.amount = Money::FromRupiah(rupiah);
  return fact;
}

namespace {

// One life among many; remembers what later events may refer to.
class RandomPast {
 public:
  RandomPast(MemoryLog& log, uint32_t seed) : log_(log), random_(seed) {}

  uint32_t Below(uint32_t end) { return static_cast<uint32_t>(random_() % end); }

  void Enrol() {
    const uint32_t number = enrolled_++;
    MemberEnrolled fact = Enrolment(RandomMember(number).text(), number,
                                    Month::Of(2023, 1) + static_cast<int32_t>(Below(24)));
    fact.attributes.group = GroupId("G-1");
    fact.attributes.region = Below(2) ? "Kabupaten Timor Tengah Selatan" : "";
    log_.Add(std::move(fact));
  }

  void Pay(uint32_t number) {
    PaymentReceived fact = Payment(fmt::format("P-{}", log_.size()), RandomMember(number).text(),
                                   number, RandomDay(), 100 + Below(300'000));
    if (Below(3) == 0) fact.amount = Money::FromRupiah(16'800);
    if (Below(20) == 0) fact.purpose = Purpose::kPenalty;
    const PaymentId payment = fact.payment;
    paid_.push_back({number, payment, log_.Add(std::move(fact))});
  }

  void Reverse() {
    if (paid_.empty()) return;
    const size_t which = Below(static_cast<uint32_t>(paid_.size()));
    const Paid paid = paid_[which];
    paid_.erase(paid_.begin() + static_cast<std::ptrdiff_t>(which));
    log_.Add(PaymentReversed{paid.payment, RandomMember(paid.number), MemberNumber{paid.number},
                             RandomDay(), "test"},
             paid.position);
  }

  void Change(uint32_t number) {
    AttributeChanged fact;
    fact.member = RandomMember(number);
    fact.number = MemberNumber{number};
    fact.from = Month::Of(2024, 1) + static_cast<int32_t>(Below(36));
    const std::vector<AttributeValue> values = {
        Money::FromRupiah(1000 + Below(9'000'000)),
        ProgramSet::FromBits(static_cast<uint8_t>(1 + Below(7))),
        Sector::kTransport,
        Payer::kState,
        GroupId(fmt::format("G-{}", Below(3))),
        std::string("Sikka")};
    const uint32_t which = Below(static_cast<uint32_t>(values.size()));
    fact.attribute = static_cast<Attribute>(which);
    fact.value = values[which];
    log_.Add(std::move(fact));
  }

  void AddOther(uint32_t number) {
    switch (Below(6)) {
      case 0:
        Reverse();
        break;
      case 1:
        log_.Add(MemberExited{RandomMember(number), MemberNumber{number}, RandomDay()});
        break;
      case 2:
        log_.Add(MemberExited{RandomMember(number), MemberNumber{number}, {}});
        break;
      case 3:
        log_.Add(PersonForgotten{RandomMember(number), MemberNumber{number}, "test"});
        break;
      case 4: {
        GroupRegistered group;
        group.group = GroupId(fmt::format("G-{}", log_.size()));
        group.name = "Koperasi";
        if (Below(2)) group.risk = 3;
        log_.Add(std::move(group));
        break;
      }
      default:
        Change(number);
    }
  }

  uint32_t enrolled() const { return enrolled_; }

 private:
  struct Paid {
    uint32_t number;
    PaymentId payment;
    Position position;
  };

  Day RandomDay() { return Day::Of(2023, 6, 1) + static_cast<int32_t>(Below(1200)); }

  MemoryLog& log_;
  std::mt19937 random_;
  uint32_t enrolled_ = 0;
  std::vector<Paid> paid_;
};

}  // namespace

void AddRandomPast(MemoryLog& log, uint32_t seed, uint32_t members, uint64_t events) {
  RandomPast past(log, seed);
  log.Add(LedgerOpened{"Asia/Makassar", "IDR", ""});
  log.Add(SchemeEnacted{SchemeId("bpu"), "{}"});
  for (uint8_t number = 0; number < 3; ++number) {
    GroupRegistered group;
    group.group = GroupId(fmt::format("G-{}", number));
    if (number > 0) group.risk = number;
    log.Add(std::move(group));
  }
  while (log.size() < events || past.enrolled() < members) {
    const bool room = past.enrolled() < members;
    if (past.enrolled() == 0 || (room && past.Below(8) == 0)) {
      past.Enrol();
    } else if (past.Below(10) < 8) {
      past.Pay(past.Below(past.enrolled()));
    } else {
      past.AddOther(past.Below(past.enrolled()));
    }
  }
}

Digest DigestOneByOne(const log::EventLog& log, uint32_t members, const Groups& groups) {
  std::map<MemberId, std::string> rows;
  for (uint32_t number = 0; number < members; ++number) {
    const auto timeline = Must(FindOne(log, RandomMember(number), log.size()));
    if (timeline) rows[timeline->member] = EncodeTimeline(*timeline);
  }
  AccountsDigest digest;
  for (const auto& [member, row] : rows) digest.AddMember(member.text(), row);
  for (const auto& [group, info] : groups) digest.AddGroup(group.text(), EncodeGroup(info));
  return digest.Finish();
}

Digest DigestAtOnce(const log::EventLog& log, unsigned threads) {
  Accounts accounts(log, nullptr, threads);
  EXPECT_TRUE(accounts.FoldTo(log.size()).has_value());
  EXPECT_EQ(accounts.parked(), std::nullopt);
  return DigestOf(accounts, threads);
}

Digest DigestOfStore(const Store& store) {
  AccountsDigest digest;
  const auto rows = store.Members();
  while (Must(rows->Next())) digest.AddMember(rows->key(), rows->row());
  for (const auto& [group, info] : Must(store.ReadGroups())) {
    digest.AddGroup(group.text(), EncodeGroup(info));
  }
  return digest.Finish();
}

}  // namespace iuran::projections
