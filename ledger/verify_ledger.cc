// Checking a whole ledger. See verify_ledger.h.
#include "ledger/verify_ledger.h"

#include <fmt/format.h>

#include <memory>
#include <thread>

#include "events/codec.h"
#include "events/payment_names.h"
#include "ledger/digest.h"
#include "ledger/rules/recorded_request.h"
#include "ledger/verify_rows.h"

namespace iuran::ledger {
namespace {

// Reads the events of one thread, and notes what they bring.
class EventReader final : public log::RecordReader {
 public:
  Result<log::RecordNames> Read(uint64_t position, log::Record record) override {
    auto payment = ReadPaymentNames(record);
    if (!payment) return Unreadable(position, payment.error());
    if (*payment && !(*payment)->corrects) return Take(position, **payment);
    Result<Event> event = Decode(record);
    if (!event) return Unreadable(position, event.error());
    event_ = *std::move(event);
    const Envelope& envelope = event_.envelope;
    IURAN_TRY(CheckPlace(position, envelope.position, envelope.recorded_at));
    const std::optional<rules::Request> request = rules::RecordedRequest(event_.body);
    const log::RequestDigest digest = request ? DigestOf(*request) : log::RequestDigest{};
    derived_.Note(event_, digest);
    return log::RecordNames{envelope.stream, envelope.stream_version, envelope.idempotency_key,
                            digest};
  }

  const DerivedRows& derived() const { return derived_; }

 private:
  static tl::unexpected<Error> Unreadable(uint64_t position, const Error& error) {
    return Fail(error.code, fmt::format("The event at position {} cannot be read. {}", position,
                                        error.message));
  }

  Result<log::RecordNames> Take(uint64_t position, const PaymentNames& payment) {
    IURAN_TRY(CheckPlace(position, payment.position, payment.recorded_at));
    auto& asked = std::get<rules::ReceivePayment>(payment_);
    asked.payment = PaymentId(std::string(payment.payment));
    asked.paid_on = payment.paid_on;
    asked.member = MemberId(std::string(payment.member));
    asked.amount = Money::FromSen(payment.amount_sen);
    asked.remittance = RemittanceId(std::string(payment.remittance));
    asked.purpose = payment.purpose;
    asked.channel = payment.channel;
    TellBookOfPayment(asked.remittance, asked.amount, derived_.book);
    stream_.assign("member/").append(payment.member);
    return log::RecordNames{stream_, payment.stream_version, payment.idempotency_key,
                            DigestOf(payment_)};
  }

  Result<void> CheckPlace(uint64_t position, Position said, Time recorded_at) {
    if (said.value != position) {
      return Fail(
          ErrorCode::kLedgerDamaged,
          fmt::format("At position {} stands the event of position {}.", position, said.value));
    }
    if (position == previous_ + 1 && recorded_at < recorded_at_) {
      return Fail(ErrorCode::kLedgerDamaged,
                  fmt::format("The event at position {} was recorded before the one in front of "
                              "it.",
                              position));
    }
    previous_ = position;
    recorded_at_ = recorded_at;
    return {};
  }

  std::string stream_;
  rules::Request payment_ = rules::ReceivePayment();  // the one read last
  Event event_;
  uint64_t previous_ = UINT64_MAX - 1;
  Time recorded_at_{INT64_MIN};
  DerivedRows derived_;
};

}  // namespace

Result<LedgerReport> VerifyLedger(const log::EventLog& log, const VerifyOptions& options,
                                  log::Faults& faults) {
  std::vector<std::unique_ptr<EventReader>> events;
  std::vector<log::RecordReader*> readers;
  for (unsigned i = 0; i < std::max(1u, options.threads); ++i) {
    events.push_back(std::make_unique<EventReader>());
    readers.push_back(events.back().get());
  }
  log::VerifyOptions of_log;
  of_log.readers = readers;
  of_log.key = options.key;
  of_log.witnesses = options.witnesses;
  of_log.last_signed = options.last_signed;
  of_log.progress = options.progress;
  LedgerReport report;
  const auto start = std::chrono::steady_clock::now();
  IURAN_ASSIGN(report.log, log.Verify(of_log, faults));
  report.reading = std::chrono::steady_clock::now() - start;
  if (report.log.unread > 0) return report;
  DerivedRows derived;
  for (const auto& reader : events) derived.Merge(reader->derived());
  events.clear();
  CompareBook(log, derived, report, faults);
  CompareVault(log, derived, options, report, faults);
  return report;
}

}  // namespace iuran::ledger
