// The shipped scheme documents with the numbers of a naive tariff in them.
#pragma once

#include <string>

#include "tests/support/naive_tariff.h"

namespace iuran::tests {

// The note says where it is enacted, so that no document is the one before it.
std::string DocumentOf(const naive::Enactment& enactment);

}  // namespace iuran::tests
