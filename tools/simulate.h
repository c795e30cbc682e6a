// Input files of a believable province: for trying the program out and for measuring it.
#pragma once

#include <cstdint>
#include <filesystem>

#include "events/calendar.h"
#include "events/error.h"

namespace iuran::tools {

struct SimulationSize {
  uint32_t members = 1000;
  int32_t months = 36;
  uint64_t seed = 1;
  events::Month from = events::Month::Of(2023, 12);
};

struct SimulationTotals {
  uint64_t groups = 0, members = 0, changes = 0, remittances = 0, payments = 0, reversals = 0;
};

// Writes groups, members, changes, remittances, payments and reversals of rulebook 1 into `folder`,
// which is made and must be empty. The same size gives the same bytes on every machine. Memory grows
// with the members, not with the months. All names and numbers of people are invented.
Result<SimulationTotals> Simulate(const std::filesystem::path& folder, const SimulationSize& size);

}  // namespace iuran::tools
