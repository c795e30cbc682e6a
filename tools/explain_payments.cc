#include "tools/explain_payments.h"

#include <fmt/format.h>

#include "events/check.h"
#include "events/words.h"

namespace iuran::tools {

using namespace events;  // days, months and facts

bool Counts(const rules::TimelinePayment& payment, const MemberStory& story) {
  return payment.paid_on <= story.as_of && payment.position <= story.known_at &&
         story.known_at < payment.void_from;
}

std::string Months(size_t count) {
  return count == 1 ? "1 month" : fmt::format("{} months", count);
}

namespace {

// Goes through the payments as settling did, and says of each what it settled.
class PaymentTeller {
 public:
  explicit PaymentTeller(const MemberStory& story) : story_(story) {}

  Part Tell() {
    Part part{"What each payment settled", {}};
    for (const rules::TimelinePayment& payment : story_.timeline.payments) {
      if (payment.position <= story_.known_at) part.steps.push_back(TellOne(payment));
    }
    IURAN_CHECK(credit_ == story_.settlement.credit, "the steps add up to the credit");
    return part;
  }

 private:
  Step TellOne(const rules::TimelinePayment& payment) {
    const Money amount = Money::FromSen(payment.amount_sen);
    Step step{fmt::format("{}, {}: ", payment.paid_on.ToString(), NameOf(payment)),
              amount,
              {payment.position},
              ""};
    if (payment.void_from <= story_.known_at) {
      step.events.push_back(payment.void_from);
      step.text += HowVoid(payment);
    } else if (!Counts(payment, story_)) {
      step.text += "after the as-of day, so it does not count yet.";
    } else if (payment.kind == rules::AmountKind::kPenalty) {
      step.text += "pays for penalties.";
    } else if (payment.kind == rules::AmountKind::kWaiver) {
      step.text += "so much of the penalties need not be paid.";
    } else if (payment.kind == rules::AmountKind::kRefund) {
      credit_ -= amount;
      step.amount = -amount;
      step.text += fmt::format("pays credit out; {} stays credit.", Grouped(credit_));
    } else {
      step.text += TellCounted(payment, amount);
    }
    return step;
  }

  // "payment P-1", "refund RF-1", "waiver W-1".
  std::string NameOf(const rules::TimelinePayment& payment) const {
    const Event* event = EventAt(story_.events, payment.position);
    if (event == nullptr) return "payment";
    if (const auto* refund = std::get_if<CreditRefunded>(&event->body)) {
      return "refund " + refund->refund.text();
    }
    if (const auto* waiver = std::get_if<PenaltyWaived>(&event->body)) {
      return "waiver " + waiver->waiver.text();
    }
    return "payment " + PaymentAt(story_.events, payment.position);
  }

  // A reversal for good is known by a key; one that a correction makes is not.
  std::string HowVoid(const rules::TimelinePayment& payment) const {
    const Event* reversal = EventAt(story_.events, payment.void_from);
    const bool corrected = reversal != nullptr && reversal->envelope.idempotency_key.empty();
    return corrected ? "corrected to another day or member, so it is void for every day."
                     : "reversed, so it is void for every day.";
  }

  std::string TellCounted(const rules::TimelinePayment& payment, Money amount) {
    std::string text;
    const Money before = credit_;
    credit_ += amount;
    if (!before.IsZero()) {
      text += fmt::format("with the credit of {} makes {}. ", Grouped(before), Grouped(credit_));
    }
    if (spell_ + 1 < story_.settlement.spells.size() &&
        story_.settlement.spells[spell_ + 1].begins_on == payment.paid_on) {
      ++spell_;
      text += fmt::format("Membership had lapsed; a new spell begins in {}. ",
                          story_.settlement.spells[spell_].first_month.ToString());
    }
    size_t count = 0;
    Month first;
    Month last;
    Money spent;
    for (const rules::SettledMonth& settled : story_.settlement.spells[spell_].months) {
      if (settled.settled_by != payment.position) continue;
      if (count++ == 0) first = settled.month;
      last = settled.month;
      spent += settled.price;
    }
    credit_ -= spent;
    if (count == 0) {
      text += "Settles no month";
    } else if (count == 1) {
      text += fmt::format("Settles {}, {}", first.ToString(), Grouped(spent));
    } else {
      text += fmt::format("Settles {} to {}, {} for {}", first.ToString(), last.ToString(),
                          Months(count), Grouped(spent));
    }
    return text + fmt::format("; {} stays credit.", Grouped(credit_));
  }

  const MemberStory& story_;
  Money credit_;
  size_t spell_ = 0;
};

}  // namespace

Part ExplainPayments(const MemberStory& story) { return PaymentTeller(story).Tell(); }

}  // namespace iuran::tools
