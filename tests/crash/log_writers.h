// What the second process of the crash tests does: writes to a log until it is done or killed.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>

#include "ledger/log/event_log.h"

namespace iuran::tests {

constexpr size_t kEvenStreams = 3;
constexpr uint32_t kEvenBatches = 300;

// Appends batches with one record for each of three streams, a key for each record, and the number
// of batches as a row, so that any mixture of two moments shows. Flushes and purges in between.
int WriteEvenly(const std::filesystem::path& folder);

// Fails the test where `log` is not as WriteEvenly had it after some batch.
void ExpectEven(const log::EventLog& log);

// Goes on with the history that LogModel makes from `seed`, and prints the log's size after each
// acknowledged batch on a line of its own.
int WriteHistory(const std::filesystem::path& folder, uint64_t seed);

// Backs the ledger up again and again, and prints the size of each backup once it is whole.
int BackUp(const std::filesystem::path& ledger, const std::filesystem::path& backup);

}  // namespace iuran::tests
