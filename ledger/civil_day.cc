// Civil days on Howard Hinnant's date library, which reads the system's time zone files.
#include "ledger/civil_day.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

#include "events/check.h"
#include "events/quote.h"

namespace iuran::ledger {
namespace {

const date::time_zone* Find(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace

events::Time SystemTime() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return events::Time{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

Result<void> CheckTimeZone(const std::string& name) {
  if (Find(name) != nullptr) return {};
  return Fail(ErrorCode::kInvalidValue,
              fmt::format("The time zone {} is not known here; write an IANA name such as "
                          "Asia/Makassar, and see that the system's tzdata are installed.",
                          events::Quoted(name)));
}

events::Day CivilDayIn(const std::string& zone, events::Time time) {
  const date::time_zone* found = Find(zone);
  IURAN_CHECK(found != nullptr, "the time zone was checked before");
  const date::sys_time<std::chrono::microseconds> instant{
      std::chrono::microseconds(time.microseconds_since_1970)};
  const auto days = date::floor<date::days>(found->to_local(instant)).time_since_epoch();
  return events::Day::FromNumber(static_cast<int32_t>(days.count()));
}

}  // namespace iuran::ledger
