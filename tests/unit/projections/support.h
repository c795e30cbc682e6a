// What the tests of projections share: random pasts of a few members, in a log in memory.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "projections/fold.h"
#include "tests/support/memory_log.h"
#include "tests/support/scratch_folder.h"

namespace iuran::projections {

using tests::MemoryLog;

// Adds random events that the rules could have recorded: `members` enrolments, and `events` of all
// kinds in all, payments above all.
void AddRandomPast(MemoryLog& log, uint32_t seed, uint32_t members, uint64_t events);

// The member M-nn of the random past, enrolled under that number.
MemberId RandomMember(uint32_t number);
MemberEnrolled Enrolment(const std::string& member, uint32_t number, Month from);
PaymentReceived Payment(const std::string& payment, const std::string& member, uint32_t number,
                        Day paid_on, int64_t rupiah);

// The digest of accounts folded one member at a time from each member's own stream.
Digest DigestOneByOne(const log::EventLog& log, uint32_t members, const Groups& groups);
// The digest of accounts folded from the log at once.
Digest DigestAtOnce(const log::EventLog& log, unsigned threads);
// The digest of the rows a store holds.
Digest DigestOfStore(const Store& store);

using TemporaryFolder = tests::ScratchFolder;

#define ASSERT_OK(expression)                                    \
  do {                                                           \
    const auto& result_ = (expression);                          \
    ASSERT_TRUE(result_.has_value()) << result_.error().message; \
  } while (false)

// The value of a result that must have one.
template <typename T>
T Must(Result<T> result) {
  if (!result) ADD_FAILURE() << result.error().message;
  IURAN_CHECK(result.has_value(), "the test's own preparation works");
  return std::move(*result);
}

}  // namespace iuran::projections
