// The numbers of the law in the naive model, and how later ones take their place: in force from the
// position where they are enacted. Rulebook 2 to 5 and 7; the numbers are those of domain 1 and 2.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/support/naive_random.h"
#include "tests/support/naive_values.h"

namespace iuran::naive {

// Percentages are parts in ten thousand, amounts whole rupiah.
struct Tariff {
  // Of the self-employed.
  int jkk = 100;  // of the base
  int jht = 200;
  std::int64_t jkm = 6'800;
  std::int64_t lowest_base = 1'000'000;  // of the first tier
  int relief_parts = 1;                  // what is left of JKK and JKM: parts / whole
  int relief_whole = 2;
  Month relief_of_transport_until = 2027 * 12 + 2;
  Month relief_of_others_until = 2026 * 12 + 11;
  bool bpu_lapses = true;  // else months stay owed, as those of wage earners do
  int grace_months = 3;    // where nothing lapses: overdue months with cover
  int months_ahead = 120;
  // Of wage earners.
  int jkk_of_class_3 = 89;
  int jkm_of_wage = 30;
  int jht_of_employer = 370;
  std::int64_t last_ceiling = 11'086'300;  // of JP, from 2026-03 on
  int penalty = 200;                       // for each month begun; 0: the scheme has no penalty
  int months_with_cover = 3;
  bool operator==(const Tariff&) const = default;
};

// Before the row of this number a changed document of one of the two schemes is enacted.
struct Enactment {
  std::size_t before_row = 0;
  bool pu = false;
  Tariff tariff;
};

// A few enactments among `rows` rows, each changing something of the law before it.
std::vector<Enactment> RandomEnactments(Random& random, std::size_t rows);

// The tariff as known at a position.
class Tariffs {
 public:
  void Enact(std::int64_t position, const Tariff& tariff) { later_.push_back({position, tariff}); }
  const Tariff& KnownAt(std::int64_t position) const;

 private:
  struct Later {
    std::int64_t position;
    Tariff tariff;
  };
  Tariff first_;
  std::vector<Later> later_;
};

}  // namespace iuran::naive
