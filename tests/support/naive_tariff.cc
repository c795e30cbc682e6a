#include "tests/support/naive_tariff.h"

#include <algorithm>

namespace iuran::naive {
namespace {

void ChangeBpu(Random& random, Tariff& tariff) {
  switch (random.Below(9)) {
    case 0:
      tariff.jkk = random.Pick<int>({50, 99, 101, 137, 250});
      break;
    case 1:
      tariff.jht = random.Pick<int>({100, 201, 333});
      break;
    case 2:
      tariff.jkm = random.Pick<std::int64_t>({5'000, 6'799, 6'801, 7'001, 12'345});
      break;
    case 3:
      tariff.lowest_base = random.Pick<std::int64_t>({900'000, 1'000'001, 1'100'000});
      break;
    case 4:
      tariff.relief_parts = random.Between(0, 3);
      tariff.relief_whole = random.Between(3, 5);
      break;
    case 5:
      tariff.relief_of_transport_until = 2026 * 12 + random.Between(0, 24);
      tariff.relief_of_others_until = 2026 * 12 + random.Between(3, 24);
      break;
    case 6:
      tariff.grace_months = random.Between(0, 4);
      break;
    case 7:
      tariff.bpu_lapses = !tariff.bpu_lapses;
      break;
    default:
      tariff.months_ahead = random.Pick<int>({0, 1, 12, 119});
  }
}

void ChangePu(Random& random, Tariff& tariff) {
  switch (random.Below(6)) {
    case 0:
      tariff.jkk_of_class_3 = random.Pick<int>({54, 88, 100});
      break;
    case 1:
      tariff.jkm_of_wage = random.Pick<int>({20, 31, 45});
      break;
    case 2:
      tariff.jht_of_employer = random.Pick<int>({350, 371, 400});
      break;
    case 3:
      tariff.last_ceiling = random.Pick<std::int64_t>({10'547'400, 11'086'301, 12'000'000});
      break;
    case 4:
      tariff.penalty = random.Pick<int>({0, 50, 150, 201, 300});
      break;
    default:
      tariff.months_with_cover = random.Between(0, 4);
  }
}

}  // namespace

std::vector<Enactment> RandomEnactments(Random& random, std::size_t rows) {
  std::vector<std::size_t> places;
  for (int left = random.Between(1, 4); left > 0; --left) {
    places.push_back(static_cast<std::size_t>(random.Below(static_cast<int>(rows) + 1)));
  }
  std::sort(places.begin(), places.end());
  std::vector<Enactment> enactments;
  Tariff tariff;
  for (const std::size_t place : places) {
    const Tariff before = tariff;
    const bool pu = random.Percent(40);
    // A document that is the one in force says nothing new.
    while (tariff == before) {
      for (int left = random.Between(1, 3); left > 0; --left) {
        pu ? ChangePu(random, tariff) : ChangeBpu(random, tariff);
      }
    }
    enactments.push_back({place, pu, tariff});
  }
  return enactments;
}

const Tariff& Tariffs::KnownAt(std::int64_t position) const {
  const Tariff* known = &first_;
  for (const Later& later : later_) {
    if (later.position <= position) known = &later.tariff;
  }
  return *known;
}

}  // namespace iuran::naive
