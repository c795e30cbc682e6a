// Repeated, conflicting and bad rows, made of good ones.

#pragma once

#include "tests/support/naive_lives.h"
#include "tests/support/naive_random.h"
#include "tests/support/naive_rows.h"

namespace iuran::naive {

// The same content in other words: 16800 = 16800.00, JKK+JKM = JKM+JKK, no sector = other.
void Respell(Random& random, Row& row);

// One repeated, conflicting or bad row, made of a good one. `number` makes new names.
Draft Disturb(Random& random, const Draft& good, int number, int batches);

}  // namespace iuran::naive
