// The digest of a request: kept in ledgers for ever, so it must never change for the same content.
#include "ledger/digest.h"

#include <gtest/gtest.h>

namespace iuran {
namespace {

using namespace rules;

TEST(RequestDigest, IsAboutTheContentAndKeptForEver) {
  ReceivePayment payment;
  payment.payment = PaymentId("P-1");
  payment.paid_on = Day::Of(2024, 1, 10);
  payment.member = MemberId("M-1");
  payment.amount = *ParseAmount("16800");
  const RequestDigest digest = ledger::DigestOf(payment);
  // Computed from the serialisation as documented, by another program. Ledgers hold such digests.
  const RequestDigest expected = {0x31, 0x6c, 0x9d, 0xe8, 0x78, 0x53, 0x1a, 0xdc,
                                  0x14, 0x31, 0x5b, 0x89, 0x1e, 0x3a, 0x1b, 0xee};
  EXPECT_EQ(digest, expected);
  payment.amount = *ParseAmount("16800.00");
  EXPECT_EQ(ledger::DigestOf(payment), digest);
  payment.channel = "va";
  EXPECT_NE(ledger::DigestOf(payment), digest);

  EnrolMember enrol;
  enrol.member = MemberId("M-1");
  const RequestDigest without = ledger::DigestOf(enrol);
  enrol.personal_data.name = "Maria";
  EXPECT_EQ(ledger::DigestOf(enrol), without) << "personal data are compared in the vault";
}

}  // namespace
}  // namespace iuran
