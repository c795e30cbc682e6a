// Members for tests: the shipped bpu scheme and short ways to write a timeline.
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

// A member whose facts are recorded one after the other, from position 1 on.
class Life {
 public:
  explicit Life(std::string_view from, Attributes attributes = Someone()) {
    timeline_.member = MemberId("M-1");
    timeline_.scheme = SchemeId("bpu");
    timeline_.from = M(from);
    timeline_.attributes = std::move(attributes);
  }

  Life& Pay(std::string_view day, int64_t rupiah) { return PaySen(day, rupiah * 100); }
  Life& PaySen(std::string_view day, int64_t sen) {
    TimelinePayment payment;
    payment.position = Next();
    payment.paid_on = D(day);
    payment.amount_sen = sen;
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
  Life& Change(Attribute attribute, std::string_view from, AttributeValue value) {
    timeline_.changes.push_back({Next(), attribute, M(from), std::move(value)});
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
    Settle(timeline_, Bpu(), D(as_of), known_at, settlement);
    return settlement;
  }
  Figures At(std::string_view as_of, Position known_at = kNow) const {
    return FiguresOf(timeline_, Bpu(), Settled(as_of, known_at), D(as_of), known_at);
  }

 private:
  Position Next() { return Position{next_++}; }

  Timeline timeline_;
  uint64_t next_ = 1;
};

}  // namespace iuran::rules
