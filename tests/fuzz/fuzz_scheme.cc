// Foreign bytes as a scheme document: refused in words that can be shown, or a scheme that prices
// every month and every member, the same whenever it is read.
#include <memory>

#include "events/utf8.h"
#include "ledger/rules/scheme.h"
#include "tests/fuzz/input.h"

namespace iuran::rules {
namespace {

void ExpectReadable(const std::string& message) {
  IURAN_CHECK(message.size() < 2000 && message.ends_with('.'), "a refusal is a short sentence");
  for (const char c : message) IURAN_CHECK(c >= 0x20 && c < 0x7f, "that a terminal can show");
}

InForce MemberOf(const Scheme& scheme, int64_t rupiah, int which) {
  InForce member;
  member.risk = static_cast<uint8_t>(1 + which);
  member.income = Money::FromRupiah(rupiah);
  member.sector = which & 1 ? Sector::kTransport : Sector::kOther;
  member.payer = which & 2 ? Payer::kState : Payer::kSelf;
  member.programs = scheme.programs();
  return member;
}

void ExpectWhole(const Scheme& scheme, const Scheme& again, Month month) {
  IURAN_CHECK(scheme.DueDay(month) >= month.FirstDay(), "a month is due when it has begun");
  for (const int64_t income : {int64_t{1000}, int64_t{2'950'000}, int64_t{9'000'000'000'000}}) {
    for (int which = 0; which < 4; ++which) {
      const InForce member = MemberOf(scheme, income, which);
      const Money price = scheme.Price(month, member);
      Money sum;
      for (const PriceLine& line : scheme.PriceLines(month, member)) {
        IURAN_CHECK(line.amount >= Money() && !line.source.empty(), "a price has a source");
        sum += line.amount;
      }
      IURAN_CHECK(sum == price, "the programmes add up");
      Money billed;
      for (const FundLine& line : scheme.FundLines(month, member)) {
        IURAN_CHECK(line.amount >= Money() && !line.source.empty(), "a fund has a source");
        if (line.billed_as) billed += line.amount;
      }
      IURAN_CHECK(billed == price, "a split never changes the bill");
      const PenaltyLine late = scheme.Penalty(month, price, scheme.DueDay(month) + 1);
      IURAN_CHECK(late.months == (scheme.takes_penalty_payments() ? 1 : 0),
                  "every month has its penalty, or none has");
      IURAN_CHECK(again.Price(month, member) == price, "a document has one meaning");
      const PriceRun run = scheme.PriceFrom(month, member);
      IURAN_CHECK(run.price == price && run.last >= month, "a run begins with its price");
      IURAN_CHECK(scheme.Price(run.last, member) == price, "and ends with it");
    }
  }
}

}  // namespace
}  // namespace iuran::rules

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace iuran::rules;
  const std::string_view text = iuran::fuzz::Bytes(data, size);
  const auto scheme = Scheme::Parse(text);
  if (!scheme) {
    ExpectReadable(scheme.error().message);
    return 0;
  }
  IURAN_CHECK(iuran::events::IsUtf8(text) && text.find('\0') == text.npos,
              "a document is text, all of which was read");
  const auto again = Scheme::Parse(text);
  IURAN_CHECK(again && (*again)->id() == (*scheme)->id(), "a document is read again");
  for (const char* more : {"x", "{}", "\n,"}) {
    IURAN_CHECK(!Scheme::Parse(std::string(text) + more), "nothing else stands behind a document");
    IURAN_CHECK(!Scheme::Parse(std::string(text) + '\0' + more), "nor behind a zero byte");
  }
  const Month first = (*scheme)->first_month();
  for (const int months : {0, 1, 7, 130, 1500}) ExpectWhole(**scheme, **again, first + months);
  return 0;
}
