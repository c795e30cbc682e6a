// A daybook that rots while the database beside it is whole: what was acknowledged last stays, and
// nothing that stood there before comes back in its place.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "ledger/log/daybook.h"
#include "ledger/log/event_log.h"
#include "tests/support/scratch_folder.h"

namespace iuran::log {
namespace {

namespace fs = std::filesystem;

class RottenDaybook : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(EventLog::Create(folder_));
    const auto log = *EventLog::Open(folder_, Access::kWrite, "test");
    ASSERT_TRUE(log->Append({0, {{"s", 0, "a record", {}, {}}}, {}}));
  }

  // By as many writers as there are notes, or by one; the same checkpoint with more signatures.
  void Sign(const std::vector<std::string>& notes, bool each_alone) {
    std::unique_ptr<EventLog> log;
    for (const std::string& note : notes) {
      if (log == nullptr || each_alone) {
        log.reset();
        log = *EventLog::Open(folder_, Access::kWrite, "test");
      }
      ASSERT_TRUE(log->StoreCheckpoint(1, note));
    }
  }

  void ExpectSigned(const std::string& note) {
    for (const Access access : {Access::kRead, Access::kWrite, Access::kRead}) {
      const auto log = EventLog::Open(folder_, access, "test");
      ASSERT_TRUE(log) << log.error().message;
      const auto found = (*log)->Checkpoints();
      ASSERT_TRUE(found);
      ASSERT_EQ(found->size(), 1u);
      ASSERT_EQ(found->front().note, note);
    }
  }

  // One bit in every third byte that is used; then what `more` does, and what is to be found.
  void TurnEach(const std::string& note, const std::function<void()>& more) {
    const fs::path kept = scratch_ / "kept";
    fs::copy(folder_, kept);
    std::ifstream in(daybook_, std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(in), {}};
    for (size_t at = 0; at < whole.size(); at += 3) {
      if (whole[at] == 0) continue;
      SCOPED_TRACE("byte " + std::to_string(at));
      fs::remove_all(folder_);
      fs::copy(kept, folder_);
      std::string rotten = whole;
      rotten[at] ^= 1;
      std::ofstream(daybook_, std::ios::binary | std::ios::trunc) << rotten;
      ASSERT_NO_FATAL_FAILURE(more());
      ASSERT_NO_FATAL_FAILURE(ExpectSigned(note));
    }
  }

  tests::ScratchFolder scratch_;
  const fs::path folder_ = scratch_ / "log";
  const fs::path daybook_ = scratch_ / "log.daybook";
};

TEST_F(RottenDaybook, ALaterNoteOfTheSameWriterStays) {
  ASSERT_NO_FATAL_FAILURE(Sign({"signed", "signed and cosigned"}, false));
  TurnEach("signed and cosigned", [] {});
}

TEST_F(RottenDaybook, ALaterNoteOfALaterWriterStays) {
  ASSERT_NO_FATAL_FAILURE(Sign({"signed", "signed and cosigned"}, true));
  TurnEach("signed and cosigned", [] {});
}

// What stands behind a head that rotted is not taken for what stands behind the next one there.
TEST_F(RottenDaybook, NothingOfAHalfThatRottedComesBack) {
  ASSERT_NO_FATAL_FAILURE(Sign({"first"}, true));
  ASSERT_NO_FATAL_FAILURE(Sign({"third", "other"}, false));
  TurnEach("fifth", [this] { Sign({"fifth"}, true); });
}

}  // namespace
}  // namespace iuran::log
