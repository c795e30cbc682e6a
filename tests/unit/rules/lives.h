// Members for tests: the shipped schemes and short ways to write a timeline.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "events/check.h"
#include "ledger/rules/figures.h"
#include "ledger/rules/settlement.h"
#include "ledger/rules/shipped_schemes.h"

namespace iuran::rules {

inline constexpr Position kNow = Position{1'000'000};

inline std::string_view BpuDocument() { return ShippedSchemes().front().document; }
inline const Scheme& Bpu() {
  static const std::shared_ptr<const Scheme> kScheme = Scheme::Parse(BpuDocument()).value();
  return *kScheme;
}
inline std::string_view PuDocument() { return ShippedSchemes().back().document; }
inline const Scheme& Pu() {
  static const std::shared_ptr<const Scheme> kScheme = Scheme::Parse(PuDocument()).value();
  return *kScheme;
}

inline Day D(std::string_view text) { return ParseDay(text).value(); }
inline Month M(std::string_view text) { return ParseMonth(text).value(); }
inline Money Rp(int64_t rupiah) { return Money::FromRupiah(rupiah); }
inline ProgramSet P(std::string_view text) { return ParseProgramSet(text).value(); }

inline Attributes Someone(int64_t income = 1'000'000, Sector sector = Sector::kOther,
                          Payer payer = Payer::kSelf, std::string_view programs = "JKK+JKM") {
  Attributes attributes;
  attributes.income = Rp(income);
  attributes.sector = sector;
  attributes.payer = payer;
  attributes.programs = P(programs);
  return attributes;
}

// A wage earner in a group of that risk class; 0: none.
inline InForce Worker(int64_t wage = 2'500'000, uint8_t risk = 3,
                      std::string_view programs = "JKK+JKM+JHT+JP") {
  return InForce(Someone(wage, Sector::kOther, Payer::kSelf, programs), risk);
}

// A member whose facts are recorded one after the other, from position 1 on.
class Life {
 public:
  explicit Life(std::string_view from, InForce attributes = Someone(), const Scheme& scheme = Bpu())
      : scheme_(scheme) {
    timeline_.member = MemberId("M-1");
    timeline_.scheme = scheme.id();
    timeline_.from = M(from);
    timeline_.attributes = std::move(attributes);
  }

  Life& Pay(std::string_view day, int64_t rupiah) { return PaySen(day, rupiah * 100); }
  Life& PayPenalty(std::string_view day, int64_t rupiah) {
    return PaySen(day, rupiah * 100, Purpose::kPenalty);
  }
  Life& PaySen(std::string_view day, int64_t sen, Purpose purpose = Purpose::kContribution) {
    TimelinePayment payment;
    payment.position = Next();
    payment.paid_on = D(day);
    payment.amount_sen = sen;
    payment.kind = KindOf(purpose);
    timeline_.payments.push_back(payment);
    std::sort(timeline_.payments.begin(), timeline_.payments.end(),
              [](const TimelinePayment& a, const TimelinePayment& b) {
                return a.paid_on != b.paid_on ? a.paid_on < b.paid_on : a.position < b.position;
              });
    return *this;
  }
  // Reverses the payment recorded at that position.
  Life& Reverse(uint64_t position) {
    const Position now = Next();
    for (TimelinePayment& payment : timeline_.payments) {
      if (payment.position.value == position) payment.void_from = now;
    }
    return *this;
  }
  Life& Change(Attribute attribute, std::string_view from, AttributeValue value, uint8_t risk = 0) {
    timeline_.changes.push_back({Next(), attribute, M(from), std::move(value), risk});
    return *this;
  }
  Life& Exit(std::string_view last_day) {
    timeline_.exits.push_back({Next(), D(last_day)});
    return *this;
  }
  Life& WithdrawExit() {
    timeline_.exits.push_back({Next(), std::nullopt});
    return *this;
  }

  const Timeline& timeline() const { return timeline_; }
  Position last() const { return Position{next_ - 1}; }

  Settlement Settled(std::string_view as_of, Position known_at = kNow) const {
    Settlement settlement;
    Settle(timeline_, scheme_, D(as_of), known_at, settlement);
    return settlement;
  }
  Figures At(std::string_view as_of, Position known_at = kNow) const {
    return FiguresOf(timeline_, scheme_, Settled(as_of, known_at), D(as_of), known_at);
  }

 private:
  Position Next() { return Position{next_++}; }

  const Scheme& scheme_;
  Timeline timeline_;
  uint64_t next_ = 1;
};

}  // namespace iuran::rules
